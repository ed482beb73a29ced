"""`ivr key add`, `list` and `revoke`: the keys with which programs use the API of a practice."""

from datetime import date
from typing import Any

import click
from sqlalchemy import Row

from db.engine import reading
from ivr.actions.access import Made, note_access
from ivr.actions.api_keys import KeyNameError, keys_of, make_key, revoke_key
from ivr.clock import system_clock
from ivr.commands.common import (
    DoesNotHold,
    Refused,
    find_practice_or_refuse,
    json_option,
    open_database,
    practice_option,
    print_json,
    settings,
    this_user,
)
from ivr.vocabulary import Scope


@click.command()
@click.argument("name", metavar="NAME")
@practice_option
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What the key may do; give it once for each.",
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Its last day; for good without one.")
@json_option
def add(name: str, practice: str | None, scopes: tuple[str, ...], until: Any, as_json: bool) -> None:
    """Make a key of the API for a program called NAME, and print it: it is shown this once.

    Example: ivr key add "Agenda" --practice pasteur --scope appointments:read --scope appointments:write
    """
    engine = open_database(settings())
    _, found = find_practice_or_refuse(engine, practice)
    now, last_day = system_clock(), None if until is None else date(until.year, until.month, until.day)
    try:
        with engine.begin() as connection:
            made = make_key(connection, found.id, name, set(map(Scope, scopes)), Made(now, this_user()), last_day)
            note_access(connection, found.id, this_user(), "added", f"key {made.id}", now)
    except KeyNameError:
        raise Refused("a key needs a name of 100 letters at most, such as the name of the program") from None
    if as_json:
        print_json({"id": made.id, "secret": made.secret})
    else:
        click.echo(made.secret)


@click.command("list")
@practice_option
@json_option
def list_keys(practice: str | None, as_json: bool) -> None:
    """The keys of a practice that are in force, without their secrets.

    Example: ivr key list --practice pasteur
    """
    engine = open_database(settings())
    _, found = find_practice_or_refuse(engine, practice)
    with reading(engine)() as connection:
        rows = keys_of(connection, found.id)
    if as_json:
        print_json([_told(row) for row in rows])
        return
    for row in rows:
        click.echo(f"{row.id}  {row.shown}…  {row.name}  {' '.join(row.scopes)}")


@click.command()
@click.argument("key_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@practice_option
def revoke(key_id: int, practice: str | None) -> None:
    """Take the key with that ID (see `ivr key list`) out of force, at once and for good.

    Example: ivr key revoke 3 --practice pasteur
    """
    engine, now = open_database(settings()), system_clock()
    _, found = find_practice_or_refuse(engine, practice)
    with engine.begin() as connection:
        if not revoke_key(connection, found.id, key_id, now):
            raise DoesNotHold(f"there is no key {key_id} in force; see: ivr key list")
        note_access(connection, found.id, this_user(), "revoked", f"key {key_id}", now)
    click.echo(f"key {key_id} opens nothing any more")


def _told(row: Row[Any]) -> dict[str, Any]:
    instants = {name: getattr(row, name) for name in ("created_at", "last_used_at", "expires_on")}
    written = {name: None if value is None else value.isoformat() for name, value in instants.items()}
    return {"id": row.id, "name": row.name, "shown": row.shown, "scopes": row.scopes} | written
