"""Letters of patients and the answers to them: a task until answered, told of by SMS, never read in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from db.models.letters import LetterRow
from db.models.patients import PatientRow
from db.models.practices import PractitionerRow
from db.models.promises import TaskRow
from db.queries.patients import owner_ids
from ivr.actions.access import note_access
from ivr.actions.events import tell
from ivr.actions.ledger import Ledger, new_token
from ivr.actions.texting import takes_texts
from ivr.flows.turns import NewTask, TaskKind
from ivr.phones import PhoneNumber
from ivr.practice import Practice
from ivr.vocabulary import EventKind, Language
from ivr.writing import as_written

LONGEST_LETTER = 4000
MOST_A_DAY = 20
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A patient and a practitioner of one practice, by the ids of the tables; the practitioner's key and name too."""

    practice: int
    patient: int
    patient_key: str
    practitioner: int
    doctor: str
    doctor_name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer by its id, and whether an SMS tells of it."""

    id: int
    is_told: bool


def find_correspondence(
    connection: Connection, practice_id: int, patient: str, practitioner: str
) -> Correspondence | None:
    """The two with these keys, if the practice has both."""
    query = (
        select(PatientRow.id, PractitionerRow.id.label("doctor_id"), PractitionerRow.name)
        .join(PractitionerRow, PractitionerRow.practice_id == PatientRow.practice_id)
        .where(PatientRow.practice_id == practice_id, PatientRow.key == patient, PractitionerRow.key == practitioner)
    )
    found = connection.execute(query).first()
    if found is None:
        return None
    return Correspondence(practice_id, found.id, patient, found.doctor_id, practitioner, found.name)


def letters_between(connection: Connection, pair: Correspondence) -> Sequence[Row[Any]]:
    """What they wrote to each other, oldest first."""
    row = LetterRow
    theirs = (row.patient_id == pair.patient, row.practitioner_id == pair.practitioner)
    found: Any = connection.execute(select(row.__table__).where(*theirs).order_by(row.created_at, row.id)).all()
    return found  # type: ignore[no-any-return]


def correspondents_of(connection: Connection, patient_id: int) -> Sequence[Row[Any]]:
    """The practitioners to whom the patient wrote: key and name."""
    wrote = select(LetterRow.practitioner_id).where(LetterRow.patient_id == patient_id)
    query = select(PractitionerRow.key, PractitionerRow.name).where(PractitionerRow.id.in_(wrote))
    found: Any = connection.execute(query.order_by(PractitionerRow.position)).all()
    return found  # type: ignore[no-any-return]


def keep_letter(
    connection: Connection, pair: Correspondence, text: str, number: PhoneNumber, now: datetime
) -> int | None:
    """The letter of a patient, and a task for the practitioner; its id, or None for an empty one or too many a day.

    The same text sent twice, as by a second click, is one letter.
    """
    written, row = as_written(text, LONGEST_LETTER), LetterRow
    last = letters_between(connection, pair)[-1:]
    if last and not last[0].is_answer and last[0].text == written:
        return int(last[0].id)
    lately = (row.patient_id == pair.patient, row.created_at > now - A_DAY, row.is_answer.is_(False))
    sent: int = connection.execute(select(func.count()).select_from(row).where(*lately)).scalar_one()
    if not written or sent >= MOST_A_DAY:
        return None
    task = _open_task(connection, pair)
    if task is None:
        wanted = NewTask(TaskKind.WRITTEN, pair.doctor, patient=pair.patient_key)
        task = Ledger(connection, pair.practice, None, number, now).add_task(wanted).id
    letter = _columns(pair, written, number, now) | {"task_id": task, "is_answer": False}
    letter["author"] = f"patient {pair.patient}"
    new: int = connection.execute(insert(row).values(letter).returning(row.id)).scalar_one()
    note_access(connection, pair.practice, letter["author"], "wrote", f"letter {new}", now)
    tell(connection, pair.practice, EventKind.LETTER_RECEIVED, {"letter": new}, now)
    return new


def answer_letter(
    connection: Connection, practice: Practice, pair: Correspondence, text: str, author: str, now: datetime
) -> Answer | None:
    """Answer the patient's last letter: what was to be done is done, and an SMS brings a link, where one may be sent.

    None where there is nothing to answer, or nothing was written.
    """
    written = as_written(text, LONGEST_LETTER)
    letters = [one for one in letters_between(connection, pair) if not one.is_answer]
    if not written or not letters:
        return None
    number = letters[-1].number
    letter = _columns(pair, written, number, now) | {"is_answer": True, "author": author}
    new: int = connection.execute(insert(LetterRow).values(letter).returning(LetterRow.id)).scalar_one()
    done = {"state": "done", "outcome": "answered", "done_at": now}
    connection.execute(update(TaskRow).where(*_open_ones(pair)).values(done))
    is_theirs = pair.patient in owner_ids(connection, pair.practice, number)
    if not is_theirs or not takes_texts(connection, pair.practice, number):
        return Answer(new, is_told=False)
    spoken = connection.execute(select(PatientRow.language).where(PatientRow.id == pair.patient)).scalar_one()
    language = practice.language_for(Language(spoken) if spoken else None)
    fields = {"name": pair.doctor_name, "emergency": practice.emergency}
    ledger = Ledger(connection, pair.practice, None, None, now)
    ledger.promise(f"answer:{new}", number, "SMS-ANSWER", language, fields, now, new_token())
    return Answer(new, is_told=True)


def mark_read(connection: Connection, pair: Correspondence, now: datetime, *, answers: bool) -> None:
    """One side has seen what the other wrote: the patient the answers, the practice the letters."""
    row = LetterRow
    unread = (row.patient_id == pair.patient, row.practitioner_id == pair.practitioner, row.read_at.is_(None))
    connection.execute(update(row).where(*unread, row.is_answer.is_(answers)).values(read_at=now))


def _columns(pair: Correspondence, text: str, number: PhoneNumber, now: datetime) -> dict[str, Any]:
    return {
        "practice_id": pair.practice,
        "practitioner_id": pair.practitioner,
        "patient_id": pair.patient,
        "number": number,
        "text": text,
        "created_at": now,
    }


def _open_ones(pair: Correspondence) -> tuple[Any, ...]:
    return (
        TaskRow.patient_id == pair.patient,
        TaskRow.practitioner_id == pair.practitioner,
        TaskRow.kind == TaskKind.WRITTEN.value,
        TaskRow.state == "open",
    )


def _open_task(connection: Connection, pair: Correspondence) -> int | None:
    """What is to be done about an earlier letter still: one task for all of them."""
    found = connection.execute(select(TaskRow.id).where(*_open_ones(pair)).limit(1)).first()
    return None if found is None else int(found.id)
