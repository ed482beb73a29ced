"""What a practice has to do: the tasks that its first page shows, their messages, and the names of who called."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from db.models.patients import PatientRow, PhoneRow
from db.models.practices import PractitionerRow
from db.models.promises import TaskRow, VoiceMessageRow
from ivr.phones import PhoneNumber

MOST_TASKS = 200


def open_tasks(connection: Connection, practice_id: int) -> Sequence[Row[Any]]:
    """What is to be done, urgent first, then the oldest; with its voice message and whose it is."""
    query = _tasks().where(TaskRow.practice_id == practice_id, TaskRow.state == "open")
    return connection.execute(query.order_by(TaskRow.is_urgent.desc(), TaskRow.due_at, TaskRow.id)).all()


def count_open_tasks(connection: Connection, practice_id: int) -> int:
    """How many there are, of which `open_tasks` tells the first."""
    its = (TaskRow.practice_id == practice_id, TaskRow.state == "open")
    return connection.execute(select(func.count()).select_from(TaskRow).where(*its)).scalar_one()


def done_tasks(connection: Connection, practice_id: int, since: datetime) -> Sequence[Row[Any]]:
    """What was done since then (UTC), the latest first: it can be undone."""
    is_done = (TaskRow.practice_id == practice_id, TaskRow.state == "done", TaskRow.done_at >= since)
    return connection.execute(_tasks().where(*is_done).order_by(TaskRow.done_at.desc())).all()


def _tasks() -> Select[Any]:
    return (
        select(
            TaskRow.__table__,
            PractitionerRow.name.label("practitioner_name"),
            PractitionerRow.key.label("practitioner_key"),
            VoiceMessageRow.id.label("message_id"),
            VoiceMessageRow.seconds,
            VoiceMessageRow.state.label("message_state"),
            PatientRow.key.label("patient_key"),
            PatientRow.first_name,
            PatientRow.last_name,
        )
        .outerjoin(PatientRow, PatientRow.id == TaskRow.patient_id)
        .outerjoin(PractitionerRow, PractitionerRow.id == TaskRow.practitioner_id)
        .outerjoin(VoiceMessageRow, VoiceMessageRow.task_id == TaskRow.id)
        .limit(MOST_TASKS)
    )


def names_by_number(
    connection: Connection, practice_id: int, numbers: Collection[PhoneNumber]
) -> Mapping[PhoneNumber, list[Row[Any]]]:
    """The patients who have each of these numbers: key, first and last name."""
    query = (
        select(PhoneRow.number, PatientRow.key, PatientRow.first_name, PatientRow.last_name)
        .join(PatientRow, PatientRow.id == PhoneRow.patient_id)
        .where(PhoneRow.practice_id == practice_id, PhoneRow.number.in_(numbers))
        .order_by(PatientRow.last_name, PatientRow.first_name)
    )
    found: dict[PhoneNumber, list[Row[Any]]] = defaultdict(list)
    rows: Any = connection.execute(query).all()
    for row in rows:
        found[row.number].append(row)
    return found


def find_sound(connection: Connection, practice_id: int, message_id: int) -> Row[str | None, int] | None:
    """The file of a stored voice message of that practice, and its task."""
    stored = (VoiceMessageRow.practice_id == practice_id, VoiceMessageRow.state == "stored")
    query = select(VoiceMessageRow.file, VoiceMessageRow.task_id).where(VoiceMessageRow.id == message_id, *stored)
    return connection.execute(query).first()
