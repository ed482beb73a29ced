"""Questions about free slots: for which act of whom, for which patient, from when on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from db.queries.practices import practitioner_ids
from ivr.actions.agenda import Agenda, find_slots
from ivr.actions.questions import (
    QuestionError,
    find_patient_asked,
    find_practice_asked,
    find_practitioner_asked,
    read_asked_time,
    read_options,
)
from ivr.actions.switchboards import Switchboards
from ivr.acts import acts_open_to
from ivr.clock import Zone, local
from ivr.practice import Act, Practitioner
from ivr.reasons import local_iso
from ivr.slots import Slot

NAMES = ("practice", "practitioner", "act", "patient", "at", "count")
DEFAULT_COUNT, MOST_SLOTS = 3, 1000


@dataclass(frozen=True, slots=True)
class SlotQuestion:
    """Options as they were written; None where one was left out."""

    practice: str | None = None
    practitioner: str | None = None
    act: str | None = None
    patient: str | None = None
    at: str | None = None
    count: int | None = None

    @classmethod
    def read(cls, line: str) -> "SlotQuestion":
        """One line of a file of questions. Raises QuestionError."""
        return cls(**read_options(line, {name: name for name in NAMES}, numbers=("count",)))


@dataclass(frozen=True, slots=True)
class SlotAnswer:
    """The slots found, with the zone they are shown in."""

    slots: tuple[Slot, ...]
    zone: Zone

    def as_json(self) -> list[dict[str, Any]]:
        """Earliest first, times local to the practice (INTERFACE.md 6)."""
        return [
            {
                "start": local_iso(slot.start, self.zone),
                "end": local_iso(slot.end, self.zone),
                "practitioner": slot.practitioner,
                "act": slot.act,
            }
            for slot in self.slots
        ]


def answer_slots(
    connection: Connection, switchboards: Switchboards, question: SlotQuestion, now: datetime
) -> SlotAnswer:
    """The slots asked for; none where the patient may not book the act. Raises QuestionError for what is not there."""
    practice = find_practice_asked(connection, question.practice)
    switchboard = switchboards.get(connection, practice)
    calendar = switchboard.calendar
    practitioner = find_practitioner_asked(switchboard, question.practitioner)
    if practitioner is None:
        keys = ", ".join(p.key for p in switchboard.practice.practitioners)
        raise QuestionError(f"say with whom: --practitioner KEY; known: {keys}")
    act = _find_act(practitioner, question.act)
    count = DEFAULT_COUNT if question.count is None else question.count
    if not 1 <= count <= MOST_SLOTS:
        raise QuestionError(f"count is {count}; give a number from 1 to {MOST_SLOTS}")
    begin = now if question.at is None else read_asked_time(switchboard, question.at)
    if question.patient is not None:
        today = local(calendar.zone, begin).date()
        if not may_book(connection, practice.id, practitioner, act, question.patient, today):
            return SlotAnswer((), calendar.zone)
    owner = practitioner_ids(connection, practice.id)[practitioner.key]
    agenda = Agenda(switchboards.slots(switchboard), practitioner, owner)
    found = find_slots(connection, agenda, act, begin, count)
    return SlotAnswer(tuple(found), calendar.zone)


def _find_act(practitioner: Practitioner, key: str | None) -> Act:
    known = ", ".join(act.key for act in practitioner.acts) or "none"
    if key is None:
        raise QuestionError(f"say for what: --act KEY; known: {known}")
    for act in practitioner.acts:
        if act.key == key:
            return act
    raise QuestionError(f"{practitioner.key} has no act {key!r}; known: {known}")


def may_book(
    connection: Connection, practice_id: int, practitioner: Practitioner, act: Act, patient: str, today: date
) -> bool:
    """Whether slots of the act are offered to that patient: it is open to them, and no request instead."""
    switches = find_patient_asked(connection, practice_id, patient).switches.get(practitioner.key, ())
    return act in acts_open_to(practitioner, switches, today) and not act.asks_first
