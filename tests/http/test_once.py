"""One request, one transaction, one answer: repeated, late, swapped and simultaneous webhooks."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from db.engine import reading
from db.models.calls import CallRow, TurnRow
from db.models.promises import TaskRow, VoiceMessageRow
from ivr.actions.leavings import leavings
from ivr.app import make_app
from ivr.telephone.document import Gather
from ivr.telephone.wire import Wire, through_app
from tests.lines import ACCOUNT, ASSISTED, LINE, PRIORITY, STRANGER, SUNDAY, TOKEN, WEDNESDAY_LUNCH, Line, settings_for

CALL = "CA" + "7" * 32
FORM = {"CallSid": CALL, "From": STRANGER, "To": LINE, "CallStatus": "in-progress"}


def count(engine: Engine, table: Any) -> int:
    with reading(engine)() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_request_delivered_again_gets_the_same_bytes_and_happens_once(line: Line) -> None:
    first = [line.post("/twilio/voice", **FORM) for _ in range(3)]
    second = [line.post("/twilio/voice/turns/1", **FORM, Digits="2") for _ in range(3)]
    assert len({reply.body for reply in first}) == len({reply.body for reply in second}) == 1
    assert [(turn.step, turn.heard) for turn in line.turns()] == [(0, "started"), (1, "digits:2")]


def test_a_repetition_is_answered_as_before_even_when_the_call_has_gone_on(line: Line) -> None:
    before = line.post("/twilio/voice", **FORM)
    line.post("/twilio/voice/turns/1", **FORM, Digits="2")
    line.post("/twilio/voice/turns/2", **FORM, Digits="1")
    assert line.post("/twilio/voice", **FORM).body == before.body


def test_a_repetition_is_the_same_after_the_settings_changed(line: Line) -> None:
    before = line.post("/twilio/voice", **FORM)
    with line.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE practices SET name = 'Autre nom', version = version + 1")
    assert line.post("/twilio/voice", **FORM).body == before.body


def test_another_input_for_an_answered_step_is_answered_from_the_state_reached(line: Line) -> None:
    line.post("/twilio/voice", **FORM)
    went_on = line.post("/twilio/voice/turns/1", **FORM, Digits="2")
    late = line.post("/twilio/voice/turns/1", **FORM)
    assert late.body == went_on.body
    assert line.calls()[0].step == 2
    assert line.turns()[-1].heard == "silence"


def workers(line: Line, folder: Path, number: int) -> list[Wire]:
    """Applications that share nothing but the database."""
    settings = settings_for(folder)
    apps = [make_app(settings, line.engine, line.clock) for _ in range(number)]
    return [Wire(settings.public_url, TOKEN, through_app(app)) for app in apps]


def at_once(wires: list[Wire], requests: list[tuple[str, dict[str, str]]]) -> list[bytes]:
    """The answers to requests sent at the same time, each to a worker of its own."""
    with ThreadPoolExecutor(len(requests)) as pool:
        jobs = [
            pool.submit(wires[place % len(wires)].post, address, {"AccountSid": ACCOUNT} | form)
            for place, (address, form) in enumerate(requests)
        ]
        return [job.result().body for job in jobs]


def test_the_first_request_of_a_call_reaching_several_workers_happens_once(line: Line, tmp_path: Path) -> None:
    answers = at_once(workers(line, tmp_path, 4), [("/twilio/voice", FORM)] * 8)
    assert len(set(answers)) == 1
    assert (count(line.engine, CallRow), count(line.engine, TurnRow)) == (1, 1)


def test_a_key_reaching_several_workers_at_once_happens_once(line: Line, tmp_path: Path) -> None:
    line.post("/twilio/voice", **FORM)
    answers = at_once(workers(line, tmp_path, 4), [("/twilio/voice/turns/1", FORM | {"Digits": "2"})] * 8)
    assert len(set(answers)) == 1
    assert count(line.engine, TurnRow) == 2


def test_two_keys_for_one_step_at_once_are_one_decision(line: Line, tmp_path: Path) -> None:
    line.post("/twilio/voice", **FORM)
    requests = [("/twilio/voice/turns/1", FORM | {"Digits": key}) for key in "1212"]
    answers = at_once(workers(line, tmp_path, 4), requests)
    assert len(set(answers)) == 1
    assert line.calls()[0].step == 2


def test_a_message_reaching_several_workers_makes_one_task(line: Line, tmp_path: Path) -> None:
    line.at(SUNDAY).ring(STRANGER)
    call = line.calls()[0].carrier_id
    form = FORM | {"CallSid": call}
    line.post("/twilio/voice/turns/1", **form, Digits="1")
    spoken = form | {"RecordingSid": "RE" + "5" * 32, "RecordingDuration": "9"}
    at_once(workers(line, tmp_path, 4), [("/twilio/voice/turns/2", spoken)] * 6)
    assert (count(line.engine, TaskRow), count(line.engine, VoiceMessageRow)) == (1, 1)


def test_the_next_request_may_reach_another_worker(line: Line, tmp_path: Path) -> None:
    first, second = workers(line, tmp_path, 2)
    form = {"AccountSid": ACCOUNT} | FORM
    first.post("/twilio/voice", form)
    assert b"Pour le docteur Martin" in second.post("/twilio/voice/turns/1", form | {"Digits": "2"}).body


@pytest.mark.parametrize("late", ["ringing", "in-progress", "busy", "failed"])
def test_a_late_status_never_undoes_a_final_one(line: Line, late: str) -> None:
    line.post("/twilio/voice", **FORM)
    line.post("/twilio/voice/status", CallSid=CALL, CallStatus="completed", CallDuration="12")
    reply = line.post("/twilio/voice/status", CallSid=CALL, CallStatus=late, CallDuration="1")
    assert reply.status == 204
    call = line.calls()[0]
    assert (call.status, call.seconds) == ("completed", 12)


def test_a_call_that_ends_in_a_menu_was_abandoned_at_its_prompt(line: Line) -> None:
    line.ring(STRANGER).hang_up()
    assert line.calls()[0].abandoned_at == "M1"


def test_a_call_that_came_to_its_end_was_not_abandoned(line: Line) -> None:
    phone = line.at(SUNDAY).ring(STRANGER, "1", "2")
    phone.speak(8)
    call = line.calls()[0]
    assert (call.status, call.abandoned_at) == ("completed", None)


def test_a_call_whose_last_request_comes_after_its_end_was_not_abandoned(line: Line) -> None:
    line.at(SUNDAY).post("/twilio/voice", **FORM)
    line.post("/twilio/voice/turns/1", **FORM, Digits="1")
    line.post("/twilio/voice/turns/2", **FORM, Digits="2")
    line.post("/twilio/voice/status", CallSid=CALL, CallStatus="completed")
    assert line.calls()[0].abandoned_at == "U2"
    line.post("/twilio/voice/turns/3", **FORM, RecordingSid="RE1", RecordingDuration="9")
    assert line.calls()[0].abandoned_at is None


def test_a_doctor_is_told_that_the_caller_left_though_the_calls_end_is_not_told_yet(line: Line) -> None:
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    leg = phone.pick_up()
    gone = {"CallSid": phone.call, "From": PRIORITY, "To": LINE, "CallStatus": "completed"}
    line.post("/twilio/voice/turns/3", **gone, DialCallStatus="canceled")
    leg.press("1")
    assert leg.heard[-1].text == "L'appelant a raccroché. Au revoir."
    assert not leg.is_joined
    later = phone.leg()
    later.start(later.first_address)
    assert later.heard[-1].text == "L'appelant a raccroché. Au revoir."


def test_a_key_that_arrives_after_the_end_leaves_nothing(line: Line) -> None:
    line.post("/twilio/voice", **FORM)
    line.post("/twilio/voice/status", CallSid=CALL, CallStatus="completed")
    line.at(WEDNESDAY_LUNCH).post("/twilio/voice/turns/1", **FORM, Digits="2")
    assert leavings(line.engine) == {}
    assert line.turns()[-1].decision is None


def test_a_message_whose_request_comes_after_the_status_is_kept(line: Line) -> None:
    line.at(SUNDAY).post("/twilio/voice", **FORM)
    line.post("/twilio/voice/turns/1", **FORM, Digits="1")
    line.post("/twilio/voice/turns/2", **FORM, Digits="2")
    line.post("/twilio/voice/status", CallSid=CALL, CallStatus="completed")
    gone = FORM | {"CallStatus": "completed", "Digits": "hangup"}
    line.post("/twilio/voice/turns/3", **gone, RecordingSid="RE1", RecordingDuration="9")
    assert leavings(line.engine) == {"tasks": ["new-patient"], "messages": ["9 s"]}


def test_a_message_whose_request_is_lost_comes_with_the_recordings_own_callback(line: Line) -> None:
    line.at(SUNDAY).post("/twilio/voice", **FORM)
    line.post("/twilio/voice/turns/1", **FORM, Digits="1")
    line.post("/twilio/voice/turns/2", **FORM, Digits="2")
    ready = {"CallSid": CALL, "RecordingSid": "RE1", "RecordingStatus": "completed", "RecordingDuration": "9"}
    assert line.post("/twilio/voice/recordings", **ready).status == 204
    line.post("/twilio/voice/turns/3", **FORM, RecordingSid="RE1", RecordingDuration="9")
    assert leavings(line.engine) == {"tasks": ["new-patient"], "messages": ["9 s"]}


def test_an_in_call_address_with_an_unknown_call_starts_the_call(line: Line) -> None:
    reply = line.post("/twilio/voice/turns/3", **FORM, Digits="2")
    assert b"Cabinet Pasteur" in reply.body
    assert line.post("/twilio/voice/turns/3", **FORM, Digits="2").body == reply.body
    assert [(turn.step, turn.heard) for turn in line.turns()] == [(3, "digits:2")]
    went_on = line.post("/twilio/voice/turns/4", **FORM, Digits="2")
    assert "Pour le docteur Martin" in went_on.body.decode()


def test_a_failure_midway_keeps_nothing_and_the_caller_hears_a_sentence(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("ivr.actions.calls.apply_effects", broken)
    phone = line.phone(ASSISTED)  # decided about at once, so the first turn has effects
    stop = phone.start()
    assert any("problème technique" in spoken.text for spoken in phone.heard)
    assert not isinstance(stop, Gather)
    assert line.calls() == []
