"""Whether an installation is ready for calls: each check passes, warns or fails, with its remedy."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

import requests
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from twilio.request_validator import RequestValidator

from db.engine import driver_says, open_engine, reading
from db.models.practices import LineRow
from db.upgrade import current_revision, newest_revision
from ivr.actions.ledger import new_token
from ivr.actions.snapshots import Snapshots
from ivr.clock import local, system_clock, zone_named
from ivr.delivery.outbox import link_to
from ivr.settings import Credentials, Settings
from ivr.telephony.addresses import STATUS
from ivr.texts import letters_too_many
from ivr.vocabulary import Language

LEAST_FREE_BYTES = 500 * 1024 * 1024
MOST_SECONDS_APART = 5
LONGEST_ANSWER_SECONDS = 5
NOBODYS_CALL = "CA" + "0" * 32
ACCEPTED, REFUSED = 204, 403
LONG_NAME = "de La Rochefou"
"""Few doctors have a longer one."""
SUMMER_OFFSET = timedelta(hours=2)


class Verdict(StrEnum):
    """How a check came out."""

    PASS = "pass"  # noqa: S105 a verdict
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `told` says what was found and, unless it passes, what to do."""

    name: str
    verdict: Verdict
    told: str


def checks(settings: Settings) -> Iterator[Check]:
    """Everything an operator can get wrong, in the order in which it matters."""
    yield _token(settings)
    yield _data_dir(settings)
    yield _disk(settings)
    yield from _database(settings)
    yield from _public_address(settings)
    yield _links(settings)
    yield _zone_data()


def _token(settings: Settings) -> Check:
    if settings.auth_token is None:
        told = "none is set, so only the built-in telephones can call; set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        return Check("token", Verdict.WARN, told)
    if settings.account_sid is None:
        told = "TWILIO_ACCOUNT_SID is missing, so requests of any account are taken; set it beside the token"
        return Check("token", Verdict.FAIL, told)
    return Check("token", Verdict.PASS, f"set for account {settings.account_sid[:6]}…")


def _data_dir(settings: Settings) -> Check:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            return Check("data folder", Verdict.PASS, f"{settings.data_dir} can be written")
    except OSError as error:
        told = f"{settings.data_dir} cannot be written ({error.strerror}); set IVR_DATA_DIR to a folder that can"
        return Check("data folder", Verdict.FAIL, told)


def _disk(settings: Settings) -> Check:
    try:
        free = shutil.disk_usage(settings.data_dir).free
    except OSError:
        return Check("disk", Verdict.FAIL, f"{settings.data_dir} is not there; see the check before")
    told = f"{free // 1024**2:,} MB free beside {settings.data_dir}"
    if free < LEAST_FREE_BYTES:
        return Check("disk", Verdict.FAIL, f"{told}; make room, voice messages and the database need it")
    return Check("disk", Verdict.PASS, told)


def _database(settings: Settings) -> Iterator[Check]:
    try:
        engine = open_engine(settings.database_url)
        with reading(engine)() as connection:
            revision = current_revision(connection)
    except (ValueError, OSError, DBAPIError) as error:
        told = f"it cannot be opened ({driver_says(error)}); check IVR_DATABASE_URL and that it runs"
        yield Check("database", Verdict.FAIL, told)
        return
    yield Check("database", Verdict.PASS, f"{engine.dialect.name} answers")
    if revision != newest_revision():
        told = f"the schema is {revision or 'empty'}, this code needs {newest_revision()}; run: ivr db upgrade"
        yield Check("migrations", Verdict.FAIL, told)
        return
    yield Check("migrations", Verdict.PASS, f"schema {revision}")
    yield _clock(engine)
    yield from _lines(settings, engine)
    engine.dispose()


def _clock(engine: Engine) -> Check:
    """On PostgreSQL its clock must be ours: times of two machines stand beside each other."""
    with reading(engine)() as connection:
        theirs = connection.execute(select(func.now())).scalar_one()
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    apart = abs((system_clock() - theirs).total_seconds())
    if apart > MOST_SECONDS_APART:
        return Check("clock", Verdict.FAIL, f"it is {apart:.0f} s from the database's; set both by NTP")
    return Check("clock", Verdict.PASS, f"within {MOST_SECONDS_APART} s of the database's")


def _lines(settings: Settings, engine: Engine) -> Iterator[Check]:
    with reading(engine)() as connection:
        lines = list(connection.scalars(select(LineRow.number)))
    if not lines:
        yield Check("lines", Verdict.WARN, "no practice is loaded; load one with: ivr load FILE")
        return
    yield Check("lines", Verdict.PASS, f"{len(lines)} answer")
    snapshots = Snapshots(settings.data_dir)
    missing = [line for line in lines if snapshots.find(line) is None]
    if missing:
        told = f"none for {missing[0]} in {settings.data_dir}; load the practice again: ivr dump KEY, then ivr load"
        yield Check("fallback snapshots", Verdict.FAIL, told)
    else:
        yield Check("fallback snapshots", Verdict.PASS, "one for each line")


def _public_address(settings: Settings) -> Iterator[Check]:
    """Ask ourselves by the address Twilio uses, as Twilio signs; a stranger must be refused."""
    if urlsplit(settings.public_url).scheme != "https" and settings.auth_token is not None:
        told = f"{settings.public_url} is not https, so what callers type can be read on the way; use https"
        yield Check("encryption", Verdict.WARN, told)
    credentials = Credentials(settings)
    form = {"AccountSid": credentials.account_sid or "AC0", "CallSid": NOBODYS_CALL, "CallStatus": "completed"}
    url = settings.public_url + STATUS
    signature = RequestValidator(credentials.token).compute_signature(url, form)
    yield _asked("public address", url, form, {"X-Twilio-Signature": signature}, _accepted)
    yield _asked("strangers", url, form, {}, _refused)


def _links(settings: Settings) -> Check:
    """A link to write to the practice leaves its SMS one part, and the doctor's name whole."""
    about = {"name": LONG_NAME, "link": link_to(settings.public_url, "SMS-LINK", new_token())}
    surplus = max(letters_too_many("SMS-LINK", language, about) for language in Language)
    if surplus:
        told = f"with {settings.public_url} an SMS with a link loses {surplus} letters of a name, or needs two parts"
        return Check("links", Verdict.WARN, f"{told}; use a shorter public address")
    return Check("links", Verdict.PASS, "short enough for an SMS of one part")


def _asked(
    name: str, url: str, form: dict[str, str], headers: dict[str, str], judge: Callable[[int], tuple[Verdict, str]]
) -> Check:
    try:
        status = requests.post(
            url, data=form, headers=headers, timeout=LONGEST_ANSWER_SECONDS, allow_redirects=False
        ).status_code
    except requests.exceptions.RequestException as error:
        told = (
            f"{url} does not answer ({type(error).__name__}); start `ivr serve` and check IVR_PUBLIC_URL and the proxy"
        )
        return Check(name, Verdict.FAIL, told)
    return Check(name, *judge(status))


def _accepted(status: int) -> tuple[Verdict, str]:
    if status == ACCEPTED:
        return Verdict.PASS, "a signed request through it is taken"
    if status == REFUSED:
        told = "it refuses our own signature: the address Twilio asks and IVR_PUBLIC_URL differ, or the token does"
        return Verdict.FAIL, f"{told}; write the address exactly, with scheme, host and prefix"
    return Verdict.FAIL, f"it answers with status {status}; something else answers there, check the proxy"


def _refused(status: int) -> tuple[Verdict, str]:
    if status == REFUSED:
        return Verdict.PASS, "an unsigned request is refused"
    return Verdict.FAIL, f"an unsigned request gets status {status}, not {REFUSED}; something else answers there"


def _zone_data() -> Check:
    """The zone data must know the summer to come."""
    summer = datetime(system_clock().year + 1, 7, 1, 12, tzinfo=UTC)
    if local(zone_named("Europe/Paris"), summer).utcoffset() == SUMMER_OFFSET:
        return Check("zone data", Verdict.PASS, f"knows the clock changes of {summer.year}")
    told = f"it knows no summer time in {summer.year}; renew pytz, or tell us that the law has changed"
    return Check("zone data", Verdict.WARN, told)
