"""What every menu has in common: star repeats, 0 asks for help, two tries, then a person or a message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from ivr.flows.books import Next
from ivr.flows.scene import Scene
from ivr.flows.turns import Ask, Digits, Heard, Say, State, Turn

MOST_ROUNDS = 10
"""A caller going round announced keys is then helped like one who cannot choose (INTERFACE.md 7)."""


@dataclass(frozen=True, slots=True)
class MenuState(State):
    """`missed` tries so far (silence or a wrong key), `rounds` heard again by key."""

    missed: int = 0
    rounds: int = 0


M = TypeVar("M", bound=MenuState)


@dataclass(frozen=True, slots=True)
class Menu:
    """What is said, what each key does, and the way out for those who cannot choose."""

    says: tuple[Say, ...]
    keys: Mapping[str, Callable[[], Next]]
    help: Callable[[], Turn]
    way_out: Callable[[], Turn]


@dataclass(frozen=True, slots=True)
class Entry:
    """Several keys asked for at once: what is said, how many, and what they lead to.

    `read` gives None for keys that will not do, which `wrong` then says. A way out that explains itself is not
    announced as help (E2, I2).
    """

    says: tuple[Say, ...]
    digits: int
    read: Callable[[str], Next | None]
    wrong: Say
    help: Callable[[], Turn]
    way_out: Callable[[], Turn]
    announces_help: bool = True


def speak(scene: Scene, state: MenuState, *says: Say, digits: int = 1) -> Turn:
    """Say these and wait for `digits` keys, which may be typed from the first word on."""
    return Turn(state, (Ask(says, scene.wait(state.missed), digits),))


def ask(scene: Scene, state: MenuState, menu: Menu, *before: Say) -> Turn:
    """The menu, spoken."""
    return speak(scene, state, *before, *menu.says)


def choose(scene: Scene, state: M, heard: Heard, menu: Menu) -> Next:
    """What follows what was heard in a menu (CALLS.md 2)."""
    key = heard.keys if isinstance(heard, Digits) else ""
    if key in menu.keys:
        return menu.keys[key]()
    if key == "0":
        return menu.help()
    if key == "*" and state.rounds < MOST_ROUNDS:
        return ask(scene, replace(state, rounds=state.rounds + 1), menu)
    first, last = ("I1", "I2") if key else ("E1", "E2")
    if state.missed or key == "*":
        return menu.way_out().after(Say(last))
    return ask(scene, replace(state, missed=state.missed + 1), menu, Say(first))


def enter(scene: Scene, state: M, heard: Heard, entry: Entry) -> Next:
    """What follows what was typed where several keys are asked for; star repeats, 0 alone asks for help."""
    keys = heard.keys if isinstance(heard, Digits) else ""
    if keys == "0":
        return entry.help()
    if keys.startswith("*") and state.rounds < MOST_ROUNDS:
        return speak(scene, replace(state, rounds=state.rounds + 1), *entry.says, digits=entry.digits)
    found = entry.read(keys) if keys else None
    return once_more(scene, state, entry, silent=not keys) if found is None else found


def once_more(scene: Scene, state: M, entry: Entry, *, silent: bool = False) -> Turn:
    """Ask a second time; after that it is the way out."""
    if state.missed:
        turn = entry.way_out()
        return turn.after(Say("E2" if silent else "I2")) if entry.announces_help else turn
    again = replace(state, missed=state.missed + 1)
    return speak(scene, again, Say("E1") if silent else entry.wrong, *entry.says, digits=entry.digits)
