"""A week of a number as a grid: for each local day, from which minute to which minute what happens, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ivr.clock import Zone, local
from ivr.practice import Caller, Practitioner
from ivr.routing import Phase, Switchboard

A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of one day, in minutes by the clock of the practice; what key 2 leads to then."""

    start: int
    end: int
    outcome: str
    code: str

    @property
    def length(self) -> int:
        """Minutes by the clock."""
        return self.end - self.start

    @property
    def hours(self) -> str:
        """`09:00–12:30`."""
        return f"{_clock(self.start)}–{_clock(self.end)}"


@dataclass(frozen=True, slots=True)
class Day:
    """A date and its pieces, in order."""

    on: date
    pieces: tuple[Piece, ...]


Week = tuple[Day, ...]


def week_of(switchboard: Switchboard, caller: Caller, practitioner: Practitioner, inside: datetime) -> Week:
    """The week around `inside` (UTC), Monday to Sunday. A clock that is put back shows an hour once."""
    zone = switchboard.calendar.zone
    monday = local(zone, inside).date()
    monday -= timedelta(days=monday.weekday())
    pieces: dict[date, list[Piece]] = {monday + timedelta(days=place): [] for place in range(7)}
    for phase in switchboard.week(caller, practitioner, inside):
        for on, piece in _cut(phase, zone):
            if on in pieces and piece.length > 0:
                pieces[on].append(piece)
    return tuple(Day(on, tuple(found)) for on, found in pieces.items())


def _cut(phase: Phase, zone: Zone) -> Iterator[tuple[date, Piece]]:
    """A phase in pieces that end at midnight."""
    start, end = local(zone, phase.span.start), local(zone, phase.span.end)
    on, minute = start.date(), _minute(start)
    while on < end.date():
        yield on, Piece(minute, A_DAY, phase.outcome.value, phase.code.value)
        on, minute = on + timedelta(days=1), 0
    yield on, Piece(minute, _minute(end), phase.outcome.value, phase.code.value)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
