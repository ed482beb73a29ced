"""What became of a practice's calls in a span of time, as sets of their ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from db.models.appointments import AppointmentRow
from db.models.calls import CallRow, TurnRow
from db.models.promises import TaskRow, VoiceMessageRow
from ivr.vocabulary import AppointmentStatus

REACHED = "dial:reached"
RANG_IN_VAIN = ("dial:no-answer", "dial:busy", "dial:refused", "dial:failed", "dial:caller-left")


def calls_between(connection: Connection, practice_id: int, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Callers' calls that began then (UTC): id, when, and the prompt at which one was abandoned."""
    columns = (CallRow.id, CallRow.started_at, CallRow.abandoned_at)
    found: Any = connection.execute(select(*columns).where(*_then(practice_id, start, end))).all()
    return found  # type: ignore[no-any-return]


def calls_that_heard(
    connection: Connection, practice_id: int, start: datetime, end: datetime, heard: Sequence[str]
) -> set[int]:
    """Those in which ringing somebody ended in one of these ways."""
    query = select(TurnRow.call_id).join(CallRow, CallRow.id == TurnRow.call_id)
    return set(connection.scalars(query.where(*_then(practice_id, start, end), TurnRow.heard.in_(heard))))


def calls_with_a_message(connection: Connection, practice_id: int, start: datetime, end: datetime) -> set[int]:
    """Those that left a voice message."""
    query = select(VoiceMessageRow.call_id).join(CallRow, CallRow.id == VoiceMessageRow.call_id)
    return set(connection.scalars(query.where(*_then(practice_id, start, end), VoiceMessageRow.state != "silent")))


def calls_about_appointments(connection: Connection, practice_id: int, start: datetime, end: datetime) -> set[int]:
    """Those that booked, moved or cancelled one."""
    query = select(AppointmentRow.call_id).join(CallRow, CallRow.id == AppointmentRow.call_id)
    settled = AppointmentRow.status.in_(list(AppointmentStatus))
    return {call for call in connection.scalars(query.where(*_then(practice_id, start, end), settled)) if call}


def tasks_between(connection: Connection, practice_id: int, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """What calls of that time gave the practice to do: when each was made and done."""
    columns = (TaskRow.created_at, TaskRow.done_at)
    its = (TaskRow.practice_id == practice_id, TaskRow.created_at >= start, TaskRow.created_at < end)
    found: Any = connection.execute(select(*columns).where(*its, TaskRow.call_id.is_not(None))).all()
    return found  # type: ignore[no-any-return]


def _then(practice_id: int, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    times = (CallRow.started_at >= start, CallRow.started_at < end)
    return (CallRow.practice_id == practice_id, CallRow.parent.is_(None), *times)
