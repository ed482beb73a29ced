"""What people of the practice do with a task: done, opened again, handed over. Each knows only its own practice."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from db.models.practices import PractitionerRow
from db.models.promises import TaskRow


def do_task(connection: Connection, practice_id: int, task_id: int, now: datetime) -> bool:
    """The task is done; False when there is none that is open."""
    return mark_seen(connection, (TaskRow.practice_id == practice_id) & (TaskRow.id == task_id), now)


def mark_seen(connection: Connection, which: ColumnElement[bool], now: datetime) -> bool:
    """Somebody has seen that task: it is done, once; False when there is none that is open."""
    seen = update(TaskRow).where(which, TaskRow.state == "open")
    return connection.execute(seen.values(state="done", outcome="seen", done_at=now)).rowcount == 1


def open_task_again(connection: Connection, practice_id: int, task_id: int) -> bool:
    """Undo: the task is open as before; False when there is none that is done."""
    is_done = (TaskRow.practice_id == practice_id, TaskRow.id == task_id, TaskRow.state == "done")
    opened = update(TaskRow).where(*is_done).values(state="open", outcome=None, done_at=None)
    return connection.execute(opened).rowcount == 1


def hand_over(connection: Connection, practice_id: int, task_id: int, practitioner: str | None) -> bool:
    """The task is for that practitioner (a key) of the practice from now on, for everybody without one.

    False when there is no such task, or no such practitioner.
    """
    owner = None
    if practitioner is not None:
        named = (PractitionerRow.practice_id == practice_id, PractitionerRow.key == practitioner)
        owner = connection.execute(select(PractitionerRow.id).where(*named)).scalar_one_or_none()
        if owner is None:
            return False
    its = (TaskRow.practice_id == practice_id, TaskRow.id == task_id)
    return connection.execute(update(TaskRow).where(*its).values(practitioner_id=owner)).rowcount == 1
