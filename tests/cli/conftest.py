"""Installations for tests of the `ivr` command."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from ivr.demo import DEMO_FILE
from tests.cli.shell import Shell


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Shell:
    """A migrated database without a practice."""
    shutil.copy(sqlite_template, tmp_path / "ivr.db")
    return Shell(
        tmp_path, {"IVR_DATABASE_URL": f"sqlite:///{tmp_path / 'ivr.db'}", "IVR_DATA_DIR": str(tmp_path / "data")}
    )


@pytest.fixture(scope="session")
def demo_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the demo practice, loaded once."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "ivr.db")
    shell = Shell(folder, {"IVR_DATABASE_URL": f"sqlite:///{folder / 'ivr.db'}", "IVR_DATA_DIR": str(folder / "data")})
    shell.succeeds("load", str(DEMO_FILE))
    with sqlite3.connect(folder / "ivr.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder / "ivr.db"


@pytest.fixture
def shell(empty: Shell, demo_database: Path) -> Shell:
    """The demo practice, loaded."""
    shutil.copy(demo_database, empty.folder / "ivr.db")
    return empty
