"""What a dialogue hears and what it answers: plain values, no TwiML, no database.

A `Turn` is a new state, the steps the telephone takes, and what is to be kept with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from ivr.acts import ActRuling
from ivr.phones import PhoneNumber
from ivr.routing import Decision
from ivr.vocabulary import Language, Reach

# --- heard -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The call, or the called leg, begins."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys as typed, never a number: leading zeros, star and hash count."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was typed or said in time."""


class DialResult(StrEnum):
    """How ringing somebody ended, whoever hung up."""

    REACHED = "reached"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    REFUSED = "refused"
    FAILED = "failed"
    CALLER_LEFT = "caller-left"


@dataclass(frozen=True, slots=True)
class DialEnded:
    """The leg to the doctor or a secretary is over."""

    result: DialResult


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording is over; the file may not exist yet. `seconds` may still change by trimming."""

    recording: str
    seconds: int


Heard: TypeAlias = Started | Digits | Silence | DialEnded | Recorded

# --- steps -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """One prompt, by its id, with its fields filled in; `language` when it is not the call's."""

    prompt: str
    fields: Mapping[str, str] = field(default_factory=dict)
    language: Language | None = None

    def __hash__(self) -> int:
        return hash((self.prompt, tuple(self.fields.items()), self.language))


@dataclass(frozen=True, slots=True)
class Ask:
    """Prompts during which keys may be typed; ends after `digits` keys or `wait` seconds of silence."""

    says: tuple[Say, ...]
    wait: int
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring somebody. With `whisper` the called person must press 1 before the caller is joined."""

    phone: PhoneNumber
    seconds: int
    whisper: bool


@dataclass(frozen=True, slots=True)
class Record:
    """Take a voice message; ends on silence, on any key or at `longest` seconds."""

    longest: int = 120
    silence: int = 5


@dataclass(frozen=True, slots=True)
class HangUp:
    """End this leg."""


@dataclass(frozen=True, slots=True)
class Join:
    """On a called leg: connect it with the caller."""


Step: TypeAlias = Say | Ask | Ring | Record | HangUp | Join

# --- kept with the turn ----------------------------------------------------------------------------------


class TaskKind(StrEnum):
    """What a task asks of the practice."""

    MESSAGE = "message"
    REQUEST = "request"
    CALL_BACK = "call-back"
    MISSED = "missed"
    WRITTEN = "written"
    ASSISTED = "assisted"
    NO_PHONE = "no-phone"
    RELATIVE = "relative"
    NEW_PATIENT = "new-patient"
    LATE_CHANGE = "late-change"
    PLACE_FREE = "place-free"
    NOT_SENT = "not-sent"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of the routing rules, kept in the journal."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class NewTask:
    """Something the practice must do. `practitioner` is None when it is the practice's.

    The patient and the act (keys) and the appointment (an id) are named as far as it is about them.
    """

    kind: TaskKind
    practitioner: str | None = None
    is_urgent: bool = False
    patient: str | None = None
    act: str | None = None
    appointment: int | None = None


ORDINARY_MESSAGE = NewTask(TaskKind.MESSAGE)
"""A message to the practice, from somebody who wants nothing we know of."""


@dataclass(frozen=True, slots=True)
class MessageLeft:
    """A voice message was recorded; its task is made with it."""

    recording: str
    seconds: int
    task: NewTask


@dataclass(frozen=True, slots=True)
class NothingSaid:
    """The caller was asked to speak and left no message."""


@dataclass(frozen=True, slots=True)
class AlertDoctor:
    """A caller on a list was not answered: an urgent task, and SMS-MISSED to the doctor."""

    practitioner: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class SendText:
    """An SMS to the caller, by its template id; `appointment` is the id of the one it is about."""

    template: str
    fields: Mapping[str, str]
    appointment: int | None = None


@dataclass(frozen=True, slots=True)
class ActsWeighed:
    """Which acts were open to a patient (a key) and why, kept in the journal."""

    patient: str
    rulings: tuple[ActRuling, ...]


@dataclass(frozen=True, slots=True)
class ProofFailed:
    """A birth date was typed that nobody with that number has."""

    number: PhoneNumber


@dataclass(frozen=True, slots=True)
class Accepted:
    """On a called leg: the person pressed 1."""


Effect: TypeAlias = (
    Decided | NewTask | MessageLeft | NothingSaid | Accepted | AlertDoctor | SendText | ActsWeighed | ProofFailed
)

# --- the turn --------------------------------------------------------------------------------------------


class State:
    """Where a dialogue stands; each dialogue has frozen dataclasses of its own below it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ended(State):
    """The dialogue is over; whatever is heard afterwards changes nothing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a dialogue answers. `language` is set when the caller changes it."""

    state: State
    steps: tuple[Step, ...]
    effects: tuple[Effect, ...] = ()
    language: Language | None = None

    def also(self, *effects: Effect) -> "Turn":
        """The same turn with more to keep, in front of what it keeps already."""
        return Turn(self.state, self.steps, (*effects, *self.effects), self.language)

    def after(self, *steps: Step) -> "Turn":
        """The same turn with steps before its own."""
        return Turn(self.state, (*steps, *self.steps), self.effects, self.language)


def goodbye(*says: Say, effects: tuple[Effect, ...] = ()) -> Turn:
    """Say these, then hang up."""
    return Turn(Ended(), (*says, HangUp()), effects)
