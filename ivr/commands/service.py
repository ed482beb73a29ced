"""`ivr serve` and `ivr worker`: the running service."""

import os
import signal
import subprocess
import sys
from threading import Event
from types import FrameType
from typing import Any

import click
import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import Engine

from db.engine import reading
from ivr.app import make_app
from ivr.clock import system_clock
from ivr.commands.common import open_database, settings
from ivr.delivery.outbox import Sender
from ivr.delivery.reconcile import reconcile_when_due
from ivr.delivery.recordings import Archive
from ivr.delivery.twilio_rest import TwilioRest
from ivr.delivery.worker import Job, Worker, agenda_rounds, carrier_jobs
from ivr.logs import log_as_service
from ivr.settings import Credentials, Settings

THREADS = 64
"""Most of them only wait when the database is slow, so that callers are told and probes answered meanwhile."""
GRACEFUL_SECONDS = 15
STOP_SECONDS = 10

log = structlog.get_logger()


port_option = click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, envvar="PORT", show_default=True, show_envvar=True
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
    open_database(configured).dispose()
    Credentials(configured)
    log_as_service()
    Server(configured, f"{host}:{port}", workers, with_worker=not no_worker).run()


@click.command()
def worker() -> None:
    """Send what was promised, fetch what was recorded, tell of free times; any number of workers may run.

    Example: ivr worker
    """
    configured = settings()
    engine = open_database(configured)
    log_as_service()
    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    client = carrier_client(configured)
    if client is None:
        log.info("worker_without_carrier", reason="no Twilio account is set, so there is nobody to send or fetch by")
    run_worker(configured, engine, client, stop)


def carrier_client(configured: Settings) -> TwilioRest | None:
    """The carrier's REST side; None without an account."""
    credentials = Credentials(configured)
    if credentials.is_made_up and "twilio_api_url" not in configured.model_fields_set:
        return None
    return TwilioRest(credentials.account_sid or "", credentials.token, configured.twilio_api_url)


def run_worker(configured: Settings, engine: Engine, client: TwilioRest | None, stop: Event) -> None:
    """Work until `stop` is set."""
    transactions = reading(engine), engine.begin
    jobs: tuple[Job, ...] = ()
    rounds = agenda_rounds(*transactions)
    if client is not None:
        sender = Sender(client, configured.sms_from, configured.public_url)
        jobs = carrier_jobs(engine.begin, sender, Archive(configured.data_dir / "messages"), system_clock)
        rounds += (lambda now: reconcile_when_due(*transactions, client, now),)
    Worker(system_clock, jobs, rounds).run(stop)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is not typed
    """Gunicorn with our settings: threads, no control socket, no forced restarts."""

    def __init__(self, configured: Settings, bind: str, workers: int, *, with_worker: bool) -> None:
        self._configured = configured
        self._bind = bind
        self._workers = workers
        self._with_worker = with_worker
        self._worker: subprocess.Popen[bytes] | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": self._workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": GRACEFUL_SECONDS,
            "keepalive": 65,
            "control_socket_disable": True,
            "loglevel": "warning",
            "when_ready": self._start_worker,
            "on_exit": self._stop_worker,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one web process, on connections of its own."""
        return make_app(self._configured, open_database(self._configured))

    def _start_worker(self, _arbiter: object) -> None:
        if self._with_worker:
            environment = os.environ | {"IVR_PUBLIC_URL": self._configured.public_url}
            command = [sys.executable, "-m", "ivr", "worker"]
            self._worker = subprocess.Popen(command, env=environment)  # noqa: S603 ourselves
        click.echo(f"The line answers at {self._configured.public_url}/twilio/voice", err=True)

    def _stop_worker(self, _arbiter: object) -> None:
        if self._worker is not None:
            self._worker.terminate()
            try:
                self._worker.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._worker.kill()
