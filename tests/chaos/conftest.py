"""Practices that answer, each made once for all the calls that are played to it; a database server to be stopped."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url

from db.base import Base
from db.engine import open_engine
from db.upgrade import upgrade
from ivr.actions.load_practice import load_practice
from ivr.actions.snapshots import Snapshots
from ivr.practice_files.schema import PracticeFile
from tests.chaos.deliveries import House, Recorded, practice_named
from tests.chaos.own_server import OwnServer
from tests.conftest import database_in, in_one_file
from tests.lines import demo_practice


class Houses:
    """Houses without any call: what was played in one before is gone when it is asked for again."""

    def __init__(self, template: Path, folder: Path, postgresql: Callable[[], str]) -> None:
        self._template = template
        self._folder = folder
        self._postgresql = postgresql
        self._houses: dict[str, House] = {}
        self._put_back: dict[str, str] = {}
        self._recorded: dict[Path, Recorded] = {}

    def in_memory(self, practice: PracticeFile) -> House:
        """On SQLite, for one thread."""
        return self._on_sqlite(practice, f"memory-{practice.practice.key}", "sqlite://")

    def in_a_file(self, practice: PracticeFile) -> House:
        """On SQLite, for many threads."""
        name = f"file-{practice.practice.key}"
        return self._on_sqlite(practice, name, f"sqlite:///{self._folder / name}.db")

    def on_postgresql(self, practice: PracticeFile) -> House:
        """On PostgreSQL, for many threads."""
        key = practice.practice.key
        name, address = f"chaos_{key}", database_in(self._postgresql(), f"chaos_{key}")
        is_new = name not in self._houses
        if is_new:
            self._create_database(name)
            _load(practice, open_engine(address))
        house = self._house(practice, name, address)
        with house.engine.begin() as connection:
            if is_new:
                self._put_back[name] = set_aside(connection)
            else:
                connection.execute(text(self._put_back[name]))
        return house

    def _create_database(self, name: str) -> None:
        server = make_url(self._postgresql()).set(drivername="postgresql+psycopg")
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_ivr"))
        admin.dispose()

    def recorded(self, file: Path) -> Recorded:
        """The requests of a recorded call, and what they leave when each comes once."""
        if file not in self._recorded:
            self._recorded[file] = self.in_memory(practice_named(file)).record(file)
        return self._recorded[file]

    def close(self) -> None:
        for house in self._houses.values():
            house.engine.dispose()

    def _on_sqlite(self, practice: PracticeFile, name: str, url: str) -> House:
        loaded = self._folder / f"{practice.practice.key}.db"
        if not loaded.exists():
            shutil.copy(self._template, loaded)
            _load(practice, open_engine(f"sqlite:///{loaded}"))
        house = self._house(practice, name, url)
        with house.engine.connect() as connection, closing(sqlite3.connect(loaded)) as source:
            connection.rollback()
            source.backup(connection.connection.driver_connection)  # type: ignore[arg-type]
        return house

    def _house(self, practice: PracticeFile, name: str, url: str) -> House:
        if name not in self._houses:
            folder = self._folder / name
            folder.mkdir()
            Snapshots(folder).write(practice)
            self._houses[name] = House(open_engine(url), folder)
        return self._houses[name]


def set_aside(connection: Connection) -> str:
    """Copy all there is; the statement that puts it back, which takes a fortieth of what a new database takes."""
    tables = [table.name for table in Base.metadata.sorted_tables]
    connection.execute(text("CREATE SCHEMA aside"))
    for table in tables:
        connection.execute(text(f"CREATE TABLE aside.{table} AS TABLE {table}"))
    numbered = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
    statements = [
        *(f"DELETE FROM {table}" for table in reversed(tables)),  # noqa: S608 names of our own
        *(f"INSERT INTO {table} SELECT * FROM aside.{table}" for table in tables),  # noqa: S608
        *(f"PERFORM setval('{name}', {last or 1}, {bool(last)})" for name, last in connection.execute(text(numbered))),
    ]
    return f"DO $$ BEGIN {'; '.join(statements)}; END $$"


def _load(practice: PracticeFile, engine: Engine) -> None:
    with engine.begin() as connection:
        load_practice(connection, practice)
    if engine.dialect.name == "sqlite":
        in_one_file(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def houses(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Houses]:
    folder = tmp_path_factory.mktemp("houses")
    opened = Houses(sqlite_template, folder, lambda: str(request.getfixturevalue("postgresql_server")))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def server() -> Iterator[OwnServer]:
    """With the demo practice."""
    folder = tempfile.mkdtemp(prefix="ivr-pg-away-")
    running = OwnServer(folder)
    engine = open_engine(running.address)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))  # the machine goes on; what is committed stays
    upgrade(engine)
    with engine.begin() as connection:
        load_practice(connection, demo_practice())
    engine.dispose()
    yield running
    running.delete()
    shutil.rmtree(folder, ignore_errors=True)
