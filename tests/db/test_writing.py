"""Writing: one at a time on SQLite, on the disk when it is done, and by connections that may break."""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, text
from sqlalchemy.exc import OperationalError

from db.engine import driver_says, open_engine, reading
from db.models.calls import CALLS
from db.prepared import Prepared, PreparedSelect
from db.sqlite import service_connection
from db.timed import TimedDatabase
from ivr.phones import PhoneNumber
from tests.lines import Line

PATIENCE = 5

CALL = {
    "carrier_id": "CA" + "5" * 32,
    "parent": None,
    "line": PhoneNumber("+33199001234"),
    "caller": None,
    "language": "fr",
    "step": 1,
    "state": {"name": "welcome", "accents": "é"},
    "started_at": datetime(2026, 12, 2, 12, 10, 0, 250_000, UTC),
    "was_accepted": False,
    "left_nothing": True,
}
ADD = Prepared(insert(CALLS).inline(), ("practice_id", *CALL))
FIND = PreparedSelect(select(*(CALLS.c[name] for name in CALL)))


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each time a file was put on the disk by us."""
    seen: list[int] = []
    monkeypatch.setattr(os, "fdatasync", seen.append)
    return seen


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (words TEXT)"))
    yield engine
    engine.dispose()


def write(connection: Connection) -> None:
    connection.execute(text("INSERT INTO notes VALUES ('a')"))


def notes(engine: Engine) -> int:
    with reading(engine)() as connection:
        return connection.execute(text("SELECT count(*) FROM notes")).scalar_one()


def test_a_commit_puts_the_log_on_the_disk(sqlite: Engine, syncs: list[int]) -> None:
    with sqlite.begin() as connection:
        write(connection)
        assert syncs == []
    assert len(syncs) == 1


def test_reading_and_rolling_back_wait_for_no_disk(sqlite: Engine, syncs: list[int]) -> None:
    notes(sqlite)
    with sqlite.connect() as connection:
        write(connection)
    assert syncs == []
    assert notes(sqlite) == 0


def test_others_write_while_one_waits_for_the_disk(sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    syncing, disk = Event(), Event()

    def slow(_descriptor: int) -> None:
        syncing.set()
        disk.wait(PATIENCE)

    monkeypatch.setattr(os, "fdatasync", slow)

    def write_one() -> None:
        with sqlite.begin() as connection:
            write(connection)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(write_one)
        assert syncing.wait(PATIENCE)
        with sqlite.connect() as connection:
            write(connection)
            seen = connection.execute(text("SELECT count(*) FROM notes")).scalar_one()
        assert not first.done()
        disk.set()
        first.result(PATIENCE)
    assert seen == 2


@pytest.mark.parametrize("is_broken", [False, True])
def test_those_who_commit_during_a_sync_share_the_next_one_and_what_comes_of_it(
    sqlite: Engine, monkeypatch: pytest.MonkeyPatch, is_broken: bool
) -> None:
    syncs: list[int] = []
    syncing, disk = Event(), Event()

    def slow(descriptor: int) -> None:
        syncs.append(descriptor)
        syncing.set()
        disk.wait(PATIENCE)
        if is_broken and len(syncs) > 1:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", slow)

    def write_one() -> None:
        with sqlite.begin() as connection:
            write(connection)

    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(write_one)
        assert syncing.wait(PATIENCE)
        others = [pool.submit(write_one) for _ in range(8)]
        while notes(sqlite) < 9:
            assert not any(writer.done() for writer in (first, *others))
        disk.set()
        first.result(PATIENCE)
        errors = [other.exception(PATIENCE) for other in others]
    assert [isinstance(error, OSError) for error in errors] == [is_broken] * 8
    assert len(syncs) < 9


def test_a_disk_that_fails_is_told_to_who_wrote(sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", broken)
        with pytest.raises(OSError, match="Input/output"), sqlite.begin() as connection:
            write(connection)
    with sqlite.begin() as connection:
        write(connection)


def test_a_writer_that_fails_lets_the_next_one_in(sqlite: Engine) -> None:
    with sqlite.connect() as connection:
        write(connection)
        with pytest.raises(OperationalError):
            connection.execute(text("INSERT INTO nowhere VALUES (1)"))
    with sqlite.begin() as connection:
        write(connection)
    assert notes(sqlite) == 1


def test_a_prepared_statement_keeps_and_finds_what_sqlalchemy_does(line: Line) -> None:
    with line.engine.begin() as connection:
        practice = connection.execute(text("SELECT id FROM practices")).scalar_one()
        connection.execute(insert(CALLS).values(practice_id=practice, **CALL))
        slowly = connection.execute(select(*(CALLS.c[name] for name in CALL))).one()
        connection.execute(delete(CALLS))
        ADD.run(connection, CALL | {"practice_id": practice})
        quickly = connection.execute(select(*(CALLS.c[name] for name in CALL))).one()
        (prepared,) = FIND.rows(connection, {})
    assert tuple(slowly) == tuple(quickly) == tuple(prepared) == tuple(CALL.values())
    assert prepared._fields == tuple(CALL)


def test_a_change_at_once_is_kept_whatever_comes_after(line: Line) -> None:
    with reading(line.engine)() as connection:
        practice = connection.execute(text("SELECT id FROM practices")).scalar_one()
        assert ADD.change_at_once(connection, CALL | {"practice_id": practice}) == 1
        connection.rollback()
    with reading(line.engine)() as connection:
        assert len(FIND.rows(connection, {})) == 1


def test_a_change_at_once_waits_its_turn_and_for_the_disk(sqlite: Engine, syncs: list[int]) -> None:
    def note_at_once() -> int:
        with reading(sqlite)() as connection:
            assert notes(sqlite) == 0
            return service_connection(connection.connection).change_at_once("INSERT INTO notes VALUES ('b')", ())

    with ThreadPoolExecutor() as pool:
        with sqlite.begin() as other:
            write(other)
            noted = pool.submit(note_at_once)
            with pytest.raises(TimeoutError):
                noted.result(0.05)
        assert noted.result(PATIENCE) == 1
    assert (notes(sqlite), len(syncs)) == (2, 2)


def test_a_change_at_once_that_fails_lets_the_next_one_in(sqlite: Engine) -> None:
    with reading(sqlite)() as connection, pytest.raises(sqlite3.OperationalError):
        service_connection(connection.connection).change_at_once("INSERT INTO nowhere VALUES (1)", ())
    with sqlite.begin() as connection:
        write(connection)
    assert notes(sqlite) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_the_database_closed_is_replaced_without_a_word(line: Line, database_url: str) -> None:
    line.ring()
    stranger = open_engine(database_url)
    with stranger.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        ours = "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert connection.execute(text(f"{others} {ours}")).all()
    stranger.dispose()
    assert line.ring().heard == line.ring().heard
    assert len(line.calls()) == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_others_held_when_a_connection_was_lost_is_closed_and_not_used_again(engine: Engine) -> None:
    database = TimedDatabase(engine, PATIENCE, 2)

    def driver_of_one() -> psycopg.Connection[Any]:
        with database.reading() as connection:
            connection.execute(text("SELECT 1"))
            driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
            return driver

    with engine.connect() as other:
        lost, held = driver_of_one(), other.connection.driver_connection
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": lost.info.backend_pid})
        with database.turn():
            replaced = database.run(driver_of_one)
    with database.turn():
        used = [database.run(driver_of_one) for _ in range(2)]
    assert replaced is not lost
    assert held not in used
    assert lost.closed
    assert isinstance(held, psycopg.Connection)
    assert held.closed


def test_what_a_driver_told_is_one_line_even_when_it_told_nothing() -> None:
    assert driver_says(OperationalError("SELECT 1", {}, sqlite3.OperationalError("no room\non disk"))) == "no room"
    assert driver_says(TimeoutError()) == "TimeoutError"


def test_a_new_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Whatever the shell's umask is: the log and the queue beside it, too."""
    file = tmp_path / "new" / "ivr.db"
    engine = open_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE secrets (told TEXT)"))
        modes = {beside.name: beside.stat().st_mode & 0o777 for beside in file.parent.iterdir()}
    engine.dispose()
    assert modes == dict.fromkeys(["ivr.db", "ivr.db-wal", "ivr.db-shm", "ivr.db.queue"], 0o600)
