"""What has to be done from time to time by one worker of all, and the signs of life of each."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from db.engine import Transaction
from db.inserts import insert_unless_there
from db.models.chores import ChoreRow, HeartbeatRow

FORGOTTEN_AFTER = timedelta(days=1)
"""A worker that was not heard of for so long has been taken away."""


def do_when_due(writing: Transaction, name: str, every: timedelta, now: datetime, work: Callable[[], int]) -> int:
    """What `work` gives when it is due and no other worker does it, else 0. One that raises is due again as planned."""
    with writing() as connection:
        if not _claim(connection, name, every, now):
            return 0
    done = work()
    with writing() as connection:
        connection.execute(update(ChoreRow).where(ChoreRow.name == name).values(done_at=now))
    return done


def last_done(reading: Transaction, name: str) -> datetime | None:
    """When that chore last came to its end (UTC); None when it never did."""
    with reading() as connection:
        return connection.execute(select(ChoreRow.done_at).where(ChoreRow.name == name)).scalar_one_or_none()


def _claim(connection: Connection, name: str, every: timedelta, now: datetime) -> bool:
    """Whether this worker is to do it now; the others will when it is due again.

    One that is due later than it can be was done before the clock was put back; workers' clocks differ by less.
    """
    insert_unless_there(connection, ChoreRow, {"name": name, "due_at": now})
    is_due = (ChoreRow.due_at <= now) | (ChoreRow.due_at > now + 2 * every)
    claimed = update(ChoreRow).where(ChoreRow.name == name, is_due).values(due_at=now + every)
    return connection.execute(claimed).rowcount == 1


def beat(writing: Transaction, worker: str, now: datetime) -> int:
    """This worker is alive; those that are long gone are forgotten."""
    with writing() as connection:
        beaten = update(HeartbeatRow).where(HeartbeatRow.worker == worker).values(beat_at=now)
        if connection.execute(beaten).rowcount == 0:
            connection.execute(insert(HeartbeatRow).values(worker=worker, beat_at=now))
        connection.execute(delete(HeartbeatRow).where(HeartbeatRow.beat_at < now - FORGOTTEN_AFTER))
    return 0
