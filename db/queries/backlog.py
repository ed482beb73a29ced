"""What waits to be done, and since when: for the figures and the probes."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from db.models.chores import HeartbeatRow
from db.models.promises import OPEN_DELIVERIES, DeliveryRow, TaskRow, VoiceMessageRow


class Waiting(NamedTuple):
    """How many there are, and when the oldest came (UTC); None without any."""

    number: int
    since_at: datetime | None


class Backlog(NamedTuple):
    """Open tasks, voice messages not fetched yet, SMS that are due, and the last sign of life of any worker."""

    tasks: Waiting
    messages: Waiting
    deliveries: Waiting
    worker_beat_at: datetime | None


def read_backlog(connection: Connection, now: datetime) -> Backlog:
    """What waits now."""
    task, message, delivery = TaskRow, VoiceMessageRow, DeliveryRow
    is_due = delivery.state.in_(OPEN_DELIVERIES) & (delivery.due_at <= now)
    return Backlog(
        tasks=_waiting(connection, task.created_at, task.state == "open"),
        messages=_waiting(connection, message.created_at, message.state == "waiting"),
        deliveries=_waiting(connection, delivery.due_at, is_due),
        worker_beat_at=last_beat(connection),
    )


def last_beat(connection: Connection) -> datetime | None:
    """When any worker last gave a sign of life (UTC)."""
    latest: datetime | None = connection.execute(select(func.max(HeartbeatRow.beat_at))).scalar_one()
    return latest


def _waiting(connection: Connection, since: Any, condition: Any) -> Waiting:
    row = connection.execute(select(func.count(), func.min(since)).where(condition)).one()
    return Waiting(row[0], row[1])
