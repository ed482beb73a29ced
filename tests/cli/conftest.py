"""Installations for tests of the `ivr` command."""

import shutil
from pathlib import Path

import pytest

from db.engine import open_engine
from tests.cli.shell import Shell
from tests.conftest import in_one_file
from tests.lines import LILAS_FILE


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Shell:
    """A migrated database without a practice."""
    shutil.copy(sqlite_template, tmp_path / "ivr.db")
    return Shell(
        tmp_path, {"IVR_DATABASE_URL": f"sqlite:///{tmp_path / 'ivr.db'}", "IVR_DATA_DIR": str(tmp_path / "data")}
    )


@pytest.fixture
def shell(empty: Shell, sqlite_demo: Path) -> Shell:
    """The demo practice, loaded."""
    shutil.copy(sqlite_demo, empty.folder / "ivr.db")
    return empty


@pytest.fixture(scope="session")
def lilas_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the practice to book with, loaded by the command once."""
    folder = tmp_path_factory.mktemp("lilas")
    shutil.copy(sqlite_template, folder / "ivr.db")
    shell = Shell(folder, {"IVR_DATABASE_URL": f"sqlite:///{folder / 'ivr.db'}", "IVR_DATA_DIR": str(folder / "data")})
    shell.succeeds("load", str(LILAS_FILE))
    in_one_file(open_engine(f"sqlite:///{folder / 'ivr.db'}"))
    return folder / "ivr.db"


@pytest.fixture
def lilas(empty: Shell, lilas_database: Path) -> Shell:
    """The practice to book with, loaded."""
    shutil.copy(lilas_database, empty.folder / "ivr.db")
    return empty
