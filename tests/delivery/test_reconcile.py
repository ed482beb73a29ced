"""What the carrier's callbacks failed to bring is found in its books, and taken once."""

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.practices import PractitionerRow
from db.models.promises import DeliveryRow, TaskRow, TextRefusalRow, VoiceMessageRow
from db.models.webhooks import WebhookEventRow
from ivr.actions.access import Made
from ivr.actions.archive import Archive
from ivr.actions.leavings import leavings
from ivr.actions.webhooks import add_webhook
from ivr.carrier import CarrierError
from ivr.delivery import twilio_rest
from ivr.delivery.outbox import Sender, deliver_one
from ivr.delivery.reconcile import CALLBACKS_TAKE, EVERY, Reconciliation, Repairs, reconcile_when_due
from ivr.delivery.recordings import fetch_one
from ivr.telephone.telephone import Telephone, new_call_id
from ivr.vault import Vault
from ivr.vocabulary import EventKind
from tests import rest_double
from tests.http.test_booking import EVENING, SONIA, TO_READ_BACK
from tests.lines import ACCOUNT, LINE, PRIORITY, PUBLIC_URL, STRANGER, TOKEN, WEDNESDAY_LUNCH, Line, all_of, ring_lilas
from tests.rest_double import Answer, Asked, Drip, Refuse, RestDouble, Route, Say, impatience, wav
from tests.site.visitor import id_of_practice

NOTHING = Repairs(calls=0, messages=0, receipts=0, wishes=0)
A_DAY = timedelta(days=1)
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def double(line: Line) -> Iterator[RestDouble]:
    with RestDouble(ACCOUNT, TOKEN, numbers=(LINE,), clock=line.clock) as running:
        yield running
        assert running.asked(Route.SEND) == []


def reconcile(line: Line, double: RestDouble, later: timedelta = CALLBACKS_TAKE) -> Repairs:
    now = line.clock.now + later
    return Reconciliation(reading(line.engine), line.engine.begin, double.client(), now - A_DAY, now).run()


def kept_at_carrier(double: RestDouble, phone: Telephone, status: str = "completed", **more: Any) -> None:
    double.keep_call(phone.call, phone.sender, phone.line, status, **more)


# Calls


def test_a_call_whose_end_was_not_told_is_ended(line: Line, double: RestDouble) -> None:
    kept_at_carrier(double, line.ring(STRANGER), duration="42")
    assert reconcile(line, double) == Repairs(calls=1, messages=0, receipts=0, wishes=0)
    (call,) = line.calls()
    assert (call.status, call.seconds, call.abandoned_at) == ("completed", 42, "M1")
    assert reconcile(line, double) == NOTHING


def test_a_slot_held_by_a_call_that_ended_unheard_of_is_free_again(lilas: Line) -> None:
    phone = ring_lilas(lilas.at(EVENING), SONIA, *TO_READ_BACK)
    with RestDouble(ACCOUNT, TOKEN, clock=lilas.clock) as double:
        kept_at_carrier(double, phone)
        statuses = [[row.status for row in held_by_calls(lilas)]]
        reconcile(lilas, double)
        statuses.append([row.status for row in held_by_calls(lilas)])
    assert statuses == [["held"], ["released"]]


def held_by_calls(line: Line) -> list[Any]:
    return [row for row in all_of(line.engine, AppointmentRow) if row.call_id is not None]


@on_one_database
@pytest.mark.parametrize("status", ["queued", "ringing", "in-progress"])
def test_a_call_that_goes_on_is_left_alone(line: Line, double: RestDouble, status: str) -> None:
    kept_at_carrier(double, line.ring(STRANGER), status)
    assert reconcile(line, double) == NOTHING
    assert line.calls()[0].status is None


@on_one_database
def test_a_call_the_carrier_does_not_know_is_left_alone(line: Line, double: RestDouble) -> None:
    line.ring(STRANGER)
    assert reconcile(line, double) == NOTHING


@on_one_database
def test_a_young_call_is_left_to_the_carriers_own_callback(line: Line, double: RestDouble) -> None:
    kept_at_carrier(double, line.ring(STRANGER))
    assert reconcile(line, double, later=timedelta(minutes=1)) == NOTHING
    assert double.asked(Route.READ_CALL) == []


@on_one_database
def test_a_called_persons_leg_is_ended_too(line: Line, double: RestDouble) -> None:
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    leg = phone.pick_up()
    kept_at_carrier(double, phone)
    kept_at_carrier(double, leg, "no-answer", direction="outbound-dial")
    assert reconcile(line, double).calls == 2
    assert [call.status for call in line.calls()] == ["completed", "no-answer"]


# Voice messages


def recorded_unheard_of(line: Line, double: RestDouble, caller: str = STRANGER) -> tuple[Telephone, str]:
    """A caller leaves a message, and neither the request nor the callback about it reaches us."""
    recording = f"RE{secrets.token_hex(16)}"
    phone = line.ring(caller, "2", "1")
    phone.ringing_ends("no-answer")
    double.keep(recording, wav(9), call=phone.call)
    kept_at_carrier(double, phone)
    return phone, recording


def test_a_message_nobody_told_us_of_is_kept_with_the_task_it_was_meant_for(line: Line, double: RestDouble) -> None:
    recorded_unheard_of(line, double)
    assert reconcile(line, double).messages == 1
    assert reconcile(line, double) == NOTHING
    (task,) = all_of(line.engine, TaskRow)
    with reading(line.engine)() as connection:
        martin = connection.execute(select(PractitionerRow.id).where(PractitionerRow.key == "martin")).scalar_one()
    assert (task.kind, task.practitioner_id, str(task.caller)) == ("message", martin, STRANGER)


def test_a_callback_that_comes_after_all_changes_nothing(line: Line, double: RestDouble) -> None:
    phone, recording = recorded_unheard_of(line, double)
    reconcile(line, double)
    form = {"CallSid": phone.call, "RecordingSid": recording, "RecordingDuration": "9", "RecordingStatus": "completed"}
    line.post("/twilio/voice/recordings", **form)
    phone.speak(9, RecordingSid=recording)
    assert leavings(line.engine)["messages"] == ["9 s"]
    assert len(all_of(line.engine, TaskRow)) == 1


def test_a_message_taken_by_the_fallback_while_we_were_away_comes_home(
    line: Line, double: RestDouble, tmp_path: Path
) -> None:
    call, recording = new_call_id(), f"RE{secrets.token_hex(16)}"
    double.keep_call(call, STRANGER, LINE)
    double.keep(recording, wav(9), call=call)
    assert reconcile(line, double) == Repairs(calls=0, messages=1, receipts=0, wishes=0)
    (adopted,) = line.calls()
    assert (adopted.carrier_id, str(adopted.caller), adopted.status, adopted.seconds) == (
        call,
        STRANGER,
        "completed",
        60,
    )
    assert adopted.started_at == line.clock.now.replace(microsecond=0)
    assert fetch_one(
        line.engine.begin,
        double.client(),
        Archive(tmp_path / "messages", Vault(tmp_path / "keys")),
        line.clock.now + A_DAY,
    )
    assert [message.state for message in all_of(line.engine, VoiceMessageRow)] == ["stored"]
    assert [task.kind for task in all_of(line.engine, TaskRow)] == ["message"]
    assert reconcile(line, double) == NOTHING


def test_a_call_that_the_carriers_books_brought_is_told_once(line: Line, double: RestDouble) -> None:
    with line.engine.begin() as connection:
        whose, made = id_of_practice(line.engine, "pasteur"), Made(line.clock.now, "user 1")
        add_webhook(connection, whose, "https://agenda.example.org/hooks", set(EventKind), made)
    call = new_call_id()
    double.keep_call(call, STRANGER, LINE)
    double.keep(f"RE{secrets.token_hex(16)}", wav(9), call=call)
    for _ in range(2):
        reconcile(line, double)
    told = [(row.kind, row.about) for row in all_of(line.engine, WebhookEventRow)]
    assert told == [("call.ended", {"call": line.calls()[0].id}), ("task.created", {"task": 1})]


@on_one_database
def test_a_message_of_a_hidden_number_comes_home_without_one(line: Line, double: RestDouble) -> None:
    call = new_call_id()
    double.keep_call(call, "anonymous", LINE)
    double.keep(f"RE{secrets.token_hex(16)}", wav(9), call=call)
    reconcile(line, double)
    assert line.calls()[0].caller is None


@on_one_database
@pytest.mark.parametrize(
    ("to", "direction", "seconds"),
    [
        pytest.param("+33199009999", "inbound", 9, id="another number of the account"),
        pytest.param(LINE, "outbound-dial", 9, id="a leg"),
        pytest.param(LINE, "inbound", 1, id="too short to hold a word"),
        pytest.param("client:reception", "inbound", 9, id="no number at all"),
    ],
)
def test_what_is_no_message_to_us_is_left_alone(
    line: Line, double: RestDouble, to: str, direction: str, seconds: int
) -> None:
    call = new_call_id()
    double.keep_call(call, STRANGER, to, direction=direction)
    double.keep(f"RE{secrets.token_hex(16)}", wav(seconds), call=call, seconds=seconds)
    assert reconcile(line, double) == NOTHING
    assert line.calls() == []


@on_one_database
def test_a_recording_that_is_not_ready_is_waited_for(line: Line, double: RestDouble) -> None:
    _, recording = recorded_unheard_of(line, double)
    double.recordings[recording].is_ready = False
    assert reconcile(line, double).messages == 0
    double.recordings[recording].is_ready = True
    assert reconcile(line, double).messages == 1


@on_one_database
def test_long_books_are_read_to_their_end(line: Line, double: RestDouble) -> None:
    phone = line.ring(STRANGER)
    for _ in range(401):
        double.keep(f"RE{secrets.token_hex(16)}", b"", call=phone.call, seconds=0)
    double.keep(f"RE{secrets.token_hex(16)}", wav(9), call=phone.call)
    assert reconcile(line, double).messages == 1
    assert len(double.asked(Route.LIST_RECORDINGS)) == 3


# SMS


def send_alert(line: Line, double: RestDouble) -> str:
    """The doctor's alert goes out by another double, so that this one sees that nothing more is sent."""
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    phone.ringing_ends("no-answer")
    phone.speak(9)
    with RestDouble(ACCOUNT, TOKEN, numbers=(LINE,), clock=line.clock) as sender:
        assert deliver_one(line.engine.begin, Sender(sender.client(), None, PUBLIC_URL), line.clock.now)
        double.messages += sender.messages
    return str(all_of(line.engine, DeliveryRow)[0].carrier_id)


@pytest.mark.parametrize(
    ("status", "error", "tasks"),
    [
        ("delivered", None, []),
        ("sent", None, []),
        ("undelivered", 30003, ["not-sent"]),
        ("failed", 21610, ["not-sent"]),
    ],
)
def test_how_far_an_sms_got_is_looked_up(
    line: Line, double: RestDouble, status: str, error: int | None, tasks: list[str]
) -> None:
    send_alert(line, double)
    double.messages[0] |= {"status": status, "error_code": error}
    assert reconcile(line, double).receipts == 1
    assert reconcile(line, double).receipts == 0
    (delivery,) = all_of(line.engine, DeliveryRow)
    assert (delivery.state, delivery.carrier_status) == ("sent", status)
    assert [task.kind for task in all_of(line.engine, TaskRow) if task.kind == "not-sent"] == tasks


@on_one_database
def test_an_sms_the_carrier_has_forgotten_is_left_alone(line: Line, double: RestDouble) -> None:
    send_alert(line, double)
    double.messages.clear()
    assert reconcile(line, double).receipts == 0


# STOP and START


def refusals(line: Line) -> list[str]:
    return [str(row.number) for row in all_of(line.engine, TextRefusalRow)]


def test_stop_by_sms_that_we_could_not_take_is_found(line: Line, double: RestDouble) -> None:
    double.receive(PRIORITY, LINE, "Stop ")
    double.receive(STRANGER, LINE, "Merci docteur")
    assert reconcile(line, double).wishes == 1
    assert refusals(line) == [PRIORITY]
    assert reconcile(line, double) == NOTHING


@on_one_database
def test_of_stop_and_start_the_last_one_holds(line: Line, double: RestDouble) -> None:
    for words in ("STOP", "START", "STOP"):
        double.receive(PRIORITY, LINE, words)
        line.clock.pass_seconds(60)
    assert reconcile(line, double).wishes == 1
    assert refusals(line) == [PRIORITY]
    double.receive(PRIORITY, LINE, "START")
    assert reconcile(line, double).wishes == 1
    assert refusals(line) == []
    assert reconcile(line, double) == NOTHING


@on_one_database
def test_stop_to_a_number_that_is_no_line_is_for_who_has_written(line: Line, double: RestDouble) -> None:
    double.receive(PRIORITY, "+33199009999", "STOP")
    assert reconcile(line, double) == NOTHING
    send_alert(line, double)
    (alert,) = all_of(line.engine, DeliveryRow)
    double.receive(str(alert.to), "+33199009999", "STOP")
    assert reconcile(line, double).wishes == 1
    assert refusals(line) == [str(alert.to)]


# The carrier in trouble, and several workers


@on_one_database
@pytest.mark.parametrize("route", [Route.READ_CALL, Route.LIST_RECORDINGS, Route.LIST])
def test_books_that_cannot_be_read_are_read_another_time(line: Line, double: RestDouble, route: Route) -> None:
    recorded_unheard_of(line, double)
    double.fail(route, Refuse(503, 20503))
    with pytest.raises(CarrierError):
        reconcile(line, double)
    reconcile(line, double)
    assert leavings(line.engine)["messages"] == ["9 s"]
    assert reconcile(line, double) == NOTHING


@on_one_database
@pytest.mark.parametrize("route", [Route.READ_CALL, Route.LIST_RECORDINGS, Route.LIST])
@pytest.mark.parametrize("said", [[1, 2, 3], None, "x", {"messages": 1, "recordings": 1, "status": []}])
def test_books_in_another_shape_are_no_reason_to_fall_over(
    line: Line, double: RestDouble, route: Route, said: object
) -> None:
    recorded_unheard_of(line, double)
    double.fail(route, Say(Answer(200, json.dumps(said).encode())))
    with suppress(CarrierError):
        reconcile(line, double)
    reconcile(line, double)
    assert leavings(line.engine)["messages"] == ["9 s"]


@on_one_database
def test_an_answer_that_drips_is_cut_off(line: Line, double: RestDouble) -> None:
    recorded_unheard_of(line, double)
    double.fail(Route.READ_CALL, Drip())
    with impatience(), pytest.raises(CarrierError, match="cannot look the call up"):
        reconcile(line, double)
    assert reconcile(line, double).messages == 1


@on_one_database
def test_a_list_that_goes_round_is_given_up(line: Line, double: RestDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_rest, "LIST_SECONDS", 0.2)
    monkeypatch.setattr(rest_double, "page", same_page_again)
    double.receive(PRIORITY, LINE, "STOP")
    with pytest.raises(CarrierError, match="does not end"):
        reconcile(line, double)


def same_page_again(name: str, found: list[dict[str, Any]], asked: Asked) -> Answer:
    """A page that names itself as the next one."""
    body = {name: found, "page": 0, "page_size": 1, "start": 0, "end": 0, "uri": asked.path}
    address = f"{asked.path}?PageSize=1&Page=0"
    return Answer(200, json.dumps(body | {"next_page_uri": address, "first_page_uri": address}).encode())


def when_due(line: Line, double: RestDouble, later: timedelta) -> int:
    now = line.clock.now + later
    return reconcile_when_due(reading(line.engine), line.engine.begin, double.client(), now)


def test_of_several_workers_one_reads_the_books_every_ten_minutes(line: Line, double: RestDouble) -> None:
    recorded_unheard_of(line, double)
    with ThreadPoolExecutor(4) as pool:
        mended = list(pool.map(lambda _: when_due(line, double, CALLBACKS_TAKE), range(4)))
    assert sorted(mended) == [0, 0, 0, 2]
    assert len(double.asked(Route.LIST_RECORDINGS)) == 1
    assert when_due(line, double, EVERY) == 0
    assert when_due(line, double, CALLBACKS_TAKE + EVERY) == 0
    assert len(double.asked(Route.LIST_RECORDINGS)) == 2


@on_one_database
def test_after_a_long_absence_everything_since_the_last_look_is_found(line: Line, double: RestDouble) -> None:
    assert when_due(line, double, timedelta()) == 0
    recorded_unheard_of(line, double)
    line.clock.pass_seconds(timedelta(days=5).total_seconds())
    assert when_due(line, double, timedelta()) == 2


@on_one_database
def test_a_worker_goes_on_when_the_carrier_is_away(line: Line, double: RestDouble) -> None:
    double.go_away()
    assert when_due(line, double, CALLBACKS_TAKE) == 0
    double.come_back()
    recorded_unheard_of(line, double)
    assert when_due(line, double, CALLBACKS_TAKE + EVERY) == 2
