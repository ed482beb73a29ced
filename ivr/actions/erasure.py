"""All that is kept of one patient, to take out or to erase (rights of access and erasure)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, select, update

from db.base import Base
from db.models.access import AccessRow
from db.models.api import ApiAnswerRow, ApiKeyRow
from db.models.appointments import AppointmentRow
from db.models.calls import CallRow, TurnRow
from db.models.documents import DocumentRow
from db.models.letters import LetterRow
from db.models.patients import (
    ActExceptionRow,
    ContactExceptionRow,
    DocumentPermissionRow,
    PatientRow,
    PhoneRow,
    RelativeRow,
)
from db.models.practices import PracticeRow
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow, WaitingRow
from db.models.visits import VisitCodeRow, VisitRow
from ivr.actions.archive import Archives
from ivr.actions.documents import forget_document
from ivr.actions.masking import forget_sound, mask_call
from ivr.phones import PhoneNumber
from ivr.vocabulary import AppointmentStatus

STANDING = (AppointmentStatus.BOOKED.value, AppointmentStatus.PENDING.value)
ERASED = "Effacé"
FORGOTTEN = (
    LetterRow,
    DocumentRow,
    VisitCodeRow,
    VisitRow,
    DeliveryRow,
    ContactExceptionRow,
    ActExceptionRow,
    DocumentPermissionRow,
    RelativeRow,
    WaitingRow,
)
"""Rows that go with the patient, what refers to others first."""


class StillExpectedError(Exception):
    """The patient has an appointment to come, so nothing is erased; the message tells when, in the practice's time."""


def export_patient(connection: Connection, patient: Row[Any]) -> dict[str, list[dict[str, Any]]]:
    """Every row about the patient, by table, as JSON values."""
    found = {"patients": [_plain(patient)]}
    for table, condition in _parts(patient).items():
        rows = connection.execute(select(table.__table__).where(condition))
        found[table.__tablename__] = [_plain(row) for row in rows]
    return found


def erase_patient(connection: Connection, archives: Archives, patient: Row[Any], now: datetime) -> None:
    """Forget who the patient is. Past appointments stay, as nobody's; calls stay without number, keys and sound.

    Raises:
        StillExpectedError: an appointment is to come.
    """
    _refuse_while_expected(connection, patient, now)
    parts = _parts(patient)
    for message in connection.execute(select(VoiceMessageRow.__table__).where(parts[VoiceMessageRow])).all():
        forget_sound(connection, archives.sounds, message, now)
    for document in connection.execute(select(DocumentRow.__table__).where(parts[DocumentRow])).all():
        forget_document(connection, archives.documents, document)
    calls = connection.execute(select(CallRow.id, CallRow.caller).where(parts[CallRow])).all()
    blank = {"caller": None, "note": None, "patient_id": None}
    connection.execute(update(TaskRow).where(parts[TaskRow]).values(blank))
    connection.execute(update(AppointmentRow).where(parts[AppointmentRow]).values(phone=None))
    for table in FORGOTTEN:
        connection.execute(delete(table).where(parts[table]))
    for call in calls:
        mask_call(connection, call.id, call.caller)
    connection.execute(delete(PhoneRow).where(parts[PhoneRow]))
    connection.execute(update(AccessRow).where(parts[AccessRow]).values(detail=None))
    programs = select(ApiKeyRow.id).where(ApiKeyRow.practice_id == patient.practice_id)
    connection.execute(delete(ApiAnswerRow).where(ApiAnswerRow.key_id.in_(programs)))
    nobody = {"key": f"erased-{patient.id}", "first_name": ERASED, "last_name": ERASED, "folded": "", "born_on": None}
    connection.execute(update(PatientRow).where(PatientRow.id == patient.id).values(nobody | {"language": None}))
    known_by = PracticeRow.id == patient.practice_id
    connection.execute(update(PracticeRow).where(known_by).values(version=PracticeRow.version + 1))


def _parts(patient: Row[Any]) -> dict[type[Base], ColumnElement[bool]]:
    """Which rows of each table are about the patient; calls and SMS only of numbers that nobody else there has."""
    here, person = patient.practice_id, patient.id
    phones = select(PhoneRow.id).where(PhoneRow.patient_id == person)
    own = _own_numbers(here, person)
    calls = select(CallRow.id).where(CallRow.practice_id == here, CallRow.caller.in_(own))
    booked = select(AppointmentRow.id).where(AppointmentRow.patient_id == person)
    return {
        PhoneRow: PhoneRow.patient_id == person,
        ContactExceptionRow: ContactExceptionRow.phone_id.in_(phones),
        ActExceptionRow: ActExceptionRow.patient_id == person,
        DocumentPermissionRow: DocumentPermissionRow.patient_id == person,
        RelativeRow: (RelativeRow.patient_id == person) | (RelativeRow.booker_id == person),
        AppointmentRow: AppointmentRow.patient_id == person,
        WaitingRow: WaitingRow.patient_id == person,
        DocumentRow: DocumentRow.patient_id == person,
        LetterRow: LetterRow.patient_id == person,
        VisitRow: VisitRow.patient_id == person,
        VisitCodeRow: VisitCodeRow.patient_id == person,
        TaskRow: (TaskRow.patient_id == person) | TaskRow.call_id.in_(calls),
        VoiceMessageRow: VoiceMessageRow.call_id.in_(calls),
        DeliveryRow: (DeliveryRow.practice_id == here)
        & (DeliveryRow.to.in_(own) | DeliveryRow.call_id.in_(calls) | DeliveryRow.appointment_id.in_(booked)),
        CallRow: CallRow.id.in_(calls),
        TurnRow: TurnRow.call_id.in_(calls),
        AccessRow: (AccessRow.practice_id == here) & (AccessRow.subject == f"patient {person}"),
    }


def _own_numbers(practice_id: int, patient_id: int) -> Select[Any]:
    """Numbers of that patient alone."""
    others = select(PhoneRow.number).where(PhoneRow.practice_id == practice_id, PhoneRow.patient_id != patient_id)
    return select(PhoneRow.number).where(PhoneRow.patient_id == patient_id, PhoneRow.number.not_in(others))


def _refuse_while_expected(connection: Connection, patient: Row[Any], now: datetime) -> None:
    row = AppointmentRow
    to_come = (row.patient_id == patient.id, row.status.in_(STANDING), row.end_at > now)
    found = connection.execute(select(row.wall_time).where(*to_come).order_by(row.start_at)).first()
    if found is not None:
        raise StillExpectedError(found.wall_time)


def _plain(row: Row[Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row._mapping.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.e164 if isinstance(value, PhoneNumber) else value
