"""Opening the database: SQLite embedded, PostgreSQL when outgrown, the same behaviour on both."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Opens one transaction: committed at the end of the block, rolled back when it raises."""

BUSY_SECONDS = 5
MEMORY = "sqlite://"


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
    """Transactions that only read: on SQLite they take no write lock."""

    @contextmanager
    def transaction() -> Iterator[Connection]:
        with engine.connect().execution_options(ivr_reading=True) as connection, connection.begin():
            yield connection

    return transaction


def _open_sqlite(address: URL) -> Engine:
    options: dict[str, Any] = {}
    if address.database in {None, "", ":memory:"}:
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    elif address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, **options)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """WAL, durable commits, real foreign keys; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: a deferred one fails with "database is locked" (SCHEDULING.md 5)."""
    reads = connection.get_execution_options().get("ivr_reading")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
