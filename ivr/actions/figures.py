"""The figures of a practice: what became of its calls, when they come, and how soon what they ask for is done."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from statistics import median

from sqlalchemy import Connection

from db.queries.figures import (
    RANG_IN_VAIN,
    REACHED,
    calls_about_appointments,
    calls_between,
    calls_that_heard,
    calls_with_a_message,
    tasks_between,
)
from ivr.clock import Zone, local, start_of_day

ONE_DAY = timedelta(days=1)
A_QUARTER = 15 * 60


class Fate(StrEnum):
    """What became of a call: the first that applies."""

    TALKED = "talked"
    """Spoke with the doctor or a secretary."""
    SETTLED = "settled"
    """Booked, moved or cancelled an appointment without anybody."""
    MESSAGE = "message"
    MISSED = "missed"
    """Somebody was rung in vain, and no message was left."""
    ABANDONED = "abandoned"
    """Hung up in the middle of a dialogue."""
    TOLD = "told"
    """Heard what there was to say: hours, an announcement, a goodbye."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the calls that began on the local dates from `first` to `last`.

    `abandoned_at` counts by prompt; `by_hour` and `by_day` by the practice's clock. `done_after_minutes` is the median
    of what was done, None where nothing was.
    """

    first: date
    last: date
    fates: Mapping[Fate, int]
    abandoned_at: Mapping[str, int]
    by_hour: Mapping[int, int]
    by_day: Mapping[date, int]
    tasks: int
    done: int
    done_after_minutes: float | None

    @property
    def calls(self) -> int:
        """All of them."""
        return sum(self.fates.values())


def figures_of(connection: Connection, practice_id: int, zone: Zone, first: date, last: date) -> Figures:
    """The figures of those local dates, both included."""
    span = start_of_day(zone, first), start_of_day(zone, last + ONE_DAY)
    calls = calls_between(connection, practice_id, *span)
    sets = {
        Fate.TALKED: calls_that_heard(connection, practice_id, *span, (REACHED,)),
        Fate.SETTLED: calls_about_appointments(connection, practice_id, *span),
        Fate.MESSAGE: calls_with_a_message(connection, practice_id, *span),
        Fate.MISSED: calls_that_heard(connection, practice_id, *span, RANG_IN_VAIN),
        Fate.ABANDONED: {call.id for call in calls if call.abandoned_at},
    }
    shown = _by_the_clock(zone, [call.started_at for call in calls])
    tasks = tasks_between(connection, practice_id, *span)
    waits = [_minutes(task.created_at, task.done_at) for task in tasks if task.done_at is not None]
    hours, days = Counter[int](), Counter[date]()
    for at, count in shown:
        hours[at.hour] += count
        days[at.date()] += count
    return Figures(
        first=first,
        last=last,
        fates=_fates({call.id for call in calls}, sets),
        abandoned_at=dict(Counter(call.abandoned_at for call in calls if call.abandoned_at).most_common()),
        by_hour=dict(sorted(hours.items())),
        by_day={first + n * ONE_DAY: days[first + n * ONE_DAY] for n in range((last - first).days + 1)},
        tasks=len(tasks),
        done=len(waits),
        done_after_minutes=median(waits) if waits else None,
    )


def _fates(calls: set[int], known: Mapping[Fate, set[int]]) -> dict[Fate, int]:
    """How many calls had each fate: the first of those known of it, else they were told something."""
    fates, rest = dict.fromkeys(Fate, 0), calls
    for fate, ids in known.items():
        fates[fate] = len(rest & ids)
        rest = rest - ids
    return fates | {Fate.TOLD: len(rest)}


def _by_the_clock(zone: Zone, moments: Iterable[datetime]) -> list[tuple[datetime, int]]:
    """How many came in each quarter of an hour, by the practice's clock: no clock is off by less."""
    quarters = Counter(int(moment.timestamp()) // A_QUARTER for moment in moments)
    return [(local(zone, datetime.fromtimestamp(one * A_QUARTER, UTC)), count) for one, count in quarters.items()]


def _minutes(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 60
