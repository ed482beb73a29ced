"""What a change of settings or lists does to callers: when somebody gets something else than before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ivr.clock import local
from ivr.intervals import Interval, difference, union
from ivr.practice import Caller
from ivr.routing import Phase, Switchboard
from ivr.schedules import ONE_DAY
from ivr.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Side:
    """How a practice stands, before or after, and who calls."""

    switchboard: Switchboard
    caller: Caller


@dataclass(frozen=True, slots=True)
class Difference:
    """From when to when (UTC) somebody gets `after` instead of `before`, each with whom (`Phase.whom`)."""

    span: Interval
    before: Outcome
    after: Outcome
    whom_before: str = ""
    whom_after: str = ""


def differences(before: Side, after: Side, practitioner: str, start: datetime, end: datetime) -> list[Difference]:
    """When key 2 for that practitioner (a key of both) leads elsewhere, from `start` to `end` (UTC).

    Raises:
        GoneError: one of the practices has no such practitioner.
    """
    found: list[Difference] = []
    sides = [_phases(side, practitioner, start, end) for side in (before, after)]
    for span, was, becomes in _side_by_side(*sides):
        if (was.outcome, was.whom) == (becomes.outcome, becomes.whom):
            continue
        one = Difference(span, was.outcome, becomes.outcome, was.whom, becomes.whom)
        last = found[-1] if found else None
        if last and last.span.end == span.start and replace(last, span=span) == one:
            found[-1] = replace(one, span=Interval(last.span.start, span.end))
        else:
            found.append(one)
    return found


def put_out_of_hours(before: Switchboard, after: Switchboard, practitioner: str) -> Callable[[Interval], bool]:
    """Whether an appointment of that practitioner (a key of both) lay in working hours before, and does not after."""
    return lambda span: _is_worked(before, practitioner, span) and not _is_worked(after, practitioner, span)


def _is_worked(switchboard: Switchboard, practitioner: str, span: Interval) -> bool:
    calendar, who = switchboard.calendar, switchboard.practice.practitioner(practitioner)
    day = local(calendar.zone, span.start).date()
    open_time = union(one for on in (day, day + ONE_DAY) for one in calendar.working_hours(who, on))
    return not difference([span], open_time)


def _phases(side: Side, practitioner: str, start: datetime, end: datetime) -> list[Phase]:
    """The phases of one side, cut to the time that is looked at."""
    who = side.switchboard.practice.practitioner(practitioner)
    return [
        replace(phase, span=Interval(max(phase.span.start, start), min(phase.span.end, end)))
        for phase in side.switchboard.phases(side.caller, who, start, end)
    ]


def _side_by_side(some: Sequence[Phase], others: Sequence[Phase]) -> Iterator[tuple[Interval, Phase, Phase]]:
    """Both sides over every span in which neither changes; they cover the same time."""
    here, there = iter(some), iter(others)
    one, other = next(here, None), next(there, None)
    while one is not None and other is not None:
        end = min(one.span.end, other.span.end)
        start = max(one.span.start, other.span.start)
        if start < end:
            yield Interval(start, end), one, other
        one = one if one.span.end > end else next(here, None)
        other = other if other.span.end > end else next(there, None)
