"""Who may be sent an SMS: a number that can receive one and whose owner has not refused them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from db.inserts import insert_unless_there
from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow, PhoneRow, RelativeRow
from db.models.practices import LineRow
from db.models.promises import DeliveryRow, TaskRow, TextRefusalRow
from ivr.actions.events import tell
from ivr.actions.ledger import new_token
from ivr.carrier import TextReport, TextWish
from ivr.flows.turns import TaskKind
from ivr.phones import CallerNumber, PhoneNumber, can_receive_text
from ivr.vocabulary import EventKind, Language


def takes_texts(connection: Connection, practice_id: int, number: CallerNumber | None) -> bool:
    """Whether the practice may send an SMS there: never to a landline, a hidden number, or after STOP."""
    if not isinstance(number, PhoneNumber) or not can_receive_text(number):
        return False
    return not has_refused_texts(connection, practice_id, number)


def has_refused_texts(connection: Connection, practice_id: int, number: PhoneNumber) -> bool:
    """Whether the owner of the number wrote STOP."""
    same = (TextRefusalRow.practice_id == practice_id, TextRefusalRow.number == number)
    return connection.execute(select(TextRefusalRow.id).where(*same)).first() is not None


@dataclass(frozen=True, slots=True)
class TextedAt:
    """A number that takes an SMS about a patient, and the language of who has it, if that is known."""

    number: PhoneNumber
    language: Language | None


def whom_to_text(
    connection: Connection, practice_id: int, patient_id: int, booked_from: PhoneNumber | None
) -> TextedAt | None:
    """Where to write about an appointment of the patient, if anywhere.

    The number it was booked from, the patient's own, then those of who may book for the patient; each with its own
    language, else the patient's.
    """
    table = PhoneRow
    bookers = select(RelativeRow.booker_id).where(RelativeRow.patient_id == patient_id)
    own = select(table.number, table.language).where(table.patient_id == patient_id).order_by(table.position)
    theirs = select(table.number, table.language).where(table.patient_id.in_(bookers)).order_by(table.id)
    known = {phone.number: phone.language for query in (theirs, own) for phone in connection.execute(query)}
    ordered = dict.fromkeys([booked_from, *connection.scalars(own), *connection.scalars(theirs)])
    number = next((number for number in ordered if takes_texts(connection, practice_id, number)), None)
    if number is None:
        return None
    patients = select(PatientRow.language).where(PatientRow.id == patient_id)
    spoken = known.get(number) or connection.execute(patients).scalar_one()
    return TextedAt(number, Language(spoken) if spoken else None)


def refuse_texts(connection: Connection, practice_id: int, number: PhoneNumber, now: datetime) -> None:
    """The owner wants no more of them (STOP)."""
    refusal = {"practice_id": practice_id, "number": number, "since_at": now}
    insert_unless_there(connection, TextRefusalRow, refusal)


def allow_texts(connection: Connection, practice_id: int, number: PhoneNumber) -> None:
    """The owner wants them again (START)."""
    refused = (TextRefusalRow.practice_id == practice_id, TextRefusalRow.number == number)
    connection.execute(delete(TextRefusalRow).where(*refused))


def note_texts(connection: Connection, texts: Iterable[TextReport]) -> int:
    """STOP and START that people wrote: what each wrote last to a practice holds. Tells how many were news.

    A practice is meant by its line, or else by having written to that number.
    """
    last: dict[tuple[int, PhoneNumber], TextReport] = {}
    for text in sorted(texts, key=lambda text: text.sent_at):
        sender = text.event.sender
        if text.event.wish is not None and isinstance(sender, PhoneNumber):
            last |= {(practice_id, sender): text for practice_id in _practices_meant(connection, sender, text)}
    return sum(_follow(connection, *meant, text) for meant, text in last.items())


def _follow(connection: Connection, practice_id: int, number: PhoneNumber, text: TextReport) -> bool:
    stops = text.event.wish is TextWish.STOP
    if has_refused_texts(connection, practice_id, number) == stops:
        return False
    if stops:
        refuse_texts(connection, practice_id, number, text.sent_at)
    else:
        allow_texts(connection, practice_id, number)
    return True


def tell_not_sent(connection: Connection, delivery: Row[Any], now: datetime) -> None:
    """A task for the practice, once: this SMS did not reach the person."""
    told = select(TaskRow.id).where(TaskRow.delivery_id == delivery.id)
    if connection.execute(told).first() is not None:
        return
    about = delivery.appointment_id
    patient = select(AppointmentRow.patient_id).where(AppointmentRow.id == about)
    task = {
        "practice_id": delivery.practice_id,
        "call_id": delivery.call_id,
        "appointment_id": about,
        "delivery_id": delivery.id,
        "patient_id": None if about is None else connection.execute(patient).scalar_one_or_none(),
        "kind": TaskKind.NOT_SENT.value,
        "caller": delivery.to,
        "is_urgent": delivery.template == "SMS-MISSED",
        "state": "open",
        "created_at": now,
        "due_at": now,
        "token": new_token(),
    }
    new = connection.execute(insert(TaskRow).values(task).returning(TaskRow.id)).scalar_one()
    tell(connection, delivery.practice_id, EventKind.TASK_CREATED, {"task": new}, now)


def tell_sent_after_all(connection: Connection, delivery: Row[Any], now: datetime) -> None:
    """An SMS of which nobody was sure has arrived: nothing is left to do about it."""
    doubted = (TaskRow.delivery_id == delivery.id, TaskRow.state == "open")
    connection.execute(update(TaskRow).where(*doubted).values(state="done", outcome="delivered", done_at=now))


def _practices_meant(connection: Connection, sender: PhoneNumber, text: TextReport) -> list[int]:
    of_line = select(LineRow.practice_id).where(LineRow.number == text.event.line)
    found = list(connection.scalars(of_line)) if text.event.line else []
    if found:
        return found
    return list(connection.scalars(select(DeliveryRow.practice_id).where(DeliveryRow.to == sender).distinct()))
