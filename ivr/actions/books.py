"""Answering what dialogues and patients ask of the practice's books, in the transaction of the request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from db.models.appointments import AppointmentRow
from db.queries.appointments import planned_rows
from db.queries.patients import owner_ids, relative_ids
from db.queries.practices import act_ids, practitioner_ids
from ivr.actions.agenda import Agenda, find_slots
from ivr.actions.bookings import (
    HELD,
    RELEASED,
    Claim,
    adopt_hold,
    cancel_appointment,
    confirm_hold,
    hold_slot,
    lock_agenda,
    stands,
)
from ivr.actions.documents import rights_of
from ivr.actions.patient_rows import patient_ids, read_patients
from ivr.actions.proofs import may_prove
from ivr.actions.texting import takes_texts
from ivr.actions.visits import may_be_sent_link
from ivr.actions.waiting import close_waiting, find_kept, join_waiting_list, kept_hold
from ivr.acts import acts_open_to
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
    Lost,
    MayProve,
    Next,
    Question,
    TakesDocuments,
    Write,
    Written,
)
from ivr.flows.scene import Scene
from ivr.flows.turns import Turn
from ivr.patients import Appointment, Patient
from ivr.practice import Act
from ivr.practice_files.values import as_patient
from ivr.slots import Slot, Slots
from ivr.vocabulary import PartOfDay

NOON = 12


@dataclass(frozen=True, slots=True)
class Books:
    """The books of one practice, open for one request: of a call, or without one of a patient in the patient space."""

    connection: Connection
    practice_id: int
    call_id: int | None
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
            case MayProve(number):
                return may_prove(self.connection, self.practice_id, number, self.scene.now)
            case FindAppointments():
                return self._appointments(question)
            case TakesDocuments(patients):
                return self._takes_documents(patients)
            case FindSlots():
                return self._free(question)
            case FindKept(patient, kinds):
                return find_kept(self.connection, self._patient_id(patient), kinds, self.scene.now)
            case HoldSlot() | BookSlot() | CancelAppointment() | JoinWaitingList():
                return self._write(question)

    def _write(self, question: Write) -> bool | Written | Lost:
        match question:
            case HoldSlot():
                return self._hold(question)
            case BookSlot():
                return self._book(question)
            case CancelAppointment(appointment):
                return self._cancel(appointment)
            case JoinWaitingList():
                return self._wait(question)

    def _patients(self, question: FindPatients) -> tuple[Patient, ...]:
        owners = owner_ids(self.connection, self.practice_id, question.number)
        relatives = relative_ids(self.connection, owners)
        parts = {part.key: part for part in read_patients(self.connection, [*owners, *relatives])}
        patients = [as_patient(parts[key]) for key in owners.values()]
        patients += [as_patient(parts[key], owns_number=False) for key in relatives.values()]
        return tuple(patient for patient in patients if question.born_on in {None, patient.born_on})

    def _appointments(self, question: FindAppointments) -> tuple[Appointment, ...]:
        rows = planned_rows(self.connection, self.practice_id, question.patients, self.scene.now)
        return tuple(
            Appointment(row.id, row.patient, row.first_name, row.practitioner, row.act, row.start_at)
            for row in rows
            if question.practitioners is None or row.practitioner in question.practitioners
        )

    def _takes_documents(self, patients: tuple[str, ...]) -> bool:
        number, now, zone = self.scene.caller.phone, self.scene.now, self.scene.switchboard.calendar.zone
        if number is None or not owner_ids(self.connection, self.practice_id, number):
            return False
        if not may_be_sent_link(self.connection, self.practice_id, number, now):
            return False
        ids = patient_ids(self.connection, self.practice_id, patients).values()
        return any(rights_of(self.connection, self.practice_id, patient, zone, now) for patient in ids)

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
        there = local(self.scene.switchboard.calendar.zone, slot.start)
        if question.until is not None and there.date() > question.until:
            return False
        if question.part is None:
            return True
        is_morning = there.hour < NOON
        return is_morning is (question.part is PartOfDay.MORNING)

    def _hold(self, question: HoldSlot) -> bool:
        """Hold the slot, if it is still one that this patient may be offered now."""
        slot, now = question.slot, self.scene.now
        act = self._act_of(slot)
        patient_id = self._patient_id(question.patient)
        practitioner_id = practitioner_ids(self.connection, self.practice_id)[slot.practitioner]
        lock_agenda(self.connection, practitioner_id)
        kept = kept_hold(self.connection, patient_id, slot, now)
        if kept is not None:
            if self.call_id is not None:
                adopt_hold(self.connection, kept, self.call_id)
            return True
        is_soon = slot.start < now + timedelta(minutes=act.notice_minutes)
        if is_soon or not self._may_be_booked(slot, question.patient):
            return False
        claim = Claim(
            practitioner_id=practitioner_id,
            act_id=act_ids(self.connection, self.practice_id)[slot.practitioner, slot.act],
            patient_id=patient_id,
            call_id=self.call_id,
            act=act,
            slot=slot,
            zone=self.scene.switchboard.calendar.zone,
            moved_id=None if question.moved is None else question.moved.id,
        )
        return hold_slot(self.connection, claim, now) is not None

    def _book(self, question: BookSlot) -> Written | Lost:
        """Write what was read back, unless the practice or another call changed it meanwhile."""
        slot, moved = question.slot, question.moved
        held = self._held(slot, question.patient)
        if held is None:
            return Lost.TAKEN
        lock_agenda(self.connection, practitioner_ids(self.connection, self.practice_id)[slot.practitioner])
        if not self._may_be_booked(slot, question.patient):
            return Lost.CHANGED
        if moved is None:
            if self._has_as_many_as_allowed(slot, question.patient):
                return Lost.CHANGED
        elif not stands(self.connection, moved.id, moved.start):
            return Lost.CHANGED
        moved_id = None if moved is None else moved.id
        booked = confirm_hold(self.connection, held, self.scene.now, moved_id=moved_id, phone=self.scene.caller.phone)
        if booked is None:
            return Lost.TAKEN
        close_waiting(self.connection, self._patient_id(question.patient), slot.practitioner)
        return Written(self._takes_texts(), booked)

    def is_kept(self, slot: Slot, patient: str) -> bool:
        """Whether the waiting list keeps that very slot for the patient (a key)."""
        return kept_hold(self.connection, self._patient_id(patient), slot, self.scene.now) is not None

    def _cancel(self, appointment: Appointment) -> Written | Lost:
        if not cancel_appointment(self.connection, appointment.id, appointment.start, self.call_id, self.scene.now):
            return Lost.CHANGED
        return Written(self._takes_texts(), appointment.id)

    def _act_of(self, slot: Slot) -> Act:
        return self.scene.practice.practitioner(slot.practitioner).act(slot.act)

    def _may_be_booked(self, slot: Slot, patient: str) -> bool:
        """Whether hours and leave allow that start still, and the patient may book the act."""
        practitioner, act = self.scene.practice.practitioner(slot.practitioner), self._act_of(slot)
        (part,) = read_patients(self.connection, [self._patient_id(patient)])
        switches = as_patient(part).switches.get(slot.practitioner, ())
        is_open = act in acts_open_to(practitioner, switches, self.scene.local_now.date()) and not act.asks_first
        return is_open and slot.start > self.scene.now and self.slots.is_start(practitioner, act, slot.start)

    def _has_as_many_as_allowed(self, slot: Slot, patient: str) -> bool:
        planned = self._appointments(FindAppointments((patient,), (slot.practitioner,)))
        return len(planned) >= self.scene.practice.practitioner(slot.practitioner).at_once

    def _held(self, slot: Slot, patient: str) -> int | None:
        """What this call held for that start, even if the hold ran out meanwhile; without a call, what is held."""
        table = AppointmentRow
        statuses = [HELD] if self.call_id is None else [HELD, RELEASED]
        query = (
            select(table.id)
            .where(
                table.call_id.is_not_distinct_from(self.call_id),
                table.practitioner_id == practitioner_ids(self.connection, self.practice_id)[slot.practitioner],
                table.patient_id == self._patient_id(patient),
                table.start_at == slot.start,
                table.status.in_(statuses),
            )
            .order_by(table.id.desc())
            .limit(1)
        )
        found: int | None = self.connection.execute(query).scalar_one_or_none()
        return found

    def _wait(self, question: JoinWaitingList) -> Written:
        join_waiting_list(
            self.connection,
            self.practice_id,
            self._patient_id(question.patient),
            self.call_id,
            self.scene.caller.phone,
            self.scene.language,
            question,
            self.scene.now,
        )
        return Written(self._takes_texts())

    def _patient_id(self, key: str) -> int:
        return patient_ids(self.connection, self.practice_id, [key])[key]

    def _takes_texts(self) -> bool:
        return takes_texts(self.connection, self.practice_id, self.scene.caller.number)
