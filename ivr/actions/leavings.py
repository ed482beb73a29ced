"""What calls leave behind, in words: for records, terminals and tests."""

from sqlalchemy import Engine, Select, select

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.calls import CallRow
from db.models.patients import PatientRow
from db.models.practices import ActRow, PractitionerRow
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow, WaitingRow
from ivr.vocabulary import AppointmentStatus, HoldStatus


def leavings(engine: Engine, call: str | None = None) -> dict[str, list[str]]:
    """Tasks, messages, promised texts, appointments and places on the waiting list of one call by its carrier id.

    Without an id those of all calls; empty kinds are left out.
    """
    tasks = select(TaskRow.kind, TaskRow.is_urgent).order_by(TaskRow.id)
    messages = select(VoiceMessageRow.seconds).order_by(VoiceMessageRow.id)
    texts = select(DeliveryRow.template, DeliveryRow.to).order_by(DeliveryRow.id)
    appointments = _appointments()
    waiting = select(WaitingRow.kinds, PatientRow.key).join(PatientRow, PatientRow.id == WaitingRow.patient_id)
    if call is not None:
        its_id = select(CallRow.id).where(CallRow.carrier_id == call).scalar_subquery()
        tasks = tasks.where(TaskRow.call_id == its_id)
        messages = messages.where(VoiceMessageRow.call_id == its_id)
        texts = texts.where(DeliveryRow.call_id == its_id)
        appointments = appointments.where(AppointmentRow.call_id == its_id)
        waiting = waiting.where(WaitingRow.call_id == its_id)
    with reading(engine)() as connection:
        found = {
            "tasks": [f"{t.kind}, urgent" if t.is_urgent else t.kind for t in connection.execute(tasks)],
            "messages": [f"{seconds} s" for seconds in connection.scalars(messages)],
            "texts": [f"{text.template} to {text.to}" for text in connection.execute(texts)],
            "appointments": [" ".join(row) for row in connection.execute(appointments)],
            "waiting": [f"{row.key} for {_kinds(row.kinds)}" for row in connection.execute(waiting)],
        }
    return {name: entries for name, entries in found.items() if entries}


def _appointments() -> Select[str, str, str, str, str]:
    """What calls booked, moved or cancelled, and what one still holds."""
    wanted = [status.value for status in AppointmentStatus] + [HoldStatus.HELD.value]
    return (
        select(AppointmentRow.status, PractitionerRow.key, ActRow.key, PatientRow.key, AppointmentRow.wall_time)
        .join(PractitionerRow, PractitionerRow.id == AppointmentRow.practitioner_id)
        .join(ActRow, ActRow.id == AppointmentRow.act_id)
        .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
        .where(AppointmentRow.call_id.is_not(None), AppointmentRow.status.in_(wanted))
        .order_by(AppointmentRow.id)
    )


def _kinds(kinds: list[list[str]]) -> str:
    return ", ".join("/".join(kind) for kind in kinds)
