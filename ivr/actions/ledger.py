"""Tasks, voice messages and promises to send, written for one call in its transaction."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from db.inserts import insert_unless_there
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow
from db.queries.practices import act_ids, practitioner_ids
from ivr.actions.events import tell
from ivr.actions.patient_rows import patient_ids
from ivr.flows.turns import NewTask, TaskKind
from ivr.phones import PhoneNumber
from ivr.vocabulary import EventKind, Language

URGENT_DUE = timedelta(minutes=15)
ASSISTED_DUE = timedelta(hours=2)
PLACE_KEPT = timedelta(hours=2)
"""How long the waiting list keeps a time for somebody, who must be called within it."""
ORDINARY_DUE = timedelta(days=1)
TOKEN_BYTES = 9


def new_token() -> str:
    """An unguessable name for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token that must open nothing for whoever reads the database; any text has one.

    Tokens are long and random, so that nothing slower is needed; a code of few digits is short of that, and lives ten
    minutes.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def time_to_do(task: NewTask) -> timedelta:
    """How long a task may wait."""
    if task.is_urgent:
        return URGENT_DUE
    return {TaskKind.ASSISTED: ASSISTED_DUE, TaskKind.PLACE_FREE: PLACE_KEPT}.get(task.kind, ORDINARY_DUE)


class TaskNamed(NamedTuple):
    """A task by its id, and by the name links use."""

    id: int
    token: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where promises are written, of one call or of none. `caller` is None for a hidden number; `now` is UTC."""

    connection: Connection
    practice_id: int
    call_id: int | None
    caller: PhoneNumber | None
    now: datetime

    def add_task(self, task: NewTask) -> "TaskNamed":
        """A task of that practitioner or, without one, of the practice.

        The task that the missed call made becomes the new one, and a late change told and then spoken about is one:
        one task for both.
        """
        return self._made_before(task) or self.new_task(task)

    def new_task(self, task: NewTask, note: str | None = None) -> "TaskNamed":
        """A task that goes on with none before it; `note` is what somebody wrote."""
        columns = self._named(task) | {
            "practice_id": self.practice_id,
            "call_id": self.call_id,
            "kind": task.kind.value,
            "caller": self.caller,
            "is_urgent": task.is_urgent,
            "state": "open",
            "created_at": self.now,
            "due_at": self.now + time_to_do(task),
            "token": new_token(),
            "note": note,
        }
        new = self.connection.execute(insert(TaskRow).values(columns).returning(TaskRow.id, TaskRow.token)).one()
        tell(self.connection, self.practice_id, EventKind.TASK_CREATED, {"task": new.id}, self.now)
        return TaskNamed(new.id, new.token)

    def keep_message(self, recording: str, seconds: int, task: NewTask) -> None:
        """One task for one recording, whatever brings it a second time."""
        known = select(VoiceMessageRow.id).where(VoiceMessageRow.recording == recording)
        if self.connection.execute(known).first() is not None:
            return
        task_id = self.add_task(task).id
        columns = {
            "practice_id": self.practice_id,
            "call_id": self.call_id,
            "task_id": task_id,
            "recording": recording,
            "seconds": seconds,
            "state": "waiting",
            "is_at_carrier": True,
            "attempts": 0,
            "due_at": self.now,
            "created_at": self.now,
        }
        self.connection.execute(insert(VoiceMessageRow).values(columns))
        self._tell_alert(task_id)

    def promise(
        self,
        key: str,
        to: PhoneNumber,
        template: str,
        language: Language,
        fields: Mapping[str, str],
        due_at: datetime,
        token: str | None = None,
        appointment: int | None = None,
    ) -> None:
        """An SMS for the worker to send; the same promise (`key`) made twice is one."""
        columns = {
            "practice_id": self.practice_id,
            "call_id": self.call_id,
            "dedupe_key": key,
            "to": to,
            "template": template,
            "language": language.value,
            "fields": dict(fields),
            "token": token,
            "appointment_id": appointment,
            "state": "waiting",
            "attempts": 0,
            "due_at": due_at,
            "created_at": self.now,
        }
        insert_unless_there(self.connection, DeliveryRow, columns)

    def release_alerts(self) -> None:
        """The alerts of the call go out now, unless a worker has them: no message will come any more."""
        waiting = (
            DeliveryRow.call_id == self.call_id,
            DeliveryRow.state == "waiting",
            DeliveryRow.attempts == 0,
            DeliveryRow.due_at > self.now,
        )
        self.connection.execute(update(DeliveryRow).where(*waiting).values(due_at=self.now))

    def _made_before(self, task: NewTask) -> "TaskNamed | None":
        """The open task of this call that `task` goes on with."""
        if task.kind is TaskKind.MISSED or self.call_id is None:
            return None
        taken_over = [TaskKind.MISSED.value]
        if task.kind is TaskKind.LATE_CHANGE:
            taken_over.append(task.kind.value)
        made = (
            update(TaskRow)
            .where(TaskRow.call_id == self.call_id, TaskRow.kind.in_(taken_over), TaskRow.state == "open")
            .values(kind=task.kind.value)
            .returning(TaskRow.id, TaskRow.token)
        )
        row = self.connection.execute(made).first()
        return None if row is None else TaskNamed(row.id, row.token)

    def _named(self, task: NewTask) -> dict[str, int | None]:
        """The ids of those the task names by key."""
        owners = practitioner_ids(self.connection, self.practice_id) if task.practitioner else {}
        patients = patient_ids(self.connection, self.practice_id, [task.patient]) if task.patient else {}
        acts = act_ids(self.connection, self.practice_id) if task.act else {}
        return {
            "practitioner_id": owners.get(task.practitioner or ""),
            "patient_id": patients.get(task.patient or ""),
            "act_id": acts.get((task.practitioner or "", task.act or "")),
            "appointment_id": task.appointment,
        }

    def _tell_alert(self, task_id: int) -> None:
        """An alert of this call that still waits says that there is a message, and goes out now."""
        alert = DeliveryRow
        untouched = (alert.state == "waiting", alert.attempts == 0)
        waiting = (alert.call_id == self.call_id, alert.template == "SMS-MISSED", *untouched)
        for row in self.connection.execute(select(alert.id, alert.fields).where(*waiting)).all():
            told = {"fields": row.fields | {"message": "yes"}, "task_id": task_id, "due_at": self.now}
            self.connection.execute(update(alert).where(alert.id == row.id).values(told))
