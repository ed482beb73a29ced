"""Answering what dialogues ask of the practice's books, in the transaction of the request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from db.models.appointments import AppointmentRow
from db.queries.appointments import planned_rows
from db.queries.patients import owner_ids, relative_ids
from db.queries.practices import act_ids, practitioner_ids
from ivr.actions.agenda import Agenda, find_slots
from ivr.actions.bookings import HELD, RELEASED, Claim, cancel_appointment, confirm_hold, hold_slot, lock_agenda
from ivr.actions.patient_rows import patient_ids, read_patients
from ivr.actions.texting import takes_texts
from ivr.actions.waiting import close_waiting, find_kept, join_waiting_list, release_kept
from ivr.clock import local
from ivr.flows.books import (
    BookSlot,
    CancelAppointment,
    Consult,
    FindAppointments,
    FindKept,
    FindPatients,
    FindSlots,
    HoldSlot,
    JoinWaitingList,
    Next,
    Question,
    Written,
)
from ivr.flows.scene import Scene
from ivr.flows.turns import Turn
from ivr.patients import Appointment, Patient
from ivr.phones import PhoneNumber
from ivr.practice_files.values import as_patient
from ivr.slots import Slot, Slots
from ivr.vocabulary import PartOfDay

NOON = 12


@dataclass(frozen=True, slots=True)
class Books:
    """The books of one practice, open for one request of one call."""

    connection: Connection
    practice_id: int
    call_id: int
    scene: Scene
    slots: Slots

    def settle(self, following: Next) -> Turn:
        """Answer questions until there is something to say."""
        while isinstance(following, Consult):
            following = following.then(self.answer(following.question))
        return following

    def answer(self, question: Question) -> Any:
        """What the books say, or that it was written; see each question for the kind of answer."""
        match question:
            case FindPatients():
                return self._patients(question)
            case FindAppointments():
                return self._appointments(question)
            case FindSlots():
                return self._free(question)
            case FindKept(patient, kinds):
                return find_kept(self.connection, self._patient_id(patient), kinds, self.scene.now)
            case HoldSlot(slot, patient, moved):
                return self._hold(slot, patient, moved)
            case BookSlot():
                return self._book(question)
            case CancelAppointment(appointment):
                cancel_appointment(self.connection, appointment.id, self.call_id)
                return Written(self._takes_texts(), appointment.id)
            case JoinWaitingList():
                return self._wait(question)

    def _patients(self, question: FindPatients) -> tuple[Patient, ...]:
        owners = owner_ids(self.connection, self.practice_id, question.number, question.born_on)
        relatives = relative_ids(self.connection, owners)
        parts = {part.key: part for part in read_patients(self.connection, [*owners, *relatives])}
        own = [as_patient(parts[key]) for key in owners.values()]
        return (*own, *(as_patient(parts[key], owns_number=False) for key in relatives.values()))

    def _appointments(self, question: FindAppointments) -> tuple[Appointment, ...]:
        rows = planned_rows(self.connection, self.practice_id, question.patients, self.scene.now)
        return tuple(
            Appointment(row.id, row.patient, row.first_name, row.practitioner, row.act, row.start_at)
            for row in rows
            if question.practitioners is None or row.practitioner in question.practitioners
        )

    def _free(self, question: FindSlots) -> tuple[Slot, ...]:
        """The earliest of all kinds; of several at one time the first practitioner's."""
        owners = practitioner_ids(self.connection, self.practice_id)
        found: dict[datetime, Slot] = {}
        for practitioner_key, act_key in question.kinds:
            practitioner = self.scene.practice.practitioner(practitioner_key)
            moved = None if question.moved is None else question.moved.id
            agenda = Agenda(self.slots, practitioner, owners[practitioner_key], self.call_id, moved)
            since = question.since
            if question.after is not None:
                day = local(self.scene.switchboard.calendar.zone, question.after).date()
                since = max(day, since) if since else day
            slots = find_slots(
                self.connection,
                agenda,
                practitioner.act(act_key),
                self.scene.now,
                question.count,
                since=since,
                is_wanted=lambda slot: self._is_wanted(question, slot),
            )
            for slot in slots:
                found.setdefault(slot.start, slot)
        return tuple(found[start] for start in sorted(found)[: question.count])

    def _is_wanted(self, question: FindSlots, slot: Slot) -> bool:
        if question.after is not None and slot.start <= question.after:
            return False
        if question.moved is not None and slot.start == question.moved.start:
            return False
        if question.part is None:
            return True
        is_morning = local(self.scene.switchboard.calendar.zone, slot.start).hour < NOON
        return is_morning is (question.part is PartOfDay.MORNING)

    def _hold(self, slot: Slot, patient: str, moved: int | None) -> bool:
        patient_id = self._patient_id(patient)
        practitioner = self.scene.practice.practitioner(slot.practitioner)
        practitioner_id = practitioner_ids(self.connection, self.practice_id)[slot.practitioner]
        lock_agenda(self.connection, practitioner_id)
        release_kept(self.connection, patient_id, slot, self.scene.now)
        claim = Claim(
            practitioner_id=practitioner_id,
            act_id=act_ids(self.connection, self.practice_id)[slot.practitioner, slot.act],
            patient_id=patient_id,
            call_id=self.call_id,
            act=practitioner.act(slot.act),
            slot=slot,
            zone=self.scene.switchboard.calendar.zone,
            moved_id=moved,
        )
        return hold_slot(self.connection, claim, self.scene.now) is not None

    def _book(self, question: BookSlot) -> Written | None:
        held = self._held(question.slot)
        if held is None:
            return None
        number = self.scene.caller.number
        phone = number if isinstance(number, PhoneNumber) else None
        booked = confirm_hold(self.connection, held, self.scene.now, moved_id=question.moved, phone=phone)
        if booked is None:
            return None
        close_waiting(self.connection, self._patient_id(question.patient), question.slot.practitioner)
        return Written(self._takes_texts(), booked)

    def _held(self, slot: Slot) -> int | None:
        """What this call held for that start, even if the hold ran out meanwhile."""
        table = AppointmentRow
        query = (
            select(table.id)
            .where(table.call_id == self.call_id, table.start_at == slot.start, table.status.in_([HELD, RELEASED]))
            .order_by(table.id.desc())
            .limit(1)
        )
        found: int | None = self.connection.execute(query).scalar_one_or_none()
        return found

    def _wait(self, question: JoinWaitingList) -> Written:
        number = self.scene.caller.number
        join_waiting_list(
            self.connection,
            self.practice_id,
            self._patient_id(question.patient),
            self.call_id,
            number if isinstance(number, PhoneNumber) else None,
            self.scene.language,
            question,
            self.scene.now,
        )
        return Written(self._takes_texts())

    def _patient_id(self, key: str) -> int:
        return patient_ids(self.connection, self.practice_id, [key])[key]

    def _takes_texts(self) -> bool:
        return takes_texts(self.connection, self.practice_id, self.scene.caller.number)
