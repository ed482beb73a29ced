"""Offering times that become free to those who wait, one person at a time, with the time held (CALLS.md B8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, exists, select, update
from sqlalchemy.orm import aliased

from db.engine import Transaction
from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow
from db.models.practices import PracticeRow
from db.models.promises import TaskRow, WaitingRow
from db.queries.practices import PracticeVersion, act_ids, practitioner_ids
from ivr.actions.agenda import Agenda, find_slots
from ivr.actions.bookings import Claim, hold_slot, lock_agenda, release_hold
from ivr.actions.ledger import PLACE_KEPT, Ledger
from ivr.actions.patient_rows import read_patients
from ivr.actions.switchboards import Switchboards
from ivr.actions.texting import takes_texts
from ivr.actions.waiting import ENDED, OFFERED, WAITING
from ivr.acts import acts_open_to
from ivr.clock import local
from ivr.flows.books import Kind
from ivr.flows.turns import NewTask, TaskKind
from ivr.phones import national
from ivr.practice_files.values import as_patient
from ivr.routing import Switchboard
from ivr.slots import Slot
from ivr.speech import text_start, written_time
from ivr.vocabulary import Language

KEPT = PLACE_KEPT
"""How long a time is held for one person before the next is asked."""
LEAST_AHEAD = timedelta(hours=3)
"""A time that begins sooner is not offered: it takes that long to read the SMS, to call and to come."""
MOST_OFFERS = 3
LONGEST_WAIT = timedelta(days=60)
FIRST_HOUR, LAST_HOUR = time(8), time(20)
"""Nobody is sent an SMS about it at night."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Somebody on the list, with the switchboard of the practice."""

    row: Row[Any]
    switchboard: Switchboard

    @property
    def kinds(self) -> list[Kind]:
        """What they wait for, as far as the practice still has it."""
        known = {(p.key, act.key) for p in self.switchboard.practice.practitioners for act in p.acts}
        return [(kind[0], kind[1]) for kind in self.row.kinds if (kind[0], kind[1]) in known]


def offer_places(reading: Transaction, writing: Transaction, switchboards: Switchboards, now: datetime) -> int:
    """Take back what nobody wanted, then offer what is free to those who wait longest; how many offers were made."""
    with reading() as connection:
        has_lapsed = connection.execute(_lapsed(now).limit(1)).first() is not None
    if has_lapsed:
        with writing() as connection:
            take_back(connection, now)
    with reading() as connection:
        waiting = list(_those_who_wait(connection, switchboards, now))
    offered, look = 0, _Look(switchboards, now)
    for one in waiting:
        with reading() as connection:
            slot = look.first_for(connection, one)
        if slot is not None:
            with writing() as connection:
                offered += _offer(connection, one, slot, now)
            look.forget(one, slot)
    return offered


class _Look:
    """One look at the agendas: the first free time of each kind is searched once, however many wait for it."""

    def __init__(self, switchboards: Switchboards, now: datetime) -> None:
        self._switchboards = switchboards
        self._now = now
        self._first: dict[tuple[int, Kind], Slot | None] = {}

    def first_for(self, connection: Connection, one: _Waiting) -> Slot | None:
        """The earliest time that would do, if it can be told now and the acts are still open to the patient."""
        before = one.row.before_at
        found = [slot for kind in one.kinds if (slot := self._first_of(connection, one, kind)) is not None]
        wanted = [slot for slot in found if before is None or slot.start < before]
        if not wanted or not _can_be_told(connection, one, self._now):
            return None
        still_open = _open_kinds(connection, one, self._now)
        offered = [slot for slot in wanted if (slot.practitioner, slot.act) in still_open]
        return min(offered, key=lambda slot: slot.start, default=None)

    def forget(self, one: _Waiting, slot: Slot) -> None:
        """That practitioner's agenda is another one now."""
        for practice_id, kind in list(self._first):
            if (practice_id, kind[0]) == (one.row.practice_id, slot.practitioner):
                del self._first[practice_id, kind]

    def _first_of(self, connection: Connection, one: _Waiting, kind: Kind) -> Slot | None:
        key = one.row.practice_id, kind
        if key not in self._first:
            practitioner = one.switchboard.practice.practitioner(kind[0])
            owner = practitioner_ids(connection, one.row.practice_id)[kind[0]]
            agenda = Agenda(self._switchboards.slots(one.switchboard), practitioner, owner)
            earliest = self._now + LEAST_AHEAD
            found = find_slots(
                connection, agenda, practitioner.act(kind[1]), self._now, 1, is_wanted=lambda s: s.start >= earliest
            )
            self._first[key] = found[0] if found else None
        return self._first[key]


def take_back(connection: Connection, now: datetime) -> None:
    """Offers nobody took: the time is free again; after some of them, or long enough, the wait is over."""
    rows = connection.execute(_lapsed(now)).all()
    held = [row.appointment_id for row in rows if row.appointment_id is not None]
    agendas = select(AppointmentRow.practitioner_id).where(AppointmentRow.id.in_(held)).distinct()
    for practitioner_id in sorted(connection.scalars(agendas)):
        lock_agenda(connection, practitioner_id)
    for row in rows:
        is_over = row.offers >= MOST_OFFERS or row.created_at <= now - LONGEST_WAIT
        values = {"state": ENDED if is_over else WAITING, "appointment_id": None, "offered_until_at": None}
        unchanged = (WaitingRow.id == row.id, WaitingRow.state == row.state)
        if connection.execute(update(WaitingRow).where(*unchanged).values(values)).rowcount and row.appointment_id:
            release_hold(connection, row.appointment_id)
            _close_task(connection, row.appointment_id, now)


def _close_task(connection: Connection, held: int, now: datetime) -> None:
    """The practice need not call about that time any more."""
    open_task = (TaskRow.appointment_id == held, TaskRow.kind == TaskKind.PLACE_FREE.value, TaskRow.state == "open")
    closed = {"state": "done", "outcome": "expired", "done_at": now}
    connection.execute(update(TaskRow).where(*open_task).values(closed))


def _lapsed(now: datetime) -> Any:
    table = WaitingRow
    is_untaken = (table.state == OFFERED) & (table.offered_until_at <= now)
    is_old = (table.state == WAITING) & (table.created_at <= now - LONGEST_WAIT)
    return select(table.__table__).where(is_untaken | is_old)


def _those_who_wait(connection: Connection, switchboards: Switchboards, now: datetime) -> Iterator[_Waiting]:
    """Everyone whose turn may come now: those asked least, then those who wait longest."""
    query = (
        select(WaitingRow.__table__, PatientRow.key.label("patient"), PatientRow.first_name, PracticeRow.version)
        .join(PatientRow, PatientRow.id == WaitingRow.patient_id)
        .join(PracticeRow, PracticeRow.id == WaitingRow.practice_id)
        .where(WaitingRow.state == WAITING, ~_has_an_offer())
        .order_by(WaitingRow.offers, WaitingRow.created_at, WaitingRow.id)
    )
    for row in connection.execute(query).all():
        switchboard = switchboards.get(connection, PracticeVersion(row.practice_id, row.version))
        there = local(switchboard.calendar.zone, now)
        if FIRST_HOUR <= there.time() < LAST_HOUR:
            yield _Waiting(row, switchboard)


def _has_an_offer() -> Any:
    """One time at a time for one patient, whatever they wait for."""
    other = aliased(WaitingRow)
    return exists().where(other.patient_id == WaitingRow.patient_id, other.state == OFFERED)


def _can_be_told(connection: Connection, one: _Waiting, now: datetime) -> bool:
    """By SMS at any such hour; by somebody of the practice while a secretary is there, where there are any."""
    if takes_texts(connection, one.row.practice_id, one.row.phone):
        return True
    board = one.switchboard
    secretaries = board.practice.secretaries
    return not secretaries or bool(board.calendar.moment(board.practice.practitioners[0], now).secretaries)


def _open_kinds(connection: Connection, one: _Waiting, now: datetime) -> set[Kind]:
    """What the patient may still book."""
    (part,) = read_patients(connection, [one.row.patient_id])
    switches = as_patient(part).switches
    today = local(one.switchboard.calendar.zone, now).date()
    return {
        (practitioner.key, act.key)
        for practitioner in one.switchboard.practice.practitioners
        for act in acts_open_to(practitioner, switches.get(practitioner.key, ()), today)
        if not act.asks_first
    }


def _offer(connection: Connection, one: _Waiting, slot: Slot, now: datetime) -> bool:
    """Hold the time and say so; False when the time or the person's turn is gone meanwhile."""
    row, practice_id = one.row, one.row.practice_id
    until = now + KEPT
    claim = Claim(
        practitioner_id=practitioner_ids(connection, practice_id)[slot.practitioner],
        act_id=act_ids(connection, practice_id)[slot.practitioner, slot.act],
        patient_id=row.patient_id,
        call_id=None,
        act=one.switchboard.practice.practitioner(slot.practitioner).act(slot.act),
        slot=slot,
        zone=one.switchboard.calendar.zone,
    )
    held = hold_slot(connection, claim, now, KEPT)
    if held is None:
        return False
    values = {"state": OFFERED, "appointment_id": held, "offered_until_at": until, "offers": row.offers + 1}
    still_waits = (WaitingRow.id == row.id, WaitingRow.state == WAITING, ~_has_an_offer())
    if connection.execute(update(WaitingRow).where(*still_waits).values(values)).rowcount == 0:
        release_hold(connection, held)
        return False
    _tell(connection, one, slot, held, until, now)
    return True


def _tell(connection: Connection, one: _Waiting, slot: Slot, held: int, until: datetime, now: datetime) -> None:
    """An SMS or, where none can be sent, a task: the practice calls."""
    row, practice = one.row, one.switchboard.practice
    ledger = Ledger(connection, row.practice_id, None, row.phone, now)
    if not takes_texts(connection, row.practice_id, row.phone):
        task = NewTask(TaskKind.PLACE_FREE, slot.practitioner, patient=row.patient, act=slot.act, appointment=held)
        ledger.add_task(task)
        return
    zone, language = one.switchboard.calendar.zone, Language(row.language)
    fields = {
        "name": practice.practitioner(slot.practitioner).name,
        "first_name": row.first_name,
        "until": written_time(local(zone, until), language),
        "tel": national(practice.lines[0], practice.country),
        **text_start(local(zone, slot.start), language),
    }
    key = f"waiting:{row.id}:{row.offers + 1}"
    ledger.promise(key, row.phone, "SMS-FREE", language, fields, now, appointment=held)
