"""The first words of a call and the main menu (CALLS.md 1, ROUTING.md 2)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ivr.flows.assisted import welcome_assisted
from ivr.flows.books import Next
from ivr.flows.contact import contact
from ivr.flows.desk import menu_of, to_the_desk
from ivr.flows.keys import MOST_ROUNDS, Menu, MenuState, ask, choose
from ivr.flows.recognition import book, change
from ivr.flows.scene import Scene
from ivr.flows.turns import Decided, Heard, Say, Turn, goodbye
from ivr.routing import screen

MOST_EMPTY_MESSAGES = 5
"""After so many in an hour a number no patient has hears goodbye at once (ROUTING.md case 48)."""


@dataclass(frozen=True, slots=True)
class MainMenu(MenuState):
    """M1 was said."""


def welcome(scene: Scene) -> Turn:
    """Nuisance numbers end here, assisted numbers are put through, all others hear the menu."""
    practice = scene.practice
    if screen(practice, scene.caller) is not None:
        decision = scene.decide(practice.practitioners[0])
        return goodbye(Say("T1", {"emergency": practice.emergency}), effects=(Decided(decision),))
    if scene.caller.empty_messages >= MOST_EMPTY_MESSAGES:
        return goodbye(Say("T1", {"emergency": practice.emergency}))
    if scene.is_assisted:
        return welcome_assisted(scene)
    return _menu_turn(scene, MainMenu(), *_greeting(scene))


def after_main_menu(scene: Scene, state: MainMenu, heard: Heard) -> Next:
    """What the caller chose."""
    return choose(scene, state, heard, _menu(scene, state))


def _greeting(scene: Scene) -> tuple[Say, ...]:
    """G1 or G1n, G2 always, G3 while it lasts."""
    practice = scene.practice
    if len(practice.practitioners) == 1:
        hello = Say("G1", {"name": scene.name})
    else:
        hello = Say("G1n", {"practice_name": practice.name})
    says: tuple[Say, ...] = (hello, Say("G2", {"emergency": practice.emergency}))
    notice = practice.announcement
    if notice is not None and scene.local_now.date() <= notice.until_on:
        says += (Say("G3", {"current_notice": notice.text}, practice.languages[0]),)
    return says


def _menu(scene: Scene, state: MainMenu) -> Menu:
    keys: dict[str, Callable[[], Next]] = {
        "1": partial(book, scene),
        "2": partial(contact, scene),
        "3": partial(change, scene),
    }
    if len(scene.practice.languages) > 1:
        keys["8"] = partial(_change_language, scene, state)
    return menu_of(scene, (Say("M1"),), keys)


def _change_language(scene: Scene, state: MainMenu) -> Turn:
    """Silent key 8: the practice's next language, from this menu on."""
    if state.rounds >= MOST_ROUNDS:
        return to_the_desk(scene).after(Say("I2"))
    languages = scene.practice.languages
    following = languages[(languages.index(scene.language) + 1) % len(languages)]
    changed = replace(scene, language=following)
    turn = _menu_turn(changed, replace(state, rounds=state.rounds + 1))
    return replace(turn, language=following)


def _menu_turn(scene: Scene, state: MainMenu, *before: Say) -> Turn:
    return ask(scene, state, _menu(scene, state), *before)
