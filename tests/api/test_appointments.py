"""Appointments and free times by the API, by the rules of the desk."""

import threading
from typing import Any

import pytest

from db.models.promises import DeliveryRow
from ivr.vocabulary import Scope
from tests.api.program import Program, program
from tests.lines import Line, all_of

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SLOTS = "/slots?practitioner=martin&act=consultation"


def wish(ours: Program, **given: Any) -> dict[str, Any]:
    start = ours.get(f"{SLOTS}&limit=1")["items"][0]["start"]
    return {"practitioner": "martin", "act": "consultation", "patient": "durand", "start": start} | given


def test_a_free_time_is_booked_and_is_free_no_longer(ours: Program) -> None:
    wanted = wish(ours)
    booked = ours.post("/appointments", wanted)
    assert (booked.status_code, booked.json["status"], booked.json["overbooked"]) == (201, "booked", False)
    assert booked.json["start"] == wanted["start"]
    assert ours.get(booked.headers["Location"]) == booked.json
    assert wanted["start"] not in [slot["start"] for slot in ours.get(SLOTS)["items"]]


def test_a_time_that_is_taken_is_overbooked_only_by_who_says_so(ours: Program) -> None:
    wanted = wish(ours)
    ours.post("/appointments", wanted)
    other = wanted | {"patient": "moreau"}
    refused = ours.post("/appointments", other)
    assert refused.status_code == 409
    assert "overbook: true" in refused.json["detail"]
    assert "Durand" not in refused.text
    assert ours.post("/appointments", other | {"overbook": True}).json["overbooked"] is True


def test_a_past_day_is_refused_to_everybody(ours: Program) -> None:
    refused = ours.post("/appointments", wish(ours, start="2026-12-01T10:00:00+01:00", overbook=True))
    assert (refused.status_code, refused.json["detail"]) == (409, "That day is past. Choose another time.")


def test_an_appointment_is_moved_by_who_has_seen_where_it_stands(ours: Program) -> None:
    first, second, third = (slot["start"] for slot in ours.get(f"{SLOTS}&limit=40")["items"][::15][:3])
    address = ours.post("/appointments", wish(ours, start=first)).headers["Location"]
    seen = ours.mark(address)
    assert ours.post(f"{address}/move", {"start": second}, If_Match=seen).json["start"] == second
    assert ours.post(f"{address}/move", {"start": third}, If_Match=seen).status_code == 412
    assert ours.post(f"{address}/move", {"start": third}).status_code == 428


def test_an_appointment_is_cancelled_told_by_sms_and_restored(ours: Program, line: Line) -> None:
    address = ours.post("/appointments", wish(ours, tell=True)).headers["Location"]
    cancelled = ours.change("POST", f"{address}/cancel", {"tell": True}, address)
    assert cancelled.json["status"] == "cancelled"
    assert [row.template for row in all_of(line.engine, DeliveryRow)] == ["SMS-BOOK", "SMS-CANCEL"]
    again = ours.change("POST", f"{address}/cancel", {}, address)
    assert again.json["type"] == "urn:ivr:problem:conflict"
    assert ours.change("POST", f"{address}/restore", {}, address).json["status"] == "booked"


def test_lists_are_cut_by_patient_time_and_status(ours: Program) -> None:
    every = ours.everything("/appointments")
    assert ours.everything("/appointments?limit=1") == every
    durands = ours.everything("/appointments?patient=durand")
    assert durands == [one for one in every if one["patient"] == "durand"]
    later = ours.everything("/appointments?from=2026-12-03T00:00:00Z")
    assert later == [one for one in every if one["start"] >= "2026-12-03T01:00:00"]
    assert {one["status"] for one in ours.everything("/appointments?status=pending")} <= {"pending"}
    assert ours.ask("GET", "/appointments?patient=nobody").status_code == 404


@on_one_database
def test_free_times_come_in_pages_without_a_gap(ours: Program) -> None:
    until = "&until=2026-12-08T00:00:00Z"
    at_once = ours.everything(f"{SLOTS}{until}&limit=200")
    assert len(at_once) > 10
    assert ours.everything(f"{SLOTS}{until}&limit=7") == at_once


@on_one_database
def test_staff_are_offered_what_callers_are_not(ours: Program) -> None:
    callers, staff = (ours.get(f"{SLOTS}&offer={whom}&limit=1")["items"][0]["start"] for whom in ("callers", "staff"))
    assert staff < callers


@on_one_database
def test_nothing_is_free_for_whom_an_act_is_not_open(ours: Program) -> None:
    address = "/patients/moreau/acts/martin"
    ours.change("PUT", address, {"off": [{"act": "consultation"}]})
    assert ours.get(f"{SLOTS}&patient=moreau")["items"] == []


@on_one_database
@pytest.mark.parametrize("start", ["2026-12-09T10:00:00", "2026-12-09T10:00:30+01:00", "9999-12-31T23:59:00-12:00"])
def test_a_start_is_an_instant_to_the_minute(ours: Program, start: str) -> None:
    refused = ours.post("/appointments", {**wish(ours), "start": start})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/start")


def test_the_same_request_at_the_same_moment_books_once(line: Line) -> None:
    wanted = wish(program(line))
    answers: list[Any] = []
    secret = program(line, [Scope.APPOINTMENTS_WRITE]).secret

    def send() -> None:
        answers.append(Program(line, secret).post("/appointments", wanted, Idempotency_Key="twice-at-once"))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
