"""A worker on a machine of its own tells Prometheus what it does."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import update

from db.models.promises import DeliveryRow
from ivr.cli import main
from tests.cli.shell import WRONG_USE, sentence_of
from tests.http.test_restarts import on_one_database, until
from tests.http.test_service import free_port
from tests.lines import ACCOUNT, LINE, PRIORITY, TOKEN, WEDNESDAY_LUNCH, Line
from tests.rest_double import RestDouble

SENT = 'ivr_deliveries_total{outcome="sent",template="SMS-MISSED"}'


def environment(database_url: str, folder: Path, **more: str) -> dict[str, str]:
    account = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    return os.environ | {"IVR_DATABASE_URL": database_url, "IVR_DATA_DIR": str(folder)} | account | more


@contextmanager
def worker_alone(port: int, env: dict[str, str]) -> Iterator[None]:
    """`ivr worker` with its figures on that port."""
    command = [sys.executable, "-m", "ivr", "worker", "--metrics-port", str(port)]
    with (
        open(os.environ["IVR_TEST_LOG"], "a", encoding="utf-8") as log,
        subprocess.Popen(command, env=env, stdout=log, stderr=log) as process,
    ):
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def figures_at(host: str, port: int) -> dict[str, str]:
    """The figures by name and labels; none while nobody answers."""
    with suppress(requests.exceptions.ConnectionError):
        answer = requests.get(f"http://{host}:{port}/metrics", timeout=5)
        assert answer.headers["Content-Type"].startswith("text/plain")
        return dict(re.findall(r"^(ivr_\w+(?:\{[^}]*\})?) (\S+)$", answer.text, re.MULTILINE))
    return {}


@on_one_database
def test_a_worker_alone_shows_what_it_sent_and_what_waits(line: Line, database_url: str, tmp_path: Path) -> None:
    line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1").ringing_ends("no-answer")
    with line.engine.begin() as connection:
        connection.execute(update(DeliveryRow).values(due_at=datetime.now(UTC)))
    port = free_port()
    with (
        RestDouble(ACCOUNT, TOKEN, numbers=(LINE,)) as double,
        worker_alone(port, environment(database_url, tmp_path, IVR_TWILIO_API_URL=double.url)),
    ):
        until(lambda: SENT in figures_at("127.0.0.1", port))
        told = figures_at("127.0.0.1", port)
        assert figures_at("127.0.0.2", port) == {}, "nobody else is answered unless asked for"
    shown = (told[SENT], told["ivr_database_up"], told["ivr_waiting_tasks"], told["ivr_waiting_deliveries"])
    assert shown == ("1.0", "1.0", "1.0", "0.0")
    assert float(told["ivr_worker_silent_seconds"]) < 30


@on_one_database
@pytest.mark.parametrize(
    ("host", "told"),
    [
        pytest.param("127.0.0.1", "Address already in use", id="used port"),
        pytest.param("192.0.2.1", "Cannot assign requested address", id="address of another machine"),
    ],
)
def test_where_nobody_can_listen_the_worker_says_so(database_url: str, tmp_path: Path, host: str, told: str) -> None:
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        port = str(used.getsockname()[1])
        arguments = ["worker", "--metrics-port", port, "--metrics-host", host]
        result = CliRunner().invoke(main, arguments, env=environment(database_url, tmp_path))
    sentence = sentence_of(result, WRONG_USE)
    assert sentence.startswith(f"--metrics-port: cannot listen on {host} port {port}: {told}; give a free port")
