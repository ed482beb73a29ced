"""Where booking by telephone ends without blame: a message, or the secretary while one is there (CALLS.md 11, 12)."""

from dataclasses import dataclass
from functools import partial

from ivr.flows.books import Next
from ivr.flows.desk import menu_of, to_the_desk
from ivr.flows.keys import Menu, MenuState, ask, choose
from ivr.flows.message import take_message
from ivr.flows.scene import Scene
from ivr.flows.turns import ORDINARY_MESSAGE, Heard, NewTask, Record, Say, Silence, Turn, goodbye


@dataclass(frozen=True, slots=True)
class Refused(MenuState):
    """`prompt` was said (K1, N3 or U3); what is left is a message for `task`."""

    prompt: str = "K1"
    task: NewTask = ORDINARY_MESSAGE


def ask_the_practice(scene: Scene, task: NewTask) -> Turn:
    """K1: this one has to be settled with the practice."""
    return _told(scene, Refused(prompt="K1", task=task))


def not_recognised(scene: Scene) -> Turn:
    """N3: the caller could not show who they are."""
    return _told(scene, Refused(prompt="N3"))


def no_new_patients(scene: Scene) -> Turn:
    """U3: the practice takes no new patients."""
    return _told(scene, Refused(prompt="U3"))


def request_appointment(scene: Scene, task: NewTask) -> Turn:
    """Somebody at the desk when it is open; else the wish is recorded as a request (ROUTING.md P7)."""
    turn = to_the_desk(scene, task)
    return turn.after(Say("H0")) if any(isinstance(step, Record) for step in turn.steps) else turn


def after_refusal(scene: Scene, state: Refused, heard: Heard) -> Next:
    """A message, the secretary, or a goodbye to somebody new who says nothing."""
    if state.prompt == "U3" and isinstance(heard, Silence) and state.missed:
        return goodbye(Say("Z1"))
    return choose(scene, state, heard, _menu(scene, state))


def _told(scene: Scene, state: Refused) -> Turn:
    return ask(scene, state, _menu(scene, state))


def _menu(scene: Scene, state: Refused) -> Menu:
    says = [Say(state.prompt)]
    if scene.moment().secretaries and state.prompt != "U3":
        says.append(Say("N3s" if state.prompt == "N3" else "D0s"))
    return menu_of(scene, tuple(says), {"1": partial(take_message, scene, state.task)}, state.task)
