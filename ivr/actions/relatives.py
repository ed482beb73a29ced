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
"""Of one patient, with those the practice has to look at: a family, not a list of clients."""


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
    kind, note = TaskKind.RELATIVE, f"{entry.name}, {entry.born:%d/%m/%Y}" if entry.born else entry.name
    asked = (TaskRow.kind == kind.value, TaskRow.patient_id == patient_id, TaskRow.state == "open")
    notes = connection.scalars(select(TaskRow.note).where(*asked)).all()
    if len(booked_for) + len(notes) >= MOST_RELATIVES:
        return Declared.TOO_MANY
    if not _may_be_somebody(connection, practice, entry):
        created = create_patient(connection, practice, entry)
        if not isinstance(created, Trouble):
            let_book(connection, patient_id, created.id)
            return Declared.ADDED
    if note not in notes:
        Ledger(connection, practice, None, books.number, now).new_task(NewTask(kind, patient=own.key), note)
    return Declared.TO_CHECK


def _may_be_somebody(connection: Connection, practice_id: int, entry: Entry) -> bool:
    """Whether somebody of that name has a record here, and we do not know when they were born."""
    same = (PatientRow.practice_id == practice_id, PatientRow.folded == folded(entry.name))
    query = select(PatientRow.id).where(*same, PatientRow.born_on.is_(None))
    return connection.execute(query).first() is not None


def _is_among(connection: Connection, patient_id: int, entry: Entry) -> bool:
    """Whether the patient, or somebody they may book for, has that name and birth date."""
    booked_for = select(RelativeRow.patient_id).where(RelativeRow.booker_id == patient_id)
    same = (PatientRow.folded == folded(entry.name), PatientRow.born_on == entry.born)
    query = select(func.count()).select_from(PatientRow).where(*same)
    theirs = query.where(PatientRow.id.in_(booked_for) | (PatientRow.id == patient_id))
    return connection.execute(theirs).scalar_one() > 0
