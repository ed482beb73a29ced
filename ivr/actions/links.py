"""What the link of an SMS to a doctor opens: a task, known by its token."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from db.models.practices import PracticeRow
from db.models.promises import TaskRow
from ivr.actions.tasks import mark_seen


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
