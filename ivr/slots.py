"""Which starts are offered for an act: SCHEDULING.md 3, as pure functions of values.

Instants are whole seconds since 1970 in here, so that the sweep over a busy agenda compares numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import NamedTuple

from ivr.clock import local, start_of_day
from ivr.intervals import Interval, difference, intersection, union
from ivr.practice import Act, Practitioner
from ivr.schedules import Calendar
from ivr.vocabulary import OverrideKind

ONE_DAY = timedelta(days=1)
MINUTE = 60
MOST_KEPT = 5000


class Block(NamedTuple):
    """A span of an agenda in which nothing else may happen, buffers included; seconds since 1970."""

    start: int
    end: int

    @property
    def span(self) -> Interval:
        """The same as instants, in UTC."""
        return Interval(datetime.fromtimestamp(self.start, UTC), datetime.fromtimestamp(self.end, UTC))


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that is offered; both instants are UTC."""

    start: datetime
    end: datetime
    practitioner: str
    act: str

    @classmethod
    def of(cls, practitioner: Practitioner, act: Act, start: datetime) -> "Slot":
        """The time that the act takes from `start` on."""
        return cls(start, start + timedelta(minutes=act.minutes), practitioner.key, act.key)


class Slots:
    """The starts of one version of a practice, a local date at a time, before anybody books; remembered."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._kept: dict[tuple[str, str, date], tuple[int, ...]] = {}
        self._begins: dict[tuple[str, date], datetime] = {}
        self._lock = Lock()

    def days(self, act: Act, now: datetime) -> tuple[date, date]:
        """The first and the last local date on which `act` may start, today being day 0."""
        today = local(self._calendar.zone, now).date()
        return today, today + timedelta(days=act.horizon_days)

    def free(
        self, practitioner: Practitioner, act: Act, days: tuple[date, date], busy: Sequence[Block], now: datetime
    ) -> Iterator[Slot]:
        """The slots between two local dates, both included, earliest first, that `busy` leaves free.

        `busy` holds all that lies in or runs into these days, in any order, and may overlap itself.
        """
        earliest = now.timestamp() + act.notice_minutes * MINUTE
        for start in _between(self._starts_from(practitioner, act, *days, earliest), act, joined(busy)):
            begun = datetime.fromtimestamp(start, UTC)
            yield Slot.of(practitioner, act, begun)

    def is_start(self, practitioner: Practitioner, act: Act, start: datetime) -> bool:
        """Whether the act may begin then, whoever has booked: hours, leave and grid allow it."""
        return _seconds(start) in self._starts(practitioner, act, local(self._calendar.zone, start).date())

    def reach(self, act: Act, days: tuple[date, date]) -> Block:
        """Where blocks may stand in the way of starts on these local dates."""
        zone = self._calendar.zone
        begin, end = start_of_day(zone, days[0]), start_of_day(zone, days[1] + ONE_DAY)
        longest = act.minutes + act.after_minutes
        return Block(_seconds(begin) - act.before_minutes * MINUTE, _seconds(end) + longest * MINUTE)

    def _starts_from(
        self, practitioner: Practitioner, act: Act, day: date, last: date, earliest: float
    ) -> Iterator[int]:
        while day <= last:
            yield from (start for start in self._starts(practitioner, act, day) if start >= earliest)
            day += ONE_DAY

    def _starts(self, practitioner: Practitioner, act: Act, day: date) -> tuple[int, ...]:
        key = (practitioner.key, act.key, day)
        found = self._kept.get(key)
        if found is None:
            found = tuple(sorted({*self._on_grid(practitioner, act, day)}))
            with self._lock:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = found
        return found

    def _on_grid(self, practitioner: Practitioner, act: Act, day: date) -> Iterator[int]:
        """The starts of one local date that lie in open time, on the grid of the range they were written in."""
        calendar = self._calendar
        midnight, following = (_seconds(start_of_day(calendar.zone, on)) for on in (day, day + ONE_DAY))
        step, length = act.step_minutes * MINUTE, act.minutes * MINUTE
        open_spans = _open(calendar, practitioner, act, [day - ONE_DAY, day, day + ONE_DAY])
        for written_on in (day - ONE_DAY, day):
            for span in calendar.working_ranges(practitioner, written_on):
                anchor = _seconds(self._anchor(practitioner, written_on, span))
                for piece in open_spans:
                    begin = _seconds(max(piece.start, span.start))
                    end = min(_seconds(piece.end) - length + 1, _seconds(span.end), following)
                    yield from range(_next_on_grid(max(begin, midnight), anchor, step), end, step)

    def _anchor(self, practitioner: Practitioner, day: date, span: Interval) -> datetime:
        """Where the grid of a range begins: one that starts at 00:00 goes on from one that ends at 24:00.

        Hours that never end begin their grid anew each year.
        """
        if span.start != start_of_day(self._calendar.zone, day):
            return span.start
        known, joined, origin = None, [], span.start
        while (known := self._begins.get((practitioner.key, day))) is None:
            joined.append(day)
            before = None if (day.month, day.day) == (1, 1) else self._joins(practitioner, day)
            if before is None:
                break
            origin, day = before.start, day - ONE_DAY
            if origin != start_of_day(self._calendar.zone, day):
                break
        begins = origin if known is None else known
        self._begins.update({(practitioner.key, on): begins for on in joined})
        return begins

    def _joins(self, practitioner: Practitioner, day: date) -> Interval | None:
        """The range of the day before that ends at 24:00, so that it goes on in one that starts `day` at 00:00."""
        before = day - ONE_DAY
        if not self._calendar.runs_to_midnight(practitioner, before):
            return None
        ranges = self._calendar.working_ranges(practitioner, before)
        is_there = ranges and ranges[-1].end >= start_of_day(self._calendar.zone, day)
        return ranges[-1] if is_there else None


def _next_on_grid(moment: int, anchor: int, step: int) -> int:
    return anchor + -(-(moment - anchor) // step) * step


def _open(calendar: Calendar, practitioner: Practitioner, act: Act, days: list[date]) -> tuple[Interval, ...]:
    """Working time less leave and absence, cut down to the act's own hours."""
    ranges = union(span for on in days for span in calendar.working_ranges(practitioner, on))
    if act.hours is not None:
        own = union(span for on in days for span in calendar.act_ranges(act.hours, on))
        ranges = intersection(ranges, own)
    gone = [leave.span for leave in practitioner.leaves]
    gone += [override.span for override in practitioner.overrides if override.kind is OverrideKind.AWAY]
    return difference(ranges, map(calendar.span, gone))


def _between(starts: Iterator[int], act: Act, busy: list[Block]) -> Iterator[int]:
    """The starts whose time and buffers touch no block; both go forward together."""
    before, after = act.before_minutes * MINUTE, (act.minutes + act.after_minutes) * MINUTE
    place = 0
    for start in starts:
        while place < len(busy) and busy[place].end <= start - before:
            place += 1
        if place == len(busy) or busy[place].start >= start + after:
            yield start


def joined(blocks: Iterable[Block]) -> list[Block]:
    """The same time as blocks that do not overlap, in order."""
    found: list[Block] = []
    for block in sorted(blocks):
        if found and block.start <= found[-1].end:
            found[-1] = Block(found[-1].start, max(found[-1].end, block.end))
        elif block.start < block.end:
            found.append(block)
    return found


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
