"""Moving an appointment: the old one stands until a new time is written (CALLS.md C4, C6, ROUTING.md P11)."""

from datetime import timedelta

from ivr.flows.acts import weigh_acts
from ivr.flows.books import Next
from ivr.flows.message import take_message
from ivr.flows.refusal import ask_the_practice
from ivr.flows.scene import Scene
from ivr.flows.times import offer_times
from ivr.flows.turns import NewTask, Say, TaskKind, Turn
from ivr.flows.wish import Wish
from ivr.patients import Appointment, Patient

NOTICE_MINUTES = 120
"""How late an appointment may be changed by telephone, where its act does not say (CALLS.md C6)."""


def move(scene: Scene, patient: Patient, appointment: Appointment) -> Next:
    """Offer other times for the same act; one that is no longer open to the patient is the practice's to move."""
    if is_late(scene, appointment):
        return pass_on_late_change(scene, appointment)
    kind = appointment.practitioner, appointment.act
    wish = Wish(patient, is_proven=True, kinds=(kind,), moved=appointment)
    ruling = next(r for r in weigh_acts(scene, patient) if (r.practitioner, r.act.key) == kind)
    if not ruling.is_open or ruling.act.asks_first:
        return ask_the_practice(scene, wish.as_task())
    return offer_times(scene, wish).after(Say("C4"))


def is_late(scene: Scene, appointment: Appointment) -> bool:
    """Whether it begins so soon that the practice must hear of a change at once."""
    act = scene.practice.practitioner(appointment.practitioner).act(appointment.act)
    minutes = NOTICE_MINUTES if act.cancel_minutes is None else act.cancel_minutes
    return appointment.start - scene.now < timedelta(minutes=minutes)


def pass_on_late_change(scene: Scene, appointment: Appointment) -> Turn:
    """C6: an urgent task at once, whether the caller then speaks or not."""
    task = NewTask(
        TaskKind.LATE_CHANGE,
        appointment.practitioner,
        is_urgent=True,
        patient=appointment.patient,
        act=appointment.act,
        appointment=appointment.id,
    )
    return take_message(scene, task, Say("C6")).also(task)
