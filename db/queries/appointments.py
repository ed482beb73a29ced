"""Reading the agenda: columns only, and only where something stands in the way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from db.base import table_of
from db.models.appointments import AppointmentRow
from ivr.vocabulary import AppointmentStatus

APPOINTMENTS = table_of(AppointmentRow)

ACTIVE = (AppointmentStatus.BOOKED.value, AppointmentStatus.PENDING.value)
_BLOCKS: Select[Any] = select(APPOINTMENTS.c.block_start_at, APPOINTMENTS.c.block_end_at).where(
    APPOINTMENTS.c.practitioner_id == bindparam("practitioner_id"),
    APPOINTMENTS.c.block_start_at < bindparam("end"),
    APPOINTMENTS.c.block_end_at > bindparam("start"),
    APPOINTMENTS.c.status.in_(ACTIVE),
)


def block_rows(connection: Connection, practitioner_id: int, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """The blocks (`block_start_at`, `block_end_at`) of a practitioner that touch the time between two instants."""
    asked = {"practitioner_id": practitioner_id, "start": start, "end": end}
    return connection.execute(_BLOCKS, asked).all()
