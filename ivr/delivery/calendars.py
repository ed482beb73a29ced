"""The worker's part in calendars elsewhere: one reading at a time, and no transaction open meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from db.engine import Transaction
from ivr.actions.outside_calendars import Due, claim, find_due, keep_reading, keep_trouble
from ivr.calendars import CalendarError, Reading
from ivr.delivery.apart import Asked

AHEAD = timedelta(days=400)

Read: TypeAlias = Callable[[Asked], Reading]
"""Raises CalendarError."""

log = structlog.get_logger()


def read_one(reading: Transaction, writing: Transaction, read: Read, now: datetime) -> bool:
    """Read the calendar that is due, if any; what fails leaves the busy times as they were."""
    due = _claim_due(reading, writing, now)
    if due is None:
        return False
    asked = Asked(due.address, due.etag, due.zone, int(now.timestamp()), int((now + AHEAD).timestamp()))
    try:
        found = read(asked)
    except CalendarError as error:
        with writing() as connection:
            keep_trouble(connection, due, error.trouble, now)
        log.warning("calendar_not_read", practitioner=due.practitioner_id, trouble=error.trouble.value)
        return True
    with writing() as connection:
        keep_reading(connection, due, found, now)
    busy = None if found.blocks is None else len(found.blocks)
    log.info("calendar_read", practitioner=due.practitioner_id, busy=busy)
    return True


def _claim_due(reading: Transaction, writing: Transaction, now: datetime) -> Due | None:
    with reading() as connection:
        found = find_due(connection, now)
    if found is None:
        return None
    with writing() as connection:
        return claim(connection, found, now)
