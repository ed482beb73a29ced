"""A call that is only tried: the dialogues as every caller meets them, on the real books, and nothing is written.

What would be written is noted instead. Time passes as on a telephone: with what is said, waited for and recorded.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import Connection

from ivr.actions.books import Books
from ivr.flows.books import (
    BookSlot,
    CancelAppointment,
    FindAppointments,
    HoldSlot,
    JoinWaitingList,
    Lost,
    Next,
    Question,
    Written,
)
from ivr.flows.dialogue import proceed, whispered_to
from ivr.flows.scene import Scene
from ivr.flows.turns import (
    Ask,
    DialEnded,
    DialResult,
    Digits,
    Ended,
    HangUp,
    Heard,
    Join,
    Record,
    Recorded,
    Ring,
    Say,
    Silence,
    Turn,
)
from ivr.flows.welcome import welcome
from ivr.flows.whisper import Whispering, after_whisper
from ivr.flows.wording import heard_text, spoken_seconds
from ivr.slots import Slots

SILENCE, GONE, SPEAKS = "-", "h", "speaks"
"""What a caller may do besides typing keys: say nothing this time, hang up, speak after the beep."""
KEYS = re.compile(r"[0-9*#]{1,16}")
SPOKEN_SECONDS, SILENT_RECORD_SECONDS = 8, 5
MOST_ACTS = 200
NO_CALL = 0
NO_RECORDING = "RE" + "0" * 32

WaitsFor: TypeAlias = Ask | Ring | Record | None


class CalledPerson(StrEnum):
    """What happens at the other end when it rings."""

    ANSWERS = "answers"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    VOICEMAIL = "voicemail"


class NotNowError(ValueError):
    """Something was done that the call does not wait for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer of the line and what was done to get it; `scene.now` is when it was given.

    `is_leg`: the called person did it, and hears the answer. `written` is what would have been written in the books.
    """

    did: str
    scene: Scene
    turn: Turn
    is_leg: bool = False
    written: tuple[Question, ...] = ()

    def texts(self) -> list[tuple[Say, str]]:
        """What is said, as it is heard."""
        says = [said for step in self.turn.steps for said in (step.says if isinstance(step, Ask) else (step,))]
        practice, language = self.scene.practice, self.scene.language
        return [(said, heard_text(practice, said.language or language, said)) for said in says if isinstance(said, Say)]


@dataclass(frozen=True, slots=True)
class RehearsedBooks(Books):
    """The books of a practice, in which nothing is written: what would be is added to `noted`."""

    noted: list[Question]

    def answer(self, question: Question) -> Any:
        """What the books say; what would be written counts as done when it could be done now."""
        match question:
            case HoldSlot(slot, patient):
                return self._may_be_booked(slot, patient)
            case BookSlot(slot, patient, None) if self._has_as_many_as_allowed(slot, patient):
                return Lost.CHANGED
            case BookSlot() | CancelAppointment() | JoinWaitingList():
                self.noted.append(question)
                return Written(self._takes_texts())
            case FindAppointments():
                return self._without_cancelled(question)
        return Books.answer(self, question)

    def _without_cancelled(self, question: FindAppointments) -> Any:
        gone = {noted.appointment.id for noted in self.noted if isinstance(noted, CancelAppointment)}
        return tuple(found for found in Books.answer(self, question) if found.id not in gone)


class Rehearsal:
    """A call as far as it has come. `entries` is never empty."""

    def __init__(self, scene: Scene, settle: Callable[[Scene, Next], tuple[Turn, tuple[Question, ...]]]) -> None:
        """It begins at `scene.now`. `settle` answers what a dialogue asks, and tells what was to be written."""
        self._settle = settle
        self.entries: list[Entry] = []
        self._scene = scene
        self._state_turn = welcome(scene)
        self._tell("", self._state_turn)

    @property
    def waits_for(self) -> WaitsFor:
        """What somebody must do now; None when the call is over."""
        last = self._state_turn.steps[-1] if self._state_turn.steps else None
        return last if isinstance(last, Ask | Ring | Record) else None

    @property
    def began(self) -> datetime:
        """UTC."""
        return self.entries[0].scene.now

    def do(self, what: str) -> None:
        """The caller types keys, is silent, speaks or hangs up; or it goes like this at whom it rings.

        Raises:
            NotNowError: the call does not wait for that, or is too long already.
        """
        if len(self.entries) >= MOST_ACTS:
            raise NotNowError(what)
        match self.waits_for:
            case Ask(digits=digits) if KEYS.fullmatch(what):
                self._hear(what[:digits], Digits(what[:digits]))
            case Ask(wait=wait) if what == SILENCE:
                self._pass(wait)
                self._hear(what, Silence())
            case Record(longest=longest) if what == SPEAKS:
                self._pass(min(SPOKEN_SECONDS, longest))
                self._hear(what, Recorded(NO_RECORDING, SPOKEN_SECONDS))
            case Record() if what == SILENCE:
                self._pass(SILENT_RECORD_SECONDS)
                self._hear(what, Silence())
            case Ring() as ring if what in set(CalledPerson):
                self._ring(ring, CalledPerson(what))
            case Ring() if what == GONE:
                self._hear(what, DialEnded(DialResult.CALLER_LEFT))
            case Ask() | Record() if what == GONE:
                self._tell(what, Turn(Ended(), (HangUp(),)))
            case _:
                raise NotNowError(what)

    def _ring(self, ring: Ring, person: CalledPerson) -> None:
        match person:
            case CalledPerson.BUSY:
                result = DialResult.BUSY
            case CalledPerson.NO_ANSWER:
                self._pass(ring.seconds)
                result = DialResult.NO_ANSWER
            case _ if not ring.whisper or self._is_taken(person):
                result = DialResult.REACHED
            case _:
                result = DialResult.REFUSED
        self._hear(person.value, DialEnded(result))

    def _is_taken(self, person: CalledPerson) -> bool:
        """What the called person hears and does; whether they take the call."""
        scene = replace(self._scene, language=self._scene.practice.languages[0])
        turn, did = whispered_to(scene, self._state_turn.state), "picks-up"
        while True:
            self.entries.append(Entry(did, replace(scene, now=self._scene.now), turn, is_leg=True))
            self._pass_what_is_said()
            if not isinstance(turn.state, Whispering):
                return isinstance(turn.steps[-1], Join)
            did, heard = ("1", Digits("1")) if person is CalledPerson.ANSWERS else (SILENCE, Silence())
            if did == SILENCE and isinstance(turn.steps[-1], Ask):
                self._pass(turn.steps[-1].wait)
            turn = after_whisper(scene, turn.state, heard, caller_left=False)

    def _hear(self, did: str, heard: Heard) -> None:
        turn, written = self._settle(self._scene, proceed(self._scene, self._state_turn.state, heard))
        self._scene = replace(self._scene, language=turn.language or self._scene.language)
        self._tell(did, turn, written)

    def _tell(self, did: str, turn: Turn, written: tuple[Question, ...] = ()) -> None:
        self._state_turn = turn
        self.entries.append(Entry(did, self._scene, turn, written=written))
        if did != GONE:
            self._pass_what_is_said()

    def _pass_what_is_said(self) -> None:
        self._pass(sum(spoken_seconds(text) for _, text in self.entries[-1].texts()))

    def _pass(self, seconds: float) -> None:
        self._scene = replace(self._scene, now=self._scene.now + timedelta(seconds=seconds))


def rehearse(connection: Connection, practice_id: int, slots: Slots, scene: Scene) -> Rehearsal:
    """A call that begins at `scene.now`, answered from the books of the practice; the connection only reads."""
    noted: list[Question] = []

    def settle(at: Scene, following: Next) -> tuple[Turn, tuple[Question, ...]]:
        before = len(noted)
        turn = RehearsedBooks(connection, practice_id, NO_CALL, at, slots, noted).settle(following)
        return turn, tuple(noted[before:])

    return Rehearsal(scene, settle)
