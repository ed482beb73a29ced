"""What patients do for themselves in the patient space, by the rules of the telephone (`ivr.actions.books`)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from db.models.access import AccessRow
from db.models.appointments import AppointmentRow
from db.models.promises import TaskRow
from db.queries.agenda import find_appointment, find_same
from db.queries.practices import act_ids, practitioner_ids
from ivr.actions.access import note_access
from ivr.actions.books import Books
from ivr.actions.desk_bookings import as_noted
from ivr.actions.desk_texts import BOOK, CANCEL, promise_desk_text
from ivr.actions.ledger import Ledger
from ivr.actions.patient_rows import patient_ids
from ivr.actions.texting import TextedAt, takes_texts
from ivr.clock import local
from ivr.flows.books import BookSlot, CancelAppointment, FindSlots, HoldSlot, Lost, Written
from ivr.flows.turns import NewTask, TaskKind
from ivr.patients import Appointment
from ivr.phones import PhoneNumber
from ivr.slots import Slot
from ivr.vocabulary import AppointmentStatus

A_DAY, MOST_A_DAY = timedelta(days=1), 20
"""How often somebody books or moves: each time an SMS goes out, and the agenda is another."""
A_DAY_FULL = 200
"""More starts than a day has for an act."""


def pass_on_late_change(books: "OwnBooks", one: Appointment) -> None:
    """An urgent task, once: somebody wants to change what begins soon (CALLS.md C6)."""
    connection, practice, now = books.books.connection, books.books.practice_id, books.books.scene.now
    kind = TaskKind.LATE_CHANGE
    told = (TaskRow.appointment_id == one.id, TaskRow.kind == kind.value, TaskRow.state == "open")
    if connection.execute(select(TaskRow.id).where(*told)).first() is None:
        task = NewTask(kind, one.practitioner, is_urgent=True, patient=one.patient, act=one.act, appointment=one.id)
        Ledger(connection, practice, None, books.number, now).add_task(task)
        note_access(connection, practice, books.actor, "asked", f"appointment {one.id}", now)


def may_book_more(books: "OwnBooks") -> bool:
    """Whether the patient booked and moved few enough appointments lately; one may always be cancelled."""
    connection, since = books.books.connection, books.books.scene.now - A_DAY
    its = (AccessRow.practice_id == books.books.practice_id, AccessRow.at > since, AccessRow.actor == books.actor)
    changed = connection.scalars(select(AccessRow.detail).where(*its, AccessRow.action == "changed"))
    return sum(one is not None and one.get("did") in {"booked", "moved"} for one in changed) < MOST_A_DAY


def is_cancelled(connection: Connection, patients: Collection[int], appointment: int) -> bool:
    """Whether that appointment was one of these patients (ids), and is cancelled."""
    its = (AppointmentRow.id == appointment, AppointmentRow.patient_id.in_(patients))
    query = select(AppointmentRow.id).where(*its, AppointmentRow.status == AppointmentStatus.CANCELLED)
    return connection.execute(query).first() is not None


def ask_practice(books: "OwnBooks", task: NewTask) -> bool:
    """A task for what the practice decides itself; False where the same is asked already, and nobody has done it."""
    connection, practice, now = books.books.connection, books.books.practice_id, books.books.scene.now
    patient = patient_ids(connection, practice, [task.patient or ""]).get(task.patient or "")
    doctor = practitioner_ids(connection, practice).get(task.practitioner or "")
    act = act_ids(connection, practice).get((task.practitioner or "", task.act or ""))
    what = (TaskRow.kind == task.kind.value, TaskRow.act_id == act, TaskRow.appointment_id == task.appointment)
    asked = (*what, TaskRow.practitioner_id == doctor, TaskRow.patient_id == patient, TaskRow.state == "open")
    if connection.execute(select(TaskRow.id).where(*asked)).first() is not None:
        return False
    Ledger(connection, practice, None, books.number, now).add_task(task)
    return True


@dataclass(frozen=True, slots=True)
class OwnBooks:
    """The books of a practice, open to one patient; `actor` is as the access log names them."""

    books: Books
    actor: str
    number: PhoneNumber

    def book(self, slot: Slot, patient: str, moved: Appointment | None = None) -> Written | Lost:
        """Book the slot, or move an appointment there, and promise the SMS; the same asked twice is done once.

        Nothing is held when it cannot be.
        """
        same = None if moved is not None else self._same(slot, patient)
        if same is not None:
            return Written(takes_texts=False, appointment=same)
        if not self._is_offered(slot, patient, moved):
            return Lost.TAKEN
        written = self._write(slot, patient, moved)
        if isinstance(written, Written):
            did = "booked" if moved is None else "moved"
            self._leave_behind(written, BOOK, did, None if moved is None else moved.start)
        return written

    def cancel(self, appointment: Appointment) -> Written | Lost:
        """Cancel it, and promise the SMS."""
        written: Written | Lost = self.books.answer(CancelAppointment(appointment))
        if isinstance(written, Written):
            self._leave_behind(written, CANCEL, "cancelled")
        return written

    def _is_offered(self, slot: Slot, patient: str, moved: Appointment | None) -> bool:
        """Whether a caller could be offered it now; what the waiting list keeps for the patient is."""
        day = local(self.books.scene.switchboard.calendar.zone, slot.start).date()
        question = FindSlots(((slot.practitioner, slot.act),), A_DAY_FULL, since=day, until=day, moved=moved)
        return slot in self.books.answer(question) or self.books.is_kept(slot, patient)

    def _write(self, slot: Slot, patient: str, moved: Appointment | None) -> Written | Lost:
        savepoint = self.books.connection.begin_nested()
        written: Written | Lost = Lost.TAKEN
        if self.books.answer(HoldSlot(slot, patient, moved)):
            written = self.books.answer(BookSlot(slot, patient, moved))
        if isinstance(written, Lost):
            savepoint.rollback()
        else:
            savepoint.commit()
        return written

    def _same(self, slot: Slot, patient: str) -> int | None:
        connection, practice = self.books.connection, self.books.practice_id
        owner = practitioner_ids(connection, practice)[slot.practitioner]
        return find_same(connection, owner, patient_ids(connection, practice, [patient])[patient], slot.start)

    def _leave_behind(self, written: Written, template: str, did: str, before: datetime | None = None) -> None:
        """A line in the access log, and the SMS to the number that the patient came in by."""
        connection, practice, now = self.books.connection, self.books.practice_id, self.books.scene.now
        row = self._row(written)
        detail = as_noted(row, did, before)
        note_access(connection, practice, self.actor, "changed", f"patient {row.patient_id}", now, detail)
        if takes_texts(connection, practice, self.number):
            to = TextedAt(self.number, self.books.scene.language)
            promise_desk_text(connection, self.books.scene.switchboard, practice, template, row, to, now)

    def _row(self, written: Written) -> Row[Any]:
        row = None
        if written.appointment is not None:
            row = find_appointment(self.books.connection, self.books.practice_id, written.appointment)
        if row is None:
            message = "what was written has an appointment"
            raise ValueError(message)
        return row
