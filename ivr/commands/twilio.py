"""`ivr twilio connect`: a number's addresses, set where Twilio keeps them."""

from dataclasses import asdict
from urllib.parse import urlsplit

import click
from sqlalchemy import select

from db.engine import reading
from db.models.practices import LineRow
from ivr.carrier import CarrierError, NumberAddresses
from ivr.commands.common import DoesNotHold, Refused, json_option, open_database, print_json, settings
from ivr.delivery.twilio_rest import TwilioRest
from ivr.phones import read_number
from ivr.settings import Settings
from ivr.telephony import addresses

HERE = frozenset({"127.0.0.1", "localhost", "::1"})


@click.group()
def twilio() -> None:
    """The Twilio account."""


@twilio.command()
@click.argument("number", metavar="NUMBER")
@click.option("--fallback", metavar="URL", help="Another host's fallback, asked when calls fail; ours when left out.")
@json_option
def connect(number: str, fallback: str | None, as_json: bool) -> None:
    """Point a number of the account at this installation, and read back what was set.

    Example: ivr twilio connect 0199001234
    """
    configured = settings()
    client = _client(configured)
    try:
        line = read_number(number, "FR")
    except ValueError as error:
        raise Refused(str(error)) from None
    with reading(open_database(configured))() as connection:
        if connection.scalars(select(LineRow.id).where(LineRow.number == line)).first() is None:
            raise Refused(f"{line} is no practice's line; load the practice first: ivr load FILE")
    wanted = _addresses(configured, fallback)
    try:
        found = client.connect_number(line, wanted)
    except CarrierError as error:
        raise DoesNotHold(f"{line} is not connected: {error}") from None
    if found != wanted:
        raise DoesNotHold(f"{line} has other addresses than those set; look at it in Twilio's console")
    if as_json:
        print_json({"number": line.e164} | asdict(found))
        return
    click.echo(f"{line} is connected")
    for name, address in asdict(found).items():
        click.echo(f"  {name}: {address}")


def _client(configured: Settings) -> TwilioRest:
    """Our client. Raises Refused without an account, or where Twilio could not reach us."""
    if configured.account_sid is None or configured.auth_token is None:
        raise Refused("no Twilio account is set; set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")
    if urlsplit(configured.public_url).hostname in HERE:
        raise Refused(f"Twilio cannot reach {configured.public_url}; set IVR_PUBLIC_URL to the public address")
    return TwilioRest(configured.account_sid, configured.auth_token.get_secret_value(), configured.twilio_api_url)


def _addresses(configured: Settings, fallback: str | None) -> NumberAddresses:
    public = configured.public_url
    return NumberAddresses(
        voice=public + addresses.VOICE + addresses.ASKED,
        fallback=fallback or public + addresses.FALLBACK + addresses.ASKED,
        status=public + addresses.STATUS + addresses.TOLD,
        sms=public + addresses.SMS + addresses.TOLD,
        sms_fallback=public + addresses.SMS_FALLBACK,
    )
