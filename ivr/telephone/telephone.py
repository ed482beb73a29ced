"""One call as Twilio makes it: executes answers up to where somebody acts, then sends what they did.

The caller acts by `press`, `stay_silent`, `speak` and `hang_up`; called parties by `ringing_ends` and on the
leg that `pick_up` gives. Time is virtual: it passes as things are said, waited for and recorded.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from ivr.actions.rehearsal import SILENT_RECORD_SECONDS
from ivr.flows.wording import spoken_seconds
from ivr.telephone.document import (
    Dial,
    Gather,
    Hangup,
    NotTwimlError,
    Pause,
    Record,
    Redirect,
    Say,
    Verb,
    read_document,
)
from ivr.telephone.faults import Fault, Faults, LostError
from ivr.telephone.wire import CONNECT_SECONDS, TIMEOUT_SECONDS, Reply, Wire
from ivr.telephony import addresses

HTTP_OK, HTTP_REDIRECT = 200, 300


@dataclass
class VirtualClock:
    """A clock that only moves when the call does; it can be handed to the application."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something was said on this leg."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    address: str
    form: Mapping[str, str]
    reply: Reply
    verbs: tuple[Verb, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """One thing somebody did, as a record keeps it."""

    leg: str
    form: Mapping[str, str]
    hangs_up: bool = False


Stop: TypeAlias = Gather | Dial | Record | None
"""Where the call waits for somebody; None when it is over."""


def new_call_id() -> str:
    """A call id in Twilio's form."""
    return f"CA{secrets.token_hex(16)}"


class CallOverError(Exception):
    """Somebody acted where the call was not waiting for it."""


@dataclass
class Telephone:
    """A call to `line`. `extra` holds parameters every request carries; `faults` befall its requests."""

    wire: Wire
    account: str
    sender: str
    line: str
    clock: VirtualClock
    call: str = field(default_factory=new_call_id)
    extra: Mapping[str, str] = field(default_factory=dict)
    direction: str = "inbound"
    first_address: str = addresses.VOICE
    faults: Faults = field(default_factory=Faults)
    on_fault: Callable[[Fault], None] = lambda _: None
    on_spoken: Callable[[Spoken], None] = lambda _: None
    on_called_spoken: Callable[[Spoken], None] = lambda _: None
    stop: Stop = None
    heard: list[Spoken] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    script: list[Done] = field(default_factory=list)
    started: datetime | None = None
    is_strict: bool = True
    is_over: bool = False
    _left: list[Verb] = field(default_factory=list)
    fell_off: bool = False

    def start(self, address: str = addresses.VOICE, **more: str) -> Stop:
        """Dial the line; on a called leg, pick up."""
        self.started = self.clock.now
        is_caller = self.direction == "inbound"
        self._note({"From": self.sender, "To": self.line} if is_caller else {})
        status = "ringing" if is_caller else "in-progress"
        return self._fetch(address, {"CallStatus": status} | more)

    def press(self, keys: str, **more: str) -> Stop:
        """Type keys where they are asked for."""
        gather = self._expect(Gather)
        typed = keys[: gather.digits]
        if gather.finish and gather.finish in typed:
            typed = typed.partition(gather.finish)[0]
        if not typed:
            return self.stay_silent()
        self._note({"Digits": typed})
        return self._fetch(gather.action, {"Digits": typed, "msg": "Gather End"} | more)

    def stay_silent(self, **more: str) -> Stop:
        """Type nothing: the document goes on after the Gather; after a Record nothing was recorded."""
        waiting = self._expect(Gather | Record)
        self._note({})
        self.clock.pass_seconds(waiting.timeout if isinstance(waiting, Gather) else SILENT_RECORD_SECONDS)
        return self._execute(more)

    def speak(self, seconds: int, *, then_hang_up: bool = False, **more: str) -> Stop:
        """Speak after the beep; the recording's own callback comes when the call has gone on."""
        record = self._expect(Record)
        self._note({"RecordingDuration": str(seconds)} | ({"Digits": "hangup"} if then_hang_up else {}))
        recorded = min(seconds, record.longest)
        self.clock.pass_seconds(recorded)
        recording = more.get("RecordingSid") or f"RE{secrets.token_hex(16)}"
        url = f"https://api.twilio.com/2010-04-01/Accounts/{self.account}/Recordings/{recording}"
        form = {"RecordingSid": recording, "RecordingUrl": url, "RecordingDuration": str(recorded)}
        if then_hang_up:
            form |= {"Digits": "hangup", "CallStatus": "completed"}
        ready = form | {"RecordingStatus": "completed", "ErrorCode": "0", "RecordingSource": "RecordVerb"}
        is_overtaken = self.faults.upcoming is Fault.REORDER
        if record.callback and is_overtaken:
            self.callback(record.callback, ready)
        stop = self._fetch(record.action, form | more)
        if record.callback and not is_overtaken:
            self.callback(record.callback, ready)
        if then_hang_up:
            self._over()
            return None
        return stop

    def pick_up(self) -> "Telephone":
        """The called person picks up: a leg of its own, which hears the whisper if there is one."""
        leg = self.leg()
        if leg.first_address:
            leg.start(leg.first_address)
        else:
            leg.is_over = leg.fell_off = True
        return leg

    def leg(self, call: str | None = None) -> "Telephone":
        """The called person's phone, not yet picked up."""
        dial = self._expect(Dial)
        return Telephone(
            wire=self.wire,
            account=self.account,
            sender=dial.caller_id,
            line=dial.number,
            clock=self.clock,
            extra={"ParentCallSid": self.call},
            direction="outbound-dial",
            first_address=dial.url or "",
            faults=self.faults,
            on_fault=self.on_fault,
            on_spoken=self.on_called_spoken,
            script=self.script,
            call=call or new_call_id(),
        )

    def ringing_ends(self, status: str, leg: "Telephone | None" = None, **more: str) -> Stop:
        """The dialled leg is over: `busy`, `no-answer`, `failed`, or `completed` after picking up."""
        dial = self._expect(Dial)
        self._note({"DialCallStatus": status})
        if status == "no-answer":
            self.clock.pass_seconds(dial.timeout)
        form = {"DialCallStatus": status, "DialCallSid": leg.call if leg else new_call_id()}
        if leg is not None:
            form["DialBridged"] = "true" if leg.is_joined else "false"
        return self._fetch(dial.action, form | more)

    def hang_up(self) -> None:
        """The caller is gone: a ringing leg is cancelled, then the call's status is reported."""
        self._note({}, hangs_up=True)
        ringing = self.stop
        if self.faults.upcoming is Fault.REORDER:
            self._over()
        if isinstance(ringing, Dial):
            self._fetch(ringing.action, {"DialCallStatus": "canceled", "CallStatus": "completed"})
        self._over()

    @property
    def is_joined(self) -> bool:
        """On a called leg: its document ended without hanging up, so both are connected."""
        return self.is_over and self.fell_off

    def callback(self, address: str, form: Mapping[str, str]) -> Reply:
        """A callback whose answer means nothing beyond its status."""
        parameters = {**self._standard(), **form}
        if self.faults.upcoming is Fault.REPEAT:
            self.wire.post(address, parameters)
        return self.wire.post(address, parameters)

    def _note(self, form: Mapping[str, str], *, hangs_up: bool = False) -> None:
        self.script.append(Done("caller" if self.direction == "inbound" else "called", form, hangs_up))

    def _over(self, status: str = "completed") -> None:
        if self.is_over:
            return
        self.is_over, self.stop = True, None
        if self.direction == "inbound":
            seconds = int((self.clock.now - (self.started or self.clock.now)).total_seconds())
            self.callback(addresses.STATUS, {"CallStatus": status, "CallDuration": str(seconds)})

    def _expect(self, kind: Any) -> Any:
        if not isinstance(self.stop, kind):
            waiting = type(self.stop).__name__ if self.stop else "nothing: it is over"
            raise CallOverError(f"the call waits for {waiting}")
        return self.stop

    def _standard(self) -> dict[str, str]:
        return {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "CallSid": self.call,
            "CallStatus": "in-progress",
            "Direction": self.direction,
            "From": self.sender,
            "Caller": self.sender,
            "To": self.line,
            "Called": self.line,
            **self.extra,
        }

    def _fetch(self, address: str, form: Mapping[str, str]) -> Stop:
        """Ask for the next document and execute it; a broken one sends the call to the fallback, as Twilio does."""
        parameters = {**self._standard(), **form}
        try:
            reply = self._ask(address, parameters)
            if not HTTP_OK <= reply.status < HTTP_REDIRECT:
                raise NotTwimlError(f"11200: status {reply.status}")
            verbs = read_document(reply.body, reply.content_type)
        except LostError as lost:
            return self._fall_back(address, form, str(lost))
        except NotTwimlError as error:
            if self.is_strict or address == addresses.FALLBACK:
                raise
            return self._fall_back(address, form, str(error).partition(":")[0])
        self.exchanges.append(Exchange(address, parameters, reply, verbs))
        self._left = list(verbs)
        if parameters["CallStatus"] == "completed":
            self.stop = None
            return None
        return self._execute()

    def _ask(self, address: str, parameters: Mapping[str, str]) -> Reply:
        """One request and its answer, unless a fault befalls it. Raises LostError."""
        fault = self.faults.next()
        if fault is not None:
            self.on_fault(fault)
        if fault is Fault.DROP:
            self.clock.pass_seconds(CONNECT_SECONDS)
            raise LostError("11205")
        reply = self.wire.post(address, parameters)
        if fault is Fault.DELAY:
            self.clock.pass_seconds(TIMEOUT_SECONDS)
            raise LostError("11200")
        if fault is Fault.REPEAT and self.wire.post(address, parameters) != reply:
            raise NotTwimlError(f"the same request to {address} was answered differently")
        return reply

    def _fall_back(self, address: str, form: Mapping[str, str], code: str) -> Stop:
        """Without a document a caller is asked about at the fallback; a called leg, or a lost fallback, ends."""
        if address == addresses.FALLBACK or self.direction != "inbound":
            self.fell_off = False
            self._over("failed")
            return None
        return self._fetch(addresses.FALLBACK, {**form, "ErrorCode": code, "ErrorUrl": self.wire.full(address)})

    def _execute(self, more: Mapping[str, str] | None = None) -> Stop:
        """Carry out verbs until somebody must act, or the document ends."""
        while self._left:
            verb = self._left.pop(0)
            match verb:
                case Say():
                    self._hear(verb)
                case Pause(seconds):
                    self.clock.pass_seconds(seconds)
                case Gather(says=says):
                    for said in says:
                        self._hear(said)
                    self.stop = verb
                    return verb
                case Dial() | Record():
                    self.stop = verb
                    return verb
                case Redirect(url):
                    return self._fetch(url, more or {})
                case Hangup():
                    self.fell_off = False
                    self._over()
                    return None
        self.fell_off = True
        self._over()
        return None

    def _hear(self, said: Say) -> None:
        self.clock.pass_seconds(spoken_seconds(said.text))
        spoken = Spoken(said.text, said.language)
        self.heard.append(spoken)
        self.on_spoken(spoken)
