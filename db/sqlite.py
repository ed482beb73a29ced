"""SQLite as a service needs it: one writer at a time, in turn, and durable when its commit returns."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import PoolProxiedConnection

from db.log_sync import LogSync
from db.patience import patience
from db.write_queue import WriteQueue

BUSY_SECONDS = 5
WAIT_SECONDS = 0.25
"""How long SQLite itself waits for another program's lock before we look whether there is time left."""
PAGES_BEFORE_CHECKPOINT = 4000
"""16 MB of log: a caller waits less often while it is copied into the database."""


Values: TypeAlias = Sequence[Any] | Mapping[str, Any]


class ServiceConnection(sqlite3.Connection):
    """A connection whose transactions are begun by us and not by the driver, with a log and real foreign keys.

    A writer takes SQLite's lock at once, since a deferred one fails with "database is locked" (SCHEDULING.md 5).
    Its commit puts the log on the disk after the lock is given back (`synchronous = NORMAL`, then our own sync),
    so that others write while it waits for the disk. A database in memory is opened without a `queue` and a `log`.
    """

    def __init__(
        self, *arguments: Any, queue: WriteQueue | None = None, log: LogSync | None = None, **options: Any
    ) -> None:
        if queue is not None:
            _make_private(queue.database)
        super().__init__(*arguments, **options)
        self.isolation_level = None
        self.is_reading = False
        self._queue = queue
        self._log = log
        self._place: int | None = None
        self.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000:.0f}")
        self.execute("PRAGMA journal_mode = WAL")
        self.execute("PRAGMA synchronous = NORMAL")
        self.execute("PRAGMA foreign_keys = ON")
        self.execute(f"PRAGMA wal_autocheckpoint = {PAGES_BEFORE_CHECKPOINT}")

    def begin(self) -> None:
        """Begin reading one state of the database, or writing."""
        if self._queue is None or self.is_reading:
            self.execute("BEGIN")
            return
        if self._place is None:
            self._place = self._queue.enter()
        self._execute_when_free("BEGIN IMMEDIATE")

    def _execute_when_free(self, sql: str, values: Values = ()) -> None:
        gives_up_at = time.monotonic() + patience.seconds_left(BUSY_SECONDS)
        while True:
            try:
                self.execute(sql, values)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > gives_up_at:
                    raise
            else:
                return

    def change(self, sql: str, values: Values) -> int:
        """Execute in this transaction; how many rows were changed, by triggers too."""
        before = self.total_changes
        self.execute(sql, values)
        return self.total_changes - before

    def change_at_once(self, sql: str, values: Values) -> int:
        """Execute as a transaction of its own, after what was read; it is on the disk when this returns."""
        super().rollback()
        before = self.total_changes
        if self._queue is not None:
            self._place = self._queue.enter()
        try:
            self._execute_when_free(sql, values)
        finally:
            was_written = self._leave_queue()
        if was_written and self._log is not None:
            self._log.sync()
        return self.total_changes - before

    def commit(self) -> None:
        """Commit; what was written is on the disk when this returns."""
        super().commit()
        if self._leave_queue() and self._log is not None:
            self._log.sync()

    def rollback(self) -> None:
        """Roll back, and let the next one write."""
        try:
            super().rollback()
        finally:
            self._leave_queue()

    def close(self) -> None:
        """Close, and let the next one write."""
        try:
            super().close()
        finally:
            self._leave_queue()

    def _leave_queue(self) -> bool:
        if self._queue is None or self._place is None:
            return False
        self._queue.leave(self._place)
        self._place = None
        return True


def _make_private(file: Path) -> None:
    """A new database is its owner's alone, and so is what SQLite puts beside it; where it cannot be, SQLite tells."""
    if not file.exists():
        with contextlib.suppress(OSError):
            os.close(os.open(file, os.O_CREAT | os.O_CLOEXEC, 0o600))


class ServiceSqlite(SQLiteDialect_pysqlite):
    """Begins our transactions: with a listener for it, SQLAlchemy would look for listeners at every step."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """See `ServiceConnection.begin`."""
        service_connection(dbapi_connection).begin()


def service_connection(proxied: PoolProxiedConnection) -> ServiceConnection:
    """The connection itself, as it was opened."""
    driver: ServiceConnection = proxied.dbapi_connection  # type: ignore[assignment]
    return driver
