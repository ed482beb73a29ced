"""Questions about decisions: who calls whom at what time, and everything such a question names."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from db.queries.practices import PracticeVersion, find_practice, practice_keys
from ivr.actions.patient_rows import patient_ids, read_patients
from ivr.actions.switchboards import Switchboards, read_caller_of
from ivr.clock import read_local
from ivr.patients import Patient
from ivr.phones import WITHHELD_DIGITS, WITHHELD_WORDS, CallerNumber, read_caller, read_number
from ivr.practice import Caller, Practitioner
from ivr.practice_files.values import as_patient
from ivr.reasons import as_json
from ivr.routing import Decision, Switchboard
from ivr.vocabulary import Language

FIRST_YEAR, LAST_YEAR = 1971, 2037
"""The years whose clock changes pytz knows."""
NAMES = {
    "practice": "practice",
    "from": "caller",
    "at": "at",
    "practitioner": "practitioner",
    "language": "language",
}
"""Options as a file of questions names them, and the fields that hold them."""


class QuestionError(Exception):
    """A question that cannot be answered, in one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Question:
    """Options as they were written; None where one was left out."""

    practice: str | None = None
    caller: str | None = None
    at: str | None = None
    practitioner: str | None = None
    language: str | None = None

    @classmethod
    def read(cls, line: str) -> "Question":
        """One line of a file of questions. Raises QuestionError."""
        return cls(**read_options(line, NAMES))


@dataclass(frozen=True, slots=True)
class Situation:
    """A question with everything found that it names. `practitioner` is None when all are meant."""

    switchboard: Switchboard
    caller: Caller
    now: datetime
    practitioner: Practitioner | None
    language: Language

    def decisions(self) -> tuple[Decision, ...]:
        """The decision for the practitioner named, or those for all of them."""
        if self.practitioner is None:
            return self.switchboard.decisions(self.caller, self.now)
        return (self.switchboard.decide(self.caller, self.practitioner, self.now),)

    def answer(self) -> dict[str, Any] | list[dict[str, Any]]:
        """The decisions as JSON: one object, or a list where there are several (INTERFACE.md 6)."""
        practice = self.switchboard.practice
        answers = [as_json(decision, practice, self.language) for decision in self.decisions()]
        return answers[0] if len(answers) == 1 else answers


def read_options(line: str, names: Mapping[str, str], numbers: Collection[str] = ()) -> dict[str, Any]:
    """The options of a question in one line of JSON, by the fields that hold them; `numbers` are whole numbers.

    Raises:
        QuestionError: not an object of these options.
    """
    try:
        asked = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionError(f"this line is not JSON: {error}") from None
    if not isinstance(asked, dict):
        raise QuestionError('a question is an object, such as {"practice": "pasteur", "at": "2026-12-02T13:10"}')
    unknown = sorted(set(asked) - set(names))
    if unknown:
        raise QuestionError(f"there is no option {unknown[0]!r}; the options are {', '.join(names)}")
    for name, value in asked.items():
        if name in numbers and (isinstance(value, bool) or not isinstance(value, int | None)):
            raise QuestionError(f"{name} is {value!r}; write it as a whole number")
        if name not in numbers and not isinstance(value, str | None):
            raise QuestionError(f"{name} is {value!r}; write it as text in quotes")
    return {names[name]: value for name, value in asked.items()}


def find_practice_asked(connection: Connection, key: str | None) -> PracticeVersion:
    """The practice with that key, or the only one there is. Raises QuestionError with those that exist."""
    keys = practice_keys(connection)
    wanted = keys[0] if key is None and len(keys) == 1 else key
    practice = find_practice(connection, wanted) if wanted else None
    if practice is None:
        known = ", ".join(keys) or "none; load one with: ivr load FILE"
        asked = f"there is no practice {wanted!r}" if wanted else "name a practice with --practice"
        raise QuestionError(f"{asked}; known: {known}")
    return practice


def find_situation(connection: Connection, switchboards: Switchboards, question: Question, now: datetime) -> Situation:
    """Everything the question names; `now` where it gives no time. Raises QuestionError for what is not there."""
    practice = find_practice_asked(connection, question.practice)
    switchboard = switchboards.get(connection, practice)
    number = read_asked_number(question.caller, switchboard.practice.country)
    return Situation(
        switchboard=switchboard,
        caller=read_caller_of(connection, practice.id, number),
        now=now if question.at is None else read_asked_time(switchboard, question.at),
        practitioner=find_practitioner_asked(switchboard, question.practitioner),
        language=read_asked_language(switchboard, question.language),
    )


def read_asked_number(written: str | None, country: str) -> CallerNumber:
    """A caller as a person names one: what is neither a number nor hidden is a mistake. Raises QuestionError."""
    if written is None:
        raise QuestionError("say who calls: --from NUMBER, or --from withheld")
    text = written.strip()
    if not text or text.lower() in WITHHELD_WORDS or text in WITHHELD_DIGITS:
        return read_caller(text, country)
    try:
        return read_number(text, country)
    except ValueError as error:
        raise QuestionError(f"{error}, or withheld") from None


def read_asked_time(switchboard: Switchboard, at: str) -> datetime:
    """The instant meant by a local time (INTERFACE.md 4). Raises QuestionError."""
    try:
        moment = read_local(switchboard.calendar.zone, at)
    except (ValueError, OverflowError):
        raise QuestionError(f"{at!r} is not a time; write it like 2026-12-24T20:00") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise QuestionError(f"{at!r} is too far away; give a year from {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def find_practitioner_asked(switchboard: Switchboard, key: str | None) -> Practitioner | None:
    """The practitioner with that key, or the only one; None when all are meant. Raises QuestionError."""
    everyone = switchboard.practice.practitioners
    if key is None:
        return everyone[0] if len(everyone) == 1 else None
    for practitioner in everyone:
        if practitioner.key == key:
            return practitioner
    raise QuestionError(f"there is no practitioner {key!r}; known: {', '.join(p.key for p in everyone)}")


def find_patient_asked(connection: Connection, practice_id: int, key: str | None) -> Patient:
    """The patient with that key. Raises QuestionError."""
    if key is None:
        raise QuestionError("say for whom: --patient KEY")
    ids = patient_ids(connection, practice_id, [key])
    if key not in ids:
        raise QuestionError(f"there is no patient {key!r} in this practice")
    (part,) = read_patients(connection, ids.values())
    return as_patient(part)


def read_asked_language(switchboard: Switchboard, language: str | None) -> Language:
    """The language asked for, or the practice's first one. Raises QuestionError."""
    if language is None:
        return switchboard.practice.languages[0]
    try:
        return Language(language)
    except ValueError:
        raise QuestionError(f"there is no language {language!r}; write fr or en") from None
