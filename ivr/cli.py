"""The `ivr` command: where its parts are put together."""

import click

from ivr.commands.database import database
from ivr.commands.decide import explain, week
from ivr.commands.files import dump, load


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="ivr")
def main() -> None:
    """A telephone switchboard for medical practices."""


for command in (database, load, dump, explain, week):
    main.add_command(command)
