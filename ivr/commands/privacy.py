"""`ivr purge`, `ivr key`, `ivr patient`: what is kept too long, the keys, one patient's data, and who has looked."""

from dataclasses import asdict
from typing import Any

import click
from sqlalchemy import Connection, Row, select

from db.engine import reading
from db.models.access import AccessRow
from db.queries.patients import find_patient
from ivr.actions.access import note_access
from ivr.actions.archive import archives_of
from ivr.actions.erasure import StillExpectedError, erase_patient, export_patient
from ivr.actions.purge import purge
from ivr.clock import system_clock
from ivr.commands import api_keys
from ivr.commands.common import (
    DoesNotHold,
    Refused,
    find_practice_or_refuse,
    json_option,
    note_export,
    open_database,
    practice_option,
    print_json,
    settings,
    this_user,
)
from ivr.vault import VaultError

patient_argument = click.argument("patient", metavar="PATIENT")


@click.command("purge")
@json_option
def purge_old(as_json: bool) -> None:
    """Delete what every practice has kept long enough (`[practice.retention]`). The worker does it every six hours.

    Example: ivr purge
    """
    configured = settings()
    engine = open_database(configured)
    purged = asdict(purge(reading(engine), engine.begin, archives_of(configured), system_clock()))
    if as_json:
        print_json(purged)
        return
    for name, number in purged.items():
        click.echo(f"{name}: {number}")


@click.group()
def key() -> None:
    """Keys: of programs that use the API, and the key file that voice messages are encrypted with."""


for of_the_api in (api_keys.add, api_keys.list_keys, api_keys.revoke):
    key.add_command(of_the_api)


@key.command()
def rotate() -> None:
    """Make a new key, and encrypt voice messages and documents with it. The last key before stays until the next time.

    Copy the key file to every machine that reads them, before and after.

    Example: ivr key rotate
    """
    archives = archives_of(settings())
    vault = archives.sounds.vault
    try:
        vault.add_key()
        sounds, documents = archives.sounds.seal_again(), archives.documents.seal_again()
    except (OSError, VaultError) as error:
        raise DoesNotHold(f"not everything is encrypted anew: {error}") from None
    click.echo(f"{sounds} voice messages and {documents} documents are encrypted with a new key in {vault.key_file}")


@click.group()
def patient() -> None:
    """One patient's data: take it out, or erase it."""


@patient.command()
@practice_option
@patient_argument
def export(practice: str | None, patient: str) -> None:
    """Print all that is kept of PATIENT (a key), as one JSON document.

    Example: ivr patient export --practice pasteur durand
    """
    engine = open_database(settings())
    _, found = find_practice_or_refuse(engine, practice)
    with reading(engine)() as connection:
        person = _patient_or_refuse(connection, found.id, patient)
        kept = export_patient(connection, person)
    note_export(engine, found.id, f"patient {person.id}")
    print_json(kept)


@patient.command()
@practice_option
@click.option("--yes", is_flag=True, help="Do it; it cannot be undone.")
@patient_argument
def erase(practice: str | None, yes: bool, patient: str) -> None:
    """Forget who PATIENT (a key) is: names, numbers, exceptions, messages. Past appointments stay, as nobody's.

    A practice file that still has the patient brings them back when it is loaded; take them out of it.

    Example: ivr patient erase --practice pasteur durand --yes
    """
    configured = settings()
    engine, now = open_database(configured), system_clock()
    _, found = find_practice_or_refuse(engine, practice)
    if not yes:
        raise Refused(f"this cannot be undone; to erase patient {patient!r} add --yes")
    try:
        with engine.begin() as connection:
            person = _patient_or_refuse(connection, found.id, patient)
            erase_patient(connection, archives_of(configured), person, now)
            note_access(connection, found.id, this_user(), "erased", f"patient {person.id}", now)
    except StillExpectedError as expected:
        raise DoesNotHold(f"{patient} has an appointment at {expected}; cancel it first") from None
    click.echo(f"{patient} is erased")


def _patient_or_refuse(connection: Connection, practice_id: int, key: str) -> Row[Any]:
    person = find_patient(connection, practice_id, key)
    if person is None:
        raise Refused(f"the practice has no patient {key!r}; ivr dump shows the keys")
    return person


@click.command()
@practice_option
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many entries.")
@json_option
def access(practice: str | None, most: int, as_json: bool) -> None:
    """Who opened, took out or erased what is personal; newest first, times in UTC.

    A patient is told by the id that `ivr patient export` shows: a key is often a name.

    Example: ivr access --practice pasteur
    """
    engine = open_database(settings())
    _, found = find_practice_or_refuse(engine, practice)
    row = AccessRow
    query = select(row.at, row.actor, row.action, row.subject).where(row.practice_id == found.id)
    with reading(engine)() as connection:
        entries = connection.execute(query.order_by(row.id.desc()).limit(most)).all()
    told = [dict(entry._mapping) | {"at": entry.at.isoformat(timespec="seconds")} for entry in entries]
    if as_json:
        print_json(told)
        return
    for entry in told:
        click.echo("  ".join(entry.values()))
