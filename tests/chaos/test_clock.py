"""The clock of the machine jumps in mid-call or between calls: calls go on, and nothing happens twice."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from db.models.appointments import AppointmentRow
from db.models.calls import TurnRow
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow
from ivr.actions.rehearsal import SILENCE, CalledPerson
from ivr.practice_files.schema import PracticeFile
from ivr.telephone.faults import Fault, Faults
from ivr.telephone.people import play_out
from ivr.telephone.telephone import VirtualClock
from tests.chaos.conftest import Houses
from tests.chaos.deliveries import House
from tests.http.test_booking import SONIA
from tests.http.test_last_slot import CONFIRMS, a_practice_with, go_on_by_ear
from tests.http.test_last_slot import IS_BOOKED as TOLD_BOOKED
from tests.http.test_last_slot import LINE as BOOKING_LINE
from tests.lines import (
    ALWAYS,
    ASSISTED,
    LILAS_LINE,
    LINE,
    STRANGER,
    SUNDAY,
    WEDNESDAY_LUNCH,
    all_of,
    demo_practice,
    lilas_practice,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
JUMPS = {
    "an hour forward": HOUR,
    "an hour back": -HOUR,
    "a day forward": DAY,
    "a day back": -DAY,
    "to before the call": None,
}
SPEAKS = "speaks for 8 seconds"
IS_BOOKED = "B7"
THE_EVENING_BEFORE = "2026-12-02T20:00:00+01:00"
DEMO, LILAS = demo_practice(), lilas_practice()


@dataclass(frozen=True, slots=True)
class Script:
    """Who calls whom when, and what they and the rung person do."""

    practice: PracticeFile
    line: str
    caller: str
    at: str
    keys: tuple[str, ...]
    doctor: CalledPerson = CalledPerson.NO_ANSWER


CALLS = {
    "a message": Script(DEMO, LINE, STRANGER, SUNDAY, ("2", "1", "1")),
    "a doctor who answers": Script(DEMO, LINE, ALWAYS, SUNDAY, ("2", "1"), CalledPerson.ANSWERS),
    "a doctor who does not": Script(DEMO, LINE, ALWAYS, SUNDAY, ("2", "1", "1")),
    "an assisted patient": Script(DEMO, LINE, ASSISTED, WEDNESDAY_LUNCH, ()),
    "a booking": Script(LILAS, LILAS_LINE, SONIA, THE_EVENING_BEFORE, ("1", "1", "1", "1", "1", "1", SILENCE)),
}


def as_it_is(_: VirtualClock) -> None:
    """Nothing befalls the clock."""


class Jump:
    """Sets the clock once, before the request of that number, counting each time one is delivered."""

    def __init__(self, number: int, by: timedelta | None) -> None:
        self._number = number
        self._by = by
        self._began: datetime | None = None
        self.requests = 0

    def __call__(self, clock: VirtualClock) -> None:
        self._began = self._began or clock.now
        if self.requests == self._number:
            clock.now = self._began - MINUTE if self._by is None else clock.now + self._by
        self.requests += 1


@pytest.mark.parametrize("by", JUMPS)
@pytest.mark.parametrize("name", CALLS)
def test_the_clock_may_jump_before_any_request(houses: Houses, name: str, by: str) -> None:
    script, number, requests = CALLS[name], 1, 2
    while number < requests:
        requests = play_with_a_jump(houses.in_memory(script.practice), script, Jump(number, JUMPS[by]))
        number += 1


@pytest.mark.parametrize("by", ["an hour back", "a day forward", "a day back"])
@pytest.mark.parametrize("number", range(1, 14, 4))
def test_the_clock_may_jump_while_somebody_books_on_postgresql(houses: Houses, by: str, number: int) -> None:
    script = CALLS["a booking"]
    play_with_a_jump(houses.on_postgresql(script.practice), script, Jump(number, JUMPS[by]))


def play_with_a_jump(house: House, script: Script, jump: Jump) -> int:
    """A whole call, each request of which comes twice and must get the same answer; how many were delivered."""
    spoken = play(house, script, script.at, jump)
    check_kept(house, spoken)
    return jump.requests


@pytest.mark.parametrize("by", JUMPS)
@pytest.mark.parametrize("name", CALLS)
def test_the_clock_may_jump_between_two_calls(houses: Houses, name: str, by: str) -> None:
    script = CALLS[name]
    house = houses.in_memory(script.practice)
    spoken = play(house, script, script.at)
    later = datetime.fromisoformat(script.at) + (JUMPS[by] or -MINUTE)
    check_kept(house, spoken + play(house, script, later.isoformat()))


@pytest.mark.parametrize("by", JUMPS)
def test_the_last_time_goes_to_one_though_the_clock_jumps_while_it_is_held(houses: Houses, by: str) -> None:
    practice, now = a_practice_with(1), datetime.now(UTC)
    house = houses.in_memory(practice)
    holds = house.phone("+33639987100", BOOKING_LINE, now.isoformat(), as_it_is)
    holds.start()
    while CONFIRMS not in holds.heard[-1].text:
        holds.press("1")
    later = holds.clock.now + (JUMPS[by] or now - MINUTE - holds.clock.now)
    comes = house.phone("+33639987101", BOOKING_LINE, later.isoformat(), as_it_is)
    comes.start()
    for phone in (comes, holds):
        go_on_by_ear(phone)
    assert sum(TOLD_BOOKED in spoken.text for phone in (holds, comes) for spoken in phone.heard) == 1
    check_kept(house, 1)


def play(house: House, script: Script, at: str, before: Callable[[VirtualClock], None] = as_it_is) -> int:
    """A whole call, each request of which comes twice and must get the same answer; how often the caller spoke."""
    phone = house.phone(script.caller, script.line, at, before)
    phone.faults = Faults(Fault.REPEAT)
    with capture_logs() as logged:
        phone.start()
        acts = [act.what for act in play_out(phone, list(script.keys), script.doctor, CalledPerson.NO_ANSWER)]
    assert {entry["event"] for entry in logged} == {"turn_answered"}
    assert phone.is_over
    return acts.count(SPEAKS)


def check_kept(house: House, spoken: int) -> None:
    """Each message once, of a call a task at most, no text or turn twice, the time it was told, which is to come."""
    turns = all_of(house.engine, TurnRow)
    assert happens_once((turn.call_id, turn.step, turn.heard) for turn in turns)
    assert len(all_of(house.engine, VoiceMessageRow)) == spoken
    assert happens_once(task.call_id for task in all_of(house.engine, TaskRow))
    assert happens_once((text.call_id, text.template, text.to) for text in all_of(house.engine, DeliveryRow))
    changed = [row for row in all_of(house.engine, AppointmentRow) if row.call_id is not None]
    assert not [row for row in changed if row.status == "held"]
    booked = {row.call_id: row.start_at for row in changed if row.status == "booked"}
    told_at = {turn.call_id: turn.at for turn in turns if IS_BOOKED in turn.prompts}
    assert booked.keys() == told_at.keys()
    assert happens_once(booked.values())
    assert all(booked[call] > told_at[call] for call in booked)


def happens_once(things: Iterable[object]) -> bool:
    return max(Counter(things).values(), default=1) == 1
