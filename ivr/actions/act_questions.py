"""Questions about acts: which are offered to a patient by telephone, why, and when the next time is free."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db.queries.practices import practitioner_ids
from ivr.act_reasons import act_sentence, ruling_as_json
from ivr.actions.agenda import Agenda, find_slots
from ivr.actions.questions import (
    QuestionError,
    find_patient_asked,
    find_practice_asked,
    find_practitioner_asked,
    read_asked_language,
    read_asked_time,
    read_options,
)
from ivr.actions.switchboards import Switchboards
from ivr.acts import ActRuling, rule_acts
from ivr.clock import Zone, local
from ivr.patients import Patient
from ivr.practice import Practice, Practitioner
from ivr.reasons import local_iso
from ivr.routing import Switchboard
from ivr.slots import Slot
from ivr.vocabulary import Language

NAMES = ("practice", "patient", "practitioner", "act", "at", "language")


@dataclass(frozen=True, slots=True)
class ActQuestion:
    """Options as they were written; None where one was left out. Without an act all of them are meant."""

    practice: str | None = None
    patient: str | None = None
    practitioner: str | None = None
    act: str | None = None
    at: str | None = None
    language: str | None = None

    @classmethod
    def read(cls, line: str) -> "ActQuestion":
        """One line of a file of questions. Raises QuestionError."""
        return cls(**read_options(line, {name: name for name in NAMES}))


@dataclass(frozen=True, slots=True)
class ActAnswer:
    """The rulings asked for, each with the next free time where one can be booked by telephone."""

    practice: Practice
    zone: Zone
    language: Language
    found: tuple[tuple[ActRuling, Slot | None], ...]

    def sentence(self, ruling: ActRuling) -> str:
        """Why, in one sentence."""
        return act_sentence(ruling, self.practice, self.language)

    def as_json(self) -> list[dict[str, Any]]:
        """As data; `next` is the next free start, local to the practice."""
        return [
            ruling_as_json(ruling)
            | {"text": self.sentence(ruling), "next": local_iso(slot.start, self.zone) if slot else None}
            for ruling, slot in self.found
        ]


def answer_acts(connection: Connection, switchboards: Switchboards, question: ActQuestion, now: datetime) -> ActAnswer:
    """The acts asked about, in the order of the practice. Raises QuestionError for what is not there."""
    version = find_practice_asked(connection, question.practice)
    switchboard = switchboards.get(connection, version)
    asked = find_practitioner_asked(switchboard, question.practitioner)
    begin = now if question.at is None else read_asked_time(switchboard, question.at)
    patient = find_patient_asked(connection, version.id, question.patient)
    owners = practitioner_ids(connection, version.id)
    found: list[tuple[ActRuling, Slot | None]] = []
    for practitioner in (asked,) if asked else switchboard.practice.practitioners:
        agenda = Agenda(switchboards.slots(switchboard), practitioner, owners[practitioner.key])
        rulings = _rulings(switchboard, practitioner, patient, begin)
        wanted = [ruling for ruling in rulings if question.act in {None, ruling.act.key}]
        found += [(ruling, _next(connection, agenda, ruling, begin)) for ruling in wanted]
    if not found:
        known = ", ".join(sorted({act.key for p in switchboard.practice.practitioners for act in p.acts})) or "none"
        raise QuestionError(f"there is no act {question.act!r} here; known: {known}")
    language = read_asked_language(switchboard, question.language)
    return ActAnswer(switchboard.practice, switchboard.calendar.zone, language, tuple(found))


def _rulings(
    switchboard: Switchboard, practitioner: Practitioner, patient: Patient, begin: datetime
) -> tuple[ActRuling, ...]:
    today = local(switchboard.calendar.zone, begin).date()
    return rule_acts(practitioner, patient.switches.get(practitioner.key, ()), today)


def _next(connection: Connection, agenda: Agenda, ruling: ActRuling, begin: datetime) -> Slot | None:
    if not ruling.is_open or ruling.act.asks_first:
        return None
    return next(iter(find_slots(connection, agenda, ruling.act, begin, 1)), None)
