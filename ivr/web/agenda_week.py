"""A week of an agenda laid out: which days are shown and how wide, what is drawn from which minute to which."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from ivr.clock import Zone, local, start_of_day
from ivr.hindrances import Cause
from ivr.intervals import Interval
from ivr.practice import Practitioner
from ivr.schedules import Calendar
from ivr.vocabulary import OverrideKind

ONE_DAY = timedelta(days=1)
A_DAY, AN_HOUR = 24 * 60, 60
WORKDAYS = 5
USUAL_DAY = (8 * AN_HOUR, 18 * AN_HOUR)
"""What is shown of a week in which nothing happens, in minutes after midnight."""
NARROW = 0.4
"""How wide a day without hours and without appointments is, beside the others."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in the agenda, from `start` to `end` (UTC); `row` says what."""

    start: datetime
    end: datetime
    row: Any = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What an entry takes of one day, in minutes by the clock, in the column `column` of `columns` side by side."""

    start: int
    end: int
    row: Any
    column: int = 0
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Absence:
    """Why the practitioner is not there for a part of a day, in minutes; `until` is the end of all of it (UTC)."""

    cause: Cause
    start: int
    end: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A local date: the hours worked (in minutes, leave not taken off), absences, and what is planned."""

    on: date
    hours: tuple[tuple[int, int], ...]
    absences: tuple[Absence, ...]
    placed: tuple[Placed, ...]

    @property
    def is_idle(self) -> bool:
        """Nothing is worked, planned or celebrated."""
        return not self.hours and not self.placed and not any(a.cause is Cause.HOLIDAY for a in self.absences)

    @property
    def width(self) -> float:
        """Beside that of other days."""
        return NARROW if self.is_idle else 1.0


@dataclass(frozen=True, slots=True)
class AgendaWeek:
    """The days that are shown, and from which full hour to which, in minutes."""

    days: tuple[Day, ...]
    first: int
    last: int


def lay_out(
    calendar: Calendar, practitioner: Practitioner, monday: date, entries: Sequence[Entry], kept: date
) -> AgendaWeek:
    """The week that begins at `monday`; idle days at its end are left out, unless it is the date `kept`."""
    days = [_day(calendar, practitioner, monday + n * ONE_DAY, entries) for n in range(7)]
    while len(days) > WORKDAYS and days[-1].is_idle and days[-1].on != kept:
        days.pop()
    edges = [edge for day in days for span in _drawn(day) for edge in span] or list(USUAL_DAY)
    first, last = min(edges), max(edges)
    return AgendaWeek(tuple(days), first // AN_HOUR * AN_HOUR, -(-last // AN_HOUR) * AN_HOUR)


def side_by_side(placed: Iterable[Placed]) -> tuple[Placed, ...]:
    """The same with columns: what overlaps stands side by side, what follows goes back to the first free column."""
    found: list[Placed] = []
    for cluster in _clusters(sorted(placed, key=lambda one: (one.start, one.end))):
        ends: list[int] = []
        columns = []
        for one in cluster:
            free = next((n for n, end in enumerate(ends) if end <= one.start), len(ends))
            ends[free : free + 1] = [one.end]
            columns.append(free)
        found += [replace(one, column=n, columns=len(ends)) for one, n in zip(cluster, columns, strict=True)]
    return tuple(found)


def _clusters(placed: Iterable[Placed]) -> Iterator[list[Placed]]:
    """Those that overlap, directly or by others between them."""
    cluster: list[Placed] = []
    for one in placed:
        if cluster and one.start >= max(other.end for other in cluster):
            yield cluster
            cluster = []
        cluster.append(one)
    if cluster:
        yield cluster


def free_spans(day: Day) -> tuple[tuple[int, int], ...]:
    """The minutes of a day in which something could be booked: worked, nobody away, nothing planned."""
    taken = sorted([(p.start, p.end) for p in day.placed] + [(a.start, a.end) for a in day.absences])
    return tuple(span for start, end in day.hours for span in _gaps(start, end, taken))


def _gaps(start: int, end: int, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of `start` to `end`."""
    for begin, stop in taken:
        if begin < end and stop > start:
            if begin > start:
                yield start, begin
            start = max(start, stop)
    if start < end:
        yield start, end


def _drawn(day: Day) -> Iterator[tuple[int, int]]:
    yield from day.hours
    yield from ((one.start, one.end) for one in day.placed)


def _day(calendar: Calendar, practitioner: Practitioner, on: date, entries: Sequence[Entry]) -> Day:
    zone, whole = calendar.zone, _whole(calendar.zone, on)
    hours = (_within(zone, whole, span) for span in calendar.working_hours(practitioner, on))
    spans = ((_within(zone, whole, Interval(one.start, one.end)), one.row) for one in entries)
    placed = [Placed(span[0], span[1], row) for span, row in spans if span]
    return Day(on, tuple(s for s in hours if s), tuple(_absences(calendar, practitioner, on)), side_by_side(placed))


def _absences(calendar: Calendar, practitioner: Practitioner, on: date) -> Iterator[Absence]:
    if calendar.is_holiday(on):
        yield Absence(Cause.HOLIDAY, 0, A_DAY)
    gone = [(Cause.LEAVE, leave.span) for leave in practitioner.leaves]
    gone += [(Cause.AWAY, one.span) for one in practitioner.overrides if one.kind is OverrideKind.AWAY]
    for cause, wall in gone:
        span = calendar.span(wall)
        within = _within(calendar.zone, _whole(calendar.zone, on), span)
        if within:
            yield Absence(cause, *within, until=span.end)


def _whole(zone: Zone, on: date) -> Interval:
    return Interval(start_of_day(zone, on), start_of_day(zone, on + ONE_DAY))


def _within(zone: Zone, whole: Interval, span: Interval) -> tuple[int, int] | None:
    """The minutes of a span that lie on a whole day, by the clock of the practice; at least one, none beside it.

    Where a clock is put back within it, it is as long as it lasts.
    """
    start, end = max(span.start, whole.start), min(span.end, whole.end)
    if start >= end:
        return None
    begin = 0 if start == whole.start else _minute(local(zone, start))
    stop = A_DAY if end == whole.end else _minute(local(zone, end))
    lasting = int((end - start).total_seconds() // 60)
    return begin, stop if stop > begin else min(begin + max(lasting, 1), A_DAY)


def _minute(moment: datetime) -> int:
    return moment.hour * AN_HOUR + moment.minute


def least_minutes(week: AgendaWeek) -> int:
    """The shortest of what is planned, in minutes; a quarter of an hour where nothing is."""
    return min((one.end - one.start for day in week.days for one in day.placed), default=15)


def offsets(week: AgendaWeek) -> tuple[tuple[float, float], ...]:
    """From where to where each day is drawn, of a week that is 1 wide."""
    total = sum(day.width for day in week.days)
    edges = [0.0]
    for day in week.days:
        edges.append(edges[-1] + day.width / total)
    return tuple(pairwise(edges))
