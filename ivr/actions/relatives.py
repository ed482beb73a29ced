"""Patients declare relatives for whom they may book from then on (ROUTING.md 7)."""

from enum import StrEnum

from sqlalchemy import Connection, func, select

from db.models.patients import PatientRow, RelativeRow
from db.models.promises import TaskRow
from db.queries.patients import relatives_of
from ivr.actions.ledger import Ledger
from ivr.actions.own_bookings import OwnBooks
from ivr.actions.records import create_patient, let_book
from ivr.flows.turns import NewTask, TaskKind
from ivr.names import folded
from ivr.patient_files import Entry, Trouble
from ivr.patients import Patient, may_add_relatives

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
    kind, note = TaskKind.RELATIVE, f"{entry.name}, {entry.born:%d/%m/%Y}" if entry.born else entry.name
    same = (TaskRow.kind == kind.value, TaskRow.note == note, TaskRow.patient_id == patient_id)
    if connection.execute(select(TaskRow.id).where(*same, TaskRow.state == "open")).first() is None:
        Ledger(connection, practice, None, books.number, now).new_task(NewTask(kind, patient=own.key), note)
    return Declared.TO_CHECK


def _is_among(connection: Connection, patient_id: int, entry: Entry) -> bool:
    """Whether the patient, or somebody they may book for, has that name and birth date."""
    booked_for = select(RelativeRow.patient_id).where(RelativeRow.booker_id == patient_id)
    same = (PatientRow.folded == folded(entry.name), PatientRow.born_on == entry.born)
    query = select(func.count()).select_from(PatientRow).where(*same)
    theirs = query.where(PatientRow.id.in_(booked_for) | (PatientRow.id == patient_id))
    return connection.execute(theirs).scalar_one() > 0
