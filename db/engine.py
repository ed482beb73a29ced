"""Opening the database: SQLite embedded, PostgreSQL when outgrown, the same behaviour on both."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from db.write_queue import WriteQueue

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Opens one transaction: committed at the end of the block, rolled back when it raises."""

BUSY_SECONDS = 5
PAGES_BEFORE_CHECKPOINT = 4000
"""16 MB of log: a caller waits less often while it is copied into the database."""
READING = {"ivr_reading": True}
WRITING = "ivr_write_queue"


def open_engine(url: str) -> Engine:
    """An engine for that SQLAlchemy URL; `postgresql://` means psycopg 3.

    Raises:
        ValueError: not a database this service can use, with the remedy.
    """
    try:
        address = make_url(url)
    except Exception:
        message = f"IVR_DATABASE_URL {url!r} is not a database URL; write sqlite:///FILE or postgresql://…"
        raise ValueError(message) from None
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    if address.get_backend_name() == "postgresql":
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_size=8,
            pool_pre_ping=False,
            connect_args={"connect_timeout": BUSY_SECONDS},
        )
    message = f"IVR_DATABASE_URL names {address.get_backend_name()!r}; use sqlite or postgresql"
    raise ValueError(message)


def reading(engine: Engine) -> Transaction:
    """Transactions that only read: on SQLite they see one snapshot and take no write lock."""
    is_sqlite = engine.dialect.name == "sqlite"
    reader = engine.execution_options(**READING if is_sqlite else {"isolation_level": "AUTOCOMMIT"})

    return reader.begin


def _open_sqlite(address: URL) -> Engine:
    if address.database in {None, "", ":memory:"}:
        engine = create_engine(address, poolclass=StaticPool, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_in_memory)
        return engine
    file = Path(str(address.database))
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address)
    queue = WriteQueue(file, BUSY_SECONDS)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", lambda connection: _begin_in_file(connection, queue))
    event.listen(engine, "checkin", lambda _, record: _leave_queue(record, queue))
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """WAL, durable commits, real foreign keys; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_BEFORE_CHECKPOINT}")


def _begin_in_memory(connection: Connection) -> None:
    _driver(connection).execute("BEGIN")


def _begin_in_file(connection: Connection, queue: WriteQueue) -> None:
    """A writer takes its lock at once: a deferred one fails with "database is locked" (SCHEDULING.md 5)."""
    if connection.get_execution_options().get("ivr_reading"):
        _driver(connection).execute("BEGIN")
        return
    place = connection.connection.info
    if WRITING not in place:
        place[WRITING] = queue.enter()
    _driver(connection).execute("BEGIN IMMEDIATE")


def _leave_queue(record: ConnectionPoolEntry, queue: WriteQueue) -> None:
    descriptor = record.info.pop(WRITING, None)
    if descriptor is not None:
        queue.leave(descriptor)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
    return driver
