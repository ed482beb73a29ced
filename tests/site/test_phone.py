"""The telephone in the browser: the line as callers hear it, nothing kept, and calls saved as tests."""

import json
from pathlib import Path
from typing import Any

import pytest

from db.engine import reading
from db.models.access import AccessRow
from db.queries.practices import find_practice
from ivr.actions.leavings import leavings
from ivr.actions.load_practice import dump_practice, load_practice
from ivr.practice_files.writing import write_practice
from ivr.telephone.fixtures import practice_of, read_call
from ivr.telephone.replay import play
from ivr.telephone.scratch import scratch_database, scratch_settings
from ivr.vocabulary import Role
from tests.lines import ALWAYS, PRIORITY, STRANGER, Line, all_of, lilas_practice
from tests.site.visitor import Visitor, somebody

ALINE, BORN = "+33639986101", "0503"
LUNCH = "2026-12-02T13:10"


@pytest.fixture
def doctor(line: Line) -> Visitor:
    return somebody(line, Role.PRACTITIONER)


def ring(visitor: Visitor, caller: str = PRIORITY, at: str = LUNCH) -> None:
    visitor.get("/phone")
    visitor.post("/phone", **{"from": caller, "at": at})


def act(visitor: Visitor, what: str, name: str = "press") -> None:
    """Use one of the buttons that are shown, or the field for several keys."""
    form = visitor.page.xpath(f"//form[.//*[@name='{name}']]")[0]
    if name == "press":
        assert form.xpath(f".//button[@value='{what}']"), f"there is no button {what}"
    visitor.post("/phone", **held(form), **{name: what})


def held(form: Any) -> dict[str, str]:
    return {field.get("name"): field.get("value", "") for field in form.xpath(".//input[@type='hidden']")}


def said(visitor: Visitor) -> str:
    """What the line said last."""
    steps = visitor.page.xpath("//ol[contains(@class, 'story')]/li")
    return " ".join("".join(steps[-1].xpath(".//*[@class='said']/text()")).split())


def test_a_call_is_rung_through_to_its_end(line: Line, doctor: Visitor) -> None:
    ring(doctor)
    assert "tapez 1" in said(doctor)
    act(doctor, "2")
    act(doctor, "1")
    assert "06 39 98 00 01" in doctor.reads().replace("\xa0", " ")
    assert "Liste Prioritaires" in doctor.reads()
    act(doctor, "answers")
    assert "La personne appelée décroche" in doctor.reads()
    assert "L’appel est terminé" in doctor.reads()
    assert leavings(line.engine) == {}


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("busy", "La ligne appelée était occupée."),
        ("no-answer", "Personne n’a répondu."),
        ("voicemail", "Une messagerie a répondu."),
    ],
)
def test_what_becomes_of_the_ringing_is_a_sentence_of_its_own(doctor: Visitor, what: str, told: str) -> None:
    ring(doctor)
    for key in ("2", "1", what):
        act(doctor, key)
    assert told in doctor.reads()


def test_what_the_call_would_leave_is_told_and_not_kept(line: Line, doctor: Visitor) -> None:
    ring(doctor)
    for what in ("2", "1", "no-answer", "speaks"):
        act(doctor, what)
    assert "Tâche urgente, et un SMS au docteur" in doctor.reads()
    assert "Message vocal de 8 s" in doctor.reads().replace("\xa0", " ")
    assert leavings(line.engine) == {}
    assert line.calls() == []


def test_a_step_can_be_taken_back(doctor: Visitor) -> None:
    ring(doctor)
    before = said(doctor)
    act(doctor, "2")
    form = doctor.page.xpath("//form[.//button[@id='k-back']]")[0]
    doctor.post("/phone", **held(form))
    assert said(doctor) == before


def test_without_a_number_and_a_time_a_hidden_number_calls_now(line: Line, doctor: Visitor) -> None:
    ring(doctor, "", "")
    assert "Numéro masqué" in doctor.reads()
    (began,) = set(doctor.page.xpath("//input[@name='at']/@value"))
    assert began.startswith(line.clock.now.strftime("%Y-%m-%d"))


@pytest.mark.parametrize(
    ("caller", "at"),
    [
        pytest.param("hello", LUNCH, id="no number"),
        pytest.param(PRIORITY, "tomorrow", id="no time"),
        pytest.param(PRIORITY, "9999-12-31T23:59", id="too far away"),
    ],
)
def test_what_cannot_be_read_is_told_and_kept_in_the_form(doctor: Visitor, caller: str, at: str) -> None:
    ring(doctor, caller, at)
    assert doctor.shown is not None
    assert doctor.shown.status_code == 400
    assert "n’est pas lisible" in doctor.reads()
    assert doctor.page.xpath("//input[@name='from']/@value") == [caller]


@pytest.mark.parametrize("did", ["answers", "2 2 2 2 2 2 2 2 2", "x", "1 " * 2000])
def test_acts_that_the_call_does_not_wait_for_are_refused(doctor: Visitor, did: str) -> None:
    doctor.get("/phone")
    for address in ("/phone", "/phone/recorded-call"):
        doctor.get("/phone")
        assert doctor.post(address, **{"from": STRANGER, "at": LUNCH, "did": did}).status_code == 400


SCRIPTS = {
    "a priority patient reaches the doctor": (PRIORITY, LUNCH, ["2", "1", "answers"]),
    "the doctor's voicemail answers": (ALWAYS, "2026-12-06T10:00", ["2", "1", "voicemail", "-"]),
    "nobody answers a stranger on Sunday": (STRANGER, "2026-12-06T10:00", ["2", "1", "1", "speaks"]),
    "a hidden number says nothing": ("", LUNCH, ["-", "-", "-"]),
    "somebody hangs up": (STRANGER, LUNCH, ["2", "h"]),
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_a_call_that_was_saved_is_played_again_without_a_difference(
    line: Line, doctor: Visitor, tmp_path: Path, script: tuple[str, str, list[str]]
) -> None:
    caller, at, acts = script
    ring(doctor, caller, at)
    for what in acts:
        act(doctor, what)
    saved = save(doctor, tmp_path)
    with reading(line.engine)() as connection:
        practice = find_practice(connection, "pasteur")
        assert practice is not None
        (tmp_path / "pasteur.toml").write_text(write_practice(dump_practice(connection, practice.id)))
    differences(saved)


def save(visitor: Visitor, folder: Path) -> Path:
    form = visitor.page.xpath("//form[contains(@action, 'recorded-call')]")[0]
    answer = visitor.post("/phone/recorded-call", **held(form))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    file = folder / "saved.json"
    file.write_bytes(answer.data)
    assert json.loads(answer.data)["turns"][0]["hears"]
    return file


def differences(file: Path) -> None:
    call = read_call(file)
    practice = practice_of(call, file.parent)
    with scratch_database(practice) as engine, scratch_settings(practice) as settings:
        assert play(call, engine, settings).differences == []


def test_an_appointment_is_booked_on_trial_only(line: Line, tmp_path: Path) -> None:
    practice = lilas_practice()
    with line.engine.begin() as connection:
        load_practice(connection, practice)
    secretary = somebody(line, Role.SECRETARY, practice="lilas")
    ring(secretary, ALINE, "2026-12-07T09:00")
    for what in ("1", "1", "1"):
        act(secretary, what)
    act(secretary, BORN, "keys")
    for what in ("3", "1", "1", "1"):
        act(secretary, what)
    assert "Rendez-vous pris" in secretary.reads()
    assert "SMS à l’appelant" in secretary.reads()
    assert leavings(line.engine) == {}
    saved = save(secretary, tmp_path)
    (tmp_path / "lilas.toml").write_text(write_practice(practice))
    differences(saved)


def test_a_call_of_the_journal_is_rung_again(line: Line, doctor: Visitor) -> None:
    line.at("2026-12-02T13:10:00+01:00").ring(PRIORITY, "2", "1")
    doctor.get("/admin/calls/1")
    again = doctor.page.xpath("//form[contains(@action, '/phone')]")
    assert len(again) == 2
    doctor.post("/phone", **held(again[1]))
    assert "13 h 10" in doctor.reads().replace("\xa0", " ")
    assert "tapez 1" in said(doctor)


def test_whoever_rings_for_a_patient_is_in_the_access_log(line: Line, doctor: Visitor) -> None:
    ring(doctor)
    ring(doctor, STRANGER)
    entries = all_of(line.engine, AccessRow)
    assert [entry.subject for entry in entries if entry.action == "rehearsed"] == ["patient 1"]


@pytest.mark.parametrize("address", ["/phone", "/phone/recorded-call"])
def test_no_way_of_ringing_goes_round_the_access_log(line: Line, doctor: Visitor, address: str) -> None:
    doctor.get("/phone")
    doctor.post(address, **{"from": PRIORITY, "at": LUNCH, "did": "2"})
    assert "rehearsed" in {entry.action for entry in all_of(line.engine, AccessRow)}


def test_a_call_in_the_hour_that_comes_twice_stays_in_its_own(doctor: Visitor) -> None:
    ring(doctor, PRIORITY, "2026-10-25T02:30:00+01:00")
    assert set(doctor.page.xpath("//input[@name='at']/@value")) == {"2026-10-25T02:30:00+01:00"}
