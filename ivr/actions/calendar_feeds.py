"""The secret address at which a calendar elsewhere finds a practitioner's agenda, and what it finds there."""

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert

from db.models.calendars import CalendarFeedRow
from db.queries.calendars import find_feed, shown_rows
from db.queries.practices import PracticeVersion
from ivr.actions.access import Made
from ivr.actions.ledger import token_hash
from ivr.actions.switchboards import Switchboards
from ivr.agenda_feed import ON_LEAVE, AgendaShown, Entry
from ivr.practice import Leave, Practitioner
from ivr.routing import Switchboard
from ivr.slots import ONE_DAY
from ivr.vocabulary import AppointmentStatus

TOKEN_BYTES = 32
SHOWN_BEFORE = timedelta(days=30)


def make_feed(connection: Connection, practitioner_id: int, made: Made) -> str:
    """The token of a new address; an earlier one is void. Only its hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    delete_feed(connection, practitioner_id)
    columns = {"practitioner_id": practitioner_id, "token_hash": token_hash(token)}
    connection.execute(insert(CalendarFeedRow).values(columns | {"made_at": made.at, "made_by": made.by}))
    return token


def delete_feed(connection: Connection, practitioner_id: int) -> bool:
    """Whether there was an address; it opens nothing any more."""
    gone = delete(CalendarFeedRow).where(CalendarFeedRow.practitioner_id == practitioner_id)
    return connection.execute(gone).rowcount == 1


def find_agenda_shown(
    connection: Connection, switchboards: Switchboards, token: str, host: str, now: datetime
) -> AgendaShown | None:
    """What the address of that token shows at `now` (UTC); None for one that opens nothing.

    `host` is where the service is found, so that no other makes the same identifiers.
    """
    found = find_feed(connection, token_hash(token))
    if found is None:
        return None
    switchboard = switchboards.get(connection, PracticeVersion(found.practice_id, found.version))
    doctor, since = switchboard.practice.practitioner(found.key), now - SHOWN_BEFORE
    entries = [_appointment(row, host) for row in shown_rows(connection, found.id, since)]
    return AgendaShown(doctor.name, [*entries, *_leaves(switchboard, doctor, f"{found.id}@{host}", since)])


def _appointment(row: Row[Any], host: str) -> Entry:
    is_pending = row.status == AppointmentStatus.PENDING
    return Entry(f"appointment-{row.id}@{host}", row.start_at, row.end_at, row.name, is_pending)


def _leaves(switchboard: Switchboard, doctor: Practitioner, of: str, since: datetime) -> Iterator[Entry]:
    """Each leave that is not long past, as one event; no two of a practitioner begin and end together."""
    summary = ON_LEAVE[switchboard.practice.languages[0]]
    for leave in doctor.leaves:
        span, wall = switchboard.calendar.span(leave.span), leave.span
        if span.end < since:
            continue
        start, end = _days(leave) if wall.whole_days else (span.start, span.end)
        yield Entry(f"leave-{wall.start:%Y%m%dT%H%M}-{wall.end:%Y%m%dT%H%M}-{of}", start, end, summary)


def _days(leave: Leave) -> tuple[date, date]:
    last = leave.span.end.date()
    return leave.span.start.date(), last + ONE_DAY if last < date.max else last
