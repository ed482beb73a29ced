"""`ivr reconcile`: what Twilio's callbacks failed to bring, looked up and mended."""

from dataclasses import asdict
from datetime import timedelta

import click

from db.engine import reading
from ivr.carrier import CarrierError
from ivr.clock import system_clock
from ivr.commands.common import DoesNotHold, Refused, json_option, open_database, print_json, settings
from ivr.commands.service import carrier_client
from ivr.delivery.reconcile import Reconciliation


@click.command()
@click.option(
    "--days", type=click.IntRange(1, 30), default=3, show_default=True, help="How far to look back at Twilio's books."
)
@json_option
def reconcile(days: int, as_json: bool) -> None:
    """Compare calls, voice messages and SMS with Twilio's books, and mend what is missing here.

    The worker does it by itself every ten minutes for the last day. Nothing is ever sent by it.

    Example: ivr reconcile --days 7
    """
    configured = settings()
    client = carrier_client(configured)
    if client is None:
        raise Refused("no Twilio account is set; set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
    engine, now = open_database(configured), system_clock()
    try:
        repairs = Reconciliation(reading(engine), engine.begin, client, now - timedelta(days=days), now).run()
    except CarrierError as error:
        raise DoesNotHold(f"Twilio's books cannot be read: {error}; try again later") from None
    if as_json:
        print_json(asdict(repairs))
        return
    click.echo(f"Calls ended: {repairs.calls}")
    click.echo(f"Voice messages found: {repairs.messages}")
    click.echo(f"SMS receipts found: {repairs.receipts}")
    click.echo(f"STOP or START by SMS found: {repairs.wishes}")
