"""The secretaries: one after the other, then a call-back or a message (CALLS.md 8)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from ivr.flows.books import Next
from ivr.flows.keys import Menu, MenuState, ask, choose
from ivr.flows.message import take_message
from ivr.flows.scene import Scene
from ivr.flows.turns import (
    ORDINARY_MESSAGE,
    DialEnded,
    DialResult,
    Heard,
    NewTask,
    Ring,
    Say,
    State,
    TaskKind,
    Turn,
    goodbye,
)

DESK_SECONDS = 25


@dataclass(frozen=True, slots=True)
class RingingDesk(State):
    """A secretary rings; `left` are the keys of those still to try, `task` what is left to do if none answers."""

    task: NewTask
    left: tuple[str, ...] = ()
    was_busy: bool = False


@dataclass(frozen=True, slots=True)
class DeskBusy(MenuState):
    """All were busy: call back, or leave a message."""

    task: NewTask = ORDINARY_MESSAGE


def to_the_desk(scene: Scene, task: NewTask = ORDINARY_MESSAGE) -> Turn:
    """A person when a secretary is there, else a message: the way out of every menu."""
    desks = scene.moment().secretaries
    if desks:
        return ring_desks(scene, task, desks)
    return take_message(scene, task)


def help_turn(scene: Scene, task: NewTask = ORDINARY_MESSAGE) -> Turn:
    """Key 0 anywhere (H0); `task` is what is left to do if nobody answers."""
    turn = to_the_desk(scene, task)
    return turn if isinstance(turn.state, RingingDesk) else turn.after(Say("H0"))


def changed_meanwhile(scene: Scene, task: NewTask = ORDINARY_MESSAGE) -> Turn:
    """What the caller was about to do is no longer possible as it was said (C3x): a person, or a message."""
    return to_the_desk(scene, task).after(Say("C3x"))


def menu_of(
    scene: Scene, says: tuple[Say, ...], keys: Mapping[str, Callable[[], Next]], task: NewTask = ORDINARY_MESSAGE
) -> Menu:
    """A menu as most are: help and the way out are a secretary or a message, with `task` left to do."""
    return Menu(says, keys, partial(help_turn, scene, task), partial(to_the_desk, scene, task))


def ring_desks(scene: Scene, task: NewTask, desks: tuple[str, ...]) -> Turn:
    """Put the caller through to the first of `desks` (S1)."""
    return _ring(scene, RingingDesk(task, desks)).after(Say("S1"))


def after_desk(scene: Scene, state: RingingDesk, heard: Heard) -> Turn:
    """Reached: done. Else the next desk; then a call-back if one was busy, or a message."""
    result = heard.result if isinstance(heard, DialEnded) else DialResult.FAILED
    if result is DialResult.REACHED:
        return goodbye(Say("Z1"))
    if result is DialResult.CALLER_LEFT:
        return goodbye()
    was_busy = state.was_busy or result is DialResult.BUSY
    if state.left:
        return _ring(scene, RingingDesk(state.task, state.left, was_busy))
    if was_busy and not scene.is_withheld:
        busy = DeskBusy(task=state.task)
        return ask(scene, busy, _busy_menu(scene, busy))
    return no_desk(scene, state.task)


def no_desk(scene: Scene, task: NewTask) -> Turn:
    """Nobody at the desk answers: a message (S3)."""
    return take_message(scene, task, Say("S3", _delay(scene)))


def after_busy(scene: Scene, state: DeskBusy, heard: Heard) -> Next:
    """The choice between call-back and message."""
    return choose(scene, state, heard, _busy_menu(scene, state))


def _busy_menu(scene: Scene, state: DeskBusy) -> Menu:
    def message() -> Turn:
        return take_message(scene, state.task)

    def call_back() -> Turn:
        return goodbye(Say("S4", _delay(scene)), effects=(replace(state.task, kind=TaskKind.CALL_BACK),))

    return Menu((Say("S2b"),), {"1": call_back, "2": message}, help=message, way_out=message)


def _ring(scene: Scene, state: RingingDesk) -> Turn:
    first, *left = state.left
    desk = scene.practice.secretary(first)
    ringing = RingingDesk(state.task, tuple(left), state.was_busy)
    return Turn(ringing, (Ring(desk.phone, DESK_SECONDS, whisper=False),))


def _delay(scene: Scene) -> dict[str, str]:
    return {"delay": scene.practice.call_back_delay.get(scene.language, "")}
