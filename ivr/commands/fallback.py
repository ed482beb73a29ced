"""`ivr fallback`: what callers hear when this machine cannot be reached, as files for another host."""

from pathlib import Path

import click

from db.engine import reading
from db.queries.practices import find_practice, practice_keys
from ivr.actions.switchboards import Switchboards
from ivr.commands.common import Refused, json_option, open_database, print_json, settings
from ivr.telephony.static_fallback import write_static_fallback


@click.command()
@click.option(
    "--write",
    "folder",
    required=True,
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the files go; made when it is not there.",
)
@json_option
def fallback(folder: Path, as_json: bool) -> None:
    """Write one document for each line: emergency notice, the practice's number, else a recording.

    Serve the folder from another host and set …/33199001234.xml as the number's «Primary handler fails», by GET.
    Write it again after every change of settings.

    Example: ivr fallback --write /srv/fallback
    """
    configured = settings()
    engine = open_database(configured)
    switchboards, files = Switchboards(), []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with reading(engine)() as connection:
            for key in practice_keys(connection):
                found = find_practice(connection, key)
                if found is not None:
                    practice = switchboards.get(connection, found).practice
                    files += write_static_fallback(folder, practice, configured.public_url)
    except OSError as error:
        raise Refused(f"cannot write {error.filename or folder}: {error.strerror}; give another folder") from None
    if as_json:
        print_json([str(file) for file in files])
        return
    for file in files:
        click.echo(file)
