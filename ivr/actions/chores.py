"""What has to be done from time to time by one worker of all, and the signs of life of each."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from db.engine import Transaction
from db.models.chores import ChoreRow, HeartbeatRow

FORGOTTEN_AFTER = timedelta(days=1)
"""A worker that was not heard of for so long has been taken away."""


def claim_chore(connection: Connection, name: str, every: timedelta, now: datetime) -> bool:
    """Whether this worker is to do it now; the others will when it is due again."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(ChoreRow).values(name=name, due_at=now).on_conflict_do_nothing())
    is_due = (ChoreRow.name == name, ChoreRow.due_at <= now)
    return connection.execute(update(ChoreRow).where(*is_due).values(due_at=now + every)).rowcount == 1


def note_done(connection: Connection, name: str, now: datetime) -> None:
    """It came to its end."""
    connection.execute(update(ChoreRow).where(ChoreRow.name == name).values(done_at=now))


def beat(writing: Transaction, worker: str, now: datetime) -> int:
    """This worker is alive; those that are long gone are forgotten."""
    with writing() as connection:
        beaten = update(HeartbeatRow).where(HeartbeatRow.worker == worker).values(beat_at=now)
        if connection.execute(beaten).rowcount == 0:
            connection.execute(insert(HeartbeatRow).values(worker=worker, beat_at=now))
        connection.execute(delete(HeartbeatRow).where(HeartbeatRow.beat_at < now - FORGOTTEN_AFTER))
    return 0
