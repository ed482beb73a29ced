"""Practices that answer, each made once for all the calls that are played to it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from db.engine import open_engine
from ivr.actions.load_practice import load_practice
from ivr.actions.snapshots import Snapshots
from ivr.practice_files.schema import PracticeFile
from tests.chaos.deliveries import House, Recorded, practice_named
from tests.conftest import database_in, in_one_file


class Houses:
    """Houses without any call: what was played in one before is gone when it is asked for again."""

    def __init__(self, template: Path, folder: Path, postgresql: Callable[[], str]) -> None:
        self._template = template
        self._folder = folder
        self._postgresql = postgresql
        self._houses: dict[str, House] = {}
        self._recorded: dict[Path, Recorded] = {}

    def in_memory(self, practice: PracticeFile) -> House:
        """On SQLite, for one thread."""
        return self._on_sqlite(practice, f"memory-{practice.practice.key}", "sqlite://")

    def in_a_file(self, practice: PracticeFile) -> House:
        """On SQLite, for many threads."""
        name = f"file-{practice.practice.key}"
        return self._on_sqlite(practice, name, f"sqlite:///{self._folder / name}.db")

    def on_postgresql(self, practice: PracticeFile) -> House:
        """On PostgreSQL."""
        key, server = practice.practice.key, self._postgresql()
        name, template = f"chaos_{key}", f"template_chaos_{key}"
        admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            if name in self._houses:
                self._houses[name].engine.dispose()
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            else:
                connection.execute(text(f"CREATE DATABASE {template} TEMPLATE template_ivr"))
                _load(practice, open_engine(database_in(server, template)))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        admin.dispose()
        return self._house(practice, name, database_in(server, name))

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
