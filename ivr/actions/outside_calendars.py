"""A practitioner's other calendar: its address, when it is read, and the times that are taken there."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, func, insert, literal, or_, select, update

from db.models.calendars import BusyTimeRow, OutsideCalendarRow
from db.models.practices import PracticeRow, PractitionerRow
from db.types import UtcDateTime
from ivr.calendars import Reading
from ivr.slots import Block
from ivr.vocabulary import CalendarTrouble

EVERY = timedelta(minutes=10)
LONGEST_ADDRESS = 2000
AT_ONCE = 500


class AddressError(ValueError):
    """An address that cannot be that of a calendar on the internet."""


@dataclass(frozen=True, slots=True)
class Due:
    """A calendar to be read now. `etag` is given when an unchanged one need not be read again."""

    practitioner_id: int
    address: str
    etag: str | None
    zone: str


def calendar_address(written: str) -> str:
    """The address as it is kept; `webcal:` is https to calendars.

    Raises:
        AddressError: it is not https with the name of a host.
    """
    address = written.strip()
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
        scheme = "https" if parts.scheme == "webcal" else parts.scheme
    except ValueError:
        raise AddressError(address) from None
    is_clean = address.isprintable() and " " not in address and len(address) <= LONGEST_ADDRESS
    if scheme != "https" or not is_clean or "." not in host.strip(".") or _is_a_number(host):
        raise AddressError(address)
    return parts._replace(scheme=scheme).geturl()


def set_address(connection: Connection, practitioner_id: int, address: str, now: datetime) -> bool:
    """Read that calendar from now on (UTC); False when it is the same as before, whose busy times stay."""
    table = OutsideCalendarRow
    same = (table.practitioner_id == practitioner_id, table.address == address)
    if connection.execute(update(table).where(*same).values(due_at=now)).rowcount == 1:
        return False
    clear_address(connection, practitioner_id)
    columns = {"practitioner_id": practitioner_id, "address": address, "due_at": now}
    connection.execute(insert(table).values(columns))
    return True


def clear_address(connection: Connection, practitioner_id: int) -> bool:
    """Whether there was an address; what was taken there is free."""
    gone = delete(OutsideCalendarRow).where(OutsideCalendarRow.practitioner_id == practitioner_id)
    was_there = connection.execute(gone).rowcount == 1
    connection.execute(delete(BusyTimeRow).where(BusyTimeRow.practitioner_id == practitioner_id))
    return was_there


def find_due(connection: Connection, now: datetime) -> Row[Any] | None:
    """The calendar that has waited longest to be read.

    One that is due later than can be was read before the clock was put back.
    """
    table = OutsideCalendarRow
    query = (
        select(
            table.practitioner_id,
            table.address,
            table.etag,
            table.read_at,
            table.due_at,
            PracticeRow.timezone,
        )
        .join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
        .join(PracticeRow, PracticeRow.id == PractitionerRow.practice_id)
        .where(or_(table.due_at <= now, table.due_at > now + 2 * EVERY))
        .order_by(table.due_at)
        .limit(1)
    )
    found: Any = connection.execute(query).first()
    return found  # type: ignore[no-any-return]


def claim(connection: Connection, found: Row[Any], now: datetime) -> Due | None:
    """It is read by whoever asks first; None for the others, until it is due again.

    Once a day it is read though it is unchanged, as the days to come are other ones.
    """
    table = OutsideCalendarRow
    same = (table.practitioner_id == found.practitioner_id, table.address == found.address)
    claimed = update(table).where(*same, table.due_at == found.due_at).values(due_at=now + EVERY)
    if connection.execute(claimed).rowcount == 0:
        return None
    is_of_today = found.read_at is not None and found.read_at.date() == now.astimezone(UTC).date()
    return Due(found.practitioner_id, found.address, found.etag if is_of_today else None, found.timezone)


def keep_reading(connection: Connection, due: Due, reading: Reading, now: datetime) -> bool:
    """Whether it still counts: nobody has changed the address meanwhile."""
    told = {"etag": reading.etag, "read_at": now, "failed_since": None, "trouble": None}
    if not _settle(connection, due, told):
        return False
    if reading.blocks is not None:
        _keep_blocks(connection, due.practitioner_id, {*reading.blocks})
    return True


def keep_trouble(connection: Connection, due: Due, trouble: CalendarTrouble, now: datetime) -> bool:
    """What was read before stays; since when nothing can be read is told."""
    since = func.coalesce(OutsideCalendarRow.failed_since, literal(now, UtcDateTime))
    return _settle(connection, due, {"trouble": trouble.value, "failed_since": since})


def _settle(connection: Connection, due: Due, told: dict[str, Any]) -> bool:
    table = OutsideCalendarRow
    same = (table.practitioner_id == due.practitioner_id, table.address == due.address)
    return connection.execute(update(table).where(*same).values(told)).rowcount == 1


def _keep_blocks(connection: Connection, practitioner_id: int, blocks: set[Block]) -> None:
    """Only what is different is written: most calendars are as they were ten minutes ago."""
    table = BusyTimeRow
    stored = select(table.id, table.block_start, table.block_end).where(table.practitioner_id == practitioner_id)
    kept = {Block(row.block_start, row.block_end): row.id for row in connection.execute(stored)}
    gone = [identity for block, identity in kept.items() if block not in blocks]
    for place in range(0, len(gone), AT_ONCE):
        connection.execute(delete(table).where(table.id.in_(gone[place : place + AT_ONCE])))
    added = [
        {"practitioner_id": practitioner_id, "block_start": block.start, "block_end": block.end}
        for block in sorted(blocks - kept.keys())
    ]
    if added:
        connection.execute(insert(table), added)


def _is_a_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit()
    return True
