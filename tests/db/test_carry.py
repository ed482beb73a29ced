"""A practice that has outgrown SQLite takes everything along."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from db.backup import back_up
from db.base import Base
from db.carry import CarryError, carry
from db.engine import open_engine, reading
from tests.a_day import have_a_day
from tests.conftest import in_one_file, logging_to
from tests.lines import Line, demo_practice, loaded_line


@pytest.fixture(scope="module")
def outgrown(sqlite_demo: Path, tmp_path_factory: pytest.TempPathFactory, log_of_the_suite: Path) -> Path:
    """The SQLite database of a practice that has had a day of calls."""
    folder = tmp_path_factory.mktemp("outgrown")
    shutil.copy(sqlite_demo, folder / "ivr.db")
    engine = open_engine(f"sqlite:///{folder / 'ivr.db'}")
    with logging_to(log_of_the_suite):
        have_a_day(loaded_line(demo_practice(), engine, folder))
    in_one_file(engine)
    return folder / "ivr.db"


def rows(engine: Engine) -> dict[str, list[Any]]:
    """All that a database holds."""
    with reading(engine)() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def test_every_row_arrives_as_it_was(engine: Engine, outgrown: Path) -> None:
    carried = carry(outgrown, engine)
    before = rows(open_engine(f"sqlite:///{outgrown}"))
    assert rows(engine) == before
    assert carried == {name: len(held) for name, held in before.items() if held}
    assert {"calls", "turns", "tasks", "deliveries", "voice_messages", "patients"} <= carried.keys()


def test_calls_go_on_where_they_were_carried_to(engine: Engine, outgrown: Path, tmp_path: Path) -> None:
    carry(outgrown, engine)
    line = loaded_line(demo_practice(), engine, tmp_path)
    before = line.calls()
    line.ring("+33639981111", "2").hang_up()
    assert [call.id for call in line.calls()] == [*(call.id for call in before), max(call.id for call in before) + 1]


def test_a_backup_is_carried_as_well(engine: Engine, outgrown: Path, tmp_path: Path) -> None:
    back_up(open_engine(f"sqlite:///{outgrown}"), tmp_path / "backup.db")
    assert carry(tmp_path / "backup.db", engine) == {
        name: len(held) for name, held in rows(open_engine(f"sqlite:///{outgrown}")).items() if held
    }


def test_nothing_is_added_to_what_is_there(line: Line, outgrown: Path) -> None:
    before = rows(line.engine)
    with pytest.raises(CarryError, match="is not empty: it has rows in practices"):
        carry(outgrown, line.engine)
    assert rows(line.engine) == before


def test_what_the_new_database_does_not_take_leaves_it_empty(engine: Engine, outgrown: Path, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.db"
    shutil.copy(outgrown, spoiled)
    with closing(sqlite3.connect(spoiled)) as opened:
        opened.execute("PRAGMA foreign_keys = OFF")
        opened.execute("UPDATE tasks SET call_id = 99")
        opened.commit()
    with pytest.raises(CarryError, match="nothing was carried"):
        carry(spoiled, engine)
    assert not any(rows(engine).values())


@pytest.mark.parametrize("kind", ["old", "no database", "another"])
def test_a_file_that_is_no_database_of_this_version_is_refused(
    engine: Engine, outgrown: Path, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "file.db"
    match kind:
        case "old":
            shutil.copy(outgrown, file)
            with closing(sqlite3.connect(file)) as opened:
                opened.execute("UPDATE alembic_version SET version_num = '0001'")
                opened.commit()
        case "no database":
            file.write_bytes(b"not a database" * 100)
        case "another":
            with closing(sqlite3.connect(file)) as opened:
                opened.execute("CREATE TABLE calls (id INTEGER)")
    with pytest.raises(CarryError, match=r"file\.db"):
        carry(file, engine)
    assert not any(rows(engine).values())
