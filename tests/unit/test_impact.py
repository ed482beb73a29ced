"""What a change does to callers is what their calls would show before and after it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.hours import weekly
from ivr.impact import Difference, Side, differences, put_out_of_hours
from ivr.intervals import Interval
from ivr.practice import Caller, Practice
from ivr.routing import Switchboard
from ivr.vocabulary import Outcome, Reach
from tests.builders import a_caller, a_leave, a_practice, a_practitioner, a_stranger, on_list, paris
from tests.unit.test_routing_laws import CALLERS, cases

START, END = paris("2026-12-21T00:00"), paris("2026-12-28T00:00")
AWAY = a_practice(practitioners=(a_practitioner(leaves=(a_leave("2026-12-23", "2026-12-24"),)),))


def changes(before: Practice, after: Practice, caller: Caller) -> list[Difference]:
    sides = (Side(Switchboard(practice), caller) for practice in (before, after))
    return differences(*sides, "martin", START, END)


def test_a_leave_changes_what_it_covers_and_nothing_else() -> None:
    found = changes(a_practice(), AWAY, on_list(Reach.ALWAYS))
    assert [(one.span.start, one.span.end, one.before, one.after) for one in found] == [
        (paris("2026-12-23T00:00"), paris("2026-12-25T00:00"), Outcome.RING, Outcome.LEAVE)
    ]


def test_hours_that_ring_and_hours_that_do_not_are_told_apart() -> None:
    found = changes(a_practice(), AWAY, a_caller())
    assert {(one.before, one.after) for one in found} == {
        (Outcome.RING, Outcome.LEAVE),
        (Outcome.CLOSED, Outcome.LEAVE),
    }
    assert found[0].span.start == paris("2026-12-23T00:00")
    assert found[-1].span.end == paris("2026-12-25T00:00")


@pytest.mark.parametrize("caller", [a_stranger(), on_list(Reach.PRIORITY)], ids=["stranger", "listed"])
def test_no_change_is_no_difference(caller: Caller) -> None:
    assert changes(AWAY, AWAY, caller) == []


def test_a_list_changes_who_calls() -> None:
    switchboard = Switchboard(a_practice())
    sides = Side(switchboard, a_caller()), Side(switchboard, on_list(Reach.ALWAYS))
    found = differences(*sides, "martin", START, END)
    assert {(one.before, one.after) for one in found} == {(Outcome.CLOSED, Outcome.RING)}


@settings(max_examples=40, deadline=None, database=None)
@given(cases(), st.sampled_from(CALLERS), st.sampled_from(CALLERS), st.integers(0, 5 * 86_400))
def test_at_every_instant_it_tells_what_both_would_answer(
    case: tuple[Practice, datetime], first: Caller, second: Caller, seconds: int
) -> None:
    practice, now = case
    start, end = now, now + timedelta(days=5)
    without = replace(practice, practitioners=(replace(practice.practitioners[0], leaves=()),))
    before, after = Side(Switchboard(practice), first), Side(Switchboard(without), second)
    found = differences(before, after, "martin", start, end)
    at = start + timedelta(seconds=min(seconds, 5 * 86_400 - 1))
    was, becomes = (
        side.switchboard.decide(side.caller, side.switchboard.practice.practitioners[0], at).outcome
        for side in (before, after)
    )
    told = [(one.before, one.after) for one in found if at in one.span and one.before is not one.after]
    assert told == ([] if was is becomes else [(was, becomes)])
    assert all(start <= one.span.start < one.span.end <= end for one in found)


def test_an_appointment_falls_out_of_hours_only_when_it_lay_in_them() -> None:
    before = a_practitioner(working_hours=weekly({"mon": ["09:00-12:00", "22:00-02:00"]}))
    after = a_practitioner(working_hours=weekly({"mon": ["09:00-11:00"]}))
    is_out = put_out_of_hours(*(Switchboard(a_practice(practitioners=(one,))) for one in (before, after)), "martin")
    booked = {
        "09:30": False,
        "10:45": True,
        "11:30": True,
        "11:50": False,  # it ran over before
        "14:00": False,  # it never lay in hours
        "23:50": True,  # its night runs over midnight
    }
    for at, falls_out in booked.items():
        start = paris(f"2026-12-21T{at}")
        assert is_out(Interval(start, start + timedelta(minutes=30))) is falls_out, at
