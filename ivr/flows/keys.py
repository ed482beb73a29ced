"""What every menu has in common: star repeats, 0 asks for help, two tries, then a person or a message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

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
    keys: Mapping[str, Callable[[], Turn]]
    help: Callable[[], Turn]
    way_out: Callable[[], Turn]


def ask(scene: Scene, state: MenuState, menu: Menu, *before: Say) -> Turn:
    """The menu, spoken; keys may be typed from the first word on."""
    return Turn(state, (Ask((*before, *menu.says), wait=scene.wait(state.missed)),))


def choose(scene: Scene, state: M, heard: Heard, menu: Menu) -> Turn:
    """The turn that follows what was heard in a menu (CALLS.md 2)."""
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
