"""A locum in the same rooms takes the practitioner's calls during a leave (ROUTING.md case 35)."""

from datetime import datetime

import pytest

from ivr.flows.assisted import welcome_assisted
from ivr.flows.contact import contact
from ivr.flows.scene import Scene
from ivr.flows.turns import Ring, Say, Turn
from ivr.practice import Caller, Practice
from ivr.reasons import sentence, tries_in_words
from ivr.routing import Decision, Switchboard
from ivr.vocabulary import Language, Outcome, OverrideKind, Reach, ReasonCode, TakesCalls
from tests.builders import PETIT, a_caller, a_leave, a_practice, a_practitioner, an_override, on_list, paris

MORNING, LUNCH, NIGHT, SUNDAY = "2026-12-02T10:00", "2026-12-02T13:10", "2026-12-02T23:00", "2026-12-06T10:00"
PRIORITY, ALWAYS = on_list(Reach.PRIORITY), on_list(Reach.ALWAYS)


def with_locum(takes_calls: TakesCalls | None, *overrides: tuple[OverrideKind, str, str]) -> Practice:
    """The doctor is on leave that week; Doctor Petit may take the calls."""
    leave = a_leave("2026-11-30", "2026-12-06", takes_calls)
    acts = tuple(an_override(*override) for override in overrides)
    return a_practice(practitioners=(a_practitioner(leaves=(leave,), overrides=acts),))


def decide(practice: Practice, caller: Caller, at: str) -> Decision:
    return Switchboard(practice).decide(caller, practice.practitioners[0], paris(at))


def turn_of(practice: Practice, caller: Caller, at: str) -> Turn:
    """What key 2 does then; assisted callers press no key."""
    scene = Scene(Switchboard(practice), caller, practice.lines[0], Language.FRENCH, paris(at))
    return welcome_assisted(scene) if scene.is_assisted else contact(scene)


CASES = {
    "ordinary, in the morning": (a_caller(), MORNING, Outcome.RING, Outcome.RING),
    "ordinary, over lunch": (a_caller(), LUNCH, Outcome.CLOSED, Outcome.CLOSED),
    "ordinary, at night": (a_caller(), NIGHT, Outcome.CLOSED, Outcome.CLOSED),
    "Prioritaire, in the morning": (PRIORITY, MORNING, Outcome.RING, Outcome.RING),
    "Prioritaire, over lunch": (PRIORITY, LUNCH, Outcome.RING, Outcome.RING),
    "Prioritaire, at night": (PRIORITY, NIGHT, Outcome.CLOSED, Outcome.CLOSED),
    "24h/24, in the morning": (ALWAYS, MORNING, Outcome.RING, Outcome.RING),
    "24h/24, over lunch": (ALWAYS, LUNCH, Outcome.RING, Outcome.RING),
    "24h/24, at night": (ALWAYS, NIGHT, Outcome.CLOSED, Outcome.RING),
    "24h/24, on Sunday": (ALWAYS, SUNDAY, Outcome.CLOSED, Outcome.RING),
}


@pytest.mark.parametrize(("caller", "at", "days", "always"), CASES.values(), ids=CASES)
def test_the_windows_ring_the_locum_and_the_night_only_who_took_it_on(
    caller: Caller, at: str, days: Outcome, always: Outcome
) -> None:
    assert decide(with_locum(TakesCalls.DAYS), caller, at).outcome is days
    assert decide(with_locum(TakesCalls.ALWAYS), caller, at).outcome is always
    assert decide(with_locum(None), caller, at).outcome is Outcome.LEAVE


def test_the_locums_phone_rings_under_the_locums_name() -> None:
    turn = turn_of(with_locum(TakesCalls.DAYS), a_caller(), MORNING)
    says, rings = turn.steps
    assert isinstance(says, Say)
    assert says.fields["name"] == "Petit"
    assert isinstance(rings, Ring)
    assert (rings.phone, rings.whisper) == (PETIT.phone, True)


def test_an_assisted_number_rings_the_locum_too() -> None:
    assisted = a_caller(reaches={"martin": Reach.PRIORITY}, assisted_with=frozenset({"martin"}))
    turn = turn_of(with_locum(TakesCalls.DAYS), assisted, LUNCH)
    assert [step.phone for step in turn.steps if isinstance(step, Ring)] == [PETIT.phone]


def test_a_locum_rings_for_a_doctor_without_a_phone() -> None:
    leave = a_leave("2026-11-30", "2026-12-06", TakesCalls.DAYS)
    practice = a_practice(practitioners=(a_practitioner(phone=None, leaves=(leave,)),))
    assert decide(practice, a_caller(), MORNING).outcome is Outcome.RING


def test_away_stops_the_locum_too_and_open_now_rings_the_doctor() -> None:
    day = ("2026-12-02", "2026-12-02")
    away = with_locum(TakesCalls.ALWAYS, (OverrideKind.AWAY, *day))
    assert decide(away, ALWAYS, MORNING).outcome is Outcome.LEAVE
    opened = with_locum(TakesCalls.DAYS, (OverrideKind.OPEN, *day))
    rings = [step.phone for step in turn_of(opened, a_caller(), NIGHT).steps if isinstance(step, Ring)]
    assert rings == [a_practitioner().phone]


def test_a_pause_holds_for_the_locum_but_not_for_the_always_list() -> None:
    paused = with_locum(TakesCalls.DAYS, (OverrideKind.PAUSE, "2026-12-02T09:30", "2026-12-02T11:00"))
    assert decide(paused, a_caller(), MORNING).outcome is Outcome.PAUSED
    assert decide(paused, ALWAYS, MORNING).outcome is Outcome.RING


def test_the_decision_holds_until_the_locums_window_ends() -> None:
    decision = decide(with_locum(TakesCalls.DAYS), ALWAYS, MORNING)
    assert decision.ruling.code is ReasonCode.ORDINARY_HOURS
    assert decision.until == datetime.fromisoformat("2026-12-02T19:00:00+01:00")


def test_the_explanation_names_the_locum() -> None:
    practice = with_locum(TakesCalls.DAYS)
    decision = decide(practice, PRIORITY, LUNCH)
    assert "remplacé par Docteur Petit\u00a0: le téléphone" in sentence(decision, practice, Language.FRENCH)
    assert "replaced by Docteur Petit: the" in sentence(decision, practice, Language.ENGLISH)
    assert tries_in_words(decision, practice, Language.FRENCH) == "le docteur Petit, puis la messagerie"
