"""What a dialogue asks of the practice's books before it can answer: patients, slots, appointments.

Questions are values too. A dialogue gives a `Consult`; whoever runs it looks the answer up, or writes, in the
transaction of the request, and goes on with `then`. So the dialogues stay pure, and a proof of them can answer
every question in every way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeAlias

from ivr.flows.turns import Effect, Step, Turn
from ivr.patients import Appointment
from ivr.phones import PhoneNumber
from ivr.slots import Slot
from ivr.vocabulary import PartOfDay

Kind: TypeAlias = tuple[str, str]
"""A practitioner and one of their acts, by their keys."""


@dataclass(frozen=True, slots=True)
class FindPatients:
    """Who has a number, then the relatives these may book for: a tuple of `Patient`.

    With `born_on` only those of them who were born on that day.
    """

    number: PhoneNumber
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class MayProve:
    """Whether a birth date may still be tried for that number: False after too many wrong ones in a day."""

    number: PhoneNumber


@dataclass(frozen=True, slots=True)
class FindAppointments:
    """What is planned from now on for these patients, nearest first: a tuple of `Appointment`.

    With `practitioners` only theirs.
    """

    patients: tuple[str, ...]
    practitioners: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TakesDocuments:
    """Whether documents about one of these patients are taken now, and a link to send them may go to the caller.

    Only a patient's own number leads into the patient space. The answer is a bool.
    """

    patients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindSlots:
    """The next free slots for any of these kinds, earliest first, no two at one time: a tuple of `Slot`.

    Only after the instant `after`, from the local date `since` on to `until`, in that `part` of the day. The
    appointment that would be `moved` stands in nobody's way, and its own time is none to move it to.
    """

    kinds: tuple[Kind, ...]
    count: int
    after: datetime | None = None
    since: date | None = None
    until: date | None = None
    part: PartOfDay | None = None
    moved: Appointment | None = None


@dataclass(frozen=True, slots=True)
class FindKept:
    """The slot that the waiting list keeps for a patient among these kinds: a `Slot`, or None."""

    patient: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class HoldSlot:
    """Keep a slot while the caller confirms it: True, or False when it is no longer to be had."""

    slot: Slot
    patient: str
    moved: Appointment | None = None


@dataclass(frozen=True, slots=True)
class BookSlot:
    """Book the slot the call holds, or move the appointment `moved` there: `Written`, or why not (`Lost`)."""

    slot: Slot
    patient: str
    moved: Appointment | None = None


@dataclass(frozen=True, slots=True)
class CancelAppointment:
    """Cancel it: `Written`, or `Lost` when it does not stand any more as it was read back."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class JoinWaitingList:
    """Tell the patient when a slot of these kinds becomes free, before an instant if it is given: `Written`."""

    patient: str
    kinds: tuple[Kind, ...]
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """It is done; `takes_texts` tells whether the number called from can be sent an SMS.

    `appointment` is the id of the one it is about.
    """

    takes_texts: bool
    appointment: int | None = None


class Lost(Enum):
    """Why something could not be written."""

    TAKEN = "taken"
    """Somebody else has the time."""
    CHANGED = "changed"
    """What was agreed on is no longer so: the appointment, the patient's acts, how many are planned."""


Write: TypeAlias = HoldSlot | BookSlot | CancelAppointment | JoinWaitingList
"""What changes the books."""
Question: TypeAlias = FindPatients | MayProve | FindAppointments | TakesDocuments | FindSlots | FindKept | Write


@dataclass(frozen=True, slots=True)
class Consult:
    """Before anything is said the books are asked; `then` goes on with what they answer."""

    question: Question
    then: Callable[[Any], "Next"]

    def also(self, *effects: Effect) -> "Consult":
        """The same, with more to keep once something is said."""
        return Consult(self.question, lambda answer: self.then(answer).also(*effects))

    def after(self, *steps: Step) -> "Consult":
        """The same, with steps before those that come of it."""
        return Consult(self.question, lambda answer: self.then(answer).after(*steps))


Next: TypeAlias = Turn | Consult
