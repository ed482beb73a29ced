"""Twilio's forms as neutral events; all input is hostile until it is one of these."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, unquote

from ivr.carrier import (
    FINAL_STATUSES,
    CallEvent,
    Event,
    Moment,
    Nothing,
    ReceiptEvent,
    RecordingEvent,
    StatusEvent,
    TextEvent,
    TroubleEvent,
    WebRequest,
    read_wish,
)
from ivr.flows.turns import DialEnded, DialResult, Digits, Heard, Recorded, Silence, Started
from ivr.phones import HOME_COUNTRY, CallerNumber, PhoneNumber, Withheld, read_caller, read_line
from ivr.telephony import addresses

JOINED_STATUSES = frozenset({"completed", "answered"})
DIAL_RESULTS = {
    "busy": DialResult.BUSY,
    "no-answer": DialResult.NO_ANSWER,
    "canceled": DialResult.CALLER_LEFT,
}
MOST_KEYS = 64
MOST_SECONDS = 24 * 3600
MOST_DELIVERIES = 10**9
MOST_COUNTED = 99
UNSUBSCRIBED = "21610"
"""The person wrote STOP (WIRE.md 9)."""

HELD = "held"
"""Names the parameter that counts how often a request was put off; what was heard stands beside it."""
KEPT = ("Digits", "DialCallStatus", "DialBridged", "RecordingSid", "RecordingDuration")

SAFE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
STEP = re.compile(r"[0-9]{1,4}")
KEYS = re.compile(r"[0-9*#A-Da-d]+")


class Form:
    """Parameters by name, the first value of each."""

    def __init__(self, parameters: Mapping[str, Sequence[str]]) -> None:
        self.parameters = parameters

    def text(self, name: str) -> str:
        """The value, empty when it is missing."""
        values = self.parameters.get(name)
        return values[0] if values else ""

    def number(self, name: str, most: int) -> int | None:
        """A whole number from 0 to `most`; None when it is missing or none."""
        text = self.text(name)
        return min(int(text), most) if text.isascii() and text.isdigit() and len(text) <= 9 else None  # noqa: PLR2004

    def identity(self, name: str) -> str:
        """An opaque id, empty when it is missing or cannot be one."""
        text = self.text(name)
        return text if SAFE_ID.fullmatch(text) else ""


def parse(request: WebRequest, form: Form) -> Event | None:
    """What a request under /twilio/ says; None when an id is missing or the address is unknown."""
    path = request.path
    if path == addresses.SMS:
        return _text(form)
    if path == addresses.SMS_FALLBACK:
        return TextEvent(Withheld(), None, None)
    if path == addresses.SMS_STATUS:
        return _receipt(form, request.query)
    call = form.identity("CallSid")
    if not call:
        return None
    if path == addresses.STATUS:
        return _status(form, call)
    if path == addresses.RECORDINGS:
        return _recording(form, call)
    if path in {addresses.FALLBACK, addresses.FALLBACK_NEXT}:
        heard = Started() if path == addresses.FALLBACK else _heard(form)
        return TroubleEvent(call, read_line(form.text("To")), heard)
    return _voice(with_what_was_kept(form, request.query), path, call)


def with_what_was_kept(form: Form, query: str) -> Form:
    """A request that was put off carries in its address what was heard the first time."""
    kept = parse_qs(query)
    return Form({**form.parameters, **kept}) if HELD in kept else form


def _voice(form: Form, path: str, call: str) -> Event | None:
    if path == addresses.VOICE:
        return _call_event(form, Moment.CALL_STARTED, call, 0, Started())
    if path.startswith(addresses.WHISPER):
        parent = unquote(path.removeprefix(addresses.WHISPER))
        return _call_event(form, Moment.LEG_STARTED, call, 0, Started(), parent)
    step = path.removeprefix(addresses.TURNS)
    if path.startswith(addresses.TURNS) and STEP.fullmatch(step):
        return _call_event(form, Moment.TURN, call, int(step), _heard(form))
    return None


def _call_event(form: Form, moment: Moment, call: str, step: int, heard: Heard, parent: str | None = None) -> CallEvent:
    bridged = form.text("DialBridged").lower()
    line = read_line(form.text("To"))
    return CallEvent(
        moment=moment,
        call=call,
        step=step,
        line=line,
        caller=read_caller_of(form.text("From"), line),
        heard=heard,
        parent=parent,
        bridged={"true": True, "false": False}.get(bridged),
        is_over=form.text("CallStatus") in FINAL_STATUSES,
        is_leg=moment is Moment.LEG_STARTED or bool(form.text("ParentCallSid")),
        held=form.number(HELD, MOST_COUNTED) or 0,
    )


def read_caller_of(sender: str, line: PhoneNumber | None) -> CallerNumber:
    """The caller; our own number as caller is no caller (a forwarding loop, a forged id)."""
    caller = read_caller(sender, HOME_COUNTRY)
    return Withheld() if caller == line else caller


def _heard(form: Form) -> Heard:
    status = form.text("DialCallStatus")
    if status:
        return DialEnded(_dial_result(form, status))
    recording = form.identity("RecordingSid")
    if recording:
        return Recorded(recording, form.number("RecordingDuration", MOST_SECONDS) or 0)
    keys = form.text("Digits")[:MOST_KEYS]
    return Digits(keys) if KEYS.fullmatch(keys) else Silence()


def _dial_result(form: Form, status: str) -> DialResult:
    """`completed` means picked up, not joined: a whisper may have been refused (WIRE.md 5)."""
    if status in JOINED_STATUSES:
        refused = form.text("DialBridged").lower() == "false"
        return DialResult.REFUSED if refused else DialResult.REACHED
    if form.text("CallStatus") in FINAL_STATUSES:
        return DialResult.CALLER_LEFT
    return DIAL_RESULTS.get(status, DialResult.FAILED)


def _status(form: Form, call: str) -> Event:
    status = form.text("CallStatus")
    if status not in FINAL_STATUSES:
        return Nothing()
    return StatusEvent(call, status, form.number("CallDuration", MOST_SECONDS))


def _recording(form: Form, call: str) -> Event:
    recording = form.identity("RecordingSid")
    status = form.text("RecordingStatus") or "completed"
    if not recording or status not in {"completed", "absent"}:
        return Nothing()
    seconds = form.number("RecordingDuration", MOST_SECONDS) or 0
    return RecordingEvent(call, recording, seconds, is_absent=status == "absent")


def _text(form: Form) -> Event:
    """STOP and START are told by the carrier where it knows them, else read from the text."""
    line = read_line(form.text("To"))
    wish = read_wish(form.text("OptOutType") or form.text("Body"))
    return TextEvent(read_caller_of(form.text("From"), line), line, wish)


def _receipt(form: Form, query: str) -> Event:
    message = form.identity("MessageSid") or form.identity("SmsSid")
    status = form.text("MessageStatus") or form.text("SmsStatus")
    if not message or not re.fullmatch(r"[a-z_]{1,20}", status):
        return Nothing()
    error = form.text("ErrorCode")
    ours = Form(parse_qs(query)).number("delivery", MOST_DELIVERIES)
    is_error = re.fullmatch(r"[0-9]{1,6}", error) is not None and int(error) > 0
    return ReceiptEvent(message, status, error if is_error else None, ours, is_unwanted=error == UNSUBSCRIBED)
