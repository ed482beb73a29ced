"""What the calendars say about an instant: hours, leave, overrides, holidays, secretaries.

The rules are those of SCHEDULING.md 1 and 2.

Nothing is decided here. A `Moment` holds between two boundaries; `Calendar` finds the moment of an instant
and walks through the moments that follow.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from ivr.clock import Edge, Zone, instant, local, start_of_day, zone_named
from ivr.hours import MINUTES_A_DAY, DayHours, DayRange, WeeklyHours
from ivr.intervals import Interval, union
from ivr.practice import Leave, Override, Practice, Practitioner, Replacement, WallSpan
from ivr.public_holidays import public_holidays
from ivr.vocabulary import OverrideKind

ONE_DAY = timedelta(days=1)
A_YEAR_AND_MORE = timedelta(days=400)
"""In this time every holiday comes round; hours repeat sooner."""
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)
DAYS_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Moment:
    """All that the calendars say, between two boundaries, about one practitioner and the secretaries."""

    leave: Leave | None = None
    away: Override | None = None
    open_now: Override | None = None
    pause: Override | None = None
    is_holiday: bool = False
    in_ordinary_hours: bool = False
    in_priority_hours: bool = False
    secretaries: tuple[str, ...] = ()

    @property
    def is_gone(self) -> bool:
        """On leave or away, by the order of force: away > open now > leave (ROUTING.md 1); a locum is there."""
        return self.away is not None or (self._is_on_leave and self.locum is None)

    @property
    def locum(self) -> Replacement | None:
        """Who takes the practitioner's calls during a leave (ROUTING.md case 35)."""
        if not self._is_on_leave or self.leave is None or self.leave.instead.takes_calls is None:
            return None
        return self.leave.instead

    @property
    def _is_on_leave(self) -> bool:
        return self.leave is not None and self.open_now is None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span during which one moment holds."""

    span: Interval
    moment: Moment


class Calendar:
    """The calendars of one practice, worked out a local date at a time and remembered.

    A calendar belongs to one version of the practice: a change of settings makes a new one.
    """

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.zone: Zone = zone_named(practice.timezone)
        self._days: dict[tuple[str, date], _Day] = {}

    def moment(self, practitioner: Practitioner, now: datetime) -> Moment:
        """What holds at the instant `now`, given in UTC."""
        day = self._day(practitioner, local(self.zone, now).date())
        return day.stretches[bisect_right(day.starts, now) - 1].moment

    def stretches(self, practitioner: Practitioner, since: datetime) -> Iterator[Stretch]:
        """The stretch that holds at `since`, then all that follow, cut at each midnight, in order.

        Spans far ahead in which hours and holidays only repeat themselves, with nothing dated in them, are
        left out; after the last of them nothing changes that did not change before.
        """
        for day in self._telling_days(practitioner, local(self.zone, since).date()):
            for stretch in self._day(practitioner, day).stretches:
                if stretch.span.end > since:
                    yield stretch

    def is_holiday(self, day: date) -> bool:
        """Whether the practice is closed all that local date: a holiday it does not work on."""
        practice = self.practice
        if day in practice.open_holidays:
            return False
        if day in practice.closed_days:
            return True
        return day in public_holidays(practice.territory, day.year, practice.good_friday)

    def span(self, wall: WallSpan) -> Interval:
        """The instants of a span written in wall time."""
        if wall.end.date() >= date.max - ONE_DAY:
            return Interval(instant(self.zone, wall.start, Edge.START), LAST_INSTANT)
        if wall.whole_days:
            return Interval(
                start_of_day(self.zone, wall.start.date()), start_of_day(self.zone, wall.end.date() + ONE_DAY)
            )
        return Interval(instant(self.zone, wall.start, Edge.START), instant(self.zone, wall.end, Edge.END))

    def ordinary_hours(self, practitioner: Practitioner, day: date) -> tuple[Interval, ...]:
        """The contact window within one local date: a table of its own, or the working hours."""
        if practitioner.contact_hours is None:
            return self.working_hours(practitioner, day)
        return self.weekly_hours(practitioner.contact_hours, day)

    def weekly_hours(self, table: WeeklyHours, day: date) -> tuple[Interval, ...]:
        """A weekly table within one local date; holidays close it, nothing else does."""
        return self._windows(lambda on: () if self.is_holiday(on) else table[on.weekday()], day)

    def working_hours(self, practitioner: Practitioner, day: date) -> tuple[Interval, ...]:
        """The working hours within one local date: weekly, alternate weeks, dated hours, holidays."""
        is_dated = any(hours.on == day for hours in practitioner.dated_hours)
        return self._windows(lambda on: self._written(practitioner, on), day, cut=is_dated)

    def working_ranges(self, practitioner: Practitioner, day: date) -> tuple[Interval, ...]:
        """The working hours written on one date, a night's to its end unless the next date cuts it off."""
        following = day + ONE_DAY
        is_cut = self.is_holiday(following) or any(hours.on == following for hours in practitioner.dated_hours)
        end = start_of_day(self.zone, following) if is_cut else LAST_INSTANT
        ranges = (self._range(day, written) for written in self._written(practitioner, day))
        return union(Interval(span.start, min(span.end, end)) for span in ranges)

    def runs_to_midnight(self, practitioner: Practitioner, day: date) -> bool:
        """Whether working hours written on that date end at 24:00, so that they join those that start at 00:00."""
        return any(written.end % MINUTES_A_DAY == 0 for written in self._written(practitioner, day))

    def act_ranges(self, table: WeeklyHours, day: date) -> tuple[Interval, ...]:
        """An act's own hours written on one date; they only cut down working hours, which know of holidays."""
        return union(self._range(day, written) for written in table[day.weekday()])

    def _written(self, practitioner: Practitioner, on: date) -> DayHours:
        """The working hours that hold on a date: dated ones before weekly ones, none on a holiday or in an off week."""
        special = next((hours for hours in practitioner.dated_hours if hours.on == on), None)
        if self.is_holiday(on):
            return special.hours if special and special.for_holiday else ()
        if special:
            return special.hours
        weeks = practitioner.weeks
        return practitioner.working_hours[on.weekday()] if weeks is None or weeks.includes(on) else ()

    def _windows(self, ranges: Callable[[date], DayHours], day: date, cut: bool = False) -> tuple[Interval, ...]:
        """The instants of `day` inside the ranges written on it or, unless cut off, on the day before.

        A holiday always cuts off the night range of the evening before (ROUTING.md 1).
        """
        whole = self._whole(day)
        origins = [day] if cut or self.is_holiday(day) else [day - ONE_DAY, day]
        spans = [self._range(on, written) for on in origins for written in ranges(on)]
        return union(Interval(max(s.start, whole.start), min(s.end, whole.end)) for s in spans)

    def _range(self, day: date, written: DayRange) -> Interval:
        """The instants of a range; each end is converted by itself, never added to a midnight."""
        last = day + ONE_DAY if written.runs_overnight else day
        return Interval(self._instant(day, written.start, Edge.START), self._instant(last, written.end, Edge.END))

    def _instant(self, day: date, minutes: int, edge: Edge) -> datetime:
        if minutes == MINUTES_A_DAY:
            day, minutes = day + ONE_DAY, 0
        return instant(self.zone, datetime.combine(day, time(minutes // 60, minutes % 60)), edge)

    def _whole(self, day: date) -> Interval:
        return Interval(start_of_day(self.zone, day), start_of_day(self.zone, day + ONE_DAY))

    def _telling_days(self, practitioner: Practitioner, first: date) -> Iterator[date]:
        """Days on which something may change: a whole cycle from `first`, then from each dated thing."""
        rounds = practitioner.weeks.every if practitioner.weeks else 1
        cycle = max(A_YEAR_AND_MORE, timedelta(weeks=3 * rounds))
        day = first
        for start in sorted({first, *self._dated(practitioner)}):
            end = start + cycle if start < date.max - cycle else date.max - ONE_DAY
            day = max(day, start - ONE_DAY)
            while day <= end:
                yield day
                day += ONE_DAY

    def _dated(self, practitioner: Practitioner) -> Iterator[date]:
        """The dates of all that is planned once: leave, overrides, dated hours, absences, holidays changed."""
        walls = [leave.span for leave in practitioner.leaves]
        walls += [override.span for override in practitioner.overrides]
        walls += [absence for secretary in self.practice.secretaries for absence in secretary.absences]
        for wall in walls:
            yield wall.start.date()
            yield wall.end.date()
        yield from (hours.on for hours in practitioner.dated_hours)
        yield from self.practice.open_holidays
        yield from self.practice.closed_days

    def _day(self, practitioner: Practitioner, day: date) -> "_Day":
        key = (practitioner.key, day)
        found = self._days.get(key)
        if found is None:
            if len(self._days) > DAYS_KEPT:
                self._days.clear()
            stretches = tuple(self._cut(_Layers.of(self, practitioner, day), self._whole(day)))
            found = self._days[key] = _Day(tuple(s.span.start for s in stretches), stretches)
        return found

    @staticmethod
    def _cut(layers: "_Layers", whole: Interval) -> Iterator[Stretch]:
        """Cut the local date at every boundary that lies in it and look at each piece."""
        inside = {edge for span in layers.spans() for edge in (span.start, span.end) if edge in whole}
        cuts = sorted(inside | {whole.start, whole.end})
        for start, end in pairwise(cuts):
            yield Stretch(Interval(start, end), layers.at(start))


@dataclass(frozen=True, slots=True)
class _Day:
    """The stretches of one local date, and their starts for the search."""

    starts: tuple[datetime, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class _Layers:
    """Everything that applies on one local date, each as spans of instants."""

    is_holiday: bool
    leaves: tuple[tuple[Interval, Leave], ...]
    overrides: tuple[tuple[Interval, Override], ...]
    ordinary: tuple[Interval, ...]
    priority: tuple[Interval, ...]
    secretaries: tuple[tuple[str, tuple[Interval, ...], tuple[Interval, ...]], ...]

    @classmethod
    def of(cls, calendar: Calendar, practitioner: Practitioner, day: date) -> "_Layers":
        return cls(
            is_holiday=calendar.is_holiday(day),
            leaves=tuple((calendar.span(leave.span), leave) for leave in practitioner.leaves),
            overrides=tuple((calendar.span(override.span), override) for override in practitioner.overrides),
            ordinary=calendar.ordinary_hours(practitioner, day),
            priority=calendar.weekly_hours(practitioner.priority_hours, day),
            secretaries=tuple(
                (s.key, calendar.weekly_hours(s.hours, day), tuple(map(calendar.span, s.absences)))
                for s in calendar.practice.secretaries
            ),
        )

    def spans(self) -> Iterator[Interval]:
        yield from (span for span, _ in (*self.leaves, *self.overrides))
        yield from self.ordinary
        yield from self.priority
        for _, hours, absences in self.secretaries:
            yield from hours
            yield from absences

    def at(self, instant: datetime) -> Moment:
        acting = {override.kind: override for span, override in self.overrides if instant in span}
        return Moment(
            leave=next((leave for span, leave in self.leaves if instant in span), None),
            away=acting.get(OverrideKind.AWAY),
            open_now=acting.get(OverrideKind.OPEN),
            pause=acting.get(OverrideKind.PAUSE),
            is_holiday=self.is_holiday,
            in_ordinary_hours=_covers(self.ordinary, instant),
            in_priority_hours=_covers(self.priority, instant),
            secretaries=tuple(
                key
                for key, hours, absences in self.secretaries
                if _covers(hours, instant) and not _covers(absences, instant)
            ),
        )


def _covers(spans: tuple[Interval, ...], instant: datetime) -> bool:
    return any(instant in span for span in spans)
