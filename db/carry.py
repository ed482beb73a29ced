"""Everything that an SQLite database holds, carried into an empty database: the way out of SQLite."""

from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, insert, select
from sqlalchemy.exc import DBAPIError

import db.models  # noqa: F401 every table is known to the metadata
from db.base import Base
from db.engine import driver_says, open_engine, open_reader, reading
from db.upgrade import current_revision, newest_revision

ROWS_AT_ONCE = 1000


class CarryError(Exception):
    """Nothing was carried; the message says why and what to do."""


def carry(file: Path, into: Engine) -> dict[str, int]:
    """Copy every row of the SQLite database or backup in `file` into a database of the newest schema without rows.

    In one transaction. How many rows of each table there were, where there were any.

    Raises:
        CarryError: nothing was carried.
    """
    source = open_reader(open_engine(f"sqlite:///{file}"))
    try:
        with reading(source)() as old, into.begin() as new:
            _check_revision(old, file)
            _check_empty(new)
            carried = {table.name: _copy(table, old, new) for table in Base.metadata.sorted_tables}
    except DBAPIError as error:
        raise CarryError(f"nothing was carried from {file}: {driver_says(error)}") from None
    finally:
        source.dispose()
    return {name: count for name, count in carried.items() if count}


def _check_revision(old: Connection, file: Path) -> None:
    revision = current_revision(old)
    if revision is None:
        raise CarryError(f"{file} is no database of this service")
    if revision != newest_revision():
        told = f"is at schema {revision}, this code needs {newest_revision()}"
        raise CarryError(f"{file} {told}; run ivr db upgrade with IVR_DATABASE_URL=sqlite:///{file.resolve()} first")


def _check_empty(new: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        if new.execute(select(table).limit(1)).first() is not None:
            told = f"is not empty: it has rows in {table.name}"
            raise CarryError(f"the new database {told}; stop what writes there, make it anew, and run ivr db upgrade")


def _copy(table: Table, old: Connection, new: Connection) -> int:
    """In the order of the keys, which is that in which rows were made."""
    query = select(table).order_by(*table.primary_key)
    count = 0
    for rows in old.execution_options(yield_per=ROWS_AT_ONCE).execute(query).mappings().partitions():
        new.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
    if count and new.dialect.name == "postgresql":
        _count_on(table, new)
    return count


def _count_on(table: Table, new: Connection) -> None:
    """PostgreSQL numbers new rows by a counter of its own, which has not seen these."""
    for column in table.primary_key:
        counter = new.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar_one()
        if counter is not None:
            new.execute(select(func.setval(counter, select(func.max(column)).scalar_subquery())))
