"""Starts that are offered, held against a minute-by-minute answer around clock changes and holidays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from ivr.practice import Act, Practice
from ivr.schedules import Calendar
from ivr.slots import Block, Slots
from ivr.vocabulary import OverrideKind
from tests.unit.oracle import DAY, Oracle, WallClock
from tests.unit.test_schedules_oracle import NIGHTS, Chance, Night

SEEDS = range(12)
LONG_AGO = datetime(2018, 1, 1, tzinfo=UTC)


class SlotOracle:
    """The starts of one act, found by trying every minute."""

    def __init__(self, oracle: Oracle, act: Act, busy: list[Block]) -> None:
        self.oracle, self.clock, self.act = oracle, oracle.clock, act
        self.open = oracle.working - oracle.leave - oracle.acts[OverrideKind.AWAY]
        if act.hours is not None:
            self.open &= oracle.written_by(act.hours)
        self.taken = {
            minute
            for minute, moment in enumerate(self.clock.instants)
            if any(block.start <= moment.timestamp() < block.end for block in busy)
        }

    def starts(self, day: date) -> list[datetime]:
        grid = {minute for written in (day - DAY, day) for run in self.runs(written) for minute in run}
        return [
            self.clock.instants[minute]
            for minute in sorted(grid)
            if self.clock.shown[minute].date() == day and self._fits(minute)
        ]

    def runs(self, day: date) -> Iterator[range]:
        """The grid of each unbroken run of minutes written on a date."""
        minutes = self.oracle.worked_on(day)
        for first in sorted(minute for minute in minutes if minute - 1 not in minutes):
            end = next(n for n in range(first, len(self.clock.instants) + 1) if n not in minutes)
            begin = self._joined(day, first)
            later = [n for n in range(begin, end, self.act.step_minutes) if n >= first]
            yield range(later[0], end, self.act.step_minutes) if later else range(0)

    def _joined(self, day: date, first: int) -> int:
        """The first minute of what ends at 24:00 on the date before, if this run starts at 00:00."""
        starts_the_day = self.clock.shown[first].date() == day != self.clock.shown[first - 1].date()
        before = day - DAY
        if not starts_the_day or not any(r.end in {0, 1440} for r in self.oracle.written_on(before)):
            return first
        minutes = self.oracle.worked_on(before)
        begin = first
        while begin - 1 in minutes:
            begin -= 1
        return self._joined(before, begin)

    def _fits(self, minute: int) -> bool:
        time = range(minute, minute + self.act.minutes)
        block = range(minute - self.act.before_minutes, time.stop + self.act.after_minutes)
        return self.open.issuperset(time) and self.taken.isdisjoint(block)


def an_act(chance: Chance) -> Act:
    random = chance.random
    return Act(
        key="act",
        name="Act",
        minutes=random.choice([1, 15, 20, 45, 90]),
        step_minutes=random.choice([5, 15, 20, 50]),
        before_minutes=random.choice([0, 0, 10]),
        after_minutes=random.choice([0, 0, 25]),
        hours=chance.week() if random.random() < 1 / 3 else None,
    )


def blocks(chance: Chance, clock: WallClock) -> list[Block]:
    starts = [chance.random.choice(clock.instants) for _ in range(chance.random.choice([0, 3, 12]))]
    return [Block(int(s.timestamp()), int(s.timestamp()) + chance.random.choice([15, 60, 400]) * 60) for s in starts]


def is_open_for_days(practice: Practice, calendar: Calendar, day: date) -> bool:
    """Whether hours join over the edge of what the slow answer sees."""
    doctor = practice.practitioners[0]
    return all(calendar.runs_to_midnight(doctor, day - n * DAY) for n in (1, 2, 3))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_the_starts_are_those_of_every_minute_tried(night: Night, seed: int) -> None:
    chance = Chance(night, seed)
    practice = chance.practice()
    calendar = Calendar(practice)
    doctor = practice.practitioners[0]
    clock = WallClock(night.place, night.on, days_before=6, days_after=4)
    act, busy = an_act(chance), blocks(chance, clock)
    oracle = SlotOracle(Oracle(practice, doctor, night.holidays, clock), act, busy)
    for day in (night.on - DAY, night.on, night.on + DAY):
        if is_open_for_days(practice, calendar, day):
            continue
        found = Slots(calendar).free(doctor, act, (day, day), busy, LONG_AGO)
        assert [slot.start for slot in found] == oracle.starts(day)
