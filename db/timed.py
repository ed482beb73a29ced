"""The database while a caller waits: what takes too long is broken off, a lost connection is replaced once."""

import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from db.engine import Transaction, driver_says, reading
from db.patience import patience

Result = TypeVar("Result")

LOOK_EVERY_SECONDS = 0.1
LOST = ("08", "57P0")
"""SQLSTATE of a connection that is no more, and of a server that shuts down or starts."""


class DatabaseTroubleError(Exception):
    """The database is away, locked, full or too slow; nothing was changed, or it is known when asked again."""


class TimedDatabase:
    """Transactions of work that must be over in `seconds`, by `workers` threads at a time, the others in turn."""

    def __init__(self, engine: Engine, seconds: float, workers: int) -> None:
        self._lost_at = 0.0
        if engine.dialect.name == "postgresql":
            self._replace_what_is_lost(engine)
        self._seconds = seconds
        self._turns = threading.BoundedSemaphore(workers)
        self.reading = _watched(reading(engine))
        self.writing = _watched(engine.begin)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A block in which this thread may `run` work, as soon as it is its turn and for as long as there is time."""
        with patience.until(time.monotonic() + self._seconds):
            has_turn = self._turns.acquire(timeout=self._seconds)
            try:
                yield
            finally:
                if has_turn:
                    self._turns.release()

    def run(self, work: Callable[[], Result]) -> Result:
        """Do work that may be done again, such as answering a webhook, in this thread's turn.

        Raises:
            DatabaseTroubleError: no result in time, or none to be had.
        """
        if patience.seconds_left(self._seconds) == 0:
            message = f"{self._seconds} seconds were over before its turn"
            raise DatabaseTroubleError(message)
        try:
            return self._with_new_connections(work)
        except (DBAPIError, sqlite3.Error, psycopg.Error, OSError) as error:
            raise DatabaseTroubleError(driver_says(error)) from error

    def _with_new_connections(self, work: Callable[[], Result]) -> Result:
        """A database that was restarted takes no answer from those who call next."""
        try:
            return work()
        except (DBAPIError, psycopg.Error) as error:
            if not _is_lost(error) or patience.seconds_left(self._seconds) < self._seconds / 2:
                raise
        self._lost_at = time.monotonic()
        return work()

    def _replace_what_is_lost(self, engine: Engine) -> None:
        """When one connection is gone, all may be: each is closed when it is asked for next, those in use now too."""

        @event.listens_for(engine, "connect")
        def note_time(_driver: object, record: ConnectionPoolEntry) -> None:
            record.info["opened_at"] = time.monotonic()

        @event.listens_for(engine, "checkout")
        def refuse_lost(_driver: object, record: ConnectionPoolEntry, _lent: object) -> None:
            if record.info.get("opened_at", 0.0) < self._lost_at:
                raise DisconnectionError


def _is_lost(error: DBAPIError | psycopg.Error) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.OperationalError):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith(LOST)


def _watched(transaction: Transaction) -> Transaction:
    """The same transactions, broken off when the thread's time is over, their commit included."""

    @contextmanager
    def opened() -> Iterator[Connection]:
        ends = patience.ends
        if ends is None:
            with transaction() as connection:
                yield connection
            return
        driver = None
        try:
            with transaction() as connection:
                driver = connection.connection.driver_connection
                _watch.add(driver, ends)
                yield connection
        finally:
            if driver is not None:
                _watch.remove(driver)

    return opened


class _Watch:
    """One thread of the process that breaks off what has no time left."""

    def __init__(self) -> None:
        self._ends: dict[Any, float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, driver: Any, ends: float) -> None:
        with self._lock:
            self._ends[driver] = ends
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="database-watch", daemon=True)
                self._thread.start()

    def remove(self, driver: Any) -> None:
        with self._lock:
            self._ends.pop(driver, None)

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            now = time.monotonic()
            with self._lock:
                for driver in [driver for driver, ends in self._ends.items() if ends < now]:
                    del self._ends[driver]
                    _break_off(driver)


_watch = _Watch()


def _break_off(driver: Any) -> None:
    """Make the thread that waits for this connection get an error now."""
    if isinstance(driver, sqlite3.Connection):
        driver.interrupt()
    elif isinstance(driver, psycopg.Connection) and not driver.closed:
        with socket.socket(fileno=socket.dup(driver.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
