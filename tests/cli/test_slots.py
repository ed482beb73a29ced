"""`ivr slots`: what a caller would be offered, on the terminal and as data."""

from pathlib import Path

import pytest

from tests.cli.shell import DOES_NOT_HOLD, Shell, one_document

CONSULTATION = ("--practice", "pasteur", "--practitioner", "martin", "--act", "consultation")
WEDNESDAY = ("--at", "2026-12-02T08:00")


def test_the_next_slots_are_told_earliest_first(shell: Shell) -> None:
    told = shell.succeeds("slots", *CONSULTATION, *WEDNESDAY, "--count", "2").replace("\u00a0", " ")
    assert told.index("10 h ") < told.index("10 h 15") < told.index("10 h 30")
    assert "mercredi 2 décembre 2026" in told


def test_slots_as_data_are_local_to_the_practice(shell: Shell) -> None:
    first, *others = shell.tells_json("slots", *CONSULTATION, *WEDNESDAY)
    assert len(others) == 2
    assert first == {
        "start": "2026-12-02T10:00:00+01:00",
        "end": "2026-12-02T10:15:00+01:00",
        "practitioner": "martin",
        "act": "consultation",
    }


def test_what_is_booked_or_asked_for_is_not_offered_and_what_is_cancelled_is(shell: Shell) -> None:
    at = ("--at", "2026-12-01T08:00", "--count", "200")
    offered = {slot["start"] for slot in shell.tells_json("slots", *CONSULTATION, *at)}
    assert "2026-12-02T09:15:00+01:00" not in offered
    assert "2026-12-03T11:00:00+01:00" in offered


def test_the_horizon_ends_the_search(shell: Shell) -> None:
    found = shell.tells_json("slots", *CONSULTATION, *WEDNESDAY, "--count", "1000")
    assert found[-1]["start"] < "2027-02-01T00:00"
    assert len(found) > 100


def test_an_act_closed_to_the_patient_has_no_slots(shell: Shell) -> None:
    asked = ("slots", "--practitioner", "martin", *WEDNESDAY)
    assert shell.tells_json(*asked, "--act", "urgence", "--patient", "durand") == []
    assert shell.tells_json(*asked, "--act", "longue", "--patient", "durand")
    assert "not open to this patient" in shell.succeeds(*asked, "--act", "urgence", "--patient", "durand")


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        pytest.param(("--practitioner", "martin", "--act", "x"), "known: consultation", id="no such act"),
        pytest.param(("--practitioner", "martin"), "say for what: --act KEY", id="no act"),
        pytest.param(("--act", "consultation"), "say with whom: --practitioner KEY", id="no practitioner"),
        pytest.param((*CONSULTATION, "--patient", "x"), "no patient 'x'", id="no such patient"),
        pytest.param((*CONSULTATION, "--at", "noon"), "write it like 2026-12-24T20:00", id="no time"),
        pytest.param((*CONSULTATION, "--count", "0"), "1<=x<=1000", id="no count"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_remedy(
    shell: Shell, options: tuple[str, ...], remedy: str
) -> None:
    assert remedy in shell.refuses("slots", *options)


def test_a_file_of_questions_gets_an_answer_a_line(shell: Shell, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"practitioner": "martin", "act": "consultation", "at": "2026-12-02T08:00", "count": 1}\n'
        '{"practitioner": "martin", "act": "consultation", "count": "1"}\n'
        '{"practitioner": "martin", "act": "consultation", "when": "today"}\n',
        encoding="utf-8",
    )
    result = shell.ivr("slots", "--questions", str(questions))
    answers = [one_document(line) for line in result.stdout.splitlines(keepends=True)]
    assert result.exit_code == DOES_NOT_HOLD
    assert [slot["start"] for slot in answers[0]] == ["2026-12-02T10:00:00+01:00"]
    assert answers[1] == {"error": "count is '1'; write it as a whole number"}
    assert "no option 'when'" in answers[2]["error"]
