"""Tasks, voice messages and calls by the API, after a day at the practice."""

import pytest

from tests.a_day import MOTHER, have_a_day
from tests.api.program import Program
from tests.lines import ENGLISH, Line

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def after_a_day(line: Line, ours: Program) -> Program:
    have_a_day(line)
    return ours


def test_lists_of_work_come_in_pages_the_latest_first(after_a_day: Program) -> None:
    for address in ("/tasks", "/messages", "/calls"):
        at_once = after_a_day.everything(address)
        assert after_a_day.everything(f"{address}?limit=1") == at_once
        ids = [one["id"] for one in at_once]
        assert ids == sorted(ids, reverse=True)
        assert len(ids) > 1


def test_a_task_is_done_once_and_opened_again(after_a_day: Program) -> None:
    task = f"/tasks/{after_a_day.get('/tasks?state=open')['items'][0]['id']}"
    seen = after_a_day.mark(task)
    done = after_a_day.ask("PATCH", task, {"state": "done"}, If_Match=seen)
    assert (done.status_code, done.json["state"], done.json["outcome"]) == (200, "done", "seen")
    assert after_a_day.ask("PATCH", task, {"state": "done"}, If_Match=seen).status_code == 412
    assert after_a_day.change("PATCH", task, {"state": "open"}).json["state"] == "open"
    assert after_a_day.change("PATCH", task, {"practitioner": "leroy"}).json["practitioner"] == "leroy"
    assert after_a_day.change("PATCH", task, {"practitioner": None}).json["practitioner"] is None


@on_one_database
def test_a_message_is_heard(after_a_day: Program) -> None:
    message = after_a_day.get("/messages?state=stored")["items"][-1]
    assert (message["caller"], message["seconds"]) == (MOTHER, 23)
    assert after_a_day.get(f"/tasks/{message['task']}")["message"] == message["id"]
    sound = after_a_day.ask("GET", f"/messages/{message['id']}/sound")
    assert (sound.content_type, sound.data[:4]) == ("audio/wav", b"RIFF")


@on_one_database
def test_a_call_tells_its_steps_and_its_decision(after_a_day: Program) -> None:
    (call,) = after_a_day.get(f"/calls?caller={MOTHER.replace('+', '%2B')}")["items"]
    told = after_a_day.get(f"/calls/{call['id']}")
    assert told["decision"] == call["decision"]
    assert (call["decision"]["practitioner"], call["decision"]["from"]) == ("martin", MOTHER)
    assert [turn["heard"] for turn in told["turns"]][:3] == ["started", "digits:2", "digits:1"]
    assert told["started"] == "2026-12-03T09:35:00+01:00"


@on_one_database
def test_calls_are_cut_by_time(after_a_day: Program) -> None:
    every = after_a_day.everything("/calls")
    early = after_a_day.everything("/calls?until=2026-12-03T09:00:00%2B01:00")
    assert early == [one for one in every if one["started"] < "2026-12-03T09"]
    assert {one["caller"] for one in early} >= {ENGLISH}


@on_one_database
def test_a_birth_date_that_was_typed_is_not_told(line: Line, ours: Program) -> None:
    line.ring(ENGLISH, "1", "05031941").hang_up()
    call = ours.get("/calls")["items"][0]["id"]
    assert "05031941" not in ours.ask("GET", f"/calls/{call}").text
