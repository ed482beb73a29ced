"""`ivr serve` and `ivr worker`: the running service."""

import os
import signal
import socket
from threading import Event
from types import FrameType

import click
import structlog
from sqlalchemy import Engine

from db.engine import reading
from ivr.actions.archive import archive_of, archives_of
from ivr.actions.chores import beat
from ivr.actions.purge import purge_when_due
from ivr.actions.snapshots import Snapshots, renew_snapshots
from ivr.clock import system_clock
from ivr.commands.beside import stop_without
from ivr.commands.common import Refused, open_database, open_for_callers, settings
from ivr.commands.server import Server, shared_meters
from ivr.delivery.apart import read_apart
from ivr.delivery.calendars import read_one
from ivr.delivery.outbox import Sender
from ivr.delivery.reconcile import reconcile_when_due
from ivr.delivery.twilio_rest import TwilioRest
from ivr.delivery.webhooks import post_outside, tell_one
from ivr.delivery.worker import Job, Round, Worker, agenda_rounds, carrier_jobs, run_beside
from ivr.logs import log_as_service
from ivr.meters import serve_figures
from ivr.settings import Credentials, Settings, SettingsError, site_secret
from ivr.web.figures import BacklogCollector

log = structlog.get_logger()


port_option = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    envvar="PORT",
    show_default=True,
    show_envvar=True,
    help="Port to listen on.",
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@port_option
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    envvar="WEB_CONCURRENCY",
    show_default=True,
    show_envvar=True,
    help="Web processes.",
)
@click.option("--no-worker", is_flag=True, help="Web only; run `ivr worker` elsewhere.")
def serve(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Answer calls and serve the pages, with a worker beside unless told otherwise.

    Example: ivr serve --port 8000 --workers 2
    """
    configured = settings()
    if "public_url" not in configured.model_fields_set:
        configured = configured.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    make_data_dir(configured)
    Credentials(configured)
    try:
        site_secret(configured)
    except SettingsError as error:
        raise Refused(str(error)) from None
    log_as_service()
    open_for_callers(configured).dispose()
    with shared_meters():
        Server(configured, f"{host}:{port}", workers, with_worker=not no_worker).run()


@click.command()
@click.option(
    "--metrics-port", type=click.IntRange(1, 65535), help="Answer Prometheus on this port, for a worker on its own."
)
@click.option(
    "--metrics-host", default="127.0.0.1", show_default=True, help="Address to listen on with --metrics-port."
)
@click.option("--parent", type=int, hidden=True, help="Stop when this process, which has started the worker, is gone.")
def worker(metrics_port: int | None, metrics_host: str, parent: int | None) -> None:
    """Send what was promised, fetch what was recorded, tell of free times; any number of workers may run.

    Example: ivr worker --metrics-port 9100
    """
    configured = settings()
    engine = open_database(configured)
    make_data_dir(configured)
    if metrics_port is not None:
        serve_metrics(engine, metrics_host, metrics_port)
    log_as_service()
    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if parent is not None:
        stop_without(parent, stop)
    client = carrier_client(configured)
    if client is None:
        log.info("worker_without_carrier", reason="no Twilio account is set, so there is nobody to send or fetch by")
    run_worker(configured, engine, client, stop)


def serve_metrics(engine: Engine, host: str, port: int) -> None:
    """The figures of this process at `/metrics` of that address. Raises Refused where that cannot be."""
    try:
        serve_figures(host, port, BacklogCollector(engine, system_clock))
    except OSError as error:
        told = f"--metrics-port: cannot listen on {host} port {port}: {error.strerror}"
        raise Refused(f"{told}; give a free port, and an address of this machine with --metrics-host") from None


def make_data_dir(configured: Settings) -> None:
    """The data folder is there from the start. Raises Refused where it cannot be."""
    try:
        configured.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = f"IVR_DATA_DIR: cannot make {configured.data_dir}: {error.strerror}"
        raise Refused(f"{told}; give a folder this user may write to") from None


def carrier_client(configured: Settings) -> TwilioRest | None:
    """The carrier's REST side; None without an account."""
    credentials = Credentials(configured)
    if credentials.is_made_up and "twilio_api_url" not in configured.model_fields_set:
        return None
    return TwilioRest(credentials.account_sid or "", credentials.token, configured.twilio_api_url)


def webhook_jobs(configured: Settings, engine: Engine) -> tuple[Job, ...]:
    """Telling programs of events; not without the secret that their signatures are made of."""
    try:
        installation = site_secret(configured)
    except SettingsError as error:
        log.info("worker_without_webhooks", reason=str(error))
        return ()
    return (lambda: tell_one(engine.begin, installation, system_clock(), post_outside),)


def run_worker(configured: Settings, engine: Engine, client: TwilioRest | None, stop: Event) -> None:
    """Work until `stop` is set. No stranger who lets us wait, for an event or a calendar, holds up an SMS."""
    transactions = reading(engine), engine.begin
    name, snapshots = f"{socket.gethostname()}:{os.getpid()}"[-64:], Snapshots(configured.data_dir)
    jobs: tuple[Job, ...] = ()
    rounds: tuple[Round, ...] = (
        lambda now: beat(engine.begin, name, now),
        lambda _: renew_snapshots(reading(engine), snapshots),
        *agenda_rounds(*transactions),
        lambda now: purge_when_due(*transactions, archives_of(configured), now),
    )
    if client is not None:
        sender = Sender(client, configured.sms_from, configured.public_url)
        jobs = carrier_jobs(engine.begin, sender, archive_of(configured), system_clock)
        rounds += (lambda now: reconcile_when_due(*transactions, client, now),)
    strangers = (lambda: read_one(*transactions, read_apart, system_clock()), *webhook_jobs(configured, engine))
    run_beside((Worker(system_clock, jobs, rounds), Worker(system_clock, strangers)), stop)
