"""The sheet for somebody without a record, by a link: written on once, and a task for it."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from db.models.promises import DeliveryRow
from ivr.actions.ledger import Ledger
from ivr.actions.visits import Link, lock_link
from ivr.flows.turns import NewTask, TaskKind
from ivr.writing import as_written

LONGEST_SHEET = 2000


def has_written(connection: Connection, delivery: int) -> bool:
    """Whether somebody wrote by the link of that delivery."""
    query = select(DeliveryRow.task_id).where(DeliveryRow.id == delivery)
    return connection.execute(query).scalar_one() is not None


def keep_sheet(connection: Connection, link: Link, text: str, now: datetime) -> bool:
    """What was written, as a task for the practice; False when the link is used up, or nothing was."""
    written = as_written(text, LONGEST_SHEET)
    lock_link(connection, link)
    if not written or has_written(connection, link.delivery):
        return False
    ledger = Ledger(connection, link.practice, link.call, link.number, now)
    task = ledger.new_task(NewTask(TaskKind.WRITTEN), written)
    connection.execute(update(DeliveryRow).where(DeliveryRow.id == link.delivery).values(task_id=task.id))
    return True
