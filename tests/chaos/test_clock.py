"""The clock of the machine jumps between two requests of a call: the call goes on, and nothing happens twice."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from db.models.appointments import AppointmentRow
from db.models.calls import TurnRow
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow
from ivr.practice_files.schema import PracticeFile
from ivr.telephone.faults import Fault, Faults
from ivr.telephone.people import SILENCE, CalledPerson, play_out
from ivr.telephone.telephone import VirtualClock
from tests.chaos.conftest import Houses
from tests.chaos.deliveries import House
from tests.http.test_booking import SONIA
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

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = {
    "an hour forward": HOUR,
    "an hour back": -HOUR,
    "a day forward": DAY,
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
            clock.now = self._began - timedelta(minutes=1) if self._by is None else clock.now + self._by
        self.requests += 1


@pytest.mark.parametrize("by", JUMPS)
@pytest.mark.parametrize("name", CALLS)
def test_the_clock_may_jump_before_any_request(houses: Houses, name: str, by: str) -> None:
    script, number, requests = CALLS[name], 1, 2
    while number < requests:
        requests = play_with_a_jump(houses.in_memory(script.practice), script, Jump(number, JUMPS[by]))
        number += 1


@pytest.mark.parametrize("by", ["an hour back", "a day forward"])
@pytest.mark.parametrize("number", range(1, 14, 4))
def test_the_clock_may_jump_while_somebody_books_on_postgresql(houses: Houses, by: str, number: int) -> None:
    script = CALLS["a booking"]
    play_with_a_jump(houses.on_postgresql(script.practice), script, Jump(number, JUMPS[by]))


def play_with_a_jump(house: House, script: Script, jump: Jump) -> int:
    """A whole call, each request of which comes twice and must get the same answer; how many were delivered."""
    phone = house.phone(script.caller, script.line, script.at, jump)
    phone.faults = Faults(Fault.REPEAT)
    with capture_logs() as logged:
        phone.start()
        acts = [act.what for act in play_out(phone, list(script.keys), script.doctor, CalledPerson.NO_ANSWER)]
    assert {entry["event"] for entry in logged} == {"turn_answered"}
    assert phone.is_over
    check_kept(house, acts.count(SPEAKS))
    return jump.requests


def check_kept(house: House, spoken: int) -> None:
    """Each message once, a task at most, no text twice, a time at most and in the future, no turn twice."""

    turns = all_of(house.engine, TurnRow)
    assert max(Counter((turn.call_id, turn.step, turn.heard) for turn in turns).values()) == 1
    assert len(all_of(house.engine, VoiceMessageRow)) == spoken
    assert len(all_of(house.engine, TaskRow)) <= 1
    texts = all_of(house.engine, DeliveryRow)
    assert len({(text.template, text.to) for text in texts}) == len(texts)
    changed = [row for row in all_of(house.engine, AppointmentRow) if row.call_id is not None]
    assert not [row for row in changed if row.status == "held"]
    booked = [row.start_at for row in changed if row.status == "booked"]
    told_at = [turn.at for turn in turns if IS_BOOKED in turn.prompts]
    assert len(booked) == len(told_at) <= 1
    assert booked > told_at or not booked
