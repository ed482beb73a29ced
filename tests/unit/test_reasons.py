"""Decisions in sentences a doctor understands, and as the object of INTERFACE.md 6."""

import json
import re
from typing import Any

import pytest

from ivr.hours import NEVER
from ivr.phones import PhoneNumber
from ivr.practice import Caller, Practitioner
from ivr.reasons import CALLERS, CAUSES, EFFECTS, as_json, sentence
from ivr.routing import Decision, Switchboard
from ivr.vocabulary import CallerKind, ContactMode, Language, Outcome, OverrideKind, Reach, ReasonCode, UnknownCallers
from tests.builders import (
    a_caller,
    a_hidden_caller,
    a_leave,
    a_practice,
    a_practitioner,
    a_secretary,
    a_stranger,
    an_override,
    assisted,
    on_list,
    paris,
)

FRENCH, ENGLISH = Language.FRENCH, Language.ENGLISH
MORNING, LUNCH, NIGHT = "2026-12-02T10:00", "2026-12-02T13:10", "2026-12-02T22:00"
CHRISTMAS = "2026-12-25T10:00"
PRIORITY = on_list(Reach.PRIORITY)
ALWAYS = on_list(Reach.ALWAYS)
TELEMARKETER = "+33162001234"


def decided(
    caller: Caller, at: str, doctor: Practitioner | None = None, **practice: Any
) -> tuple[Decision, Switchboard]:
    doctor = doctor or a_practitioner()
    board = Switchboard(a_practice(practitioners=(doctor,), **practice))
    return board.decide(caller, doctor, paris(at)), board


CASES = [
    pytest.param(ReasonCode.ORDINARY_HOURS, Outcome.RING, a_caller(), MORNING, {}, {}, id="ordinary hours"),
    pytest.param(ReasonCode.PRIORITY_WINDOW, Outcome.RING, PRIORITY, LUNCH, {}, {}, id="priority window"),
    pytest.param(ReasonCode.ALWAYS_LIST, Outcome.RING, ALWAYS, NIGHT, {}, {}, id="always"),
    pytest.param(
        ReasonCode.OPEN_NOW,
        Outcome.RING,
        a_caller(),
        NIGHT,
        {"overrides": (an_override(OverrideKind.OPEN, "2026-12-02T21:00", "2026-12-02T23:00"),)},
        {},
        id="open now",
    ),
    pytest.param(
        ReasonCode.ON_LEAVE,
        Outcome.LEAVE,
        a_caller(),
        MORNING,
        {"leaves": (a_leave("2026-12-01", "2026-12-03"),)},
        {},
        id="leave",
    ),
    pytest.param(
        ReasonCode.AWAY,
        Outcome.LEAVE,
        a_caller(),
        MORNING,
        {"overrides": (an_override(OverrideKind.AWAY, "2026-12-02T09:00", "2026-12-02T12:00"),)},
        {},
        id="away",
    ),
    pytest.param(ReasonCode.CLOSED_HOURS, Outcome.CLOSED, a_caller(), NIGHT, {}, {}, id="closed"),
    pytest.param(ReasonCode.HOLIDAY, Outcome.CLOSED, a_caller(), CHRISTMAS, {}, {}, id="holiday"),
    pytest.param(
        ReasonCode.PAUSE,
        Outcome.PAUSED,
        a_caller(),
        MORNING,
        {"overrides": (an_override(OverrideKind.PAUSE, "2026-12-02T09:30", "2026-12-02T11:00"),)},
        {},
        id="pause",
    ),
    pytest.param(ReasonCode.NO_PHONE, Outcome.MESSAGE, a_caller(), MORNING, {"phone": None}, {}, id="no phone"),
    pytest.param(
        ReasonCode.MESSAGES_ONLY,
        Outcome.WRITE,
        a_caller(),
        MORNING,
        {"contact": ContactMode.MESSAGES},
        {},
        id="messages only",
    ),
    pytest.param(
        ReasonCode.UNKNOWN_LEAVE_MESSAGE,
        Outcome.MESSAGE,
        a_hidden_caller(),
        MORNING,
        {},
        {"unknown_callers": UnknownCallers.MESSAGE},
        id="unknown callers leave a message",
    ),
    pytest.param(
        ReasonCode.SECRETARY_FIRST,
        Outcome.SECRETARY,
        a_caller(),
        MORNING,
        {},
        {"secretary_first": True, "secretaries": (a_secretary(),)},
        id="secretary first",
    ),
    pytest.param(
        ReasonCode.SECRETARY_CLOSED,
        Outcome.MESSAGE,
        a_caller(),
        MORNING,
        {},
        {"secretary_first": True, "secretaries": (a_secretary(hours=NEVER),)},
        id="secretary closed",
    ),
    pytest.param(
        ReasonCode.ASSISTED_RINGS,
        Outcome.ASSISTED,
        assisted(Reach.ALWAYS),
        MORNING,
        {},
        {"secretaries": (a_secretary(),)},
        id="assisted, both ring",
    ),
    pytest.param(
        ReasonCode.ASSISTED_MESSAGE, Outcome.ASSISTED, assisted(), NIGHT, {}, {}, id="assisted, nobody can be rung"
    ),
    pytest.param(
        ReasonCode.NUISANCE_LIST,
        Outcome.NUISANCE,
        a_stranger("+33199006666"),
        MORNING,
        {},
        {"nuisance": frozenset({PhoneNumber("+33199006666")})},
        id="nuisance",
    ),
    pytest.param(
        ReasonCode.TELEMARKETING,
        Outcome.NUISANCE,
        a_stranger(TELEMARKETER),
        MORNING,
        {},
        {"telemarketing_filter": True},
        id="telemarketing",
    ),
]


@pytest.mark.parametrize(("code", "outcome", "caller", "at", "doctor", "practice"), CASES)
def test_every_code_has_a_sentence_in_both_languages(
    code: ReasonCode, outcome: Outcome, caller: Caller, at: str, doctor: dict[str, Any], practice: dict[str, Any]
) -> None:
    decision, board = decided(caller, at, a_practitioner(**doctor), **practice)
    assert (decision.ruling.code, decision.outcome) == (code, outcome)
    french, english = (sentence(decision, board.practice, language) for language in (FRENCH, ENGLISH))
    assert french != english
    for text in (french, english):
        assert text.endswith(".")
        assert "{" not in text
        assert "  " not in text
    assert re.search(r"[^\u00a0]:", french) is None, "a no-break space before each colon"
    assert "\u00a0:" not in english
    assert re.search(r"\d (h|heures)\b", french) is None, "a no-break space inside an hour"
    assert re.search(r"\bh \d", french) is None


def test_every_code_and_every_outcome_is_among_the_cases() -> None:
    assert {case.values[0] for case in CASES} == set(ReasonCode) == set(CAUSES)
    assert {case.values[1] for case in CASES} == set(Outcome) == set(EFFECTS) | {Outcome.ASSISTED}
    for language in Language:
        assert set(CALLERS[language]) == {Reach.PRIORITY, Reach.ALWAYS, *CallerKind}


@pytest.mark.parametrize(
    ("caller", "at", "french"),
    [
        pytest.param(
            PRIORITY,
            LUNCH,
            "Liste Prioritaires, mercredi 2\u00a0décembre à 13\u00a0h\u00a010, entre 9\u00a0h et 19\u00a0h, "
            "pas de congé\u00a0: le téléphone du docteur sonne.",
            id="priority over lunch",
        ),
        pytest.param(
            a_caller(),
            CHRISTMAS,
            "Patient connu, sans liste, vendredi 25\u00a0décembre à 10\u00a0h, jour férié (Noël)\u00a0: l'appelant "
            "entend quand rappeler et peut laisser un message.",
            id="a holiday by its name",
        ),
    ],
)
def test_a_sentence_says_who_when_why_and_what_follows(caller: Caller, at: str, french: str) -> None:
    decision, board = decided(caller, at)
    assert sentence(decision, board.practice, FRENCH) == french


def test_a_leave_is_told_with_its_last_day() -> None:
    decision, board = decided(a_caller(), MORNING, a_practitioner(leaves=(a_leave("2026-12-01", "2026-12-03"),)))
    assert "en congé jusqu'au jeudi 3\u00a0décembre à minuit" in sentence(decision, board.practice, FRENCH)
    assert "on leave until Thursday 3 December at midnight" in sentence(decision, board.practice, ENGLISH)


def test_those_who_are_rung_for_an_assisted_patient_are_named_in_order() -> None:
    decision, board = decided(assisted(Reach.ALWAYS), MORNING, secretaries=(a_secretary(),))
    assert decision.ruling.tries == ("secretary:accueil", "practitioner:martin", "voicemail")
    text = sentence(decision, board.practice, FRENCH)
    assert text.endswith("on appelle le secrétariat, puis le docteur, puis la messagerie.")


def test_the_object_is_that_of_the_interface() -> None:
    decision, board = decided(PRIORITY, LUNCH)
    document = json.loads(json.dumps(as_json(decision, board.practice, FRENCH)))
    (reason,) = document.pop("reasons")
    assert document == {
        "practice": "pasteur",
        "practitioner": "martin",
        "from": "+33639981111",
        "at": "2026-12-02T13:10:00+01:00",
        "caller": "known",
        "reach": "priority",
        "assisted": False,
        "outcome": "ring",
        "tries": ["practitioner:martin", "voicemail"],
        "next_opening": None,
        "until": "2026-12-02T19:00:00+01:00",
    }
    assert list(reason) == ["rule", "code", "text"]
    assert (reason["rule"], reason["code"]) == ("R8", "priority_window")


def test_the_keys_come_in_the_order_of_the_interface() -> None:
    decision, board = decided(PRIORITY, LUNCH)
    assert list(as_json(decision, board.practice, FRENCH)) == [
        *("practice", "practitioner", "from", "at", "caller", "reach", "assisted"),
        *("outcome", "tries", "reasons", "next_opening", "until"),
    ]


def test_a_hidden_number_is_null_and_a_closed_line_says_when_it_opens() -> None:
    decision, board = decided(a_hidden_caller(), NIGHT)
    document = as_json(decision, board.practice, FRENCH)
    assert (document["from"], document["caller"], document["reach"]) == (None, "withheld", "none")
    assert document["tries"] == ["voicemail"]
    assert document["next_opening"] == "2026-12-03T09:00:00+01:00"


def test_times_are_local_to_the_practice_on_both_sides_of_a_clock_change() -> None:
    decision, board = decided(a_caller(), "2026-10-23T22:00")
    document = as_json(decision, board.practice, FRENCH)
    assert document["at"] == "2026-10-23T22:00:00+02:00"
    assert document["next_opening"] == "2026-10-26T09:00:00+01:00"
