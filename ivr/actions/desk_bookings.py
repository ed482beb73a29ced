"""Booking, moving, cancelling and confirming by people of the practice, who may overbook and know it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert

from db.models.appointments import AppointmentRow
from db.queries.agenda import find_same, standing_rows
from db.queries.calendars import busy_rows
from ivr.actions.bookings import (
    HELD,
    STANDING,
    Claim,
    cancel_appointment,
    change_row,
    columns_of,
    lock_agenda,
    release_expired,
    release_hold,
    stands,
    unless_taken,
)
from ivr.actions.events import tell_of_appointment
from ivr.actions.waiting import close_waiting, kept_hold
from ivr.hindrances import Cause, Hindrance, Standing, hindrances, is_final
from ivr.practice import Act, Practitioner
from ivr.routing import Switchboard
from ivr.slots import Block, Slot
from ivr.vocabulary import AppointmentStatus, EventKind

MOVES = ("start_at", "end_at", "block_start", "block_end", "wall_time", "timezone", "is_overbooked")
"""What a move changes of an appointment; all else stays."""
JUST_TAKEN = (Hindrance(Cause.TAKEN),)
GONE = (Hindrance(Cause.GONE),)


@dataclass(frozen=True, slots=True)
class Done:
    """The appointment's id; `is_new` is false when it stood there already, as after a form that was sent twice."""

    appointment: int
    is_new: bool = True


Refused = tuple[Hindrance, ...]


def claim_at_desk(
    board: Switchboard,
    doctor: Practitioner,
    act: Act,
    start: datetime,
    ids: tuple[int, int, int],
    moved_id: int | None = None,
) -> Claim:
    """That start (UTC) claimed at the desk; `ids` are those of the practitioner, the act and the patient."""
    slot = Slot.of(doctor, act, start)
    return Claim(*ids, None, act, slot, board.calendar.zone, moved_id)


def book_at_desk(
    connection: Connection, switchboard: Switchboard, claim: Claim, now: datetime, *, anyway: bool
) -> Done | Refused:
    """Book what is claimed, or why not; `anyway` passes over all but a past day, and keeps that it is overbooked.

    The time is looked at and written in one turn with callers and colleagues. The patient waits no longer for a time
    with that practitioner, and a time that the waiting list keeps for them is theirs. `now` is UTC.
    """

    def write() -> Done | Refused:
        lock_agenda(connection, claim.practitioner_id)
        same = find_same(connection, claim.practitioner_id, claim.patient_id, claim.slot.start)
        if same is not None:
            return Done(same, is_new=False)
        kept = kept_hold(connection, claim.patient_id, claim.slot, now)
        found = _in_the_way(connection, switchboard, claim, now, kept)
        if found and (not anyway or is_final(found)):
            return found
        if kept is not None:
            release_hold(connection, kept)
        release_expired(connection, claim.practitioner_id, now)
        columns = columns_of(claim) | {"status": AppointmentStatus.BOOKED.value, "is_overbooked": _overlaps(found)}
        new = insert(AppointmentRow).values(columns).returning(AppointmentRow.id)
        appointment = int(connection.execute(new).scalar_one())
        close_waiting(connection, claim.patient_id, claim.slot.practitioner)
        tell_of_appointment(connection, appointment, EventKind.APPOINTMENT_BOOKED, now)
        return Done(appointment)

    return unless_taken(connection, write) or JUST_TAKEN


def move_at_desk(
    connection: Connection, switchboard: Switchboard, claim: Claim, old: datetime, now: datetime, *, anyway: bool
) -> Done | Refused:
    """Move the appointment `claim.moved_id`, which stood at `old`, in one change of its row.

    What it takes itself is free for it. One that is past, cancelled or moved by somebody else is GONE.
    """
    moved = claim.moved_id

    def write() -> Done | Refused:
        lock_agenda(connection, claim.practitioner_id)
        if moved is None or old <= now or not stands(connection, moved, old):
            return GONE
        found = _in_the_way(connection, switchboard, claim, now, None)
        if found and (not anyway or is_final(found)):
            return found
        release_expired(connection, claim.practitioner_id, now)
        columns = columns_of(claim) | {"is_overbooked": _overlaps(found)}
        values = {name: columns[name] for name in MOVES} | {"call_id": None}
        change_row(connection, moved, STANDING, values)
        close_waiting(connection, claim.patient_id, claim.slot.practitioner)
        tell_of_appointment(connection, moved, EventKind.APPOINTMENT_MOVED, now)
        return Done(moved)

    return unless_taken(connection, write) or JUST_TAKEN


def cancel_at_desk(connection: Connection, appointment: Row[Any], now: datetime) -> bool:
    """Cancel it as a call would: the worker offers its time to those who wait. False when it is past or gone."""
    if appointment.start_at <= now:
        return False
    return cancel_appointment(connection, appointment.id, appointment.start_at, None, now)


def confirm_at_desk(connection: Connection, appointment: Row[Any], now: datetime) -> bool:
    """One that was to be confirmed stands; False when it is past or was not to be."""
    if appointment.start_at <= now:
        return False
    booked = {"status": AppointmentStatus.BOOKED.value}
    is_new = change_row(connection, appointment.id, (AppointmentStatus.PENDING.value,), booked)
    if is_new:
        tell_of_appointment(connection, appointment.id, EventKind.APPOINTMENT_BOOKED, now)
    return is_new


def restore_at_desk(
    connection: Connection, switchboard: Switchboard, claim: Claim, appointment: Row[Any], now: datetime
) -> Done | Refused:
    """A cancelled appointment stands again as booked, if its time, the claim's, is nobody else's meanwhile.

    One that was overbooked is so again. Hours and leave are not looked at: they did not cancel it.
    """

    def write() -> Done | Refused:
        lock_agenda(connection, claim.practitioner_id)
        found = _in_the_way(connection, switchboard, claim, now, appointment.id)
        is_taken = _overlaps(found)
        if (is_taken and not appointment.is_overbooked) or claim.slot.start <= now:
            return tuple(one for one in found if one.standing is not None) or GONE
        release_expired(connection, claim.practitioner_id, now)
        again = {"status": AppointmentStatus.BOOKED.value, "is_overbooked": is_taken, "call_id": None}
        cancelled = (AppointmentStatus.CANCELLED.value,)
        is_new = change_row(connection, appointment.id, cancelled, again)
        if is_new:
            tell_of_appointment(connection, appointment.id, EventKind.APPOINTMENT_BOOKED, now)
        return Done(appointment.id, is_new=is_new)

    return unless_taken(connection, write) or JUST_TAKEN


def as_noted(appointment: Row[Any], did: str, before: datetime | None = None) -> dict[str, str]:
    """What was done with an appointment as it stands now, as the access log keeps it; `before` is where it stood."""
    told = {"what": "appointment", "did": did, "id": str(appointment.id), "at": appointment.start_at.isoformat()}
    return told if before is None else told | {"before": before.isoformat()}


def _in_the_way(
    connection: Connection, switchboard: Switchboard, claim: Claim, now: datetime, own_id: int | None
) -> Refused:
    """Hours, leave and whatever the block would lie over, but the row `own_id` and the appointment that moves."""
    rows = standing_rows(connection, claim.practitioner_id, *claim.block, now, own_id=own_id, moved_id=claim.moved_id)
    practitioner = switchboard.practice.practitioner(claim.slot.practitioner)
    standing = [_standing(row) for row in rows]
    found = hindrances(switchboard.calendar, practitioner, claim.act, claim.slot.start, standing, now)
    busy = (Block(row.block_start, row.block_end) for row in busy_rows(connection, claim.practitioner_id, *claim.block))
    return *found, *(Hindrance(Cause.ELSEWHERE, span=block.span) for block in busy)


def _standing(row: Row[Any]) -> Standing:
    cause = Cause.TAKEN
    if row.status == HELD:
        cause = Cause.KEPT if row.call_id is None else Cause.HELD
    block = Block(row.block_start, row.block_end)
    return Standing(cause, f"{row.first_name} {row.last_name}", row.start_at, block.span)


def _overlaps(found: Refused) -> bool:
    return any(one.standing is not None for one in found)
