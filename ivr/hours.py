"""Weekly hours as the practice writes them: wall times of one day, kept as minutes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import NamedTuple, TypeAlias

from ivr.vocabulary import WEEKDAYS

MINUTES_A_DAY = 24 * 60
MOST_A_DAY = 24
"""How many ranges a day may have: nobody works more often, and each is compared with each."""
RANGE = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class DayRange:
    """From `start` to `end`, in minutes after midnight; an end at or before its start is the next day's."""

    start: int
    end: int

    @property
    def runs_overnight(self) -> bool:
        return self.end <= self.start

    def __str__(self) -> str:
        return f"{_clock_time(self.start)}-{_clock_time(self.end)}"


DayHours: TypeAlias = tuple[DayRange, ...]
WeeklyHours: TypeAlias = tuple[DayHours, DayHours, DayHours, DayHours, DayHours, DayHours, DayHours]

NEVER: WeeklyHours = ((), (), (), (), (), (), ())


def read_range(text: str) -> DayRange:
    """A range such as `09:00-12:00`, `20:00-24:00` or, into the next day, `22:00-06:00`.

    Raises:
        ValueError: not two times of a day, with the remedy.
    """
    found = RANGE.fullmatch(text.strip())
    if found:
        hours = [int(part) for part in found.groups()]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if hours[1] < 60 > hours[3] and start < MINUTES_A_DAY >= end:  # noqa: PLR2004 minutes an hour
            return DayRange(start, end)
    message = f'{text!r} is not a range of hours; write it like "09:00-12:00", with 24:00 only as an end'
    raise ValueError(message)


def read_day(texts: Iterable[str]) -> DayHours:
    """The ranges of one day, in order. Raises ValueError as `read_range` does."""
    return tuple(sorted(read_range(text) for text in texts))


def weekly(table: Mapping[str, Iterable[str]]) -> WeeklyHours:
    """A table by weekday key (`mon` …), other days closed. Raises ValueError as `read_range` does."""
    days = [read_day(table.get(weekday, ())) for weekday in WEEKDAYS]
    return (days[0], days[1], days[2], days[3], days[4], days[5], days[6])


def range_at(hours: WeeklyHours, moment: datetime) -> DayRange | None:
    """The range that a wall time lies in, also one that began the evening before."""
    minute = moment.hour * 60 + moment.minute
    for span in hours[moment.weekday()]:
        if span.start <= minute and (minute < span.end or span.runs_overnight):
            return span
    return next((span for span in hours[moment.weekday() - 1] if span.runs_overnight and minute < span.end), None)


class Window(NamedTuple):
    """The range of one day among several, counted from 0."""

    day: int
    hours: DayRange


def overlaps(days: Sequence[DayHours], *, is_circle: bool = False) -> Iterator[tuple[Window, Window]]:
    """Windows of following days that share some time, the one that begins first before the other.

    In a circle, such as a week, the last night runs into the first day.
    """
    windows = [Window(day, hours) for day, ranges in enumerate(days) for hours in ranges]
    for first, second in combinations(windows, 2):
        if _start(second) < _end(first):
            yield first, second
        elif is_circle and _start(first) + len(days) * MINUTES_A_DAY < _end(second):
            yield second, first


def _start(window: Window) -> int:
    return window.day * MINUTES_A_DAY + window.hours.start


def _end(window: Window) -> int:
    last = window.day + 1 if window.hours.runs_overnight else window.day
    return last * MINUTES_A_DAY + window.hours.end


def written(hours: WeeklyHours) -> dict[str, list[str]]:
    """The table as the practice file writes it, closed days left out."""
    return {weekday: [str(span) for span in day] for weekday, day in zip(WEEKDAYS, hours, strict=True) if day}


def _clock_time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
