"""`ivr db`: the schema."""

import click
from sqlalchemy.exc import DBAPIError

from db.upgrade import upgrade
from ivr.commands.common import Refused, cannot_open, connect, database_name, settings


@click.group("db")
def database() -> None:
    """The database: its schema."""


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
