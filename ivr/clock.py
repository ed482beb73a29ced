"""Now, and the way from wall clocks to instants; the only module that knows pytz."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

import pytz

Clock: TypeAlias = Callable[[], datetime]
Zone: TypeAlias = pytz.BaseTzInfo


class Edge(Enum):
    """Which end of a span a wall time is; it decides when a clock shows that time twice."""

    START = "start"
    END = "end"


def system_clock() -> datetime:
    """This instant in UTC, from the machine."""
    return datetime.now(UTC)


def zone_named(name: str) -> Zone:
    """The IANA zone called `name`.

    Raises:
        ValueError: there is no such zone.
    """
    try:
        return pytz.timezone(name)
    except (pytz.UnknownTimeZoneError, UnicodeEncodeError, AttributeError):
        message = f"{name!r} is not a time zone; write one of the IANA names, such as Europe/Paris"
        raise ValueError(message) from None


@lru_cache(maxsize=32768)
def instant(zone: Zone, wall: datetime, edge: Edge) -> datetime:
    """The UTC instant at which a clock in `zone` shows the naive time `wall` (SCHEDULING.md 1).

    Shown twice: the first for a START, the last for an END. Skipped: the end of the gap. Remembered, since
    pytz takes about 11 microseconds for each.
    """
    try:
        shown = zone.localize(wall, is_dst=None)
    except pytz.AmbiguousTimeError:
        both = sorted(zone.localize(wall, is_dst=dst) for dst in (True, False))
        shown = both[0] if edge is Edge.START else both[-1]
    except pytz.NonExistentTimeError:
        return _end_of_gap(zone, wall)
    return shown.astimezone(UTC)


def read_local(zone: Zone, text: str) -> datetime:
    """The UTC instant of an ISO time, local to `zone` unless it carries an offset (INTERFACE.md 4).

    Without one the double hour is its first pass, and a skipped time is the end of the gap.

    Raises:
        ValueError: not a date and time.
    """
    moment = datetime.fromisoformat(text)
    return instant(zone, moment, Edge.START) if moment.tzinfo is None else moment.astimezone(UTC)


def is_shown_twice(zone: Zone, moment: datetime) -> bool:
    """Whether the wall time of this instant belongs to another instant too."""
    wall = local(zone, moment).replace(tzinfo=None)
    return instant(zone, wall, Edge.START) != instant(zone, wall, Edge.END)


def start_of_day(zone: Zone, day: date) -> datetime:
    """The first instant of the local date `day`, in UTC."""
    return instant(zone, datetime(day.year, day.month, day.day), Edge.START)  # noqa: DTZ001 a wall time


def local(zone: Zone, moment: datetime) -> datetime:
    """The same instant as a clock in `zone` shows it, with its offset."""
    return moment.astimezone(zone)


def _end_of_gap(zone: Zone, wall: datetime) -> datetime:
    """The first instant that shows `wall` or later; no `localize` flag gives it, so it is searched."""
    guess = wall.replace(tzinfo=UTC)
    early, late = guess - timedelta(days=2), guess + timedelta(days=2)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)
