"""The `ivr` command: where its parts are put together."""

import click

from ivr.commands.agenda import slots
from ivr.commands.database import database
from ivr.commands.decide import explain, week
from ivr.commands.fallback import fallback
from ivr.commands.files import dump, load
from ivr.commands.people import user
from ivr.commands.phone import call, replay
from ivr.commands.preflight import preflight
from ivr.commands.privacy import access, key, patient, purge_old
from ivr.commands.prove import prove_paths
from ivr.commands.reconcile import reconcile
from ivr.commands.run import run
from ivr.commands.service import serve, worker
from ivr.commands.twilio import twilio
from ivr.logs import log_as_command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="ivr")
def main() -> None:
    """A telephone switchboard for medical practices."""
    log_as_command()


SERVICE = (run, serve, worker, preflight, fallback, twilio, reconcile, database)
PRIVACY = (purge_old, key, patient, access, user)
PRACTICES = (load, dump, explain, week, slots, call, replay, prove_paths)
for command in (*SERVICE, *PRIVACY, *PRACTICES):
    main.add_command(command)
