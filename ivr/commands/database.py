"""`ivr db`: the schema, copies of it all, and the move to another database."""

from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from db.backup import BackupError, back_up, put_back
from db.carry import CarryError, carry
from db.upgrade import upgrade
from ivr.commands.common import DoesNotHold, Refused, cannot_open, connect, database_name, open_database, settings


@click.group("db")
def database() -> None:
    """The database: its schema, backups, and the way out of SQLite."""


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

    On SQLite `ivr db restore` puts it back; never replace the database file itself, whose log would be played into
    the copy. On PostgreSQL it is an archive for pg_restore. Voice messages lie in IVR_DATA_DIR and are copied with it.

    Example: ivr db backup /backups/ivr-2026-12-01.db
    """
    configured = settings()
    engine = open_database(configured)
    try:
        back_up(engine, file)
    except BackupError as error:
        raise DoesNotHold(str(error)) from None
    click.echo(f"{file}: {file.stat().st_size:,} bytes of {database_name(configured)}")


@database.command("restore")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(file: Path) -> None:
    """Make the SQLite database what it was when FILE was made by `ivr db backup`; stop the service first.

    What was written since is lost. On PostgreSQL use pg_restore.

    Example: ivr db restore /backups/ivr-2026-12-01.db
    """
    configured = settings()
    engine = connect(configured)
    if engine.dialect.name != "sqlite":
        raise Refused("ivr db restore is for SQLite; use pg_restore for an archive of PostgreSQL")
    try:
        put_back(file, Path(str(engine.url.database)))
    except BackupError as error:
        raise DoesNotHold(str(error)) from None
    click.echo(f"{database_name(configured)}: as it was when {file} was made; start the service again")


@database.command("import")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_command(file: Path) -> None:
    """Fill the empty database of IVR_DATABASE_URL with everything in FILE, an SQLite database or a backup of one.

    This is how a practice moves from SQLite to PostgreSQL; stop the service first. The file stays as it is.

    Example: ivr db import /var/lib/ivr/ivr.db
    """
    configured = settings()
    engine = open_database(configured)
    try:
        carried = carry(file, engine)
    except CarryError as error:
        raise DoesNotHold(str(error)) from None
    told = f"{sum(carried.values()):,} rows of {len(carried)} tables from {file}"
    click.echo(f"{database_name(configured)}: {told}")
