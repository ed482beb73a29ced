"""Why a time is not free for an act: what people of the practice are told before they add it all the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from ivr.clock import local
from ivr.hours import WeeklyHours
from ivr.intervals import Interval, difference, intersection, union
from ivr.practice import Act, Practitioner
from ivr.schedules import Calendar
from ivr.vocabulary import OverrideKind

ONE_DAY = timedelta(days=1)


class Cause(StrEnum):
    """What stands in the way of a time, in the order it is told."""

    GONE = "gone"
    """The appointment that would be moved does not stand where it did."""
    PAST_DAY = "past-day"
    PAST = "past"
    HOLIDAY = "holiday"
    LEAVE = "leave"
    AWAY = "away"
    CLOSED = "closed"
    ACT_HOURS = "act-hours"
    TAKEN = "taken"
    HELD = "held"
    KEPT = "kept"
    ELSEWHERE = "elsewhere"
    """The practitioner's other calendar has something then."""


TOO_LATE = frozenset({Cause.PAST_DAY, Cause.GONE})
"""What nobody can pass over."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in an agenda: an appointment, a slot a caller holds, or one that the waiting list keeps.

    `start` is when it begins, `block` the time it takes with its buffers; all UTC.
    """

    cause: Cause
    who: str
    start: datetime
    block: Interval


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing in the way.

    `span` is the leave, the absence or what the other calendar holds, `hours` are those worked that day, `standing` is
    who is there.
    """

    cause: Cause
    span: Interval | None = None
    hours: tuple[Interval, ...] = ()
    standing: Standing | None = None


def is_final(hindrances: Iterable[Hindrance]) -> bool:
    """Whether one of them cannot be passed over, whoever insists."""
    return any(hindrance.cause in TOO_LATE for hindrance in hindrances)


def hindrances(
    calendar: Calendar,
    practitioner: Practitioner,
    act: Act,
    start: datetime,
    standing: Sequence[Standing],
    now: datetime,
) -> tuple[Hindrance, ...]:
    """All that speaks against the act at `start` (UTC); nothing where it is free.

    Neither notice, horizon nor grid of the act counts: those are for callers. `standing` is what the block of the
    appointment would lie over.
    """
    return (
        *_past(calendar, start, now),
        *_closed(calendar, practitioner, act, start),
        *(Hindrance(one.cause, standing=one) for one in standing),
    )


def _past(calendar: Calendar, start: datetime, now: datetime) -> Iterator[Hindrance]:
    if start >= now:
        return
    is_today = local(calendar.zone, start).date() == local(calendar.zone, now).date()
    yield Hindrance(Cause.PAST if is_today else Cause.PAST_DAY)


def _closed(calendar: Calendar, practitioner: Practitioner, act: Act, start: datetime) -> Iterator[Hindrance]:
    """Leave and absence are told even where nobody would work anyway: they are the better reason."""
    wanted = Interval(start, start + timedelta(minutes=act.minutes))
    day = local(calendar.zone, start).date()
    gone = [
        *((Cause.LEAVE, calendar.span(leave.span)) for leave in practitioner.leaves),
        *((Cause.AWAY, calendar.span(o.span)) for o in practitioner.overrides if o.kind is OverrideKind.AWAY),
    ]
    absences = [Hindrance(cause, span=span) for cause, span in gone if intersection([wanted], [span])]
    yield from absences
    worked = worked_around(calendar, practitioner, day)
    if difference([wanted], worked):
        if calendar.is_holiday(day):
            yield Hindrance(Cause.HOLIDAY)
        elif not absences:
            yield Hindrance(Cause.CLOSED, hours=calendar.working_hours(practitioner, day))
    elif act.hours is not None and difference([wanted], _hours(calendar, act.hours, day)):
        yield Hindrance(Cause.ACT_HOURS)


def worked_around(calendar: Calendar, practitioner: Practitioner, day: date) -> tuple[Interval, ...]:
    """The working hours written on that local date, the one before and the one after, whatever leave says."""
    return union(span for on in _around(day) for span in calendar.working_ranges(practitioner, on))


def _hours(calendar: Calendar, table: WeeklyHours, day: date) -> tuple[Interval, ...]:
    return union(span for on in _around(day) for span in calendar.act_ranges(table, on))


def _around(day: date) -> tuple[date, ...]:
    return day - ONE_DAY, day, day + ONE_DAY
