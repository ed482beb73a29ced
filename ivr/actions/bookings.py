"""Holding a slot for a caller, booking it, moving an appointment there: nobody is booked twice (SCHEDULING.md 5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, exists, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from db.models.appointments import AppointmentRow
from db.models.practices import PractitionerRow
from db.models.promises import WaitingRow
from db.queries.appointments import block_rows
from ivr.actions.events import tell_of_appointment
from ivr.actions.patient_rows import as_at
from ivr.clock import Zone, is_shown_twice, local
from ivr.phones import PhoneNumber
from ivr.practice import Act
from ivr.slots import MINUTE, Block, Slot
from ivr.vocabulary import AppointmentStatus, EventKind, HoldStatus

HOLD = timedelta(minutes=3)
HELD, RELEASED = HoldStatus.HELD.value, HoldStatus.RELEASED.value
STANDING = (AppointmentStatus.BOOKED.value, AppointmentStatus.PENDING.value)
DEADLOCK = "40P01"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Claim:
    """A slot somebody claims in an agenda, by the ids of the tables; `zone` is the practice's.

    The appointment `moved_id`, which would go there, stands in nobody's way.
    """

    practitioner_id: int
    act_id: int
    patient_id: int
    call_id: int | None
    act: Act
    slot: Slot
    zone: Zone
    moved_id: int | None = None

    @property
    def block(self) -> Block:
        """The time with its buffers."""
        start = int(self.slot.start.timestamp()) - self.act.before_minutes * MINUTE
        return Block(start, int(self.slot.end.timestamp()) + self.act.after_minutes * MINUTE)


def hold_slot(connection: Connection, claim: Claim, now: datetime, lasting: timedelta = HOLD) -> int | None:
    """Keep the slot for a while; its id, or None when it was just taken.

    What the same call held before is given back. `now` is UTC.
    """

    def hold() -> int | None:
        lock_agenda(connection, claim.practitioner_id)
        if claim.call_id is not None:
            release_holds(connection, claim.call_id)
        start, end = claim.block
        owner, call = claim.practitioner_id, claim.call_id
        if block_rows(connection, owner, start, end, now, call_id=call, moved_id=claim.moved_id):
            return None
        release_expired(connection, claim.practitioner_id, now)
        columns = columns_of(claim) | {"status": HELD, "hold_until_at": now + lasting}
        columns["is_overbooked"] = _overlaps_the_moved(connection, claim)
        added = insert(AppointmentRow).values(columns).returning(AppointmentRow.id)
        return int(connection.execute(added).scalar_one())

    return unless_taken(connection, hold)


def keep_holding(connection: Connection, call_id: int, now: datetime) -> None:
    """The caller pressed a key: three minutes more."""
    mine = (AppointmentRow.call_id == call_id, AppointmentRow.status == HELD)
    for practitioner_id in connection.scalars(select(AppointmentRow.practitioner_id).where(*mine)).all():
        lock_agenda(connection, practitioner_id)
    connection.execute(update(AppointmentRow).where(*mine).values(hold_until_at=now + HOLD))


def confirm_hold(
    connection: Connection,
    held: int,
    now: datetime,
    *,
    moved_id: int | None = None,
    phone: PhoneNumber | None = None,
) -> int | None:
    """Make a held slot an appointment, once, or move `moved_id` there; the appointment's id.

    None when the hold is over and the slot went to somebody else. A hold that ran out is good as long as nobody took
    the slot. `phone` is the number it is booked from.
    """

    def confirm() -> int | None:
        row = connection.execute(select(AppointmentRow.__table__).where(AppointmentRow.id == held)).one()
        lock_agenda(connection, row.practitioner_id)
        owner, block = row.practitioner_id, (row.block_start, row.block_end)
        if block_rows(connection, owner, *block, now, call_id=row.call_id, own_id=held, moved_id=moved_id):
            return None
        release_expired(connection, row.practitioner_id, now, but=held)
        if moved_id is not None:
            moved = _move(connection, row, moved_id, phone)
            if moved is not None:
                tell_of_appointment(connection, moved, EventKind.APPOINTMENT_MOVED, now)
            return moved
        booked = {"status": AppointmentStatus.BOOKED.value, "hold_until_at": None, "phone": phone}
        if not change_row(connection, held, (HELD, RELEASED), booked):
            return None
        tell_of_appointment(connection, held, EventKind.APPOINTMENT_BOOKED, now)
        return held

    return unless_taken(connection, confirm)


def stands(connection: Connection, appointment: int, start: datetime) -> bool:
    """Whether it is booked or pending at that time still; its row is locked until the transaction ends."""
    found = (AppointmentRow.id == appointment, AppointmentRow.status.in_(STANDING), AppointmentRow.start_at == start)
    return connection.execute(select(AppointmentRow.id).where(*found).with_for_update()).first() is not None


def cancel_appointment(
    connection: Connection, appointment: int, start: datetime, call_id: int | None, now: datetime
) -> bool:
    """Cancel the appointment of that time; False when it does not stand there any more. `now` is UTC."""
    if not stands(connection, appointment, start):
        return False
    values = {"status": AppointmentStatus.CANCELLED.value, "call_id": call_id}
    if not change_row(connection, appointment, STANDING, values):
        return False
    tell_of_appointment(connection, appointment, EventKind.APPOINTMENT_CANCELLED, now)
    return True


def release_holds(connection: Connection, call_id: int) -> None:
    """Give back what a call holds: the caller chose otherwise or hung up.

    A time that the waiting list keeps for the patient goes back to the list, which keeps it as long as it said.
    """
    mine = (AppointmentRow.call_id == call_id, AppointmentRow.status == HELD)
    offer = (WaitingRow.appointment_id == AppointmentRow.id, WaitingRow.state == "offered")
    until = select(WaitingRow.offered_until_at).where(*offer).scalar_subquery()
    kept = update(AppointmentRow).where(*mine, exists().where(*offer))
    connection.execute(kept.values(call_id=None, hold_until_at=until))
    connection.execute(update(AppointmentRow).where(*mine).values(status=RELEASED))


def adopt_hold(connection: Connection, held: int, call_id: int) -> None:
    """The call goes on with a time that the waiting list keeps for the patient."""
    release_holds(connection, call_id)
    change_row(connection, held, (HELD,), {"call_id": call_id})


def release_hold(connection: Connection, held: int) -> None:
    """Give one held slot back."""
    change_row(connection, held, (HELD,), {"status": RELEASED})


def lock_agenda(connection: Connection, practitioner_id: int) -> None:
    """One writer of an agenda at a time; on SQLite the transaction has the whole database already.

    It comes before any row of the agenda is written: two transactions that lock in two orders stop each other.
    """
    locked = select(PractitionerRow.id).where(PractitionerRow.id == practitioner_id).with_for_update()
    connection.execute(locked).one()


def unless_taken(connection: Connection, write: Callable[[], T | None]) -> T | None:
    """What `write` gives; None where the database itself refuses it, for others were quicker."""
    try:
        with connection.begin_nested():
            return write()
    except DBAPIError as error:
        if isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) == DEADLOCK:
            return None
        raise


def _move(connection: Connection, held: Row[Any], moved: int, phone: PhoneNumber | None) -> int | None:
    """The appointment takes the place of the hold, in one update of its own row."""
    release_hold(connection, held.id)
    same = ("start_at", "end_at", "block_start", "block_end", "wall_time", "timezone", "call_id")
    values = {name: getattr(held, name) for name in same} | {"is_overbooked": False}
    if phone is not None:
        values["phone"] = phone
    return moved if change_row(connection, moved, STANDING, values) else None


def change_row(connection: Connection, row: int, statuses: tuple[str, ...], values: dict[str, Any]) -> bool:
    """Change a row that stands in one of these ways; whether it did."""
    found = (AppointmentRow.id == row, AppointmentRow.status.in_(statuses))
    return connection.execute(update(AppointmentRow).where(*found).values(values)).rowcount == 1


def _overlaps_the_moved(connection: Connection, claim: Claim) -> bool:
    """Whether a hold lies over the very appointment that would move there, as overbooking does."""
    start, end = claim.block
    over = select(AppointmentRow.id).where(
        AppointmentRow.id == claim.moved_id, AppointmentRow.block_start < end, AppointmentRow.block_end > start
    )
    return claim.moved_id is not None and connection.execute(over).first() is not None


def release_expired(connection: Connection, practitioner_id: int, now: datetime, but: int | None = None) -> None:
    """Expired holds are judged by the clock, here and not by a cleaner; the database's own check knows no clock."""
    expired = [
        AppointmentRow.practitioner_id == practitioner_id,
        AppointmentRow.status == HELD,
        AppointmentRow.hold_until_at <= now,
    ]
    if but is not None:
        expired.append(AppointmentRow.id != but)
    connection.execute(update(AppointmentRow).where(*expired).values(status=RELEASED))


def columns_of(claim: Claim) -> dict[str, Any]:
    """The row of a claim, but for its status."""
    slot, block = claim.slot, claim.block
    return {
        "practitioner_id": claim.practitioner_id,
        "act_id": claim.act_id,
        "patient_id": claim.patient_id,
        "call_id": claim.call_id,
        "start_at": slot.start,
        "end_at": slot.end,
        "block_start": block.start,
        "block_end": block.end,
        "wall_time": as_at(local(claim.zone, slot.start), is_shown_twice(claim.zone, slot.start)),
        "timezone": str(claim.zone),
        "is_overbooked": False,
    }
