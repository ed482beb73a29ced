"""Copies of the whole database, made while it is in use, and put back; whole and on the disk, or not at all."""

import os
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from db.upgrade import known_revisions
from ivr.whole_files import put_on_disk

WAIT_SECONDS = 2
PAGES_AT_ONCE = 2000
"""8 MB: between two portions others may write."""


class BackupError(Exception):
    """No backup was made, or none put back; the message says why and what to do."""


def back_up(engine: Engine, file: Path) -> None:
    """Write a copy of the database to `file`, which must not exist.

    SQLite: a database file, for `put_back`. PostgreSQL: an archive of `pg_dump` for `pg_restore`.

    Raises:
        BackupError: nothing was written.
    """
    if file.exists():
        raise BackupError(f"{file} exists already; give another name")
    if not file.parent.is_dir():
        raise BackupError(f"{file.parent} is no folder; make it first")
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    os.close(descriptor)
    try:
        if engine.dialect.name == "sqlite":
            _copy_sqlite(Path(str(engine.url.database)), Path(draft))
        else:
            _dump_postgresql(engine.url, draft)
        put_on_disk(Path(draft))
        os.link(draft, file)  # fails rather than overwrite what was made meanwhile
        put_on_disk(file.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"no backup was made: {error}") from None
    finally:
        os.unlink(draft)


def put_back(file: Path, database: Path) -> None:
    """Make an SQLite database what it was when `file` was made, through SQLite and not by replacing the file.

    A log that a killed service left beside the database would otherwise be played into what was put back.

    Raises:
        BackupError: the database is as it was; a running service has it open, or the file is no backup of this service.
    """
    try:
        with closing(sqlite3.connect(_to_read(file), uri=True)) as copy:
            _check_whole(copy, f"{file} is not whole")
            (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
            if revision not in known_revisions():
                raise BackupError(f"{file} was not put back: it is no database of this service, or of a newer one")
            with closing(sqlite3.connect(database, timeout=WAIT_SECONDS, isolation_level=None)) as opened:
                _have_alone(opened, database)
                copy.backup(opened)
                opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        put_on_disk(database)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{file} was not put back: {error}") from None


def _have_alone(opened: sqlite3.Connection, database: Path) -> None:
    """Nobody else has the database open, not even idly. Raises BackupError."""
    opened.execute("PRAGMA locking_mode = EXCLUSIVE")
    try:
        opened.execute("BEGIN EXCLUSIVE")
        opened.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise BackupError(f"{database} is in use; stop the service, then try again") from None
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            told = "is harmed beyond reading; move it away with its -wal and -shm, then try again"
            raise BackupError(f"{database} {told}") from None
        raise


def _to_read(file: Path) -> str:
    """The address of a file that is only read, whatever signs its name has."""
    return f"{file.resolve().as_uri()}?mode=ro"


def _copy_sqlite(database: Path, draft: Path) -> None:
    with closing(sqlite3.connect(_to_read(database), uri=True)) as opened, closing(sqlite3.connect(draft)) as copy:
        opened.backup(copy, pages=PAGES_AT_ONCE)
        _check_whole(copy, "the copy is not whole")


def _check_whole(copy: sqlite3.Connection, complaint: str) -> None:
    faults = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if faults != "ok":
        raise BackupError(f"{complaint} ({faults}); check the disk")


def _dump_postgresql(url: URL, draft: str) -> None:
    """The password goes by the environment: arguments can be read by everybody on the machine."""
    address = url.set(drivername="postgresql")._replace(password=None).render_as_string()  # `set` keeps it for a None
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={draft}", address]
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 no shell
    except FileNotFoundError:
        raise BackupError("there is no pg_dump here; install PostgreSQL's client programs") from None
    if done.returncode:
        raise BackupError(f"pg_dump says: {done.stderr.strip().splitlines()[-1]}")
