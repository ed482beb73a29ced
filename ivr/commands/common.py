"""What commands share: settings, an open database, one-sentence errors, JSON on standard output."""

import getpass
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from db.engine import driver_says, open_engine, reading
from db.queries.practices import PracticeVersion, find_practice, practice_keys
from db.upgrade import current_revision, newest_revision
from ivr.actions.access import note_access
from ivr.actions.questions import QuestionError
from ivr.clock import system_clock
from ivr.settings import Settings, SettingsError, read_settings

log = structlog.get_logger()
WRONG_USE = 2
DOES_NOT_HOLD = 1

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
practice_option = click.option(
    "--practice", "-p", metavar="KEY", help="Key of the practice; may be left out when there is only one."
)

questions_option = click.option(
    "--questions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one JSON object a line, the options as keys; one answer a line.",
)


class Refused(click.ClickException):
    """Wrong use or a wrong setting: one sentence with the remedy, exit status 2."""

    exit_code = WRONG_USE


class DatabaseAway(Refused):
    """The database does not answer; it may come back."""


class DoesNotHold(click.ClickException):
    """What the command checks does not hold: exit status 1."""

    exit_code = DOES_NOT_HOLD


def settings() -> Settings:
    """The settings. Raises Refused when one cannot be used."""
    try:
        return read_settings()
    except SettingsError as error:
        raise Refused(str(error)) from None


def open_database(configured: Settings) -> Engine:
    """The database, migrated. Raises Refused when it is not at the newest schema, DatabaseAway when it is not there."""
    engine = connect(configured)
    name = database_name(configured)
    if is_missing_file(engine):
        raise Refused(f"there is no database {name}; check IVR_DATABASE_URL, or make it with: ivr db upgrade")
    try:
        with reading(engine)() as connection:
            revision = current_revision(connection)
    except DBAPIError as error:
        raise DatabaseAway(cannot_open(name, error)) from None
    if revision is None:
        raise Refused(f"the database {name} is empty; run: ivr db upgrade")
    if revision != newest_revision():
        raise Refused(
            f"the database {name} is at schema {revision}, this code needs {newest_revision()}; run: ivr db upgrade"
        )
    return engine


def open_for_callers(configured: Settings) -> Engine:
    """The database of a service: while it is away callers hear the fallback, and are served when it comes back.

    Raises Refused when it is there and not at the newest schema.
    """
    try:
        return open_database(configured)
    except DatabaseAway as error:
        log.error("database_away", reason=error.format_message())
        return connect(configured)


def database_name(configured: Settings) -> str:
    """The database as it is configured, without its password."""
    return make_url(configured.database_url).render_as_string(hide_password=True)


def is_missing_file(engine: Engine) -> bool:
    """Whether this is an SQLite file that does not exist; opening it would make an empty one."""
    file = engine.url.database
    return engine.dialect.name == "sqlite" and bool(file) and not Path(str(file)).exists()


def connect(configured: Settings) -> Engine:
    """The engine of the configured database; SQLite files are not made by looking at them."""
    try:
        return open_engine(configured.database_url)
    except (ValueError, OSError) as error:
        raise Refused(str(error)) from None


def cannot_open(name: str, error: DBAPIError) -> str:
    """One sentence for a database that cannot be reached."""
    return f"cannot open the database {name}: {driver_says(error)}; check IVR_DATABASE_URL and that it is running"


def find_practice_or_refuse(engine: Engine, key: str | None) -> tuple[str, PracticeVersion]:
    """The practice asked for, or the only one there is. Raises Refused with the keys that exist."""
    with reading(engine)() as connection:
        keys = practice_keys(connection)
        if key is None and len(keys) == 1:
            key = keys[0]
        found = find_practice(connection, key) if key else None
    if key is not None and found is not None:
        return key, found
    known = ", ".join(keys) or "none; load one with: ivr load FILE"
    raise Refused(
        f"there is no practice {key!r}; known: {known}" if key else f"name a practice with --practice; known: {known}"
    )


def this_user() -> str:
    """Who runs the command, for the access log: a name, or the number of an account that has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def note_export(engine: Engine, practice_id: int, subject: str) -> None:
    """The access log tells that this user takes something personal out; called before anything is shown.

    Raises:
        DoesNotHold: it cannot be noted, so nothing is to be shown.
    """
    try:
        with engine.begin() as connection:
            note_access(connection, practice_id, this_user(), "exported", subject, system_clock())
    except DBAPIError as error:
        told = f"nothing is shown, since the access log cannot be written: {driver_says(error)}"
        raise DoesNotHold(f"{told}; mend the database first") from None


def answer_file(engine: Engine, questions: Path, answer: Callable[[Connection, str], Any]) -> None:
    """One answer a line, in order; exit status 1 at the end when one could not be answered.

    Raises:
        Refused: the file is no text.
    """
    failed = False
    try:
        with reading(engine)() as connection, questions.open(encoding="utf-8") as lines:
            for line in lines:
                if not line.strip():
                    continue
                try:
                    print_json(answer(connection, line))
                except QuestionError as error:
                    failed = True
                    print_json({"error": str(error)})
    except UnicodeDecodeError:
        raise Refused(f"{questions} is not text in UTF-8; write one JSON object a line") from None
    if failed:
        raise click.exceptions.Exit(DOES_NOT_HOLD)


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False))
