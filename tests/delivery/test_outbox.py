"""What was promised is sent: once, in one part, and nobody is left in the dark when it cannot be."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from db.engine import open_engine, reading
from db.models.promises import DeliveryRow, TaskRow
from ivr.actions.texting import has_refused_texts
from ivr.delivery.outbox import LEASE, LOOK_AFTER, Sender, claim_due, deliver_one
from ivr.phones import PhoneNumber
from ivr.telephone.telephone import Telephone
from tests.lines import ACCOUNT, ALWAYS, LINE, PRIORITY, PUBLIC_URL, TOKEN, WEDNESDAY_LUNCH, Line, all_of
from tests.rest_double import (
    GSM_7,
    Answer,
    Bystander,
    Elsewhere,
    HangUp,
    Hold,
    Refuse,
    RestDouble,
    Route,
    Say,
    impatience,
    segments,
)

DOCTOR = "+33639980001"
SECOND = timedelta(seconds=1)
FIRST_WAIT = timedelta(seconds=15)
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where the subject is the carrier's answer or the disk, and every database would say the same."""


@pytest.fixture
def double() -> Iterator[RestDouble]:
    with RestDouble(ACCOUNT, TOKEN, numbers=(LINE,)) as running:
        yield running


@pytest.fixture
def missed(line: Line) -> Telephone:
    """A listed caller whom the doctor does not answer, and who then leaves a message."""
    phone = ring_in_vain(line)
    phone.speak(9)
    return phone


def ring_in_vain(line: Line, caller: str = PRIORITY, moment: str = WEDNESDAY_LUNCH) -> Telephone:
    phone = line.at(moment).ring(caller, "2", "1")
    phone.ringing_ends("no-answer")
    return phone


def sender_of(double: RestDouble, shown: str | None = None) -> Sender:
    return Sender(double.client(), shown, PUBLIC_URL)


def send_all(line: Line, double: RestDouble, now: datetime | None = None) -> int:
    """How many attempts were made."""
    sender, done = sender_of(double), 0
    while deliver_one(line.engine.begin, sender, now or line.clock.now):
        done += 1
    return done


def delivery_of(line: Line) -> Any:
    (only,) = all_of(line.engine, DeliveryRow)
    return only


def not_sent(line: Line) -> list[Any]:
    return [task for task in all_of(line.engine, TaskRow) if task.kind == "not-sent"]


def receipt(line: Line, message: str, status: str, **more: str) -> int:
    form = {"MessageSid": message, "MessageStatus": status, "SmsStatus": status, "To": DOCTOR, "From": LINE}
    asked = all_of(line.engine, DeliveryRow)
    query = f"?delivery={asked[0].id}" if asked else ""
    return line.post(f"/twilio/sms/status{query}", **form, **more).status


# What is sent


@pytest.mark.usefixtures("missed")
def test_the_doctor_is_told_once_of_a_listed_caller_not_answered(line: Line, double: RestDouble) -> None:
    assert send_all(line, double) == 1
    assert send_all(line, double, line.clock.now + timedelta(days=2)) == 0
    (message,) = double.messages
    assert (message["to"], message["from"]) == (DOCTOR, LINE)
    assert message["body"].startswith("Appel Prioritaire manqué a 13 h 1")
    assert (delivery_of(line).state, delivery_of(line).carrier_id) == ("sent", message["sid"])


@on_one_database
@pytest.mark.usefixtures("missed")
def test_the_alert_is_one_part_without_surname_and_links_to_the_task(line: Line, double: RestDouble) -> None:
    send_all(line, double)
    (message,) = double.messages
    (task,) = all_of(line.engine, TaskRow)
    assert message["num_segments"] == "1"
    assert GSM_7.issuperset(message["body"])
    assert "Jeanne 0639981111" in message["body"]
    assert "Durand" not in message["body"]
    assert message["body"].endswith(f"Marquer vu: {PUBLIC_URL}/t/{task.token}")


@on_one_database
@pytest.mark.usefixtures("missed")
def test_receipts_go_to_their_own_address(line: Line, double: RestDouble) -> None:
    send_all(line, double)
    (asked,) = double.asked(Route.SEND)
    assert asked.form["StatusCallback"] == f"{PUBLIC_URL}/twilio/sms/status?delivery={delivery_of(line).id}"
    assert asked.credentials == (ACCOUNT, TOKEN)


@on_one_database
@pytest.mark.usefixtures("missed")
def test_the_sender_may_be_a_name(line: Line, double: RestDouble) -> None:
    assert deliver_one(line.engine.begin, sender_of(double, "PASTEUR"), line.clock.now)
    assert double.messages[0]["from"] == "PASTEUR"


def test_the_alert_waits_until_the_caller_has_spoken(line: Line, double: RestDouble) -> None:
    phone = ring_in_vain(line)
    assert send_all(line, double) == 0
    phone.speak(9)
    assert send_all(line, double) == 1
    assert "Message: oui." in double.messages[0]["body"]


@pytest.mark.parametrize("leaves", [Telephone.hang_up, lambda phone: phone.stay_silent() and phone.stay_silent()])
def test_without_a_message_the_alert_goes_out_and_says_so(line: Line, double: RestDouble, leaves: Any) -> None:
    leaves(ring_in_vain(line))
    assert send_all(line, double) == 1
    assert "Message: non." in double.messages[0]["body"]


def test_the_alert_goes_out_after_three_minutes_when_no_more_is_heard(line: Line, double: RestDouble) -> None:
    ring_in_vain(line)
    promised = delivery_of(line).created_at
    assert send_all(line, double, promised + timedelta(minutes=3) - SECOND) == 0
    assert send_all(line, double, promised + timedelta(minutes=3)) == 1


def test_calls_within_ten_minutes_make_one_alert(line: Line, double: RestDouble) -> None:
    ring_in_vain(line).hang_up()
    ring_in_vain(line, moment="2026-12-02T13:19:00+01:00").hang_up()
    assert send_all(line, double) == 1
    ring_in_vain(line, moment="2026-12-02T13:21:00+01:00").hang_up()
    assert send_all(line, double) == 1
    assert len(double.messages) == 2


def test_each_caller_makes_an_alert_of_their_own(line: Line, double: RestDouble) -> None:
    ring_in_vain(line, PRIORITY).hang_up()
    ring_in_vain(line, ALWAYS).hang_up()
    assert send_all(line, double) == 2
    assert ["Jeanne" in sent["body"] for sent in double.messages] == [True, False]


# Many workers


def copy_deliveries(line: Line, number: int) -> None:
    """The one promise there is, made `number` times."""
    columns = dict(delivery_of(line)._mapping)
    del columns["id"]
    copies = [columns | {"dedupe_key": f"copy:{place}", "token": f"copy{place}"} for place in range(1, number)]
    with line.engine.begin() as connection:
        connection.execute(insert(DeliveryRow), copies)


@pytest.mark.usefixtures("missed")
@pytest.mark.parametrize("workers", [2, 8])
def test_workers_at_once_send_each_promise_once(
    line: Line, double: RestDouble, database_url: str, workers: int
) -> None:
    copy_deliveries(line, 12)

    def work(_: int) -> int:
        engine = open_engine(database_url)
        sender, done = sender_of(double), 0
        while deliver_one(engine.begin, sender, line.clock.now):
            done += 1
        engine.dispose()
        return done

    with ThreadPoolExecutor(workers) as pool:
        assert sum(pool.map(work, range(workers))) == 12
    rows = all_of(line.engine, DeliveryRow)
    assert sorted(row.carrier_id for row in rows) == sorted(message["sid"] for message in double.messages)
    assert {(row.state, row.attempts) for row in rows} == {("sent", 1)}


@pytest.mark.usefixtures("missed")
def test_a_promise_whose_worker_died_is_sent_when_its_lease_has_run_out(line: Line, double: RestDouble) -> None:
    now = line.clock.now
    with line.engine.begin() as connection:
        assert claim_due(connection, now) is not None
    assert send_all(line, double, now + LEASE - SECOND) == 0
    assert send_all(line, double, now + LEASE) == 1
    assert len(double.messages) == 1


def in_flight(line: Line, double: RestDouble, pool: ThreadPoolExecutor, then: Refuse | None = None) -> tuple[Hold, Any]:
    """A worker that has asked the carrier and waits for its answer."""
    held = double.hold(Route.SEND, then)
    sending = pool.submit(deliver_one, line.engine.begin, sender_of(double), line.clock.now)
    held.wait_for_request()
    return held, sending


def test_the_end_of_the_call_does_not_hand_an_alert_in_flight_to_another_worker(line: Line, double: RestDouble) -> None:
    phone = ring_in_vain(line)
    record = phone.stop
    form = {"CallSid": phone.call, "From": PRIORITY, "To": LINE, "CallStatus": "completed"}
    line.post(record.action, **form, RecordingSid="RE" + "1" * 32, RecordingDuration="9", Digits="hangup")
    with ThreadPoolExecutor(1) as pool:
        held, sending = in_flight(line, double, pool)
        line.post("/twilio/voice/status", **form, CallDuration="60")
        send_all(line, double)
        held.release.set()
        assert sending.result()
    assert len(double.messages) == 1


def test_a_message_does_not_hand_an_alert_in_flight_to_another_worker(line: Line, double: RestDouble) -> None:
    phone = ring_in_vain(line)
    line.clock.pass_seconds(180)
    with ThreadPoolExecutor(1) as pool:
        held, sending = in_flight(line, double, pool)
        phone.speak(9)
        send_all(line, double)
        held.release.set()
        assert sending.result()
    assert len(double.messages) == 1


@pytest.mark.usefixtures("missed")
def test_a_worker_that_comes_back_late_does_not_undo_what_another_sent(line: Line, double: RestDouble) -> None:
    with ThreadPoolExecutor(1) as pool:
        held, sending = in_flight(line, double, pool, then=Refuse(503, 20500))
        assert send_all(line, double, line.clock.now + LEASE) == 1
        held.release.set()
        sending.result()
    assert delivery_of(line).state == "sent"
    assert send_all(line, double, line.clock.now + timedelta(days=1)) == 0
    assert len(double.messages) == 1


# What goes wrong


@pytest.mark.usefixtures("missed")
@pytest.mark.parametrize("seconds", [5, 90])
def test_a_busy_carrier_is_left_alone_as_long_as_it_asks(line: Line, double: RestDouble, seconds: int) -> None:
    double.fail(Route.SEND, Refuse(429, 20429, retry_after=str(seconds)))
    now, wait = line.clock.now, max(timedelta(seconds=seconds), FIRST_WAIT)
    assert send_all(line, double) == 1
    assert send_all(line, double, now + wait - SECOND) == 0
    assert send_all(line, double, now + wait) == 1
    assert (len(double.messages), not_sent(line)) == (1, [])


PASSING = (
    Refuse(500, 20500),
    Refuse(503, 20503),
    Say(Answer(502, b"<html>Bad Gateway</html>", "text/html")),
)


@pytest.mark.usefixtures("missed")
def test_what_may_pass_is_tried_again_later(line: Line, double: RestDouble) -> None:
    copy_deliveries(line, len(PASSING))
    double.fail(Route.SEND, *PASSING)
    now = line.clock.now
    assert send_all(line, double) == len(PASSING)
    assert {delivery.state for delivery in all_of(line.engine, DeliveryRow)} == {"waiting"}
    assert send_all(line, double, now + FIRST_WAIT - SECOND) == 0
    assert send_all(line, double, now + FIRST_WAIT) == len(PASSING)
    assert (len(double.messages), not_sent(line)) == (len(PASSING), [])


@on_one_database
@pytest.mark.usefixtures("missed")
def test_a_full_queue_of_the_sender_passes(line: Line, double: RestDouble) -> None:
    double.fail(Route.SEND, Refuse(400, 21611))
    send_all(line, double)
    assert send_all(line, double, line.clock.now + FIRST_WAIT) == 1
    assert len(double.messages) == 1


@pytest.mark.usefixtures("missed")
def test_the_pauses_grow_and_at_last_the_practice_is_told(line: Line, double: RestDouble) -> None:
    double.fail(Route.SEND, *[Refuse(503, 20503)] * 20)
    now, pauses = line.clock.now, []
    while (due := delivery_of(line).due_at) is not None:
        pauses.append(due - now)
        now = due
        assert send_all(line, double, now) == 1
    assert pauses[1:] == sorted(pauses[1:])
    assert len(pauses) == 8
    assert (delivery_of(line).state, len(not_sent(line))) == ("refused", 1)


HOPELESS = {21211: 400, 21614: 400, 20003: 401, 21610: 400}
"""The last one is STOP, after which no other would be tried."""


@pytest.mark.usefixtures("missed")
def test_what_cannot_pass_is_not_tried_again_and_the_practice_is_told(line: Line, double: RestDouble) -> None:
    copy_deliveries(line, len(HOPELESS))
    double.fail(Route.SEND, *(Refuse(status, code) for code, status in HOPELESS.items()))
    assert send_all(line, double) == len(HOPELESS)
    assert send_all(line, double, line.clock.now + timedelta(days=7)) == 0
    assert len(double.asked(Route.SEND)) == len(HOPELESS)
    told = [(task.state, task.is_urgent, task.due_at) for task in not_sent(line)]
    assert told == [("open", True, line.clock.now)] * len(HOPELESS)
    refused = all_of(line.engine, DeliveryRow)
    assert {delivery.state for delivery in refused} == {"refused"}
    reasons = " ".join(delivery.failure for delivery in refused)
    assert all(str(code) in reasons for code in HOPELESS)


@on_one_database
@pytest.mark.usefixtures("missed")
@pytest.mark.parametrize(
    "make_fault",
    [
        pytest.param(Hold, id="no answer in time"),
        pytest.param(HangUp, id="connection closed without an answer"),
        pytest.param(lambda: HangUp(sent=20), id="answer cut short"),
    ],
)
def test_a_text_that_may_have_been_sent_is_looked_up_and_never_sent_again(
    line: Line, double: RestDouble, make_fault: Any
) -> None:
    double.clock = line.clock
    double.fail(Route.SEND, make_fault())
    with impatience():
        assert send_all(line, double) == 1
    assert (delivery_of(line).state, not_sent(line)) == ("unsure", [])
    assert send_all(line, double, line.clock.now + LOOK_AFTER - SECOND) == 0
    assert send_all(line, double, line.clock.now + LOOK_AFTER) == 1
    assert (delivery_of(line).state, delivery_of(line).carrier_id) == ("sent", double.messages[0]["sid"])
    assert send_all(line, double, line.clock.now + timedelta(days=7)) == 0
    assert len(double.messages) == 1


@on_one_database
@pytest.mark.usefixtures("missed")
@pytest.mark.parametrize("ahead", [timedelta(seconds=5), timedelta(hours=20)], ids=str)
def test_a_text_is_found_though_our_clock_was_ahead_of_the_carriers(
    line: Line, double: RestDouble, ahead: timedelta
) -> None:
    double.clock = lambda: line.clock.now - ahead
    double.fail(Route.SEND, HangUp())
    send_all(line, double)
    assert send_all(line, double, line.clock.now + LOOK_AFTER) == 1
    assert (delivery_of(line).state, len(double.messages)) == ("sent", 1)


@on_one_database
@pytest.mark.usefixtures("missed")
def test_the_same_words_of_another_text_are_not_taken_for_it(line: Line, double: RestDouble) -> None:
    double.clock = line.clock
    copy_deliveries(line, 2)
    words = {"name": "Martin", "date": "05/01", "locum": "Dr Roux", "number": "0199005555"}
    with line.engine.begin() as connection:
        connection.execute(update(DeliveryRow).values(template="SMS-LEAVE", fields=words, token=None))
    assert deliver_one(line.engine.begin, sender_of(double), line.clock.now)
    double.fail(Route.SEND, HangUp(is_done=False))
    assert send_all(line, double) == 1
    assert send_all(line, double, line.clock.now + LOOK_AFTER) == 1
    sent = [delivery.carrier_id for delivery in all_of(line.engine, DeliveryRow)]
    assert sorted(sent) == sorted(message["sid"] for message in double.messages)
    assert len(sent) == 2


@on_one_database
@pytest.mark.usefixtures("missed")
@pytest.mark.parametrize("body", [b"<html>OK</html>", b"{}"])
def test_an_answer_nobody_can_read_leaves_the_worker_running_and_is_looked_up(
    line: Line, double: RestDouble, body: bytes
) -> None:
    double.clock = line.clock
    double.fail(Route.SEND, Say(Answer(201, body), is_done=True))
    assert send_all(line, double) == 1
    assert (delivery_of(line).state, not_sent(line)) == ("unsure", [])
    assert send_all(line, double, line.clock.now + timedelta(days=7)) == 1
    assert (len(double.messages), delivery_of(line).state) == (1, "sent")


@on_one_database
@pytest.mark.usefixtures("missed")
def test_a_text_that_was_not_sent_after_all_is_sent_once_when_that_is_certain(line: Line, double: RestDouble) -> None:
    double.clock = line.clock
    double.fail(Route.SEND, HangUp(is_done=False))
    send_all(line, double)
    assert (delivery_of(line).state, double.messages) == ("unsure", [])
    assert send_all(line, double, line.clock.now + LOOK_AFTER) == 1
    assert (delivery_of(line).state, len(double.messages), not_sent(line)) == ("sent", 1, [])


@pytest.mark.usefixtures("missed")
def test_a_text_that_can_never_be_looked_up_stays_unsure_and_the_practice_is_told(
    line: Line, double: RestDouble
) -> None:
    double.fail(Route.SEND, HangUp())
    double.fail(Route.LIST, *[Refuse(503, 20503)] * 20)
    send_all(line, double)
    while (due := delivery_of(line).due_at) is not None:
        assert send_all(line, double, due) == 1
    assert (delivery_of(line).state, len(not_sent(line)), len(double.messages)) == ("unsure", 1, 1)


@on_one_database
@pytest.mark.usefixtures("missed")
def test_an_error_after_the_work_was_done_is_not_answered_with_a_second_text(line: Line, double: RestDouble) -> None:
    double.clock = line.clock
    double.fail(Route.SEND, Refuse(500, 20500, is_done=True))
    send_all(line, double)
    send_all(line, double, line.clock.now + timedelta(days=7))
    assert len(double.messages) == 1


@pytest.mark.usefixtures("missed")
def test_a_carrier_that_cannot_be_reached_is_tried_again(line: Line, double: RestDouble) -> None:
    double.go_away()
    assert send_all(line, double) == 1
    assert (delivery_of(line).state, not_sent(line)) == ("waiting", [])
    double.come_back()
    assert send_all(line, double, line.clock.now + FIRST_WAIT) == 1
    assert (len(double.messages), delivery_of(line).state) == (1, "sent")


@on_one_database
@pytest.mark.usefixtures("missed")
def test_a_text_does_not_follow_a_redirect(line: Line, double: RestDouble) -> None:
    copy_deliveries(line, 2)
    with Bystander(Answer(201, b'{"sid": "SM0"}')) as other:
        double.fail(Route.SEND, Elsewhere(f"{other.url}/Messages.json", 302), Elsewhere(f"{other.url}/Messages.json"))
        assert send_all(line, double) == 2
    assert other.requests == []
    assert "sent" not in {delivery.state for delivery in all_of(line.engine, DeliveryRow)}


# Receipts


RECEIPTS = (
    (("queued", "sent", "delivered"), "delivered"),
    (("delivered", "sent", "queued"), "delivered"),
    (("sent", "undelivered", "sending"), "undelivered"),
    (("failed", "delivered"), "failed"),
    (("delivered", "delivered"), "delivered"),
    (("sent",), "sent"),
)


@pytest.mark.usefixtures("missed")
def test_the_first_final_receipt_stays(line: Line, double: RestDouble) -> None:
    copy_deliveries(line, len(RECEIPTS))
    send_all(line, double)
    for message, (statuses, _) in zip(double.messages, RECEIPTS, strict=True):
        assert [receipt(line, message["sid"], status) for status in statuses] == [204] * len(statuses)
    shown = {delivery.carrier_id: delivery.carrier_status for delivery in all_of(line.engine, DeliveryRow)}
    assert [shown[message["sid"]] for message in double.messages] == [last for _, last in RECEIPTS]
    assert send_all(line, double, line.clock.now + timedelta(days=7)) == 0


@pytest.mark.usefixtures("missed")
def test_every_status_twilio_knows_can_be_kept(line: Line, double: RestDouble) -> None:
    send_all(line, double)
    for status in ("accepted", "scheduled", "partially_delivered", "read"):
        assert receipt(line, double.messages[0]["sid"], status) == 204
        assert delivery_of(line).carrier_status == status


@pytest.mark.usefixtures("missed")
def test_why_a_text_was_not_delivered_can_be_seen(line: Line, double: RestDouble) -> None:
    send_all(line, double)
    receipt(line, double.messages[0]["sid"], "undelivered", ErrorCode="30003")
    receipt(line, double.messages[0]["sid"], "sent")
    delivery = delivery_of(line)
    assert (delivery.carrier_status, delivery.failure) == ("undelivered", "carrier error 30003")


@pytest.mark.usefixtures("missed")
def test_a_receipt_that_comes_before_the_answer_counts(line: Line, double: RestDouble) -> None:
    with ThreadPoolExecutor(1) as pool:
        held, sending = in_flight(line, double, pool)
        receipt(line, double.messages[0]["sid"], "undelivered", ErrorCode="30003")
        held.release.set()
        assert sending.result()
    delivery = delivery_of(line)
    assert (delivery.carrier_status, delivery.failure) == ("undelivered", "carrier error 30003")


def test_a_receipt_for_a_text_of_nobody_changes_nothing(line: Line) -> None:
    assert receipt(line, "SM" + "0" * 32, "delivered") == 204
    assert all_of(line.engine, DeliveryRow) == []


# The double itself


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"To": "+33199001234"}, 21614, id="landline"),
        pytest.param({"To": "0639980001"}, 21211, id="not E.164"),
        pytest.param({"To": ""}, 21604, id="nobody"),
        pytest.param({"From": "+33199009999"}, 21212, id="not our number"),
        pytest.param({"From": "TWELVELETTER"}, 21212, id="name too long"),
        pytest.param({"Body": "a" * 1601}, 21617, id="too long"),
        pytest.param({"StatusCallback": "/twilio/sms/status"}, 21609, id="no full address"),
        pytest.param({"Colour": "red"}, 20001, id="unknown parameter"),
    ],
)
def test_the_double_is_as_strict_as_twilio(double: RestDouble, change: dict[str, str], code: int) -> None:
    form = {"To": DOCTOR, "From": LINE, "Body": "Bonjour", "StatusCallback": f"{PUBLIC_URL}/s"}
    client = double.client()._client
    response = client.request("POST", f"{double.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data=form | change)
    assert (response.status_code, f'"code": {code}' in response.text) == (400, True)
    assert double.complaints == [] or "Colour" in double.complaints.pop()
    assert double.messages == []


def test_the_double_lists_what_was_sent_to_a_number_since(double: RestDouble) -> None:
    client = double.client()._client
    for number in (DOCTOR, "+33639980002", DOCTOR):
        client.messages.create(to=number, from_=LINE, body="Bonjour")
    today = double.clock().date()
    found = client.messages.list(to=DOCTOR, date_sent_after=datetime.combine(today, datetime.min.time()), page_size=1)
    assert [message.sid for message in found] == [double.messages[2]["sid"], double.messages[0]["sid"]]
    assert client.messages.list(date_sent=today - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("body", "number"), [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ê" * 70, 1), ("ê" * 71, 2)]
)
def test_the_double_counts_parts(body: str, number: int) -> None:
    assert segments(body) == number


# STOP, and failures that only a receipt tells of


@pytest.mark.usefixtures("missed")
def test_a_number_that_wrote_stop_is_never_tried_again(line: Line, double: RestDouble) -> None:
    copy_deliveries(line, 3)
    double.fail(Route.SEND, Refuse(400, 21610))
    assert send_all(line, double) == 3
    assert len(double.asked(Route.SEND)) == 1
    assert len(not_sent(line)) == 3


@on_one_database
@pytest.mark.usefixtures("missed")
@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_text_that_was_not_delivered_is_a_task_once(line: Line, double: RestDouble, status: str) -> None:
    send_all(line, double)
    sent = delivery_of(line).carrier_id
    for told in ("sent", status, status, "delivered", "sent"):
        assert receipt(line, sent, told, ErrorCode="30005") == 204
    (task,) = not_sent(line)
    assert (task.caller.e164, task.state) == (DOCTOR, "open")
    assert delivery_of(line).carrier_status == status


@on_one_database
@pytest.mark.usefixtures("missed")
def test_a_text_that_was_delivered_is_no_task_whatever_comes_late(line: Line, double: RestDouble) -> None:
    send_all(line, double)
    sent = delivery_of(line).carrier_id
    for told in ("delivered", "undelivered", "queued"):
        receipt(line, sent, told)
    assert not_sent(line) == []


@on_one_database
@pytest.mark.usefixtures("missed")
@pytest.mark.parametrize(("status", "tasks"), [("delivered", []), ("queued", []), ("undelivered", ["open"])])
def test_a_receipt_settles_a_text_nobody_was_sure_of(
    line: Line, double: RestDouble, status: str, tasks: list[str]
) -> None:
    double.fail(Route.SEND, Hold())
    with impatience():
        send_all(line, double)
    receipt(line, "SM" + "2" * 32, status)
    assert (delivery_of(line).state, delivery_of(line).carrier_id) == ("sent", "SM" + "2" * 32)
    assert [task.state for task in not_sent(line)] == tasks
    assert send_all(line, double, line.clock.now + timedelta(days=7)) == 0


@on_one_database
@pytest.mark.usefixtures("missed")
def test_a_receipt_may_tell_of_stop(line: Line, double: RestDouble) -> None:
    send_all(line, double)
    receipt(line, delivery_of(line).carrier_id, "undelivered", ErrorCode="21610")
    with reading(line.engine)() as connection:
        assert has_refused_texts(connection, delivery_of(line).practice_id, PhoneNumber(DOCTOR))


@on_one_database
@pytest.mark.usefixtures("missed")
@pytest.mark.parametrize(
    ("body", "refuses"),
    [
        pytest.param("STOP", True, id="stop"),
        pytest.param(" arrêt ", True, id="in French, with spaces"),
        pytest.param("Stop ou encore", False, id="a word among others"),
        pytest.param("Merci", False, id="thanks"),
        pytest.param("START", False, id="start"),
    ],
)
def test_what_people_write_back(line: Line, body: str, refuses: bool) -> None:
    form = {"MessageSid": "SM" + "1" * 32, "From": DOCTOR, "Body": body}
    line.post("/twilio/sms", **form, To="+33199009999")  # no line of ours: the practices that wrote to the number
    with reading(line.engine)() as connection:
        assert has_refused_texts(connection, delivery_of(line).practice_id, PhoneNumber(DOCTOR)) is refuses
