"""Key 2: which doctor, then what was decided: ring, secretary, message or an offer (CALLS.md 7)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ivr.flows.books import Next
from ivr.flows.desk import menu_of, no_desk, ring_desks, to_the_desk
from ivr.flows.keys import MOST_ROUNDS, Menu, MenuState, ask, choose
from ivr.flows.message import take_message
from ivr.flows.offer import offer
from ivr.flows.scene import Scene
from ivr.flows.turns import (
    ORDINARY_MESSAGE,
    AlertDoctor,
    Decided,
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
from ivr.practice import Practitioner
from ivr.routing import Decision
from ivr.vocabulary import Outcome, Reach, ReasonCode

PER_PAGE = 2


@dataclass(frozen=True, slots=True)
class ChoosingDoctor(MenuState):
    """D0: two names at a time, from the one at `first`."""

    first: int = 0


@dataclass(frozen=True, slots=True)
class RingingDoctor(State):
    """The doctor's phone rings; `reach` is the caller's, for the whisper and for what follows."""

    practitioner: str
    reach: Reach


def contact(scene: Scene) -> Turn:
    """Key 2 of the main menu; several practitioners are named first (R1)."""
    practitioners = scene.practice.practitioners
    if len(practitioners) == 1:
        return reach_doctor(scene, practitioners[0])
    return _name_doctors(scene, ChoosingDoctor())


def after_doctor_choice(scene: Scene, state: ChoosingDoctor, heard: Heard) -> Next:
    """The doctor's key, or 9 for the next names."""
    return choose(scene, state, heard, _doctors_menu(scene, state))


def reach_doctor(scene: Scene, practitioner: Practitioner) -> Turn:
    """Decide now, and do what was decided; the decision is kept in the journal."""
    decision = scene.decide(practitioner)
    return _carry_out(scene, practitioner, decision).also(Decided(decision))


def after_doctor(scene: Scene, state: RingingDoctor, heard: Heard) -> Turn:
    """Spoke with the doctor: done. Else a message, with an alert for callers on a list (D2, D2o)."""
    if isinstance(heard, DialEnded) and heard.result is DialResult.REACHED:
        return goodbye(Say("Z1"))
    is_listed = state.reach is not Reach.NONE
    alert = AlertDoctor(state.practitioner, state.reach)
    if isinstance(heard, DialEnded) and heard.result is DialResult.CALLER_LEFT:
        return goodbye(effects=(alert,) if is_listed else ())
    task = NewTask(TaskKind.MESSAGE, state.practitioner, is_urgent=is_listed)
    if not is_listed:
        return take_message(scene, task, Say("D2o"))
    turn = take_message(scene, task, Say("D2", {"emergency": scene.practice.emergency}))
    return turn.also(alert)


def _carry_out(scene: Scene, practitioner: Practitioner, decision: Decision) -> Turn:
    match decision.outcome:
        case Outcome.RING:
            doctor = scene.on_duty(practitioner.key)
            state = RingingDoctor(practitioner.key, decision.profile.reach)
            return Turn(state, (Say("D1", {"name": doctor.name}), ring_doctor(doctor)))
        case Outcome.SECRETARY:
            return ring_desks(scene, ORDINARY_MESSAGE, decision.moment.secretaries)
        case Outcome.CLOSED | Outcome.PAUSED | Outcome.LEAVE | Outcome.WRITE:
            return offer(scene, practitioner, decision.outcome)
        case _:
            return _message_instead(scene, practitioner, decision.ruling.code)


def ring_doctor(doctor: Practitioner) -> Ring:
    """Ring the phone of who is on duty, with the whisper. Raises ValueError without one: nothing decides so."""
    if doctor.phone is None:
        message = f"{doctor.key} has no phone and must not be among the tries"
        raise ValueError(message)
    return Ring(doctor.phone, doctor.ring_seconds, whisper=True)


def _message_instead(scene: Scene, practitioner: Practitioner, code: ReasonCode) -> Turn:
    if code is ReasonCode.SECRETARY_CLOSED:
        return no_desk(scene, ORDINARY_MESSAGE)
    turn = take_message(scene, NewTask(TaskKind.MESSAGE, practitioner.key))
    if code is ReasonCode.NO_PHONE:
        return turn.also(NewTask(TaskKind.NO_PHONE, practitioner.key, is_urgent=True))
    return turn


def _name_doctors(scene: Scene, state: ChoosingDoctor) -> Turn:
    return ask(scene, state, _doctors_menu(scene, state))


def _doctors_menu(scene: Scene, state: ChoosingDoctor) -> Menu:
    everyone = scene.practice.practitioners
    shown = everyone[state.first : state.first + PER_PAGE]
    keys: dict[str, Callable[[], Next]] = {
        str(place): partial(reach_doctor, scene, practitioner) for place, practitioner in enumerate(shown, start=1)
    }
    names = {field: practitioner.name for field, practitioner in zip("ab", shown, strict=False)}
    says = [Say("D0" if len(shown) == PER_PAGE else "D0a", names)]
    if len(everyone) > PER_PAGE:
        keys["9"] = partial(_next_names, scene, state)
        says.append(Say("D0n"))
    elif scene.moment().secretaries:
        says.append(Say("D0s"))
    return menu_of(scene, tuple(says), keys)


def _next_names(scene: Scene, state: ChoosingDoctor) -> Turn:
    """The next two, and the first ones again after the last; not for ever."""
    if state.rounds >= MOST_ROUNDS:
        return to_the_desk(scene).after(Say("I2"))
    following = state.first + PER_PAGE
    first = following if following < len(scene.practice.practitioners) else 0
    return _name_doctors(scene, replace(state, first=first, rounds=state.rounds + 1, missed=0))
