"""What the links of SMS open: a task for the doctor, a letter to the practice; each known by its token."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from db.models.practices import PracticeRow
from db.models.promises import DeliveryRow, TaskRow
from ivr.actions.events import tell
from ivr.actions.ledger import ORDINARY_DUE, new_token
from ivr.actions.tasks import mark_seen
from ivr.flows.turns import TaskKind
from ivr.vocabulary import EventKind

LETTER_VALID = timedelta(hours=24)
LONGEST_LETTER = 2000


def find_task(connection: Connection, token: str) -> Row[Any] | None:
    """The task a link opens, with the zone and language of its practice."""
    query = (
        select(TaskRow.__table__, PracticeRow.timezone, PracticeRow.languages)
        .join(PracticeRow, PracticeRow.id == TaskRow.practice_id)
        .where(TaskRow.token == token)
    )
    return connection.execute(query).first()


def see_task(connection: Connection, token: str, now: datetime) -> None:
    """The doctor has seen it: the task is done, once."""
    mark_seen(connection, TaskRow.token == token, now)


def find_letter(connection: Connection, token: str, now: datetime) -> Row[Any] | None:
    """The invitation to write that a link opens, while it is valid; `was_written` once it was used."""
    query = (
        select(
            DeliveryRow.__table__,
            PracticeRow.name.label("practice_name"),
            PracticeRow.emergency,
            TaskRow.id.label("was_written"),
        )
        .join(PracticeRow, PracticeRow.id == DeliveryRow.practice_id)
        .outerjoin(TaskRow, TaskRow.id == DeliveryRow.task_id)
        .where(
            DeliveryRow.token == token,
            DeliveryRow.template == "SMS-LINK",
            DeliveryRow.created_at > now - LETTER_VALID,
        )
    )
    return connection.execute(query).first()


def keep_letter(connection: Connection, token: str, text: str, now: datetime) -> bool:
    """What the patient wrote, as a task for the practice; False when the link is used up or too old."""
    letter = find_letter(connection, token, now)
    written = text.strip()[:LONGEST_LETTER]
    if letter is None or letter.was_written or not written:
        return False
    task = {
        "practice_id": letter.practice_id,
        "call_id": letter.call_id,
        "kind": TaskKind.WRITTEN.value,
        "caller": letter.to,
        "is_urgent": False,
        "state": "open",
        "created_at": now,
        "due_at": now + ORDINARY_DUE,
        "token": new_token(),
        "note": written,
    }
    task_id = connection.execute(insert(TaskRow).values(task).returning(TaskRow.id)).scalar_one()
    tell(connection, letter.practice_id, EventKind.TASK_CREATED, {"task": task_id}, now)
    connection.execute(update(DeliveryRow).where(DeliveryRow.id == letter.id).values(task_id=task_id))
    return True
