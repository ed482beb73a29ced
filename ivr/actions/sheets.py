"""The sheet for somebody without a record, by a link: written on once, and a task for it."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from db.models.promises import DeliveryRow, TaskRow
from ivr.actions.events import tell
from ivr.actions.ledger import ORDINARY_DUE, new_token
from ivr.actions.visits import Link
from ivr.flows.turns import TaskKind
from ivr.vocabulary import EventKind

LONGEST_SHEET = 2000


def has_written(connection: Connection, delivery: int) -> bool:
    """Whether somebody wrote by the link of that delivery."""
    query = select(DeliveryRow.task_id).where(DeliveryRow.id == delivery)
    return connection.execute(query).scalar_one() is not None


def keep_sheet(connection: Connection, link: Link, text: str, now: datetime) -> bool:
    """What was written, as a task for the practice; False when the link is used up, or nothing was."""
    written = text.strip()[:LONGEST_SHEET]
    if not written or has_written(connection, link.delivery):
        return False
    task = {
        "practice_id": link.practice,
        "call_id": link.call,
        "kind": TaskKind.WRITTEN.value,
        "caller": link.number,
        "is_urgent": False,
        "state": "open",
        "created_at": now,
        "due_at": now + ORDINARY_DUE,
        "token": new_token(),
        "note": written,
    }
    task_id = connection.execute(insert(TaskRow).values(task).returning(TaskRow.id)).scalar_one()
    tell(connection, link.practice, EventKind.TASK_CREATED, {"task": task_id}, now)
    connection.execute(update(DeliveryRow).where(DeliveryRow.id == link.delivery).values(task_id=task_id))
    return True
