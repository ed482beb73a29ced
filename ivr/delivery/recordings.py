"""Bringing voice messages home: fetch until stored, drop what is silent, then delete at the carrier."""

import array
import io
import wave
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row, exists, select, update
from structlog.contextvars import bound_contextvars

from db.engine import Transaction
from db.models.practices import PracticeRow
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow
from ivr.actions.archive import Archive
from ivr.actions.events import tell
from ivr.actions.journal import carrier_id_of
from ivr.carrier import CarrierClient, CarrierError
from ivr.delivery.attempts import next_attempt
from ivr.flows.turns import TaskKind
from ivr.meters import meters
from ivr.vault import VaultError
from ivr.vocabulary import EventKind

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 200
"""With an hour between them, more than a week: a message is not given up while anybody might mend it."""
LOUDEST_SILENCE = 250
"""Of 32,767: line noise stays below, the faintest voice above."""
TWO_BYTES = 2

log = structlog.get_logger()


def fetch_one(transaction: Transaction, client: CarrierClient, archive: Archive, now: datetime) -> bool:
    """Fetch the recording that has waited longest; False when none is due."""
    with transaction() as connection:
        claimed = claim_due(connection, now)
        if claimed is None:
            return False
        call = carrier_id_of(connection, claimed.call_id)
    with bound_contextvars(call=call):
        _fetch(transaction, client, archive, claimed, now)
    return True


def _fetch(transaction: Transaction, client: CarrierClient, archive: Archive, claimed: Row[Any], now: datetime) -> None:
    """Fetch what was claimed, outside any transaction, and settle it."""
    try:
        sound = client.fetch_recording(claimed.recording)
        silent = is_silent(sound)
        file = None if silent else archive.store(claimed.recording, sound)
    except CarrierError as error:
        _settle_failure(transaction, claimed, error, now)
        return
    except (OSError, VaultError) as error:
        _settle_failure(transaction, claimed, CarrierError(f"cannot store it: {error}"), now)
        return
    with transaction() as connection:
        state = {"state": "silent" if silent else "stored", "file": file, "failure": None}
        settled = _settle(connection, claimed, state | {"due_at": _deletion(connection, claimed, now), "attempts": 0})
        if settled and silent:
            _close_silent_task(connection, claimed.task_id, now)
        elif settled:
            tell(connection, claimed.practice_id, EventKind.MESSAGE_RECEIVED, {"message": claimed.id}, now)
        is_purged = not settled and _is_purged(connection, claimed.id)
    if is_purged and file is not None:
        archive.remove(file)
    meters().recordings.labels("silent" if silent else "stored").inc()
    log.info("recording_fetched", message=claimed.id, silent=silent)


def delete_one(transaction: Transaction, client: CarrierClient, now: datetime) -> bool:
    """Delete one fetched recording at the carrier; False when none is due."""
    with transaction() as connection:
        claimed = claim_due(connection, now, states=("stored", "silent", "purged"))
    if claimed is None:
        return False
    try:
        client.delete_recording(claimed.recording)
    except CarrierError as error:
        again = next_attempt(now, claimed.attempts, error, most=MOST_ATTEMPTS)
        with transaction() as connection:
            _settle(connection, claimed, {"due_at": again, "failure": str(error)[:500]})
        return True
    with transaction() as connection:
        _settle(connection, claimed, {"is_at_carrier": False, "due_at": None, "failure": None})
    return True


def claim_due(connection: Connection, now: datetime, states: tuple[str, ...] = ("waiting",)) -> Row[Any] | None:
    """Lease one due recording in one of these states to this worker."""
    table = VoiceMessageRow
    is_due = (table.state.in_(states), table.due_at <= now)
    due = select(table.id).where(*is_due).order_by(table.due_at).limit(1).with_for_update(skip_locked=True)
    claimed = (
        update(table)
        .where(table.id == due.scalar_subquery(), *is_due)
        .values(due_at=now + LEASE, attempts=table.attempts + 1, failure=None)
        .returning(*table.__table__.columns)
    )
    return connection.execute(claimed).first()


def is_silent(sound: bytes) -> bool:
    """Whether a WAV holds nothing louder than line noise.

    Raises:
        CarrierError: this is no WAV of 16 bits, as one that is still being written.
    """
    try:
        with wave.open(io.BytesIO(sound)) as file:
            if file.getsampwidth() != TWO_BYTES:
                raise CarrierError(f"a WAV of {file.getsampwidth()} bytes a sample")
            frames = file.readframes(file.getnframes())
            if not frames or len(frames) != file.getnframes() * file.getnchannels() * TWO_BYTES:
                raise CarrierError("the WAV is shorter than it says, as one that is still being written")
            samples = array.array("h", frames)
    except (wave.Error, EOFError, ValueError) as error:
        raise CarrierError(f"the recording is not a WAV: {error}") from error
    return max(samples, default=0) < LOUDEST_SILENCE and min(samples, default=0) > -LOUDEST_SILENCE


def _deletion(connection: Connection, claimed: Row[Any], now: datetime) -> datetime | None:
    """When to delete it at the carrier; None when the practice keeps recordings there."""
    keeps = select(PracticeRow.keeps_recordings_at_carrier).where(PracticeRow.id == claimed.practice_id)
    return None if connection.execute(keeps).scalar_one() else now


def _settle_failure(transaction: Transaction, claimed: Row[Any], error: CarrierError, now: datetime) -> None:
    again = next_attempt(now, claimed.attempts, error, most=MOST_ATTEMPTS)
    state = "waiting" if again else "lost"
    with transaction() as connection:
        _settle(connection, claimed, {"state": state, "due_at": again, "failure": str(error)[:500]})
    meters().recordings.labels(state).inc()
    log.warning("recording_not_fetched", message=claimed.id, attempts=claimed.attempts, error=str(error))


def _settle(connection: Connection, claimed: Row[Any], values: dict[str, Any]) -> bool:
    """Write how it went, unless the lease ran out and another worker went on."""
    table = VoiceMessageRow
    own = (table.id == claimed.id, table.state == claimed.state, table.attempts == claimed.attempts)
    return connection.execute(update(table).where(*own).values(values)).rowcount == 1


def _is_purged(connection: Connection, message_id: int) -> bool:
    """Whether it was purged or erased while it was being fetched."""
    state = select(VoiceMessageRow.state).where(VoiceMessageRow.id == message_id)
    return connection.execute(state).scalar_one_or_none() in {None, "purged"}


def _close_silent_task(connection: Connection, task_id: int, now: datetime) -> None:
    """Nothing was said, so nothing is to do; the task of a missed call stays, which an alert has told of."""
    alerted = exists().where(DeliveryRow.token == TaskRow.token)
    closed = {"state": "done", "outcome": "silent", "done_at": now}
    this = update(TaskRow).where(TaskRow.id == task_id)
    connection.execute(this.where(~alerted).values(closed))
    connection.execute(this.where(alerted).values(kind=TaskKind.MISSED.value))
