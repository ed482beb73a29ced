"""The seam to the telephone carrier: verify, parse, render and a REST client; neutral values only (WIRE.md 11).

Nothing inward of an implementation knows whose webhooks these are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeAlias

from ivr.flows.turns import Heard, Turn
from ivr.phones import CallerNumber, PhoneNumber
from ivr.practice import Practice
from ivr.vocabulary import Language


@dataclass(frozen=True, slots=True)
class WebRequest:
    """A webhook as it arrived. `path` and `query` are raw, the path without the public prefix."""

    method: str
    path: str
    query: str
    form: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]


class Moment(Enum):
    """Which address was asked: the start of a call, of a called leg, or a turn of either."""

    CALL_STARTED = "call-started"
    LEG_STARTED = "leg-started"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """What a voice webhook says. `line` is None when the number dialled is no number at all.

    `bridged` tells whether a dialled leg was joined, None when the carrier does not say.
    `is_over` is true when the caller is gone: the work is done, the answer is not heard.
    `is_leg` tells that a called person hears the answer. `held` is how often this very request was put off already.
    """

    moment: Moment
    call: str
    step: int
    line: PhoneNumber | None
    caller: CallerNumber
    heard: Heard
    parent: str | None = None
    bridged: bool | None = None
    is_over: bool = False
    is_leg: bool = False
    held: int = 0


FINAL_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""How a call may have ended; any other status is of one that goes on."""


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """A call is over, as the carrier's status callback says; `seconds` may be missing."""

    call: str
    status: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class RecordingEvent:
    """A recording is ready, or `is_absent`."""

    call: str
    recording: str
    seconds: int
    is_absent: bool


@dataclass(frozen=True, slots=True)
class TroubleEvent:
    """The carrier could not get an answer from us, or goes on with one given without the database."""

    call: str
    line: PhoneNumber | None
    heard: Heard


class TextWish(Enum):
    """What somebody wants who writes STOP or START to a number that sends them SMS."""

    STOP = "stop"
    START = "start"


STOP_WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "ARRET", "ARRÊT", "DESABONNEMENT")
START_WORDS = ("START", "YES", "UNSTOP", "REPRENDRE")
TEXT_WISHES = dict.fromkeys(STOP_WORDS, TextWish.STOP) | dict.fromkeys(START_WORDS, TextWish.START)


def read_wish(words: str) -> TextWish | None:
    """What an SMS of these words asks for; None where it says neither STOP nor START."""
    return TEXT_WISHES.get(words.strip().upper())


@dataclass(frozen=True, slots=True)
class TextEvent:
    """An SMS came in from `sender` to `line`; `wish` is None where it says neither STOP nor START.

    Nobody answers by SMS yet.
    """

    sender: CallerNumber
    line: PhoneNumber | None
    wish: TextWish | None


@dataclass(frozen=True, slots=True)
class Nothing:
    """A callback without anything we keep."""


@dataclass(frozen=True, slots=True)
class ReceiptEvent:
    """How far an SMS got; `error` is the carrier's number for a failure, `is_unwanted` that the person wrote STOP.

    `delivery` is our own number of it, for receipts that come before the carrier's id was kept.
    """

    message: str
    status: str
    error: str | None
    delivery: int | None = None
    is_unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What an answer needs besides the turn: the next step's number and how this call is spoken to.

    Without a `next_step` the call is in trouble: what follows goes to the address that needs no database.
    """

    call: str
    next_step: int | None
    line: PhoneNumber | None
    practice: Practice
    language: Language
    is_slow: bool = False


Event: TypeAlias = CallEvent | StatusEvent | RecordingEvent | ReceiptEvent | TroubleEvent | TextEvent | Nothing


class Carrier(Protocol):
    """Voice and SMS of one carrier, as far as a webhook goes."""

    def verify(self, request: WebRequest) -> bool:
        """Whether the request is the carrier's own and for our account."""
        ...

    def parse(self, request: WebRequest) -> Event | None:
        """What the request says; None when it cannot be understood."""
        ...

    def render(self, turn: Turn, setting: Setting) -> str:
        """The turn as the document the carrier executes."""
        ...

    def hold(self, request: WebRequest, turn: Turn, setting: Setting) -> str:
        """The turn, after which the same request is made again, with what was heard."""
        ...


@dataclass(frozen=True, slots=True)
class NumberAddresses:
    """Where the carrier asks about a number of ours: calls, SMS, either in trouble, a call's end; all by POST."""

    voice: str
    fallback: str
    status: str
    sms: str
    sms_fallback: str


@dataclass(frozen=True, slots=True)
class CallReport:
    """A call as the carrier's books have it. `status` is None until it is over; times are UTC."""

    call: str
    line: PhoneNumber | None
    caller: CallerNumber
    started_at: datetime
    status: str | None
    seconds: int | None
    is_leg: bool


@dataclass(frozen=True, slots=True)
class RecordingReport:
    """A finished recording that the carrier still has."""

    recording: str
    call: str
    seconds: int


@dataclass(frozen=True, slots=True)
class TextReport:
    """An SMS that came in, as the carrier's books have it; `sent_at` is UTC."""

    event: TextEvent
    sent_at: datetime


class CarrierError(Exception):
    """A request to the carrier that brought no result; `is_final` when another try cannot help.

    `is_unwanted`: the person wrote STOP, and the carrier sends them nothing of ours.
    """

    def __init__(
        self,
        message: str,
        *,
        is_final: bool = False,
        was_sent: bool = False,
        wait: float = 0,
        is_unwanted: bool = False,
    ) -> None:
        super().__init__(message)
        self.is_final = is_final
        self.is_unwanted = is_unwanted
        self.was_sent = was_sent
        self.wait = wait


class CarrierClient(Protocol):
    """The carrier's REST side: the fourth part of the seam. Every method raises CarrierError."""

    def send_text(self, to: PhoneNumber, sender: str, text: str, status_callback: str) -> str:
        """Send one SMS; gives the carrier's id of it. Receipts go to `status_callback`."""
        ...

    def find_texts(self, to: PhoneNumber, text: str, since: datetime) -> list[str]:
        """The ids of SMS with these words to that number, sent after `since` (UTC), latest first."""
        ...

    def fetch_recording(self, recording: str) -> bytes:
        """The sound of a recording, as WAV."""
        ...

    def connect_number(self, number: PhoneNumber, addresses: NumberAddresses) -> NumberAddresses:
        """Set the addresses of a number of the account, and read them back."""
        ...

    def delete_recording(self, recording: str) -> None:
        """Delete a recording at the carrier; one that is gone already counts as deleted."""
        ...

    def find_call(self, call: str) -> CallReport | None:
        """The call in the carrier's books; None when they have none of that id."""
        ...

    def recordings_since(self, since: datetime) -> Iterator[RecordingReport]:
        """The recordings made after `since` (UTC) that can be fetched."""
        ...

    def texts_since(self, since: datetime) -> Iterator[TextReport]:
        """The SMS that came in after `since` (UTC)."""
        ...

    def find_receipt(self, message: str) -> ReceiptEvent | None:
        """How far an SMS got by now; None when the carrier knows none of that id."""
        ...
