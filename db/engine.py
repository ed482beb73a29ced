"""Opening the database: SQLite embedded, PostgreSQL when outgrown, the same behaviour on both."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

from db.log_sync import LogSync
from db.sqlite import BUSY_SECONDS, ServiceConnection, service_connection
from db.write_queue import WriteQueue

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Opens one transaction: committed at the end of the block, rolled back when it raises."""

CONNECT_SECONDS = 3

registry.register("sqlite.service", "db.sqlite", "ServiceSqlite")


def open_engine(url: str) -> Engine:
    """An engine for that SQLAlchemy URL; `postgresql://` means psycopg 3. Its errors tell no values: they get logged.

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
            hide_parameters=True,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
    message = f"IVR_DATABASE_URL names {address.get_backend_name()!r}; use sqlite or postgresql"
    raise ValueError(message)


def driver_says(error: Exception) -> str:
    """What the driver told, in one line: the first of its own, without SQLAlchemy's; its kind when it told nothing."""
    cause = getattr(error, "orig", None) or error
    return next(iter(str(cause).strip().splitlines()), type(cause).__name__)


def reading(engine: Engine) -> Transaction:
    """Transactions that only read: on SQLite they see one snapshot and take no write lock.

    A prepared statement may be written at their end, as a transaction of its own (`Prepared.change_at_once`).
    """
    if engine.dialect.name == "postgresql":
        return _autocommitting(engine)
    return lambda: _reading_sqlite(engine)


def open_reader(engine: Engine) -> Engine:
    """An engine whose every transaction only reads: on SQLite it takes no write lock, whatever opens it."""
    if engine.dialect.name == "postgresql" or engine.url.database in {None, "", ":memory:"}:
        return engine
    return create_engine(engine.url, connect_args={"factory": ServiceConnection}, hide_parameters=True)


def _autocommitting(engine: Engine) -> Transaction:
    return engine.execution_options(isolation_level="AUTOCOMMIT").begin


@contextmanager
def _reading_sqlite(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        driver = service_connection(connection.connection)
        driver.is_reading = True
        try:
            yield connection
        finally:
            driver.is_reading = False


def _open_sqlite(address: URL) -> Engine:
    address = address.set(drivername="sqlite+service")
    if address.database in {None, "", ":memory:"}:
        shared = {"check_same_thread": False, "factory": ServiceConnection}
        return create_engine(address, poolclass=StaticPool, connect_args=shared, hide_parameters=True)
    file = Path(str(address.database))
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = partial(ServiceConnection, queue=WriteQueue(file, BUSY_SECONDS), log=LogSync(file))
    return create_engine(address, connect_args={"factory": connection}, hide_parameters=True)
