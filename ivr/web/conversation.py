"""A rehearsed call in words: what each side does and hears, why it goes where it goes, and what it would leave."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from ivr.actions.rehearsal import GONE, SILENCE, SPEAKS, CalledPerson, Entry
from ivr.carrier import Setting
from ivr.flows.books import BookSlot, CancelAppointment, JoinWaitingList, Question
from ivr.flows.scene import Scene
from ivr.flows.turns import AlertDoctor, Decided, Effect, MessageLeft, NewTask, Ring, SendText, Turn
from ivr.reasons import as_json
from ivr.vocabulary import Language
from ivr.web.story import BEFELL, heard_in_words
from ivr.web.wording import moment, number, spoken_here
from ivr.web.words import TASKS

NO_CALL = "CA" + "0" * 32
HEARD = {
    "": "started",
    SILENCE: "silence",
    SPEAKS: "recorded",
    CalledPerson.ANSWERS: "dial:reached",
    CalledPerson.BUSY: "dial:busy",
    CalledPerson.NO_ANSWER: "dial:no-answer",
    CalledPerson.VOICEMAIL: "dial:voicemail",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something the line says, in its language."""

    language: Language
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One step: what somebody did, or what befell them, and heard; what was decided, who is rung, what is kept."""

    at: datetime
    is_leg: bool
    befell: bool
    did: str
    said: tuple[Spoken, ...]
    reasons: tuple[dict[str, str], ...]
    rings: str | None
    kept: tuple[str, ...]
    document: str


def conversation(entries: Iterable[Entry], render: Callable[[Turn, Setting], str]) -> list[Line]:
    """The whole call, step by step."""
    return [_line(entry, place, render) for place, entry in enumerate(entries, start=1)]


def _line(entry: Entry, place: int, render: Callable[[Turn, Setting], str]) -> Line:
    scene = entry.scene
    setting = Setting(NO_CALL, place, scene.line, scene.practice, scene.language, scene.caller.is_slow)
    return Line(
        at=scene.now,
        is_leg=entry.is_leg,
        befell=HEARD.get(entry.did) in BEFELL,
        did=_did(entry.did),
        said=tuple(Spoken(said.language or scene.language, text) for said, text in entry.texts()),
        reasons=tuple(_reasons(entry)),
        rings=next((ringing(scene, step) for step in entry.turn.steps if isinstance(step, Ring)), None),
        kept=tuple(_kept(entry)),
        document=render(entry.turn, setting),
    )


def ringing(scene: Scene, ring: Ring) -> str:
    """Whose phone rings."""
    practice = scene.practice
    doctors = {doctor.phone: gettext("Dr %(name)s", name=doctor.name) for doctor in practice.practitioners}
    desks = {desk.phone: gettext("Secrétariat « %(name)s »", name=desk.key) for desk in practice.secretaries}
    who = (desks | doctors).get(ring.phone)
    return f"{who}, {number(ring.phone)}" if who else number(ring.phone)


def _did(what: str) -> str:
    if what == GONE:
        return str(gettext("raccroche"))
    if what == "picks-up":
        return str(gettext("décroche"))
    return heard_in_words(HEARD.get(what) or f"digits:{what}")


def _reasons(entry: Entry) -> Iterator[dict[str, str]]:
    for effect in entry.turn.effects:
        if isinstance(effect, Decided):
            told: dict[str, Any] = as_json(effect.decision, entry.scene.practice, spoken_here())
            yield from ({"rule": reason["rule"], "text": reason["text"]} for reason in told["reasons"])


def _kept(entry: Entry) -> Iterator[str]:
    yield from (_written(question) for question in entry.written)
    for effect in entry.turn.effects:
        yield from _left(effect)


def _written(question: Question) -> str:
    match question:
        case BookSlot(slot, _, None):
            return str(gettext("Rendez-vous pris : %(when)s", when=moment(slot.start)))
        case BookSlot(slot):
            return str(gettext("Rendez-vous déplacé : %(when)s", when=moment(slot.start)))
        case CancelAppointment(appointment):
            return str(gettext("Rendez-vous annulé : %(when)s", when=moment(appointment.start)))
        case JoinWaitingList():
            return str(gettext("Inscription en liste d’attente"))
    return ""


def _left(effect: Effect) -> Iterator[str]:
    match effect:
        case NewTask():
            yield _task(effect)
        case MessageLeft(_, seconds, task):
            yield str(gettext("Message vocal de %(seconds)s s", seconds=seconds))
            yield _task(task)
        case AlertDoctor():
            yield str(gettext("Tâche urgente, et un SMS au docteur"))
        case SendText():
            yield str(gettext("SMS à l’appelant"))


def _task(task: NewTask) -> str:
    kind = TASKS[task.kind]
    return str(
        gettext("Tâche urgente : %(kind)s", kind=kind) if task.is_urgent else gettext("Tâche : %(kind)s", kind=kind)
    )
