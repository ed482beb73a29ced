"""Key 2, case by case: the tables and rules of ROUTING.md, and the facts of a decision (INTERFACE.md 6).

The week around Wednesday 2 December 2026 is an ordinary one; 25 December 2026 is a Friday.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from ivr.hours import NEVER
from ivr.phones import PhoneNumber, can_receive_text
from ivr.practice import Caller, DatedHours, Leave, Practitioner
from ivr.routing import Decision, Profile, Ruling, Switchboard, route
from ivr.schedules import Calendar
from ivr.vocabulary import CallerKind, ContactMode, Outcome, OverrideKind, Reach, UnknownCallers
from tests.builders import (
    HIDDEN,
    PATIENTS_LANDLINE,
    PATIENTS_PHONE,
    a_caller,
    a_hidden_caller,
    a_leave,
    a_practice,
    a_practitioner,
    a_secretary,
    a_span,
    a_stranger,
    an_override,
    assisted,
    every_day,
    on_list,
    paris,
    table,
)

NONE, PRIORITY, ALWAYS = Reach.NONE, Reach.PRIORITY, Reach.ALWAYS
MESSAGES_ONLY = {"contact": ContactMode.MESSAGES}
DOCTOR, DESK, VOICEMAIL = "practitioner:martin", "secretary:accueil", "voicemail"
TELEMARKETER = PhoneNumber("+33162001234")
TELEMARKETING = [
    *("0162", "0163", "0270", "0271", "0377", "0378", "0424", "0425", "0568", "0569", "0948", "0949"),
    *("09475", "09476", "09477", "09478", "09479"),
]
"""The prefixes of FRANCE.md, 16."""


def decide(caller: Caller, at: str, doctor: Practitioner | None = None, **practice: Any) -> Decision:
    """What `caller` gets from the doctor at that wall time of Paris."""
    doctor = doctor or a_practitioner()
    switchboard = Switchboard(a_practice(practitioners=(doctor,), **practice))
    return switchboard.decide(caller, doctor, paris(at))


def ruling(caller: Caller, at: str, doctor: Practitioner | None = None, **practice: Any) -> Ruling:
    """What key 2 does then, without looking ahead: quicker, for the many cells of a table."""
    doctor = doctor or a_practitioner()
    settings = a_practice(practitioners=(doctor,), **practice)
    on = date.fromisoformat(at[:10])
    profile = Profile(caller.kind, caller.reach(doctor.key, on), bool(caller.assisted(on)))
    return route(settings, doctor, profile, Calendar(settings).moment(doctor, paris(at)))


def outcome(*args: Any, **practice: Any) -> Outcome:
    return ruling(*args, **practice).outcome


def tries(*args: Any, **practice: Any) -> list[str]:
    return list(ruling(*args, **practice).tries)


# --- the two tables of section 4 -------------------------------------------------------------------------

CALLERS = {
    "hidden": a_hidden_caller(),
    "unknown": a_stranger(),
    "known": a_caller(),
    "priority": on_list(PRIORITY),
    "always": on_list(ALWAYS),
}


def _during(kind: OverrideKind, day: str, since: str = "00:00", until: str = "24:00") -> dict[str, Any]:
    end = f"{day}T{until}" if until != "24:00" else f"{day[:-2]}{int(day[-2:]) + 1:02d}T00:00"
    return {"overrides": (an_override(kind, f"{day}T{since}", end),)}


LEAVE = {"leaves": (a_leave("2026-11-30", "2026-12-06"),)}
CHRISTMAS_LEAVE = {"leaves": (a_leave("2026-12-24", "2026-12-26"),)}
PAUSED = _during(OverrideKind.PAUSE, "2026-12-02")
AWAY = _during(OverrideKind.AWAY, "2026-12-02")
OPEN_NOW = _during(OverrideKind.OPEN, "2026-12-02")
SATURDAY_OPEN = _during(OverrideKind.OPEN, "2026-12-05")
CHRISTMAS_OPEN = _during(OverrideKind.OPEN, "2026-12-25")
CHRISTMAS_AWAY = _during(OverrideKind.AWAY, "2026-12-25")

MOMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "ordinary morning": ("2026-12-02T10:00", {}),
    "ordinary afternoon": ("2026-12-02T17:59:59", {}),
    "lunch": ("2026-12-02T13:10", {}),
    "half-day off": ("2026-12-03T15:00", {}),
    "before nine": ("2026-12-02T07:30", {}),
    "after nineteen": ("2026-12-02T20:00", {}),
    "saturday": ("2026-12-05T10:00", {}),
    "sunday": ("2026-12-06T15:00", {}),
    "holiday": ("2026-12-25T10:00", {}),
    "leave": ("2026-12-02T10:00", LEAVE),
    "leave, lunch": ("2026-12-02T13:10", LEAVE),
    "leave, night": ("2026-12-02T23:00", LEAVE),
    "leave, holiday": ("2026-12-25T10:00", CHRISTMAS_LEAVE),
    "pause": ("2026-12-02T10:00", PAUSED),
    "pause, lunch": ("2026-12-02T13:10", PAUSED),
    "pause, night": ("2026-12-02T20:00", PAUSED),
    "away": ("2026-12-02T10:00", AWAY),
    "away, night": ("2026-12-02T23:00", AWAY),
    "away, holiday": ("2026-12-25T10:00", CHRISTMAS_AWAY),
    "open now, night": ("2026-12-02T20:00", OPEN_NOW),
    "open now, lunch": ("2026-12-02T13:10", OPEN_NOW),
    "open now, saturday": ("2026-12-05T10:00", SATURDAY_OPEN),
    "open now, holiday": ("2026-12-25T10:00", CHRISTMAS_OPEN),
    "open now, leave": ("2026-12-02T20:00", {**LEAVE, **OPEN_NOW}),
    "open now, pause": ("2026-12-02T10:00", {"overrides": OPEN_NOW["overrides"] + PAUSED["overrides"]}),
}

LETTERS = {
    "R": Outcome.RING,
    "W": Outcome.WRITE,
    "C": Outcome.CLOSED,
    "P": Outcome.PAUSED,
    "L": Outcome.LEAVE,
}

CALLS = """
                     hidden unknown known priority always
ordinary morning     R      R       R     R        R
ordinary afternoon   R      R       R     R        R
lunch                C      C       C     R        R
half-day off         C      C       C     R        R
before nine          C      C       C     C        R
after nineteen       C      C       C     C        R
saturday             C      C       C     C        R
sunday               C      C       C     C        R
holiday              C      C       C     C        R
leave                L      L       L     L        L
leave, lunch         L      L       L     L        L
leave, night         L      L       L     L        L
leave, holiday       L      L       L     L        L
pause                P      P       P     P        R
pause, lunch         C      C       C     P        R
pause, night         C      C       C     C        R
away                 L      L       L     L        L
away, night          L      L       L     L        L
away, holiday        L      L       L     L        L
open now, night      R      R       R     R        R
open now, lunch      R      R       R     R        R
open now, saturday   R      R       R     R        R
open now, holiday    R      R       R     R        R
open now, leave      R      R       R     R        R
open now, pause      R      R       R     R        R
"""

MESSAGES = """
                     hidden unknown known priority always
ordinary morning     W      W       W     R        R
ordinary afternoon   W      W       W     R        R
lunch                C      C       C     R        R
half-day off         C      C       C     R        R
before nine          C      C       C     C        R
after nineteen       C      C       C     C        R
saturday             C      C       C     C        R
sunday               C      C       C     C        R
holiday              C      C       C     C        R
leave                L      L       L     L        L
leave, lunch         L      L       L     L        L
leave, night         L      L       L     L        L
leave, holiday       L      L       L     L        L
pause                P      P       P     P        R
pause, lunch         C      C       C     P        R
pause, night         C      C       C     C        R
away                 L      L       L     L        L
away, night          L      L       L     L        L
away, holiday        L      L       L     L        L
open now, night      W      W       W     R        R
open now, lunch      W      W       W     R        R
open now, saturday   W      W       W     R        R
open now, holiday    W      W       W     R        R
open now, leave      W      W       W     R        R
open now, pause      W      W       W     R        R
"""


def _cells(matrix: str, *modes: ContactMode) -> list[Any]:
    """Every cell of a table as a case; the id says contact mode, caller and moment."""
    header, *rows = matrix.strip("\n").splitlines()
    return [
        pytest.param(mode, caller, moment, LETTERS[letter], id=f"{mode}: {caller}, {moment}")
        for mode in modes
        for row in rows
        for moment in [row[:21].strip()]
        for caller, letter in zip(header.split(), row[21:].split(), strict=True)
    ]


@pytest.mark.parametrize(
    ("mode", "caller", "moment", "expected"),
    _cells(CALLS, ContactMode.CALLS, ContactMode.BOTH) + _cells(MESSAGES, ContactMode.MESSAGES),
)
def test_each_cell_of_the_tables_of_section_four_holds(
    mode: ContactMode, caller: str, moment: str, expected: Outcome
) -> None:
    at, changes = MOMENTS[moment]
    found = ruling(CALLERS[caller], at, a_practitioner(contact=mode, **changes))
    rung = [DOCTOR] if expected is Outcome.RING else []
    assert (found.outcome, list(found.tries)) == (expected, [*rung, VOICEMAIL])


# --- the table of section 5 ------------------------------------------------------------------------------

OPEN_ALL_DAY = a_secretary(hours=every_day("00:00-24:00"))

ASSISTED = """
                     none priority always
ordinary morning     -    doctor   doctor
lunch                -    doctor   doctor
half-day off         -    doctor   doctor
after nineteen       -    -        doctor
sunday               -    -        doctor
holiday              -    -        doctor
leave                -    -        -
leave, night         -    -        -
pause                -    -        doctor
away                 -    -        -
open now, night      -    doctor   doctor
open now, leave      -    doctor   doctor
"""


def _assisted_cells() -> list[Any]:
    header, *rows = ASSISTED.strip("\n").splitlines()
    return [
        pytest.param(Reach[reach.upper()], row[:21].strip(), rung, id=f"{reach}, {row[:21].strip()}")
        for row in rows
        for reach, rung in zip(header.split(), row[21:].split(), strict=True)
    ]


@pytest.mark.parametrize("contact", [ContactMode.BOTH, ContactMode.MESSAGES])
@pytest.mark.parametrize("with_secretary", [True, False], ids=["secretary open", "no secretary"])
@pytest.mark.parametrize(("reach", "moment", "rung"), _assisted_cells())
def test_each_cell_of_the_table_of_section_five_holds(
    reach: Reach, moment: str, rung: str, with_secretary: bool, contact: ContactMode
) -> None:
    at, changes = MOMENTS[moment]
    desk_answers = with_secretary and moment != "holiday"  # the practice is closed that day
    expected = [DESK] * desk_answers + [DOCTOR] * (rung == "doctor") + [VOICEMAIL]
    found = ruling(
        assisted(reach),
        at,
        a_practitioner(contact=contact, **changes),
        secretaries=(OPEN_ALL_DAY,) if with_secretary else (),
        secretary_first=True,
    )
    assert (found.outcome, list(found.tries)) == (Outcome.ASSISTED, expected)


def test_an_assisted_number_rings_every_open_secretary_in_file_order() -> None:
    desks = tuple(
        a_secretary(key=key, hours=hours)
        for key, hours in [("b", every_day("08:00-18:00")), ("c", NEVER), ("a", every_day("08:00-18:00"))]
    )
    found = tries(assisted(ALWAYS), "2026-12-02T10:00", secretaries=desks)
    assert found == ["secretary:b", "secretary:a", DOCTOR, VOICEMAIL]


def test_an_assisted_number_does_not_ring_a_doctor_without_telephone() -> None:
    assert tries(assisted(ALWAYS), "2026-12-02T10:00", a_practitioner(phone=None)) == [VOICEMAIL]


# --- the line: L2 to L5 ----------------------------------------------------------------------------------


def test_a_number_on_the_nuisance_list_rings_nobody_and_leaves_no_message() -> None:
    stranger = a_stranger()
    decision = decide(stranger, "2026-12-02T10:00", nuisance=frozenset({stranger.number}))
    assert (decision.outcome, decision.ruling.tries, decision.ruling.rule) == (Outcome.NUISANCE, (), "L3")
    assert (decision.next_opening, decision.until) == (None, None)


def test_a_telemarketing_prefix_is_refused_when_the_filter_is_on() -> None:
    decision = decide(a_stranger(TELEMARKETER.e164), "2026-12-02T10:00", telemarketing_filter=True)
    assert (decision.outcome, decision.ruling.tries, decision.ruling.rule) == (Outcome.NUISANCE, (), "L4")


def test_a_telemarketing_prefix_passes_when_the_filter_is_off() -> None:
    assert decide(a_stranger(TELEMARKETER.e164), "2026-12-02T10:00").outcome is Outcome.RING


@pytest.mark.parametrize("prefix", TELEMARKETING)
def test_every_prefix_of_the_telemarketers_is_filtered(prefix: str) -> None:
    number = "+33" + prefix.ljust(10, "0")[1:]
    assert decide(a_stranger(number), "2026-12-02T10:00", telemarketing_filter=True).outcome is Outcome.NUISANCE


@pytest.mark.parametrize("number", ["+33164001234", "+33947012345", "+33199001234", "+441620012345"])
def test_other_numbers_are_no_telemarketers(number: str) -> None:
    assert decide(a_stranger(number), "2026-12-02T10:00", telemarketing_filter=True).outcome is Outcome.RING


def test_case_45_a_patient_on_the_nuisance_list_is_never_filtered() -> None:
    assert decide(a_caller(), "2026-12-02T10:00", nuisance=frozenset({PATIENTS_PHONE})).outcome is Outcome.RING


def test_case_46_a_telemarketing_prefix_that_is_a_patients_passes() -> None:
    assert decide(a_caller(number=TELEMARKETER), "2026-12-02T10:00", telemarketing_filter=True).outcome is Outcome.RING


def test_an_assisted_patient_on_the_nuisance_list_is_still_assisted() -> None:
    listed = frozenset({PATIENTS_PHONE})
    assert decide(assisted(), "2026-12-02T10:00", nuisance=listed).outcome is Outcome.ASSISTED


def test_a_hidden_number_is_never_taken_for_a_nuisance() -> None:
    hidden = a_hidden_caller()
    nuisance = frozenset({PATIENTS_PHONE})
    decision = decide(hidden, "2026-12-02T10:00", nuisance=nuisance, telemarketing_filter=True)
    assert decision.outcome is Outcome.RING


def test_a_nuisance_number_gets_one_answer_for_the_whole_line() -> None:
    stranger = a_stranger()
    practice = a_practice(
        practitioners=(a_practitioner(), a_practitioner(key="blanc")), nuisance=frozenset({stranger.number})
    )
    decisions = Switchboard(practice).decisions(stranger, paris("2026-12-02T10:00"))
    assert [d.outcome for d in decisions] == [Outcome.NUISANCE]


# --- key 2: R2 to R8 -------------------------------------------------------------------------------------


def test_r2_leave_names_its_rule() -> None:
    for absence in (LEAVE, AWAY):
        decision = decide(on_list(ALWAYS), "2026-12-02T10:00", a_practitioner(**absence))
        assert decision.ruling.rule == "R2"


def test_r2_comes_before_a_missing_telephone() -> None:
    assert outcome(a_caller(), "2026-12-02T10:00", a_practitioner(phone=None, **LEAVE)) is Outcome.LEAVE


def test_r3_closed_and_paused_name_their_rule() -> None:
    assert decide(a_caller(), "2026-12-02T13:10").ruling.rule == "R3"
    assert decide(a_caller(), "2026-12-02T10:00", a_practitioner(**PAUSED)).ruling.rule == "R3"


def test_r3_comes_before_a_missing_telephone() -> None:
    assert outcome(a_caller(), "2026-12-02T13:10", a_practitioner(phone=None)) is Outcome.CLOSED


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS.keys())
@pytest.mark.parametrize("contact", list(ContactMode))
def test_r4_a_doctor_without_telephone_gets_a_message(caller: Caller, contact: ContactMode) -> None:
    doctor = a_practitioner(phone=None, contact=contact)
    found = ruling(caller, "2026-12-02T10:00", doctor, secretaries=(OPEN_ALL_DAY,), secretary_first=True)
    assert (found.outcome, list(found.tries), found.rule) == (Outcome.MESSAGE, [VOICEMAIL], "R4")


def test_r5_messages_only_names_its_rule_and_beats_r6_and_r7() -> None:
    decision = decide(
        a_stranger(),
        "2026-12-02T10:00",
        a_practitioner(**MESSAGES_ONLY),
        unknown_callers=UnknownCallers.MESSAGE,
        secretary_first=True,
        secretaries=(OPEN_ALL_DAY,),
    )
    assert (decision.outcome, decision.ruling.rule) == (Outcome.WRITE, "R5")


@pytest.mark.parametrize("caller", [a_hidden_caller(), a_stranger()], ids=["hidden", "unknown"])
@pytest.mark.parametrize("secretary_first", [True, False])
def test_r6_unknown_callers_leave_a_message_when_the_practice_chose_so(caller: Caller, secretary_first: bool) -> None:
    decision = decide(
        caller,
        "2026-12-02T10:00",
        unknown_callers=UnknownCallers.MESSAGE,
        secretary_first=secretary_first,
        secretaries=(OPEN_ALL_DAY,),
    )
    assert (decision.outcome, list(decision.ruling.tries)) == (Outcome.MESSAGE, [VOICEMAIL])
    assert decision.ruling.rule == "R6"


def test_r6_leaves_known_callers_alone() -> None:
    assert outcome(a_caller(), "2026-12-02T10:00", unknown_callers=UnknownCallers.MESSAGE) is Outcome.RING


def test_r6_outside_hours_is_closed_all_the_same() -> None:
    assert outcome(a_stranger(), "2026-12-02T13:10", unknown_callers=UnknownCallers.MESSAGE) is Outcome.CLOSED


def test_r7_secretary_first_rings_the_secretary_for_callers_without_list() -> None:
    decision = decide(a_caller(), "2026-12-02T10:00", secretary_first=True, secretaries=(a_secretary(),))
    assert (decision.outcome, list(decision.ruling.tries)) == (Outcome.SECRETARY, [DESK, VOICEMAIL])
    assert decision.ruling.rule == "R7"


def test_r7_secretary_first_with_no_secretary_open_is_a_message_and_no_ring() -> None:
    closed = a_secretary(hours=NEVER)
    decision = decide(a_caller(), "2026-12-02T10:00", secretary_first=True, secretaries=(closed,))
    assert (decision.outcome, list(decision.ruling.tries)) == (Outcome.MESSAGE, [VOICEMAIL])
    assert decision.ruling.rule == "R7"


def test_r7_waits_for_the_doctors_window() -> None:
    found = outcome(a_caller(), "2026-12-02T13:10", secretary_first=True, secretaries=(a_secretary(),))
    assert found is Outcome.CLOSED


def test_r7_secretary_first_holds_during_open_now() -> None:
    doctor = a_practitioner(**OPEN_NOW)
    found = outcome(a_caller(), "2026-12-02T10:00", doctor, secretary_first=True, secretaries=(a_secretary(),))
    assert found is Outcome.SECRETARY


def test_r8_rings_the_doctor_and_names_its_rule() -> None:
    found = decide(a_caller(), "2026-12-02T10:00").ruling
    assert (found.outcome, found.rule, found.tries) == (Outcome.RING, "R8", (DOCTOR, VOICEMAIL))


def test_the_example_of_the_interface_is_answered_as_written() -> None:
    decision = decide(on_list(PRIORITY), "2026-12-02T13:10")
    assert (decision.practice, decision.practitioner) == ("pasteur", "martin")
    assert (decision.number, decision.profile.kind) == (PATIENTS_PHONE, CallerKind.KNOWN)
    assert (decision.profile.reach, decision.profile.is_assisted) == (PRIORITY, False)
    assert decision.at.isoformat() == "2026-12-02T13:10:00+01:00"
    assert (decision.ruling.rule, decision.ruling.code) == ("R8", "priority_window")
    assert decision.ruling.tries == (DOCTOR, VOICEMAIL)
    assert decision.next_opening is None
    assert decision.until == paris("2026-12-02T19:00")


# --- the edge cases of section 8 -------------------------------------------------------------------------


def test_case_2_priority_rings_in_ordinary_hours_outside_nine_to_nineteen() -> None:
    wide = a_practitioner(working_hours=table(sat=["09:00-12:00"], tue=["14:00-20:00"]))
    assert outcome(on_list(PRIORITY), "2026-12-05T10:00", wide) is Outcome.RING
    assert outcome(on_list(PRIORITY), "2026-12-01T19:30", wide) is Outcome.RING


def test_case_3_the_priority_window_is_a_setting() -> None:
    with_break = a_practitioner(priority_hours=table(wed=["09:00-12:00", "14:00-19:00"]))
    assert outcome(on_list(PRIORITY), "2026-12-02T13:10", with_break) is Outcome.CLOSED


def test_case_4_priority_rings_on_the_weekday_off_of_the_doctor() -> None:
    monday_only = a_practitioner(working_hours=table(mon=["09:00-12:00"]))
    assert outcome(on_list(PRIORITY), "2026-12-02T10:00", monday_only) is Outcome.RING
    assert outcome(a_caller(), "2026-12-02T10:00", monday_only) is Outcome.CLOSED


def test_case_4_dated_hours_that_close_a_day_leave_the_priority_window_open() -> None:
    off = a_practitioner(dated_hours=(DatedHours(date(2026, 12, 2), ()),))
    assert outcome(on_list(PRIORITY), "2026-12-02T10:00", off) is Outcome.RING
    assert outcome(a_caller(), "2026-12-02T10:00", off) is Outcome.CLOSED


def test_case_6_an_open_holiday_is_a_day_like_any_other() -> None:
    worked = {"open_holidays": frozenset({date(2026, 12, 25)})}
    assert outcome(a_caller(), "2026-12-25T10:00", **worked) is Outcome.RING
    assert outcome(a_caller(), "2026-12-25T13:00", **worked) is Outcome.CLOSED
    assert outcome(on_list(PRIORITY), "2026-12-25T13:00", **worked) is Outcome.RING


def test_case_6_dated_hours_for_a_holiday_open_those_hours_only() -> None:
    special = DatedHours(date(2026, 12, 25), a_practitioner().working_hours[3], for_holiday=True)
    doctor = a_practitioner(dated_hours=(special,))
    assert outcome(a_caller(), "2026-12-25T10:00", doctor) is Outcome.RING
    assert outcome(on_list(PRIORITY), "2026-12-25T10:00", doctor) is Outcome.RING
    assert outcome(on_list(PRIORITY), "2026-12-25T13:00", doctor) is Outcome.CLOSED
    assert outcome(on_list(ALWAYS), "2026-12-25T13:00", doctor) is Outcome.RING


def test_case_6_dated_hours_not_marked_for_a_holiday_do_not_open_it() -> None:
    plain = DatedHours(date(2026, 12, 25), a_practitioner().working_hours[0])
    assert outcome(a_caller(), "2026-12-25T10:00", a_practitioner(dated_hours=(plain,))) is Outcome.CLOSED


def test_case_7_a_bridge_day_is_a_day_like_any_other() -> None:
    """Friday after Ascension Day."""
    assert outcome(a_caller(), "2027-05-06T10:00") is Outcome.CLOSED
    assert outcome(a_caller(), "2027-05-07T10:00") is Outcome.RING


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-12-02T08:59:59", Outcome.CLOSED, id="second before nine"),
        pytest.param("2026-12-02T09:00:00", Outcome.RING, id="opening minute"),
        pytest.param("2026-12-02T18:59:59", Outcome.RING, id="last second"),
        pytest.param("2026-12-02T19:00:00", Outcome.CLOSED, id="closing minute"),
        pytest.param("2026-12-02T19:00:01", Outcome.CLOSED, id="second after closing"),
    ],
)
@pytest.mark.parametrize("reach", [NONE, PRIORITY])
def test_case_8_nine_is_in_and_nineteen_is_out(at: str, expected: Outcome, reach: Reach) -> None:
    doctor = a_practitioner(working_hours=table(wed=["09:00-19:00"]))
    assert outcome(on_list(reach), at, doctor) is expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-10-25T02:00+02:00", Outcome.RING, id="two, first pass"),
        pytest.param("2026-10-25T02:45+02:00", Outcome.RING, id="a quarter to three, first pass"),
        pytest.param("2026-10-25T02:29:59+01:00", Outcome.RING, id="last second, second pass"),
        pytest.param("2026-10-25T02:30+01:00", Outcome.CLOSED, id="half past two, second pass"),
    ],
)
def test_case_9_the_double_hour_ends_on_its_second_pass(at: str, expected: Outcome) -> None:
    night = a_practitioner(working_hours=table(sun=["00:00-02:30"]))
    assert outcome(a_caller(), at, night) is expected


def test_case_9_the_missing_hour_never_opens() -> None:
    night = a_practitioner(working_hours=table(sun=["02:15-02:45"]))
    decision = decide(a_caller(), "2027-03-28T01:59", night)
    assert decision.next_opening == paris("2027-04-04T02:15")


def test_case_10_an_assisted_number_keeps_its_widest_reach() -> None:
    found = tries(assisted(ALWAYS), "2026-12-02T23:00", secretaries=(a_secretary(),))
    assert found == [DOCTOR, VOICEMAIL]


def test_case_11_a_number_shared_by_two_patients_is_one_caller_with_both_first_names() -> None:
    shared = on_list(PRIORITY, first_names=("Jeanne", "Paul"))
    decision = decide(shared, "2026-12-02T13:10")
    assert (decision.profile.kind, decision.outcome) == (CallerKind.KNOWN, Outcome.RING)


def test_case_14_a_listed_patient_gets_ordinary_treatment_from_another_telephone() -> None:
    assert outcome(a_stranger(), "2026-12-02T13:10") is Outcome.CLOSED


def test_case_15_a_listed_patient_gets_ordinary_treatment_behind_a_hidden_number() -> None:
    decision = decide(a_caller(number=HIDDEN, first_names=()), "2026-12-02T13:10")
    assert (decision.outcome, decision.profile.kind) == (Outcome.CLOSED, CallerKind.WITHHELD)


SOON = {"leaves": (a_leave("2026-12-21", "2026-12-23"),)}
"""So that a search for the next change ends early."""


def _group(**blanc: Any) -> Switchboard:
    martin, second = a_practitioner(**SOON), a_practitioner(key="blanc", **{**SOON, **blanc})
    return Switchboard(a_practice(practitioners=(martin, second)))


def test_case_17_each_practitioner_has_leave_of_their_own() -> None:
    decisions = _group(**LEAVE).decisions(a_caller(), paris("2026-12-02T10:00"))
    assert [(d.practitioner, d.outcome) for d in decisions] == [
        ("martin", Outcome.RING),
        ("blanc", Outcome.LEAVE),
    ]


def test_case_18_listed_with_one_practitioner_is_ordinary_with_the_other() -> None:
    decisions = _group().decisions(on_list(ALWAYS, "martin"), paris("2026-12-02T23:00"))
    assert [(d.outcome, d.profile.reach) for d in decisions] == [
        (Outcome.RING, ALWAYS),
        (Outcome.CLOSED, NONE),
    ]


def test_case_19_assisted_with_one_practitioner_is_assisted_for_the_whole_line() -> None:
    switchboard, now = _group(), paris("2026-12-02T10:00")
    caller = assisted(PRIORITY, "blanc")
    asked = [switchboard.decide(caller, p, now) for p in switchboard.practice.practitioners]
    assert switchboard.decisions(caller, now) == (asked[0],)
    assert asked[0] == asked[1]
    assert asked[0].practitioner == "blanc"
    assert asked[0].ruling.tries == ("practitioner:blanc", VOICEMAIL)


@pytest.mark.parametrize(
    ("martin", "blanc", "expected"),
    [
        pytest.param(PRIORITY, ALWAYS, "blanc", id="widest is second"),
        pytest.param(ALWAYS, PRIORITY, "martin", id="widest is first"),
        pytest.param(PRIORITY, PRIORITY, "martin", id="equal: file order"),
    ],
)
@pytest.mark.parametrize("asked_for", [0, 1])
def test_case_19_the_doctors_step_rings_the_widest_reach(
    martin: Reach, blanc: Reach, expected: str, asked_for: int
) -> None:
    switchboard = _group()
    caller = a_caller(reaches={"martin": martin, "blanc": blanc}, assisted_with=frozenset({"martin", "blanc"}))
    asked = switchboard.practice.practitioners[asked_for]
    decision = switchboard.decide(caller, asked, paris("2026-12-02T10:00"))
    assert decision.ruling.tries == (f"practitioner:{expected}", VOICEMAIL)


def test_case_26_a_landline_under_messages_only_is_still_asked_to_write_but_gets_no_text() -> None:
    landline = a_caller(number=PATIENTS_LANDLINE)
    assert outcome(landline, "2026-12-02T10:00", a_practitioner(**MESSAGES_ONLY)) is Outcome.WRITE
    assert not can_receive_text(PATIENTS_LANDLINE)
    assert not can_receive_text(HIDDEN)
    assert can_receive_text(PATIENTS_PHONE)


def test_case_27_contact_hours_can_open_messages_at_all_hours() -> None:
    doctor = a_practitioner(**MESSAGES_ONLY, contact_hours=every_day("00:00-24:00"))
    assert outcome(a_caller(), "2026-12-06T23:59:59", doctor) is Outcome.WRITE


def test_case_28_a_secretary_open_while_the_doctor_is_closed_is_offered_but_not_tried() -> None:
    decision = decide(a_caller(), "2026-12-02T13:10", secretaries=(a_secretary(),))
    assert (decision.outcome, decision.ruling.tries) == (Outcome.CLOSED, (VOICEMAIL,))
    assert decision.moment.secretaries == ("accueil",)


@pytest.mark.parametrize("reach", [PRIORITY, ALWAYS])
def test_case_29_secretary_first_lets_the_lists_ring_the_doctor(reach: Reach) -> None:
    found = tries(on_list(reach), "2026-12-02T10:00", secretary_first=True, secretaries=(a_secretary(),))
    assert found == [DOCTOR, VOICEMAIL]


def test_case_30_an_absent_secretary_is_not_rung() -> None:
    absent = a_secretary(absences=(a_span("2026-12-02", "2026-12-02"),))
    setting: dict[str, Any] = {"secretary_first": True, "secretaries": (absent,)}
    assert outcome(a_caller(), "2026-12-02T10:00", **setting) is Outcome.MESSAGE
    assert outcome(a_caller(), "2026-12-03T10:00", **setting) is Outcome.SECRETARY
    assert tries(assisted(), "2026-12-02T10:00", **setting) == [VOICEMAIL]


def test_case_33_a_pause_ends_by_itself() -> None:
    doctor = a_practitioner(**_during(OverrideKind.PAUSE, "2026-12-02", "10:00", "11:00"))
    assert outcome(a_caller(), "2026-12-02T10:59:59", doctor) is Outcome.PAUSED
    assert outcome(a_caller(), "2026-12-02T11:00", doctor) is Outcome.RING


def test_case_34_a_leave_from_noon_starts_at_noon() -> None:
    doctor = a_practitioner(leaves=(a_leave("2026-12-02T11:00", "2026-12-03T11:00"),))
    assert outcome(on_list(ALWAYS), "2026-12-02T10:59:59", doctor) is Outcome.RING
    assert outcome(on_list(ALWAYS), "2026-12-02T11:00", doctor) is Outcome.LEAVE
    assert outcome(on_list(ALWAYS), "2026-12-03T10:59:59", doctor) is Outcome.LEAVE
    assert outcome(on_list(ALWAYS), "2026-12-03T11:00", doctor) is Outcome.RING


def test_case_36_a_leave_cannot_be_built_without_somebody_to_turn_to() -> None:
    with pytest.raises(TypeError):
        Leave(a_span("2026-12-24", "2026-12-26"))  # type: ignore[call-arg]


# --- public holidays (SCHEDULING.md 2) -------------------------------------------------------------------


def _holidays(year: int, **practice: Any) -> set[date]:
    calendar = Calendar(a_practice(**practice))
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return {day for day in days if day.year == year and calendar.is_holiday(day)}


def test_the_eleven_holidays_of_france_are_kept_and_no_other_day() -> None:
    """All Saints' 2026 is a Sunday, and no Monday stands in for it."""
    wanted = ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]
    assert _holidays(2026) == {date.fromisoformat(f"2026-{day}") for day in wanted}


@pytest.mark.parametrize("territory", ["FR-57", "FR-6AE"])
def test_good_friday_is_a_switch_where_some_communes_keep_it(territory: str) -> None:
    more = {date(2026, 12, 26)}
    assert _holidays(2026, territory=territory) == _holidays(2026) | more
    assert _holidays(2026, territory=territory, good_friday=True) == _holidays(2026) | more | {date(2026, 4, 3)}


@pytest.mark.parametrize(
    ("territory", "day"),
    [
        pytest.param("FR-YT", date(2026, 4, 27), id="Mayotte"),
        pytest.param("FR-MQ", date(2026, 5, 22), id="Martinique"),
        pytest.param("FR-GP", date(2026, 5, 27), id="Guadeloupe"),
        pytest.param("FR-GF", date(2026, 6, 10), id="Guyane"),
        pytest.param("FR-RE", date(2026, 12, 20), id="La Réunion"),
    ],
)
def test_each_overseas_territory_keeps_its_own_day(territory: str, day: date) -> None:
    assert day in _holidays(2026, territory=territory)
    assert day not in _holidays(2026)


def test_a_practice_strikes_out_a_customary_day_and_adds_one_of_its_own() -> None:
    mid_lent, own = date(2026, 3, 12), date(2026, 3, 13)
    assert mid_lent in _holidays(2026, territory="FR-GP")
    changed = _holidays(2026, territory="FR-GP", open_holidays=frozenset({mid_lent}), closed_days=frozenset({own}))
    assert mid_lent not in changed
    assert own in changed


# --- `until` and `next_opening` --------------------------------------------------------------------------


CHRISTMAS = a_practitioner(leaves=(a_leave("2026-12-24T12:00", "2027-01-04T08:00"),))
PAUSE_TO_ONE = a_practitioner(**_during(OverrideKind.PAUSE, "2026-12-02", "11:00", "13:00"))
OPEN_AT_EIGHT = a_practitioner(**_during(OverrideKind.OPEN, "2026-12-02", "20:00", "22:00"))
NO_HOURS = a_practitioner(working_hours=NEVER)


@pytest.mark.parametrize(
    ("caller", "at", "doctor", "until", "opening"),
    [
        pytest.param(a_caller(), "2026-12-02T13:10", None, "2026-12-02T14:00", "2026-12-02T14:00", id="lunch"),
        pytest.param(a_caller(), "2026-12-02T12:00", None, "2026-12-02T14:00", "2026-12-02T14:00", id="noon"),
        pytest.param(a_caller(), "2026-12-02T14:00", None, "2026-12-02T18:00", None, id="open"),
        pytest.param(a_caller(), "2026-12-03T15:00", None, "2026-12-04T09:00", "2026-12-04T09:00", id="half-day off"),
        pytest.param(on_list(PRIORITY), "2026-12-04T19:00", None, "2026-12-07T09:00", "2026-12-07T09:00", id="weekend"),
        pytest.param(
            a_caller(),
            "2026-12-24T18:30",
            None,
            "2026-12-28T09:00",
            "2026-12-28T09:00",
            id="holiday and weekend",
        ),
        pytest.param(a_caller(), "2026-12-24T15:00", CHRISTMAS, "2027-01-04T08:00", "2027-01-04T09:00", id="leave"),
        pytest.param(
            on_list(ALWAYS),
            "2026-12-24T15:00",
            CHRISTMAS,
            "2027-01-04T08:00",
            "2027-01-04T08:00",
            id="leave, always",
        ),
        pytest.param(a_caller(), "2026-12-24T10:00", CHRISTMAS, "2026-12-24T12:00", None, id="before leave"),
        pytest.param(
            a_caller(),
            "2026-12-23T19:00",
            CHRISTMAS,
            "2026-12-24T09:00",
            "2026-12-24T09:00",
            id="eve of leave",
        ),
        pytest.param(
            a_caller(),
            "2026-12-02T11:30",
            PAUSE_TO_ONE,
            "2026-12-02T12:00",
            "2026-12-02T14:00",
            id="pause into lunch",
        ),
        pytest.param(
            on_list(PRIORITY),
            "2026-12-02T11:30",
            PAUSE_TO_ONE,
            "2026-12-02T13:00",
            "2026-12-02T13:00",
            id="pause, priority",
        ),
        pytest.param(on_list(ALWAYS), "2026-12-02T11:30", PAUSE_TO_ONE, None, None, id="pause, always"),
        pytest.param(
            a_caller(),
            "2026-12-02T19:00",
            OPEN_AT_EIGHT,
            "2026-12-02T20:00",
            "2026-12-02T20:00",
            id="before open now",
        ),
        pytest.param(a_caller(), "2026-12-02T21:00", OPEN_AT_EIGHT, "2026-12-02T22:00", None, id="open now"),
        pytest.param(
            on_list(PRIORITY), "2026-12-02T10:00", None, "2026-12-02T19:00", None, id="change of reason alone"
        ),
        pytest.param(on_list(ALWAYS), "2026-12-02T10:00", None, None, None, id="always, for ever"),
        pytest.param(a_caller(), "2026-12-02T10:00", NO_HOURS, None, None, id="never open"),
        pytest.param(
            a_caller(),
            "2026-12-02T13:10",
            a_practitioner(phone=None),
            "2026-12-02T14:00",
            "2026-12-02T14:00",
            id="a message counts as opening",
        ),
        pytest.param(
            a_caller(),
            "2026-10-24T23:00",
            a_practitioner(working_hours=table(sun=["02:30-04:00"])),
            "2026-10-25T02:30+02:00",
            "2026-10-25T02:30+02:00",
            id="first pass of the double hour",
        ),
    ],
)
def test_a_decision_says_until_when_it_holds_and_when_to_call_again(
    caller: Caller, at: str, doctor: Practitioner | None, until: str | None, opening: str | None
) -> None:
    decision = decide(caller, at, doctor)
    assert decision.until == (until and paris(until))
    assert decision.next_opening == (opening and paris(opening))


def test_a_leave_meeting_the_next_one_is_one_absence() -> None:
    leaves = (a_leave("2026-12-01", "2026-12-04"), a_leave("2026-12-05", "2026-12-13"))
    decision = decide(on_list(ALWAYS), "2026-12-02T10:00", a_practitioner(leaves=leaves))
    assert (decision.until, decision.next_opening) == (paris("2026-12-14"), paris("2026-12-14"))


def test_a_leave_without_foreseeable_end_is_still_answered() -> None:
    """A practitioner who does not come back: people write the last date there is."""
    doctor = a_practitioner(leaves=(a_leave("2026-12-01T08:00", "9999-12-30T08:00"),))
    assert decide(a_caller(), "2026-12-02T10:00", doctor).outcome is Outcome.LEAVE


def test_a_secretary_absent_for_good_leaves_the_doctor_reachable() -> None:
    gone = a_secretary(absences=(a_span("2026-12-01T08:00", "9999-12-30T08:00"),))
    assert decide(a_caller(), "2026-12-02T10:00", secretaries=(gone,)).outcome is Outcome.RING


def test_a_change_of_who_is_rung_ends_a_decision() -> None:
    """The secretary stops at 18:30, the priority window at 19:00."""
    caller, desk = assisted(PRIORITY), {"secretaries": (a_secretary(),)}
    assert decide(caller, "2026-12-02T08:00", **desk).until == paris("2026-12-02T08:30")
    assert decide(caller, "2026-12-02T08:30", **desk).until == paris("2026-12-02T09:00")
    assert decide(caller, "2026-12-02T10:00", **desk).until == paris("2026-12-02T18:30")
    assert decide(caller, "2026-12-02T18:30", **desk).until == paris("2026-12-02T19:00")


def test_secretary_first_changes_when_the_secretary_leaves() -> None:
    early = a_secretary(hours=every_day("08:00-11:00"))
    decision = decide(a_caller(), "2026-12-02T10:00", secretary_first=True, secretaries=(early,))
    assert (decision.outcome, decision.until) == (Outcome.SECRETARY, paris("2026-12-02T11:00"))


def test_an_assisted_number_is_never_told_when_to_call_again() -> None:
    decision = decide(assisted(), "2026-12-06T10:00", secretaries=(a_secretary(),))
    assert (decision.until, decision.next_opening) == (paris("2026-12-07T08:30"), None)


def test_the_return_of_a_practitioner_is_known_through_leave_and_away() -> None:
    doctor = a_practitioner(
        leaves=(a_leave("2026-12-02", "2026-12-02"),),
        overrides=(an_override(OverrideKind.AWAY, "2026-12-02T23:00", "2026-12-03T07:00"),),
    )
    switchboard = Switchboard(a_practice(practitioners=(doctor,)))
    assert switchboard.gone_until(doctor, paris("2026-12-02T10:00")) == paris("2026-12-03T07:00")


def test_the_week_of_a_caller_lists_exact_intervals() -> None:
    doctor = a_practitioner(working_hours=table(wed=["09:00-12:00"]))
    week = Switchboard(a_practice(practitioners=(doctor,))).week(a_caller(), doctor, paris("2026-12-05T10:00"))
    assert [(p.span.start, p.span.end, p.outcome) for p in week] == [
        (paris("2026-11-30"), paris("2026-12-02T09:00"), Outcome.CLOSED),
        (paris("2026-12-02T09:00"), paris("2026-12-02T12:00"), Outcome.RING),
        (paris("2026-12-02T12:00"), paris("2026-12-07"), Outcome.CLOSED),
    ]
