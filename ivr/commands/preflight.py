"""`ivr preflight`: whether this installation is ready for calls."""

import click
from rich.console import Console

from ivr.commands.common import DOES_NOT_HOLD, json_option, print_json, settings
from ivr.preflight import Verdict, checks

STYLES = {Verdict.PASS: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red"}


@click.command()
@json_option
def preflight(as_json: bool) -> None:
    """Look at settings, disk, database, migrations, token, public address, clock and zone data.

    The public address is asked as Twilio would ask it, so the service must be running. Exit status 1 when a check
    fails. Example: ivr preflight
    """
    found = list(checks(settings()))
    if as_json:
        print_json([{"name": check.name, "verdict": check.verdict.value, "told": check.told} for check in found])
    else:
        console = Console(highlight=False)
        for check in found:
            style = STYLES[check.verdict]
            console.print(f"[{style}]{check.verdict.value}[/{style}]  {check.name}: {check.told}", soft_wrap=True)
    if any(check.verdict is Verdict.FAIL for check in found):
        raise click.exceptions.Exit(DOES_NOT_HOLD)
