"""A slow second answer to who is connected when, to hold against the real one.

It is written from the rules alone and in another manner: every UTC minute is looked at on a wall clock of the
standard library, and a time shown twice or never is found by reading all the minutes. It knows no interval.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from ivr.hours import DayHours, DayRange, WeeklyHours
from ivr.phones import Withheld
from ivr.practice import Caller, Practice, Practitioner, WallSpan, Weeks
from ivr.vocabulary import ContactMode, Outcome, OverrideKind, Reach, UnknownCallers
from tests.builders import zone

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Minutes = frozenset[int]
Answer = tuple[Outcome, tuple[str, ...]]


class Facts(NamedTuple):
    """What acts in one minute: the strongest word, both windows, the secretaries who answer."""

    force: str
    ordinary: bool
    priority: bool
    desks: tuple[str, ...]


class WallClock:
    """Every minute around one local date, as a clock on a wall of that place shows it."""

    def __init__(self, place: str, around: date, days_before: int = 2, days_after: int = 4) -> None:
        noon = datetime(around.year, around.month, around.day, 12, tzinfo=UTC)
        since, count = noon - days_before * DAY, (days_before + days_after) * 24 * 60
        self.instants = [since + n * MINUTE for n in range(count)]
        self.shown = [moment.astimezone(zone(place)).replace(tzinfo=None) for moment in self.instants]
        self.days = sorted({wall.date() for wall in self.shown})
        self.when: dict[datetime, list[int]] = {}
        for number, wall in enumerate(self.shown):
            self.when.setdefault(wall, []).append(number)

    def first(self, wall: datetime) -> int:
        """The minute that shows `wall` for the first time; when skipped, the first that shows later."""
        return self.when[wall][0] if wall in self.when else self._later(wall)

    def last(self, wall: datetime) -> int:
        """The minute that shows `wall` for the last time; when skipped, the first that shows later."""
        return self.when[wall][-1] if wall in self.when else self._later(wall)

    def _later(self, wall: datetime) -> int:
        found = (number for number, shown in enumerate(self.shown) if shown > wall)
        return next(found, len(self.shown))

    def on(self, days: Iterable[date]) -> Minutes:
        """All minutes of these local dates."""
        wanted = set(days)
        return frozenset(n for n, wall in enumerate(self.shown) if wall.date() in wanted)


class Oracle:
    """What one practitioner and the secretaries do, minute by minute."""

    def __init__(self, practice: Practice, doctor: Practitioner, holidays: Iterable[date], clock: WallClock):
        self.practice, self.doctor, self.clock = practice, doctor, clock
        self.holidays = (set(holidays) | practice.closed_days) - practice.open_holidays

    @cached_property
    def ordinary(self) -> Minutes:
        own = self.doctor.contact_hours
        return self.working if own is None else self._weekly(own)

    @cached_property
    def working(self) -> Minutes:
        return frozenset(minute for day in self.clock.days for minute in self.worked_on(day))

    def worked_on(self, day: date) -> Minutes:
        """The working minutes that were written on one date, a night's into the next one."""
        cut = self.holidays | {entry.on for entry in self.doctor.dated_hours}
        return self._written(lambda on: self.written_on(on) if on == day else (), cut_before=cut)

    def written_by(self, hours: WeeklyHours) -> Minutes:
        """The minutes of a weekly table, holidays or not."""
        return self._written(lambda day: hours[day.weekday()], cut_before=())

    def written_on(self, day: date) -> DayHours:
        """The working hours that hold for one date."""
        entry = {entry.on: entry for entry in self.doctor.dated_hours}.get(day)
        if day in self.holidays:
            return entry.hours if entry and entry.for_holiday else ()
        if entry:
            return entry.hours
        return self.doctor.working_hours[day.weekday()] if _works_in_week(self.doctor.weeks, day) else ()

    @cached_property
    def priority(self) -> Minutes:
        return self._weekly(self.doctor.priority_hours)

    @cached_property
    def desks(self) -> dict[str, Minutes]:
        """When each secretary answers, in file order."""
        return {desk.key: self._weekly(desk.hours) - self._during(desk.absences) for desk in self.practice.secretaries}

    @cached_property
    def leave(self) -> Minutes:
        return self._during(leave.span for leave in self.doctor.leaves)

    @cached_property
    def acts(self) -> dict[OverrideKind, Minutes]:
        return {kind: self._during(o.span for o in self.doctor.overrides if o.kind is kind) for kind in OverrideKind}

    @cached_property
    def facts(self) -> list["Facts"]:
        """What acts in every minute of the clock."""
        desks = self.desks.items()
        return [
            Facts(
                self._force(minute),
                minute in self.ordinary,
                minute in self.priority,
                tuple(key for key, minutes in desks if minute in minutes),
            )
            for minute in range(len(self.clock.instants))
        ]

    def answers(self, caller: Caller) -> list[Answer]:
        """What a caller who is no nuisance gets in every minute."""
        seen = [(facts, wall.date()) for facts, wall in zip(self.facts, self.clock.shown, strict=True)]
        known = {(facts, day): self._answer(caller, facts, day) for facts, day in set(seen)}
        return [known[one] for one in seen]

    def _answer(self, caller: Caller, facts: "Facts", day: date) -> Answer:
        desks = tuple(f"secretary:{key}" for key in facts.desks)
        ring = (f"practitioner:{self.doctor.key}",) if self.doctor.phone else ()
        reach, is_assisted = _lists_on(caller, self.doctor.key, day)
        allowed = _lets_through(reach, facts)
        if is_assisted:
            doctor = ring if allowed and reach is not Reach.NONE else ()
            return Outcome.ASSISTED, (*desks, *doctor, "voicemail")
        if allowed:
            outcome = self._put_through(caller, reach, bool(desks))
            rung = {Outcome.RING: ring, Outcome.SECRETARY: desks}.get(outcome, ())
            return outcome, (*rung, "voicemail")
        if facts.force in {"away", "leave"}:
            return Outcome.LEAVE, ("voicemail",)
        without_pause = facts.force == "pause" and _in_window(reach, facts)
        return Outcome.PAUSED if without_pause else Outcome.CLOSED, ("voicemail",)

    def _force(self, minute: int) -> str:
        """The strongest thing that acts at that minute: away, open now, leave, pause, else the hours."""
        ladder = [
            ("away", self.acts[OverrideKind.AWAY]),
            ("open", self.acts[OverrideKind.OPEN]),
            ("leave", self.leave),
            ("pause", self.acts[OverrideKind.PAUSE]),
        ]
        return next((word for word, minutes in ladder if minute in minutes), "hours")

    def _put_through(self, caller: Caller, reach: Reach, desk_open: bool) -> Outcome:
        """What an open window gives: the steps R4 to R8."""
        listed = reach is not Reach.NONE
        is_stranger = isinstance(caller.number, Withheld) or not caller.first_names
        turned_away = is_stranger and self.practice.unknown_callers is UnknownCallers.MESSAGE
        steps = [
            (self.doctor.phone is None, Outcome.MESSAGE),
            (not listed and self.doctor.contact is ContactMode.MESSAGES, Outcome.WRITE),
            (turned_away, Outcome.MESSAGE),
            (not listed and self.practice.secretary_first and desk_open, Outcome.SECRETARY),
            (not listed and self.practice.secretary_first, Outcome.MESSAGE),
        ]
        return next((outcome for applies, outcome in steps if applies), Outcome.RING)

    def _weekly(self, hours: WeeklyHours) -> Minutes:
        """A weekly table; a holiday takes its whole local date, and what was written on it."""
        return self._written(lambda day: () if day in self.holidays else hours[day.weekday()], cut_before=self.holidays)

    def _written(self, ranges: Callable[[date], DayHours], cut_before: Iterable[date]) -> Minutes:
        """The minutes inside the ranges; a night range stops at the midnight before a date that cuts it."""
        cut = set(cut_before)
        found: set[int] = set()
        for day in self.clock.days:
            for written in ranges(day):
                found |= {n for n in self._range(day, written) if self._runs_into(n, day, cut)}
        return frozenset(found)

    def _runs_into(self, minute: int, written_on: date, cut: set[date]) -> bool:
        today = self.clock.shown[minute].date()
        return today == written_on or today not in cut

    def _range(self, day: date, written: DayRange) -> range:
        midnight = datetime.combine(day, time())
        end = midnight + written.end * MINUTE + (DAY if written.end <= written.start else 0 * DAY)
        return range(self.clock.first(midnight + written.start * MINUTE), self.clock.last(end))

    def _during(self, spans: Iterable[WallSpan]) -> Minutes:
        return frozenset(n for span in spans for n in self._span(span))

    def _span(self, span: WallSpan) -> Iterable[int]:
        if not span.whole_days:
            return range(self.clock.first(span.start), self.clock.last(span.end))
        return self.clock.on(day for day in self.clock.days if span.start.date() <= day <= span.end.date())


def _lists_on(caller: Caller, doctor: str, day: date) -> tuple[Reach, bool]:
    """The lists that hold on a date, those for good and those until then or later."""
    valid = [one for one in caller.temporary if one.practitioner == doctor and one.until_on >= day]
    reach = max([caller.reaches.get(doctor, Reach.NONE), *(one.reach for one in valid)])
    return reach, bool(caller.assisted_with) or any(one.is_assisted for one in valid)


def _lets_through(reach: Reach, facts: Facts) -> bool:
    return {
        "away": False,
        "open": True,
        "leave": False,
        "pause": reach is Reach.ALWAYS,
        "hours": _in_window(reach, facts),
    }[facts.force]


def _in_window(reach: Reach, facts: Facts) -> bool:
    favours = {Reach.NONE: False, Reach.PRIORITY: facts.priority, Reach.ALWAYS: True}
    return favours[reach] or facts.ordinary


def _works_in_week(weeks: Weeks | None, day: date) -> bool:
    """Whether that week counts: go from the anchor Monday in steps and see whether one lands in it."""
    if weeks is None:
        return True
    monday = weeks.start_on
    while monday + 7 * DAY <= day:
        monday += weeks.every * 7 * DAY
    return monday <= day
