"""`ivr explain --patient` and `ivr prove`: why an act is offered or not, and that nobody is stranded."""

import pytest

from ivr.proving import Offence, Proof
from tests.builders import paris
from tests.cli.shell import DOES_NOT_HOLD, Shell, one_document
from tests.lines import LILAS_FILE

AT = ("--at", "2026-12-02T10:00")


def test_each_act_is_explained_with_the_next_free_time(lilas: Shell) -> None:
    told = lilas.succeeds("explain", "--patient", "nadia", *AT).replace("\u00a0", " ")
    assert (
        "Une consultation longue avec Aubert : proposé, ouvert pour ce patient jusqu'au jeudi 31 décembre 2026 "
        "(Plusieurs maladies).\n  Prochaine place : jeudi 3 décembre à 14 h\n"
    ) in told
    assert "Un certificat avec Aubert : pas proposé, fermé pour ce patient.\n" in told
    assert "Un suivi psychologique avec Aubert : sur demande au cabinet, visible par tous les patients.\n" in told
    assert "avec Blanchet : pas proposé, tous les actes sont fermés pour ce patient.\n" in told
    assert "Aucune place n'est libre pour le moment." in told


def test_an_exception_is_over_the_day_after_its_end(lilas: Shell) -> None:
    asked = ("explain", "--patient", "nadia", "--act", "longue", "--practitioner", "aubert")
    (on_the_last_day,) = lilas.tells_json(*asked, "--at", "2026-12-31T23:59")
    (after,) = lilas.tells_json(*asked, "--at", "2027-01-01T00:00")
    assert (on_the_last_day["code"], on_the_last_day["until"], on_the_last_day["open"]) == (
        "switched_on",
        "2026-12-31",
        True,
    )
    assert (after["code"], after["open"], after["next"]) == ("hidden", False, None)


def test_in_english_with_the_reason(lilas: Shell) -> None:
    asked = ("--patient", "hugo", "--practitioner", "caron", "--language", "en", *AT)
    assert lilas.succeeds("explain", *asked) == (
        "Une consultation with Caron: not offered, all acts are switched off for this patient "
        "until Wednesday 31 March 2027 (Trois rendez-vous manqués).\n"
    )


def test_questions_about_acts_and_calls_may_be_mixed(lilas: Shell) -> None:
    file = lilas.write(
        "questions",
        '{"patient": "nadia", "act": "longue", "practitioner": "aubert"}\n'
        '{"from": "0639986107", "practitioner": "aubert"}\n'
        '{"patient": "nobody"}\n',
    )
    result = lilas.ivr("explain", "--questions", file)
    about_acts, about_call, unknown = (one_document(f"{line}\n") for line in result.stdout.splitlines())
    assert (about_acts[0]["act"], about_call["caller"], result.exit_code) == ("longue", "known", DOES_NOT_HOLD)
    assert "no patient 'nobody'" in unknown["error"]


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        pytest.param(("--patient", "nobody"), "there is no patient 'nobody'", id="nobody"),
        pytest.param(("--act", "longue"), "say for whom: --patient KEY", id="an act for nobody"),
        pytest.param(("--patient", "nadia", "--act", "x"), "known: certificat, consultation", id="no such act"),
        pytest.param(("--patient", "nadia", "--from", "0639986107"), "give one of the two", id="both questions"),
        pytest.param(("--patient", "nadia", "--practitioner", "x"), "known: aubert, blanchet", id="no such doctor"),
    ],
)
def test_what_is_not_there_is_told_with_the_remedy(lilas: Shell, asked: tuple[str, ...], remedy: str) -> None:
    assert remedy in lilas.refuses("explain", *asked)


@pytest.fixture
def solo(empty: Shell) -> Shell:
    empty.succeeds("load", str(LILAS_FILE.with_name("solo.toml")))
    return empty


def test_a_practice_is_proven(solo: Shell) -> None:
    told = solo.succeeds("prove", "--practice", "solo")
    assert told.startswith("solo: ")
    assert "nobody is stranded" in told


def test_what_strands_a_caller_is_told_step_by_step(solo: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    offence = Offence("the caller can go round for ever", ("somebody calls", "presses 1"))
    monkeypatch.setattr("ivr.commands.prove.prove", lambda *_: Proof(2, 3, 4, (offence,)))
    result = solo.ivr("prove")
    assert result.exit_code == DOES_NOT_HOLD
    assert "  the caller can go round for ever\n    1. somebody calls\n    2. presses 1\n" in result.stdout
    document = one_document(solo.ivr("prove", "--json").stdout)
    assert document["solo"]["offences"] == [
        {"problem": "the caller can go round for ever", "path": ["somebody calls", "presses 1"]}
    ]


def test_settings_that_would_strand_a_caller_are_not_loaded(solo: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.commands.files.system_clock", lambda: paris("2026-12-01T08:00"))
    text = LILAS_FILE.with_name("solo.toml").read_text(encoding="utf-8")
    file = solo.write("long.toml", text.replace('"Lefèvre"', '"de La Tour Blanche"'))
    result = solo.ivr("load", file)
    assert result.exit_code == DOES_NOT_HOLD
    assert "calls: D4a in fr: a sentence has" in result.stderr
    assert "calls on Tuesday 15 December" in result.stderr
    assert "Lefèvre" in solo.succeeds("dump", "solo")
