"""The traps of Twilio's wire that concern voice (WIRE.md 10), by their numbers.

1, 2 and 12 are in `test_signature` and `test_once`; 3 and 4 are checked on every answer of the suite by
`tests.twiml`; 10 in `tests/delivery`; 11 and 14 in `test_once`; 18 in `tests/unit/test_texts`.
"""

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ivr.actions.leavings import leavings
from ivr.telephone.document import Dial, Gather, Record
from ivr.telephony import addresses
from tests.lines import ALWAYS, LINE, PRIORITY, STRANGER, SUNDAY, WEDNESDAY_LUNCH, WEDNESDAY_MORNING, Line
from tests.twiml import check_twiml

WITHHELD = [
    "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253",
    "anonymous", "ANONYMOUS", "Restricted", "unavailable", "unknown", "private", "blocked",
    "", " ", "1234", "+", "sip:bob@example.test", "client:alice", "+33", "abc", "٣٣٦٣٩٩٨١١١١", "+1" + "2" * 30,
]  # fmt: skip
FORM = {"CallSid": "CA" + "9" * 32, "From": STRANGER, "To": LINE}


@pytest.mark.parametrize(
    "address",
    [
        addresses.VOICE,
        addresses.turn_address(1),
        addresses.FALLBACK,
        addresses.FALLBACK_NEXT,
        "/twilio/voice/whisper/CA1",
    ],
)
def test_5_no_voice_address_ever_answers_with_a_redirect_of_http(line: Line, address: str) -> None:
    reply = line.post(address, **FORM)
    assert reply.status == 200
    check_twiml(reply.body)


@pytest.mark.parametrize("sender", WITHHELD)
def test_6_a_withheld_caller_never_crashes_matches_or_is_dialled_out(line: Line, sender: str) -> None:
    phone = line.at(WEDNESDAY_MORNING).ring(sender, "2", "1")
    assert isinstance(phone.stop, Dial)
    assert phone.stop.caller_id == LINE
    phone.ringing_ends("no-answer")
    assert any("Votre numéro est caché" in spoken.text for spoken in phone.heard)
    phone.speak(8)
    assert leavings(line.engine) == {"tasks": ["message"], "messages": ["8 s"]}
    assert line.calls()[0].caller is None


@pytest.mark.parametrize("keys", ["00", "*", "#", "hangup", "12345678901234567890", "²", "1 ", "-1", "1;--", "A"])
def test_7_keys_are_text_whatever_comes(line: Line, keys: str) -> None:
    line.post(addresses.VOICE, **FORM)
    reply = line.post(addresses.turn_address(1), **FORM, Digits=keys)
    assert reply.status == 200
    assert b"tapez 1" in reply.body


@pytest.mark.parametrize(
    ("told", "spoke"),
    [
        pytest.param({"DialCallStatus": "completed", "DialBridged": "true"}, True, id="joined"),
        pytest.param({"DialCallStatus": "completed", "DialBridged": "false"}, False, id="picked up, never joined"),
        pytest.param({"DialCallStatus": "completed"}, False, id="picked up, and no key 1 was pressed"),
        pytest.param({"DialCallStatus": "answered", "DialBridged": "TRUE"}, True, id="answered"),
        pytest.param({"DialCallStatus": "something-new"}, False, id="a status we do not know"),
    ],
)
def test_8_completed_is_not_taken_as_spoke_with_the_doctor(line: Line, told: dict[str, str], spoke: bool) -> None:
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    line.post(addresses.turn_address(3), CallSid=phone.call, From=PRIORITY, To=LINE, **told)
    assert (line.turns()[-1].prompts == ["Z1"]) is spoke
    assert bool(leavings(line.engine)) is not spoke


def test_8_key_1_tells_when_the_carrier_does_not(line: Line) -> None:
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    phone.pick_up().press("1")
    line.post(addresses.turn_address(3), CallSid=phone.call, From=PRIORITY, To=LINE, DialCallStatus="completed")
    assert line.turns()[-1].prompts == ["Z1"]


def test_9_the_doctors_own_voicemail_never_takes_the_call(line: Line) -> None:
    phone = line.at(SUNDAY).ring(ALWAYS, "2", "1")
    leg = phone.pick_up()
    while isinstance(leg.stop, Gather):
        leg.stay_silent()
    assert not leg.is_joined
    phone.ringing_ends("completed", leg)
    assert isinstance(phone.stop, Record)


def test_13_a_database_that_is_away_is_heard_as_a_sentence(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the database is away"))

    monkeypatch.setattr("ivr.actions.calls.read_line_and_caller", away)
    phone = line.at(WEDNESDAY_MORNING).phone(PRIORITY)
    phone.start()
    assert any("problème technique" in spoken.text for spoken in phone.heard)
    assert isinstance(phone.stop, Dial)
    phone.ringing_ends("no-answer")
    assert isinstance(phone.stop, Record)
    phone.speak(9)
    assert phone.is_over


def test_15_names_with_markup_and_control_characters_are_spoken(line: Line) -> None:
    with line.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE practices SET name = 'A & <B> \x07 \"C\"', version = version + 1")
    phone = line.ring(STRANGER)
    assert phone.heard[0].text == 'Bonjour. A & <B> "C".'


def test_16_no_answer_waits_for_the_carrier(engine: Engine, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_request(*_: object, **__: object) -> None:
        raise AssertionError("a webhook asked the carrier something")

    monkeypatch.setattr("requests.sessions.Session.request", no_request)
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    phone.ringing_ends("busy")
    phone.speak(9)
    assert phone.is_over


def test_17_times_are_kept_in_utc(line: Line) -> None:
    line.at(WEDNESDAY_LUNCH).ring(STRANGER)
    assert line.calls()[0].started_at.isoformat() == "2026-12-02T12:10:00+00:00"


@pytest.mark.parametrize("key", ["*", "8"])
def test_19_going_round_ends_with_a_person_or_a_message(line: Line, key: str) -> None:
    phone = line.at(SUNDAY).ring(STRANGER)
    for _ in range(12):
        if isinstance(phone.stop, Gather):
            phone.press(key)
    assert isinstance(phone.stop, Record)
