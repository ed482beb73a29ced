"""The times that somebody else's calendar (iCalendar, RFC 5545) says are taken, whatever it holds."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import prod
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component

from ivr.clock import Edge, Zone, instant, start_of_day
from ivr.slots import ONE_DAY, Block, joined
from ivr.vocabulary import CalendarTrouble

MOST_BLOCKS = 5000
LONGEST_BLOCK = 24 * 3600
"""Seconds. The search for what is in the way looks back three days, so that longer blocks are kept in pieces."""
MOST_TIMES_A_DAY = 48
MARGIN = timedelta(days=3)
"""What no zone and no missing hour exceeds."""

FOLD = re.compile(r"\r?\n[ \t]")
RULE = re.compile(r"^(?:RRULE|EXRULE)\b[^:\r\n]*:(.*)$", re.MULTILINE | re.IGNORECASE)
NO_STEP = re.compile(r"-.*|[+0]*")
TIMES_A_DAY = {"SECONDLY": 24 * 3600, "MINUTELY": 24 * 60, "HOURLY": 24}
WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")


class CalendarError(Exception):
    """A calendar that cannot be read, and why."""

    def __init__(self, trouble: CalendarTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a calendar brought: its mark (`ETag`) and the blocks, or None where it is as it was."""

    etag: str | None
    blocks: list[Block] | None


def busy_times(text: str, zone: Zone, start: datetime, end: datetime) -> list[Block]:
    """What is taken between two instants (UTC), in order, the next 5,000 blocks of a day at most.

    Transparent and cancelled events take no time, nor do those without any. Whole days are those of `zone`, the
    practice's, and so are times without a zone. What is known not to end soon is refused; what merely takes long, or
    much memory, is for the caller to limit.

    Raises:
        CalendarError: it is no calendar, or repeats without end.
    """
    _refuse_endless(text)
    since = start.replace(hour=0, minute=0, second=0, microsecond=0)  # so that what has begun keeps its beginning
    bounds = Block(int(since.timestamp()), int(end.timestamp()))
    try:
        found = [_block(event, zone, since, end) for event in _events(text, since, end) if _takes_time(event)]
    except MemoryError:
        raise CalendarError(CalendarTrouble.TOO_COMPLEX) from None
    except Exception as error:  # the libraries raise of every kind, and their words hold what is in the calendar
        raise CalendarError(CalendarTrouble.NOT_A_CALENDAR) from error
    pieces = _pieces(joined(Block(max(b.start, bounds.start), min(b.end, bounds.end)) for b in found))
    return [piece for piece in pieces if piece.end > start.timestamp()][:MOST_BLOCKS]


def _refuse_endless(text: str) -> None:
    """Rules that give more times a day than anybody's day has; zones may hold rules too."""
    for rule in RULE.finditer(FOLD.sub("", text)):
        parts = dict(part.upper().strip().partition("=")[::2] for part in rule[1].split(";"))
        listed = prod(1 + parts[name].count(",") for name in WITHIN_A_DAY if name in parts)
        is_often = listed * TIMES_A_DAY.get(parts.get("FREQ", ""), 1) > MOST_TIMES_A_DAY
        if is_often or NO_STEP.fullmatch(parts.get("INTERVAL", "1")):
            raise CalendarError(CalendarTrouble.TOO_COMPLEX)


def _events(text: str, start: datetime, end: datetime) -> Iterator[Any]:
    """Every occurrence that may lie between the two, each with its own start and end. Raises all kinds of errors."""
    calendars = [found for found in Calendar.from_ical(text, multiple=True) if found.name == "VCALENDAR"]
    if not calendars:
        raise CalendarError(CalendarTrouble.NOT_A_CALENDAR)
    for calendar in calendars:
        if any(_has_unknown_zone(event, name) for event in calendar.walk("VEVENT") for name in ("DTSTART", "DTEND")):
            raise CalendarError(CalendarTrouble.NOT_A_CALENDAR)
        yield from recurring_ical_events.of(calendar).between(start - MARGIN, end + MARGIN)


def _has_unknown_zone(event: Component, name: str) -> bool:
    """Whether it names a zone that nobody knows; the library takes that for a time without a zone."""
    told = event.get(name)
    at = getattr(told, "dt", None)
    return isinstance(at, datetime) and at.tzinfo is None and "TZID" in told.params


def _takes_time(event: Any) -> bool:
    transparency, status = (str(event.get(name, "")).strip().upper() for name in ("TRANSP", "STATUS"))
    return transparency != "TRANSPARENT" and status != "CANCELLED"


def _block(event: Any, zone: Zone, since: datetime, until: datetime) -> Block:
    begin, end = event["DTSTART"].dt, event["DTEND"].dt
    if not isinstance(begin, datetime) and begin == end:
        end = begin + ONE_DAY  # a date names a whole day
    first, last = since - MARGIN, until + MARGIN
    return Block(*(_seconds(at, zone, edge, first, last) for at, edge in ((begin, Edge.START), (end, Edge.END))))


def _seconds(moment: date, zone: Zone, edge: Edge, first: datetime, last: datetime) -> int:
    """Seconds since 1970; what lies far out is moved to where the calendars of all zones reach."""
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return int(moment.timestamp())
    if isinstance(moment, datetime):
        wall = min(max(moment.replace(microsecond=0), first.replace(tzinfo=None)), last.replace(tzinfo=None))
        return int(instant(zone, wall, edge).timestamp())
    return int(start_of_day(zone, min(max(moment, first.date()), last.date())).timestamp())


def _pieces(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same time, cut at each midnight in UTC, so that no piece is longer than a day."""
    for block in blocks:
        begin = block.start
        while begin < block.end:
            end = min(block.end, (begin // LONGEST_BLOCK + 1) * LONGEST_BLOCK)
            yield Block(begin, end)
            begin = end
