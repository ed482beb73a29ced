"""The schema: migrations run up on both databases and give what the models say."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url

import db.models  # noqa: F401 every table is known to the metadata
from db.base import Base
from db.engine import open_engine
from db.upgrade import alembic_config, current_revision, newest_revision, upgrade


def test_the_models_are_what_the_migrations_make(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    assert upgrade(engine) == (newest_revision(), newest_revision())


def test_an_empty_database_has_no_revision() -> None:
    with open_engine("sqlite://").connect() as connection:
        assert current_revision(connection) is None


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        pytest.param("mysql://localhost/ivr", "use sqlite or postgresql", id="another kind"),
        pytest.param("not an address", "write sqlite:///FILE", id="no address"),
    ],
)
def test_a_database_we_cannot_use_is_refused_with_the_remedy(url: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        open_engine(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path}/blank.db")
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"blank_{os.urandom(6).hex()}"
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(make_url(server).set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


BEFORE_HOLDS = [
    "INSERT INTO practices (id, key, version, name, country, territory, good_friday, open_holidays, closed_days,"
    " timezone, languages, emergency, unknown_callers, secretary_first, accepts_new_patients, relatives,"
    " telemarketing_filter, call_back_delay, keeps_recordings_at_carrier, prompts) VALUES (1, 'p', 1, 'P', 'FR', 'FR',"
    " false, '[]', '[]', 'Europe/Paris', '[]', '15', 'ring', false, true, 'open', false, '{}', false, '{}')",
    "INSERT INTO practitioners (id, practice_id, position, key, name, ring_seconds, contact, working_hours,"
    " notice_minutes, horizon_days, step_minutes, at_once, weeks_every)"
    " VALUES (1, 1, 0, 'm', 'M', 20, 'both', '{}', 0, 60, 15, 2, 1)",
    "INSERT INTO acts (id, practitioner_id, position, key, name, minutes, is_visible, ask_first, place, before_minutes,"
    " after_minutes) VALUES (1, 1, 0, 'a', 'A', 15, true, false, 'practice', 0, 0)",
    "INSERT INTO patients (id, practice_id, key, first_name, last_name, relatives)"
    " VALUES (1, 1, 'd', 'D', 'D', 'open')",
]
APPOINTMENT = (
    "INSERT INTO appointments (id, practitioner_id, act_id, patient_id, start_at, end_at, block_start_at, block_end_at,"
    " wall_time, timezone, status) VALUES (:id, 1, 1, 1, :start, :end, :start, :end, '', 'Europe/Paris', :status)"
)


def fill_at(connection: Connection, revision: str, *statements: str) -> None:
    """Rows of an installation that was at that revision."""
    command.upgrade(alembic_config(connection), revision)
    for statement in statements:
        connection.execute(text(statement))


def test_appointments_made_before_holds_keep_their_time_and_double_bookings_stay(blank: Engine) -> None:
    with blank.begin() as connection:
        fill_at(connection, "0002", *BEFORE_HOLDS)
        for number, hour, status in ((1, 8, "booked"), (2, 8, "pending"), (3, 8, "cancelled"), (4, 9, "booked")):
            times = {"start": f"2026-12-02 {hour:02d}:00:00", "end": f"2026-12-02 {hour:02d}:15:00"}
            if blank.dialect.name == "postgresql":
                times = {name: f"{time}+00" for name, time in times.items()}
            connection.execute(text(APPOINTMENT), times | {"id": number, "status": status})
    upgrade(blank)
    with blank.connect() as connection:
        query = "SELECT id, block_start, block_end, is_overbooked FROM appointments ORDER BY id"
        rows = [(*row[:3], bool(row[3])) for row in connection.execute(text(query))]
    eight = 1_796_198_400
    assert rows == [
        (1, eight, eight + 900, False),
        (2, eight, eight + 900, True),
        (3, eight, eight + 900, False),
        (4, eight + 3600, eight + 4500, False),
    ]


BEFORE_BOOKING = [
    "INSERT INTO calls (id, carrier_id, practice_id, line, language, step, state, started_at, was_accepted,"
    " left_nothing) VALUES (1, 'CA1', 1, '+33199001234', 'fr', 1, '{}', '2026-12-02 08:00:00', false, false)",
    "INSERT INTO tasks (id, practice_id, call_id, kind, is_urgent, state, created_at, due_at, token)"
    " VALUES (1, 1, 1, 'message', false, 'open', '2026-12-02 08:00:00', '2026-12-02 08:00:00', 't')",
    "INSERT INTO voice_messages (id, practice_id, call_id, task_id, recording, seconds, state, is_at_carrier, attempts,"
    " created_at) VALUES (1, 1, 1, 1, 'RE1', 9, 'stored', false, 0, '2026-12-02 08:00:00')",
]


def test_tables_are_made_anew_without_losing_what_refers_to_them(blank: Engine) -> None:
    with blank.begin() as connection:
        fill_at(connection, "0003", *BEFORE_HOLDS, *BEFORE_BOOKING)
    upgrade(blank)
    with blank.begin() as connection:
        assert connection.execute(text("SELECT task_id FROM voice_messages")).scalars().all() == [1]
        connection.execute(text("DELETE FROM tasks"))
        assert connection.execute(text("SELECT count(*) FROM voice_messages")).scalar() == 0, "foreign keys count again"


ACCESS = (
    "INSERT INTO access_log (id, practice_id, at, actor, action, subject)"
    " VALUES (:id, 1, '2026-12-02 08:00:00', 'anna', :action, :subject)"
)


def test_exports_noted_by_key_are_told_by_id_and_those_of_the_erased_by_nothing(blank: Engine) -> None:
    with blank.begin() as connection:
        fill_at(connection, "0006", *BEFORE_HOLDS)
        noted = [("exported", "patient d"), ("exported", "patient durand"), ("erased", "patient 7")]
        for number, (action, subject) in enumerate(noted):
            connection.execute(text(ACCESS), {"id": number, "action": action, "subject": subject})
    upgrade(blank)
    with blank.connect() as connection:
        told = connection.execute(text("SELECT subject FROM access_log ORDER BY id")).scalars().all()
    assert told == ["patient 1", "patient erased", "patient 7"]
