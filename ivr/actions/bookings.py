"""Holding a slot for a caller, booking it, giving it back: nobody is booked twice (SCHEDULING.md 5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.models.appointments import AppointmentRow
from db.models.practices import PractitionerRow
from db.queries.appointments import block_rows
from ivr.actions.patient_rows import as_at
from ivr.clock import Zone, is_shown_twice, local
from ivr.practice import Act
from ivr.slots import MINUTE, Block, Slot
from ivr.vocabulary import AppointmentStatus, HoldStatus

HOLD = timedelta(minutes=3)
HELD, RELEASED = HoldStatus.HELD.value, HoldStatus.RELEASED.value


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to book, by the ids of the tables; `zone` is the practice's."""

    practitioner_id: int
    act_id: int
    patient_id: int
    call_id: int | None
    act: Act
    slot: Slot
    zone: Zone

    @property
    def block(self) -> Block:
        """The time with its buffers."""
        start = int(self.slot.start.timestamp()) - self.act.before_minutes * MINUTE
        return Block(start, int(self.slot.end.timestamp()) + self.act.after_minutes * MINUTE)


def hold_slot(connection: Connection, wish: Wish, now: datetime) -> int | None:
    """Keep the slot for the caller for three minutes; None when it was just taken.

    What the same call held before is given back. `now` is UTC.
    """
    _lock_agenda(connection, wish.practitioner_id)
    if wish.call_id is not None:
        release_holds(connection, wish.call_id)
    if _is_taken(connection, wish, now):
        return None
    _release_expired(connection, wish.practitioner_id, now)
    columns = _columns(wish) | {"status": HELD, "hold_until_at": now + HOLD}
    try:
        with connection.begin_nested():
            held: int = connection.execute(
                insert(AppointmentRow).values(columns).returning(AppointmentRow.id)
            ).scalar_one()
    except IntegrityError:
        return None
    return held


def keep_holding(connection: Connection, call_id: int, now: datetime) -> None:
    """The caller pressed a key: three minutes more."""
    mine = (AppointmentRow.call_id == call_id, AppointmentRow.status == HELD)
    connection.execute(update(AppointmentRow).where(*mine).values(hold_until_at=now + HOLD))


def confirm_hold(connection: Connection, held: int, now: datetime, status: AppointmentStatus) -> bool:
    """Make a held slot an appointment, once; False when the hold is over and the slot went to somebody else.

    A hold that ran out is good as long as nobody took the slot.
    """
    row = connection.execute(select(AppointmentRow.__table__).where(AppointmentRow.id == held)).one()
    _lock_agenda(connection, row.practitioner_id)
    others = block_rows(connection, row.practitioner_id, row.block_start, row.block_end, now, own_id=held)
    if others:
        return False
    _release_expired(connection, row.practitioner_id, now, but=held)
    mine = (AppointmentRow.id == held, AppointmentRow.status.in_([HELD, RELEASED]))
    booked = {"status": status.value, "hold_until_at": None}
    return connection.execute(update(AppointmentRow).where(*mine).values(booked)).rowcount == 1


def release_holds(connection: Connection, call_id: int) -> None:
    """Give back what a call holds: the caller chose otherwise or hung up."""
    mine = (AppointmentRow.call_id == call_id, AppointmentRow.status == HELD)
    connection.execute(update(AppointmentRow).where(*mine).values(status=RELEASED))


def _lock_agenda(connection: Connection, practitioner_id: int) -> None:
    """One writer of an agenda at a time; on SQLite the transaction has the whole database already."""
    locked = select(PractitionerRow.id).where(PractitionerRow.id == practitioner_id).with_for_update()
    connection.execute(locked).one()


def _is_taken(connection: Connection, wish: Wish, now: datetime) -> bool:
    return bool(block_rows(connection, wish.practitioner_id, *wish.block, now, call_id=wish.call_id))


def _release_expired(connection: Connection, practitioner_id: int, now: datetime, but: int | None = None) -> None:
    """Expired holds are judged by the clock, here and not by a cleaner; the database's own check knows no clock."""
    expired = [
        AppointmentRow.practitioner_id == practitioner_id,
        AppointmentRow.status == HELD,
        AppointmentRow.hold_until_at <= now,
    ]
    if but is not None:
        expired.append(AppointmentRow.id != but)
    connection.execute(update(AppointmentRow).where(*expired).values(status=RELEASED))


def _columns(wish: Wish) -> dict[str, Any]:
    slot, block = wish.slot, wish.block
    return {
        "practitioner_id": wish.practitioner_id,
        "act_id": wish.act_id,
        "patient_id": wish.patient_id,
        "call_id": wish.call_id,
        "start_at": slot.start,
        "end_at": slot.end,
        "block_start": block.start,
        "block_end": block.end,
        "wall_time": as_at(local(wish.zone, slot.start), is_shown_twice(wish.zone, slot.start)),
        "timezone": str(wish.zone),
        "is_overbooked": False,
    }
