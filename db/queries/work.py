"""What a practice has to do and what was said to it, for programs: tasks, voice messages and calls in pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from db.models.calls import CallRow
from db.models.patients import PatientRow
from db.models.practices import ActRow, PractitionerRow
from db.models.promises import TaskRow, VoiceMessageRow
from db.queries.listings import about, rows_after
from ivr.phones import PhoneNumber


def tasks_after(
    connection: Connection,
    practice_id: int,
    after: int | None,
    most: int,
    *,
    state: str | None = None,
    practitioner: str | None = None,
    patient: str | None = None,
    identity: int | None = None,
) -> Sequence[Row[Any]]:
    """Tasks, the latest first; patient, practitioner and act are keys."""
    query = about(_tasks(practice_id), patient, practitioner)
    if state is not None:
        query = query.where(TaskRow.state == state)
    if identity is not None:
        query = query.where(TaskRow.id == identity)
    return rows_after(connection, query, TaskRow.id, after, most, is_latest_first=True)


def find_task(connection: Connection, practice_id: int, task_id: int) -> Row[Any] | None:
    """A task of that practice."""
    return connection.execute(_tasks(practice_id).where(TaskRow.id == task_id)).first()


def lock_task(connection: Connection, task_id: int) -> None:
    """Whoever else would change it waits until the transaction ends."""
    connection.execute(select(TaskRow.id).where(TaskRow.id == task_id).with_for_update()).first()


def messages_after(
    connection: Connection, practice_id: int, after: int | None, most: int, *, state: str | None = None
) -> Sequence[Row[Any]]:
    """Voice messages, the latest first, with who left them."""
    query = _messages(practice_id)
    if state is not None:
        query = query.where(VoiceMessageRow.state == state)
    return rows_after(connection, query, VoiceMessageRow.id, after, most, is_latest_first=True)


def find_message(connection: Connection, practice_id: int, message_id: int) -> Row[Any] | None:
    """A voice message of that practice."""
    return connection.execute(_messages(practice_id).where(VoiceMessageRow.id == message_id)).first()


def calls_after(
    connection: Connection,
    practice_id: int,
    after: int | None,
    most: int,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    caller: PhoneNumber | None = None,
) -> Sequence[Row[Any]]:
    """Callers' calls, the latest first; those that began from `start` on and before `end` (UTC), or from a number."""
    query = select(CallRow.__table__).where(CallRow.practice_id == practice_id, CallRow.parent.is_(None))
    if start is not None:
        query = query.where(CallRow.started_at >= start)
    if end is not None:
        query = query.where(CallRow.started_at < end)
    if caller is not None:
        query = query.where(CallRow.caller == caller)
    return rows_after(connection, query, CallRow.id, after, most, is_latest_first=True)


def _tasks(practice_id: int) -> Select[Any]:
    return (
        select(
            TaskRow.__table__,
            PractitionerRow.key.label("practitioner"),
            PatientRow.key.label("patient"),
            ActRow.key.label("act"),
            VoiceMessageRow.id.label("message_id"),
        )
        .outerjoin(PractitionerRow, PractitionerRow.id == TaskRow.practitioner_id)
        .outerjoin(PatientRow, PatientRow.id == TaskRow.patient_id)
        .outerjoin(ActRow, ActRow.id == TaskRow.act_id)
        .outerjoin(VoiceMessageRow, VoiceMessageRow.task_id == TaskRow.id)
        .where(TaskRow.practice_id == practice_id)
    )


def _messages(practice_id: int) -> Select[Any]:
    query = select(VoiceMessageRow.__table__, CallRow.caller).join(CallRow, CallRow.id == VoiceMessageRow.call_id)
    return query.where(VoiceMessageRow.practice_id == practice_id)
