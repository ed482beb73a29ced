"""A practice copied into a database of its own, so that calls can be tried and nothing is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from db.engine import open_engine
from db.sqlite import service_connection
from db.upgrade import upgrade
from ivr.actions.load_practice import load_practice
from ivr.actions.snapshots import Snapshots
from ivr.practice_files.schema import PracticeFile
from ivr.settings import Settings

MADE_UP_ACCOUNT = "ACcc0f5e34e97d1289ab95c635fe386ce7"
PUBLIC_URL = "http://127.0.0.1:8000"


@contextmanager
def scratch_database(practice: PracticeFile) -> Iterator[Engine]:
    """An SQLite database in memory that holds only that practice."""
    engine = open_engine("sqlite://")
    with engine.connect() as connection:
        service_connection(connection.connection).deserialize(_empty())
    with engine.begin() as connection:
        load_practice(connection, practice)
    try:
        yield engine
    finally:
        engine.dispose()


@cache
def _empty() -> bytes:
    """A database as migrations make it, which take much longer than a copy of what they made."""
    engine = open_engine("sqlite://")
    upgrade(engine)
    with engine.connect() as connection:
        return service_connection(connection.connection).serialize()


@contextmanager
def scratch_settings(practice: PracticeFile) -> Iterator[Settings]:
    """Settings of an installation that exists for a moment, with the practice's snapshots."""
    with TemporaryDirectory() as folder:
        Snapshots(Path(folder)).write(practice)
        yield Settings.model_construct(
            database_url="sqlite://",
            data_dir=Path(folder),
            public_url=PUBLIC_URL,
            account_sid=MADE_UP_ACCOUNT,
            auth_token=None,
        )
