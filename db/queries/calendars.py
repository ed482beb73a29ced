"""What calendars elsewhere show of an agenda, and what we keep of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from db.models.appointments import ACTIVE, AppointmentRow
from db.models.calendars import BusyTimeRow, CalendarFeedRow, OutsideCalendarRow
from db.models.practices import ActRow, PracticeRow, PractitionerRow
from db.queries.appointments import between, taken_elsewhere
from ivr.vocabulary import AppointmentStatus


def find_feed(connection: Connection, token_hash: str) -> Row[Any] | None:
    """Whose agenda the token opens: the practitioner, and the practice with its version."""
    query = (
        select(
            PractitionerRow.id,
            PractitionerRow.key,
            PracticeRow.id.label("practice_id"),
            PracticeRow.version,
        )
        .join(CalendarFeedRow, CalendarFeedRow.practitioner_id == PractitionerRow.id)
        .join(PracticeRow, PracticeRow.id == PractitionerRow.practice_id)
    )
    found: Any = connection.execute(query.where(CalendarFeedRow.token_hash == token_hash)).first()
    return found  # type: ignore[no-any-return]


def shown_rows(connection: Connection, practitioner_id: int, since: datetime) -> Sequence[Row[Any]]:
    """What is booked or pending with a practitioner from `since` (UTC) on, earliest first; nothing of patients."""
    table = AppointmentRow
    query = (
        select(table.id, table.start_at, table.end_at, table.status, ActRow.name)
        .join(ActRow, ActRow.id == table.act_id)
        .where(
            text(f"appointments.{ACTIVE}"),  # as the index says it
            table.practitioner_id == practitioner_id,
            table.block_end > int(since.timestamp()),
            table.start_at >= since,
            table.status.in_([AppointmentStatus.BOOKED, AppointmentStatus.PENDING]),
        )
        .order_by(table.start_at, table.id)
    )
    found: Any = connection.execute(query).all()
    return found  # type: ignore[no-any-return]


def calendar_rows(connection: Connection, practice_id: int) -> dict[str, Any]:
    """What each practitioner of a practice has of calendars elsewhere, by key; `busy` is how many times are taken."""
    count = select(func.count()).where(BusyTimeRow.practitioner_id == PractitionerRow.id).scalar_subquery()
    query = (
        select(
            PractitionerRow.key,
            PractitionerRow.id,
            CalendarFeedRow.made_at,
            OutsideCalendarRow.address,
            OutsideCalendarRow.read_at,
            OutsideCalendarRow.failed_since,
            OutsideCalendarRow.trouble,
            count.label("busy"),
        )
        .outerjoin(CalendarFeedRow, CalendarFeedRow.practitioner_id == PractitionerRow.id)
        .outerjoin(OutsideCalendarRow, OutsideCalendarRow.practitioner_id == PractitionerRow.id)
        .where(PractitionerRow.practice_id == practice_id)
    )
    return {row.key: row for row in connection.execute(query)}


def busy_rows(connection: Connection, practitioner_id: int, start: int, end: int) -> Sequence[Row[Any]]:
    """The times taken in the practitioner's other calendar that touch the time between two instants, earliest first.

    All are seconds since 1970.
    """
    table = BusyTimeRow
    query = select(table.block_start, table.block_end).where(taken_elsewhere()).order_by(table.block_start)
    found: Any = connection.execute(query, between(practitioner_id, start, end)).all()
    return found  # type: ignore[no-any-return]
