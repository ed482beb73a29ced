"""`ivr db`: the schema, and copies of it all."""

from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from db.backup import BackupError, back_up
from db.upgrade import upgrade
from ivr.commands.common import DoesNotHold, Refused, cannot_open, connect, database_name, open_database, settings


@click.group("db")
def database() -> None:
    """The database: its schema, and backups."""


@database.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest schema; an empty one is made.

    Example: ivr db upgrade
    """
    configured = settings()
    engine = connect(configured)
    name = database_name(configured)
    try:
        before, after = upgrade(engine)
    except DBAPIError as error:
        raise Refused(cannot_open(name, error)) from None
    click.echo(f"{name}: schema {after}" + (", as it was" if before == after else f", before: {before or 'empty'}"))


@database.command("backup")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Copy the whole database to FILE while it is in use.

    On SQLite the copy is a database: stop the service and put it in the place of the other, or name it in
    IVR_DATABASE_URL. On PostgreSQL it is an archive for pg_restore. Voice messages lie in IVR_DATA_DIR and are
    copied with it.

    Example: ivr db backup /backups/ivr-2026-12-01.db
    """
    configured = settings()
    engine = open_database(configured)
    try:
        back_up(engine, file)
    except BackupError as error:
        raise DoesNotHold(str(error)) from None
    click.echo(f"{file}: {file.stat().st_size:,} bytes of {database_name(configured)}")
