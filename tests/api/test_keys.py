"""Who may ask: a key in force with the scope, of this practice, not too often."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from limits import RateLimitItemPerMinute

from db.models.access import AccessRow
from db.models.api import ApiKeyRow
from ivr.actions.api_keys import revoke_key
from ivr.actions.load_practice import load_practice
from ivr.api.api import make_api
from ivr.api.guard import GUESSES, Limits
from ivr.vocabulary import Scope
from tests.api.addresses import Address, addresses
from tests.api.program import Program, program
from tests.lines import Line, all_of, lilas_practice

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = on_one_database


@pytest.fixture
def everywhere(ours: Program) -> Iterator[Address]:
    return addresses(ours)


def sent(who: Program, one: Address, **headers: str) -> Any:
    return who.ask(one.method, one.path, one.body, **headers)


def test_nothing_is_answered_without_a_key(line: Line, everywhere: Iterator[Address]) -> None:
    nobody = Program(Line(make_api(line.settings, line.engine, line.clock, generous()), *rest_of(line)))
    for one in everywhere:
        answer = sent(nobody, one)
        assert (answer.status_code, answer.content_type.partition("+")[2]) == (401, "json"), one
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="ivr"'


def test_a_key_without_the_scope_is_told_which_it_needs(line: Line, everywhere: Iterator[Address]) -> None:
    others = {scope: program(line, set(Scope) - {scope}) for scope in Scope}
    for one in everywhere:
        answer = sent(others[one.scope], one)
        assert (answer.status_code, str(one.scope) in answer.text) == (403, True), one


def test_a_neighbour_finds_nothing_of_ours(line: Line, everywhere: Iterator[Address]) -> None:
    with line.engine.begin() as connection:
        load_practice(connection, lilas_practice())
    neighbour = program(line, practice="lilas")
    for one in everywhere:
        if one.is_about_somebody:
            answer = sent(neighbour, one, If_Match="*")
            assert answer.status_code == 404, (one, answer.text)


def test_a_neighbour_can_neither_name_ours_in_a_body_nor_in_a_search(line: Line, ours: Program) -> None:
    with line.engine.begin() as connection:
        load_practice(connection, lilas_practice())
    neighbour = program(line, practice="lilas")
    own = neighbour.get("/patients")["items"][0]["key"]
    doctor = neighbour.get("/practitioners")["items"][0]["key"]
    act = neighbour.get(f"/practitioners/{doctor}/acts")["items"][0]["key"]
    theirs = {
        "practitioner": doctor,
        "act": act,
        "patient": own,
        "start": "2026-12-09T10:00:00+01:00",
        "overbook": True,
    }
    assert neighbour.post("/appointments", theirs).status_code == 201
    for name, value in {"practitioner": "leroy", "act": "teleconsultation", "patient": "durand"}.items():
        assert neighbour.post("/appointments", theirs | {name: value}).status_code == 404, name
    for address in ("/appointments?patient=durand", "/tasks?practitioner=leroy", "/exceptions?practitioner=leroy"):
        assert neighbour.ask("GET", address).status_code == 404, address
    for search in ("Patient?_id=durand", "Patient?phone=0639981111", "Appointment?patient=durand", "Task?owner=leroy"):
        assert "entry" not in neighbour.get(f"/fhir/{search}"), search
    seen = ours.get("/fhir/Slot?schedule=leroy&_count=1")["entry"][0]["resource"]["id"]
    assert neighbour.ask("GET", f"/fhir/Slot/{seen}").status_code == 404
    assert neighbour.get("/patients?number=%2B33639981111")["items"] == []


def test_a_key_ends_when_it_is_revoked_or_its_day_is_over(line: Line, ours: Program) -> None:
    today = date(2026, 12, 2)
    until_today, until_yesterday = (program(line, expires_on=today - timedelta(days=back)) for back in (0, 1))
    assert until_today.ask("GET", "/patients").status_code == 200
    assert until_yesterday.ask("GET", "/patients").status_code == 401
    with line.engine.begin() as connection:
        first = all_of_keys(line)[0]
        assert revoke_key(connection, first.practice_id, first.id, line.clock.now)
    assert ours.ask("GET", "/patients").status_code == 401


def test_guessing_is_stopped_at_one_address_where_a_good_key_goes_on(line: Line, ours: Program) -> None:
    guesser = Program(line, "ivr_" + "x" * 43)
    for _ in range(GUESSES.amount):
        assert guesser.ask("GET", "/patients", X_Forwarded_For="192.0.2.7").status_code == 401
    stopped = guesser.ask("GET", "/patients", X_Forwarded_For="192.0.2.7")
    assert (stopped.status_code, stopped.json["type"]) == (429, "urn:ivr:problem:too-many-requests")
    assert 1 <= int(stopped.headers["Retry-After"]) <= 61
    assert ours.ask("GET", "/patients", X_Forwarded_For="192.0.2.7").status_code == 200
    assert guesser.ask("GET", "/patients", X_Forwarded_For="192.0.2.8").status_code == 401


def test_a_key_that_asks_too_often_waits(line: Line, ours: Program) -> None:
    app = make_api(line.settings, line.engine, line.clock, Limits(often=RateLimitItemPerMinute(2)))
    hurried = Program(Line(app, *rest_of(line)), ours.secret)
    assert [hurried.ask("GET", "/patients").status_code for _ in range(3)] == [200, 200, 429]


def test_when_a_key_was_used_last_is_told_to_the_minute(line: Line, ours: Program) -> None:
    ours.get("/patients")
    first = all_of_keys(line)[0].last_used_at
    line.clock.now += timedelta(seconds=30)
    ours.get("/patients")
    assert all_of_keys(line)[0].last_used_at == first
    line.clock.now += timedelta(seconds=31)
    ours.get("/patients")
    assert all_of_keys(line)[0].last_used_at == line.clock.now


def test_the_secret_is_kept_nowhere(line: Line, ours: Program) -> None:
    (row,) = all_of_keys(line)
    assert ours.secret not in str(row)
    assert len(ours.secret) > 40
    assert ours.secret.startswith(row.shown)


def test_what_a_key_reads_is_in_the_access_log(line: Line, ours: Program) -> None:
    ours.get("/patients?limit=2")
    ours.get("/patients/durand")
    seen = [(row.actor, row.action, row.subject, row.detail) for row in all_of(line.engine, AccessRow)[-2:]]
    assert seen == [
        ("key:1", "listed", "patients", {"ids": "1 2"}),
        ("key:1", "opened", "patient 1", None),
    ]


def generous() -> Limits:
    return Limits(guesses=RateLimitItemPerMinute(1000))


def rest_of(line: Line) -> tuple[Any, Any, Any]:
    return line.engine, line.clock, line.settings


def all_of_keys(line: Line) -> list[Any]:
    return all_of(line.engine, ApiKeyRow)
