"""Deleting what has been kept long enough, practice by practice, by its retention (ivr/retention.py)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from db.base import Base
from db.engine import Transaction
from db.models.access import AccessRow
from db.models.appointments import AppointmentRow
from db.models.calls import CallRow
from db.models.documents import DocumentRow
from db.models.letters import LetterRow
from db.models.practices import PracticeRow
from db.models.promises import DeliveryRow, FailedProofRow, TaskRow, VoiceMessageRow, WaitingRow
from db.models.visits import VisitCodeRow, VisitRow
from ivr.actions.access import note_access
from ivr.actions.api_answers import forget_answers
from ivr.actions.archive import Archives
from ivr.actions.chores import do_when_due
from ivr.actions.documents import forget_document
from ivr.actions.masking import forget_sound, mask_call
from ivr.actions.webhooks import forget_events
from ivr.retention import Retention

CHORE = "purge"
EVERY = timedelta(hours=6)
PROOFS_KEPT = timedelta(days=7)
HOLDS_KEPT = timedelta(days=1)
MOST_AT_ONCE = 500
"""Of one kind in one transaction, so that no caller waits for a purge."""

log = structlog.get_logger()


@dataclass
class Purged:
    """How many of each went."""

    sounds: int = 0
    documents: int = 0
    letters: int = 0
    callers: int = 0
    calls: int = 0
    tasks: int = 0
    texts: int = 0
    waiting: int = 0
    others: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return sum(asdict(self).values())


def purge(reading: Transaction, writing: Transaction, archives: Archives, now: datetime) -> Purged:
    """Delete what is too old at `now` (UTC), in every practice."""
    purged = Purged()
    with reading() as connection:
        practices = connection.execute(select(PracticeRow.id, PracticeRow.retention)).all()
    for practice in practices:
        before = purged.total
        _Purge(writing, archives, practice.id, Retention(**practice.retention), now, purged).run()
        if purged.total > before:
            with writing() as connection:
                note_access(connection, practice.id, "worker", "purged", f"{purged.total - before} entries", now)
    purged.others += _until_none(writing, lambda connection: forget_answers(connection, now, MOST_AT_ONCE))
    purged.others += _until_none(writing, lambda connection: forget_events(connection, now, MOST_AT_ONCE))
    log.info("purged", **asdict(purged))
    return purged


def purge_when_due(reading: Transaction, writing: Transaction, archives: Archives, now: datetime) -> int:
    """The worker's part: one worker does it every six hours; how many entries went."""
    return do_when_due(writing, CHORE, EVERY, now, lambda: purge(reading, writing, archives, now).total)


@dataclass(frozen=True, slots=True)
class _Purge:
    writing: Transaction
    archives: Archives
    practice: int
    kept: Retention
    now: datetime
    purged: Purged

    def run(self) -> None:
        """Sound first: its files are found by rows that go later."""
        task, call, wait = TaskRow, CallRow, WaitingRow
        self.purged.sounds += self._until_none(self._remove_sounds)
        self.purged.documents += self._until_none(self._remove_documents)
        self.purged.callers += self._until_none(self._mask_callers)
        too_old = (call.started_at < self._ago(self.kept.call_days), call.status.is_not(None))
        self.purged.calls += self._delete(call, and_(*too_old, ~_has_sound(VoiceMessageRow.call_id == call.id)))
        is_done = (task.state == "done", task.done_at < self._ago(self.kept.task_days))
        self.purged.tasks += self._delete(task, and_(*is_done, ~_has_sound(VoiceMessageRow.task_id == task.id)))
        self.purged.letters += self._delete(LetterRow, LetterRow.created_at < self._ago(self.kept.task_days))
        is_settled = (DeliveryRow.due_at.is_(None), DeliveryRow.created_at < self._ago(self.kept.text_days))
        self.purged.texts += self._delete(DeliveryRow, and_(*is_settled))
        has_ended = (wait.state.in_(("ended", "booked")), wait.created_at < self._ago(self.kept.waiting_days))
        self.purged.waiting += self._delete(wait, and_(*has_ended))
        self.purged.others += self._delete(FailedProofRow, FailedProofRow.at < self.now - PROOFS_KEPT)
        self.purged.others += self._delete(VisitCodeRow, VisitCodeRow.created_at < self.now - PROOFS_KEPT)
        self.purged.others += self._delete(VisitRow, VisitRow.created_at < self._ago(self.kept.access_days))
        self.purged.others += self._delete(AccessRow, AccessRow.at < self._ago(self.kept.access_days))
        self._until_none(self._forget_holds)

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def _until_none(self, some: Callable[[Connection], int]) -> int:
        return _until_none(self.writing, some)

    def _delete(self, table: type[Base], is_old: ColumnElement[bool]) -> int:
        columns: Any = table
        some = select(columns.id).where(columns.practice_id == self.practice, is_old).limit(MOST_AT_ONCE)
        return self._until_none(
            lambda connection: connection.execute(delete(table).where(columns.id.in_(some))).rowcount
        )

    def _remove_sounds(self, connection: Connection) -> int:
        """Also what the practice has kept at the carrier."""
        row = VoiceMessageRow
        is_over = or_(
            row.created_at < self._ago(self.kept.longest_sound_days),
            row.task_id.in_(select(TaskRow.id).where(TaskRow.done_at < self._ago(self.kept.sound_days))),
        )
        query = select(row.__table__).where(row.practice_id == self.practice, row.file.is_not(None), is_over)
        found = connection.execute(query.limit(MOST_AT_ONCE)).all()
        for message in found:
            forget_sound(connection, self.archives.sounds, message, self.now)
        return len(found)

    def _remove_documents(self, connection: Connection) -> int:
        row = DocumentRow
        is_over = (row.created_at < self._ago(self.kept.document_days), row.file.is_not(None))
        query = select(row.__table__).where(row.practice_id == self.practice, *is_over).limit(MOST_AT_ONCE)
        found = connection.execute(query).all()
        for document in found:
            forget_document(connection, self.archives.documents, document)
        return len(found)

    def _mask_callers(self, connection: Connection) -> int:
        """Of an older call stays where it led: no number, no key typed, no name that was said."""
        call = CallRow
        is_old = (call.practice_id == self.practice, call.started_at < self._ago(self.kept.caller_days))
        query = select(call.id, call.caller).where(*is_old, call.caller_shown.is_(None)).limit(MOST_AT_ONCE)
        calls = connection.execute(query).all()
        for row in calls:
            mask_call(connection, row.id, row.caller)
        return len(calls)

    def _forget_holds(self, connection: Connection) -> int:
        """Slots that a call held and gave back."""
        row = AppointmentRow
        is_over = (row.status == "released", row.hold_until_at < self.now - HOLDS_KEPT)
        some = select(row.id).where(*is_over).limit(MOST_AT_ONCE)
        return connection.execute(delete(row).where(row.id.in_(some))).rowcount


def _until_none(writing: Transaction, some: Callable[[Connection], int]) -> int:
    """In transactions of their own, as long as there are more."""
    total = 0
    while True:
        with writing() as connection:
            done = some(connection)
        total += done
        if done < MOST_AT_ONCE:
            return total


def _has_sound(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A row that still leads to a file must stay until the file is gone."""
    return select(VoiceMessageRow.id).where(condition, VoiceMessageRow.file.is_not(None)).exists()
