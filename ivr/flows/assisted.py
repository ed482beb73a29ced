"""Assisted numbers: no key is ever asked; a person, else a message (CALLS.md 10, ROUTING.md 5)."""

from dataclasses import dataclass

from ivr.flows.contact import ring_doctor
from ivr.flows.desk import DESK_SECONDS
from ivr.flows.message import take_message
from ivr.flows.offer import absence_notice
from ivr.flows.scene import Scene
from ivr.flows.turns import (
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
from ivr.routing import VOICEMAIL, doctor_of_assisted
from ivr.vocabulary import Reach


@dataclass(frozen=True, slots=True)
class RingingForAssisted(State):
    """`trying` rings, `left` come next; the doctor, when tried, is `practitioner`."""

    trying: str
    left: tuple[str, ...]
    practitioner: str
    reach: Reach


def welcome_assisted(scene: Scene) -> Turn:
    """Ring the first who can be rung (A1), or take a message at once (A2)."""
    practitioner = doctor_of_assisted(scene.practice, scene.caller, scene.local_now.date())
    decision = scene.decide(practitioner)
    greeting = {"name": practitioner.name, "emergency": scene.practice.emergency}
    tries = tuple(target for target in decision.ruling.tries if target != VOICEMAIL)
    if tries:
        state = RingingForAssisted("", tries, practitioner.key, decision.profile.reach)
        return _ring_next(scene, state).after(Say("A1", greeting)).also(Decided(decision))
    turn = take_message(scene, _task(practitioner.key), Say("A2", greeting))
    if decision.moment.is_gone:
        turn = turn.after(absence_notice(scene, practitioner))
    return turn.also(Decided(decision))


def after_assisted_try(scene: Scene, state: RingingForAssisted, heard: Heard) -> Turn:
    """Reached: done. Else the next one; nobody left: a message, and an alert if the doctor was rung."""
    if isinstance(heard, DialEnded) and heard.result is DialResult.REACHED:
        return goodbye(Say("Z1"))
    if isinstance(heard, DialEnded) and heard.result is DialResult.CALLER_LEFT:
        return _alerted(state, goodbye(effects=(_task(state.practitioner),)))
    if state.left:
        return _ring_next(scene, state)
    return _alerted(state, take_message(scene, _task(state.practitioner), Say("A2b")))


def _alerted(state: RingingForAssisted, turn: Turn) -> Turn:
    """The doctor hears of the call when his phone was rung."""
    if not state.trying.startswith("practitioner:"):
        return turn
    return turn.also(AlertDoctor(state.practitioner, state.reach))


def _ring_next(scene: Scene, state: RingingForAssisted) -> Turn:
    target, *left = state.left
    ringing = RingingForAssisted(target, tuple(left), state.practitioner, state.reach)
    kind, _, key = target.partition(":")
    if kind == "secretary":
        return Turn(ringing, (Ring(scene.practice.secretary(key).phone, DESK_SECONDS, whisper=False),))
    return Turn(ringing, (ring_doctor(scene.on_duty(key)),))


def _task(practitioner: str) -> NewTask:
    return NewTask(TaskKind.ASSISTED, practitioner)
