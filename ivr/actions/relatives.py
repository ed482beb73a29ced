"""Patients declare relatives for whom they may book from then on (ROUTING.md 7)."""

from enum import StrEnum

from sqlalchemy import Connection, func, insert, select

from db.models.patients import PatientRow, RelativeRow
from db.models.promises import TaskRow
from db.queries.patients import relatives_of
from ivr.actions.events import tell
from ivr.actions.ledger import ORDINARY_DUE, new_token
from ivr.actions.own_bookings import OwnBooks
from ivr.actions.records import create_patient, let_book
from ivr.flows.turns import TaskKind
from ivr.names import folded
from ivr.patient_files import Entry, Trouble
from ivr.patients import Patient, may_add_relatives
from ivr.vocabulary import EventKind

MOST_RELATIVES = 12
"""Of one patient: a family, not a list of clients."""


class Declared(StrEnum):
    """What became of a declaration."""

    ADDED = "added"
    KNOWN = "known"
    """The patient may book for them already."""
    TO_CHECK = "to-check"
    """Somebody of that name and birth date has a record here: the practice decides."""
    CLOSED = "closed"
    TOO_MANY = "too-many"


def may_declare(own: Patient, books: OwnBooks) -> bool:
    """Whether this patient may add a relative: their setting over the practice's."""
    return may_add_relatives([own], books.books.scene.practice.relatives)


def declare_relative(connection: Connection, books: OwnBooks, own: Patient, patient_id: int, entry: Entry) -> Declared:
    """A new record that the patient may book for; one that exists is never opened to them, but made a task."""
    practice, now = books.books.practice_id, books.books.scene.now
    if not may_declare(own, books):
        return Declared.CLOSED
    _, booked_for = relatives_of(connection, patient_id)
    if _is_among(connection, patient_id, entry):
        return Declared.KNOWN
    if len(booked_for) >= MOST_RELATIVES:
        return Declared.TOO_MANY
    created = create_patient(connection, practice, entry)
    if not isinstance(created, Trouble):
        let_book(connection, patient_id, created.id)
        return Declared.ADDED
    task = {
        "practice_id": practice,
        "kind": TaskKind.RELATIVE.value,
        "patient_id": patient_id,
        "caller": books.number,
        "is_urgent": False,
        "state": "open",
        "created_at": now,
        "due_at": now + ORDINARY_DUE,
        "token": new_token(),
        "note": f"{entry.name}, {entry.born:%d/%m/%Y}" if entry.born else entry.name,
    }
    same = (TaskRow.kind == task["kind"], TaskRow.note == task["note"], TaskRow.patient_id == patient_id)
    if connection.execute(select(TaskRow.id).where(*same, TaskRow.state == "open")).first() is None:
        new = connection.execute(insert(TaskRow).values(task).returning(TaskRow.id)).scalar_one()
        tell(connection, practice, EventKind.TASK_CREATED, {"task": new}, now)
    return Declared.TO_CHECK


def _is_among(connection: Connection, patient_id: int, entry: Entry) -> bool:
    """Whether the patient, or somebody they may book for, has that name and birth date."""
    booked_for = select(RelativeRow.patient_id).where(RelativeRow.booker_id == patient_id)
    same = (PatientRow.folded == folded(entry.name), PatientRow.born_on == entry.born)
    query = select(func.count()).select_from(PatientRow).where(*same)
    theirs = query.where(PatientRow.id.in_(booked_for) | (PatientRow.id == patient_id))
    return connection.execute(theirs).scalar_one() > 0
