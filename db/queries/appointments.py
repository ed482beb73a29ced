"""Reading the agenda: columns only, and only where something stands in the way."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, literal_column, or_, select, text, union_all

from db.base import table_of
from db.models.appointments import ACTIVE, AppointmentRow
from db.models.calendars import BusyTimeRow
from db.models.patients import PatientRow
from db.models.practices import ActRow, PractitionerRow
from db.prepared import PreparedSelect
from ivr.vocabulary import AppointmentStatus, HoldStatus

APPOINTMENTS = table_of(AppointmentRow)
LONGEST_BLOCK = 3 * 24 * 3600
"""An act lasts a day at most, and so do its buffers and busy times; without it all that is past would be read."""
MOST_SHOWN = 30
NOBODYS = -1
"""An id no row has."""

_ROW, _BUSY = APPOINTMENTS.c, table_of(BusyTimeRow).c
_HELD: ColumnElement[str] = literal_column(f"'{HoldStatus.HELD.value}'")


def in_the_way() -> ColumnElement[bool]:
    """What blocks a time: neither expired holds, nor those of the call that asks, nor the rows it is asked for."""
    holds = and_(
        _ROW.hold_until_at > bindparam("now"), or_(_ROW.call_id.is_(None), _ROW.call_id != bindparam("call_id"))
    )
    return and_(
        text(ACTIVE),
        _ROW.practitioner_id == bindparam("practitioner_id"),
        _ROW.id != bindparam("own_id"),
        _ROW.id != bindparam("moved_id"),
        _ROW.block_start > bindparam("earliest"),
        _ROW.block_start < bindparam("end"),
        _ROW.block_end > bindparam("start"),
        or_(_ROW.status != _HELD, holds),
    )


def taken_elsewhere() -> ColumnElement[bool]:
    """The times in which the practitioner's other calendar says that something stands."""
    return and_(
        _BUSY.practitioner_id == bindparam("practitioner_id"),
        _BUSY.block_start > bindparam("earliest"),
        _BUSY.block_start < bindparam("end"),
        _BUSY.block_end > bindparam("start"),
    )


def between(practitioner_id: int, start: int, end: int) -> dict[str, Any]:
    """Whose agenda and which time `in_the_way` and `taken_elsewhere` are asked about; seconds since 1970."""
    return {"practitioner_id": practitioner_id, "earliest": start - LONGEST_BLOCK, "start": start, "end": end}


def but_for(
    now: datetime, *, call_id: int | None = None, own_id: int | None = None, moved_id: int | None = None
) -> dict[str, Any]:
    """What `in_the_way` leaves out: holds that are over at `now` (UTC), those of a call, and two appointments."""
    ids = {"call_id": call_id, "own_id": own_id, "moved_id": moved_id}
    return {"now": now} | {name: NOBODYS if one is None else one for name, one in ids.items()}


_APPOINTED = select(_ROW.block_start, _ROW.block_end).where(in_the_way())
_ELSEWHERE = select(_BUSY.block_start, _BUSY.block_end).where(taken_elsewhere())
_BLOCKS = PreparedSelect(union_all(_APPOINTED, _ELSEWHERE))
_OWN_BLOCKS = PreparedSelect(_APPOINTED)


def planned_rows(connection: Connection, practice_id: int, patients: Collection[str], now: datetime) -> Sequence[Any]:
    """What is booked or pending from `now` (UTC) on for these patients (keys), nearest first."""
    query = (
        select(
            AppointmentRow.id,
            AppointmentRow.start_at,
            PatientRow.key.label("patient"),
            PatientRow.first_name,
            PractitionerRow.key.label("practitioner"),
            ActRow.key.label("act"),
        )
        .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
        .join(PractitionerRow, PractitionerRow.id == AppointmentRow.practitioner_id)
        .join(ActRow, ActRow.id == AppointmentRow.act_id)
        .where(
            PatientRow.practice_id == practice_id,
            PatientRow.key.in_(patients),
            AppointmentRow.start_at > now,
            AppointmentRow.status.in_([AppointmentStatus.BOOKED, AppointmentStatus.PENDING]),
        )
        .order_by(AppointmentRow.start_at, AppointmentRow.id)
    )
    return connection.execute(query).all()


def appointments_of(connection: Connection, patient_id: int) -> Sequence[Row[Any]]:
    """The latest appointments of a patient, whatever became of them, the latest first; `doctor` is a name."""
    query = (
        select(
            AppointmentRow.id,
            AppointmentRow.start_at,
            AppointmentRow.status,
            AppointmentRow.is_overbooked,
            PractitionerRow.key.label("practitioner"),
            PractitionerRow.name.label("doctor"),
            ActRow.name.label("act"),
        )
        .join(PractitionerRow, PractitionerRow.id == AppointmentRow.practitioner_id)
        .join(ActRow, ActRow.id == AppointmentRow.act_id)
        .where(AppointmentRow.patient_id == patient_id, AppointmentRow.status.in_(list(AppointmentStatus)))
        .order_by(AppointmentRow.start_at.desc(), AppointmentRow.id.desc())
        .limit(MOST_SHOWN)
    )
    found: Any = connection.execute(query).all()
    return found  # type: ignore[no-any-return]


def booked_between(connection: Connection, practitioner_id: int, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """What is booked or pending with a practitioner from `start` to `end` (UTC), earliest first, with the patient."""
    query = (
        select(
            AppointmentRow.start_at,
            AppointmentRow.end_at,
            PatientRow.key.label("patient"),
            PatientRow.first_name,
            PatientRow.last_name,
        )
        .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
        .where(
            AppointmentRow.practitioner_id == practitioner_id,
            AppointmentRow.start_at >= start,
            AppointmentRow.start_at < end,
            AppointmentRow.status.in_([AppointmentStatus.BOOKED, AppointmentStatus.PENDING]),
        )
        .order_by(AppointmentRow.start_at)
    )
    found: Any = connection.execute(query).all()
    return found  # type: ignore[no-any-return]


def block_rows(
    connection: Connection,
    practitioner_id: int,
    start: int,
    end: int,
    now: datetime,
    *,
    call_id: int | None = None,
    own_id: int | None = None,
    moved_id: int | None = None,
    is_elsewhere_too: bool = True,
) -> list[Any]:
    """The blocks (`block_start`, `block_end`) of a practitioner that touch the time between two instants.

    Instants are seconds since 1970, `now` is UTC. Holds of the call `call_id`, the row `own_id` itself and the
    appointment `moved_id` that would go there are left out. What the practitioner's other calendar holds
    counts as appointments do, unless only those are asked for.
    """
    asked = between(practitioner_id, start, end) | but_for(now, call_id=call_id, own_id=own_id, moved_id=moved_id)
    return (_BLOCKS if is_elsewhere_too else _OWN_BLOCKS).rows(connection, asked)
