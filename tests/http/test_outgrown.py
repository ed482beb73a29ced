"""Several machines on one PostgreSQL: two servers answer the turns of each call, two workers share the work."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine, func, select

from db.engine import reading
from db.models.calls import CallRow, TurnRow
from db.models.chores import HeartbeatRow
from db.models.promises import DeliveryRow, VoiceMessageRow
from ivr.actions.snapshots import Snapshots, save_practice
from ivr.practice_files.schema import PracticeFile
from ivr.telephone.telephone import Telephone, VirtualClock
from ivr.telephone.wire import TIMEOUT_SECONDS, Reply, Wire
from tests.http.test_service import free_port, wait_until_ready
from tests.lines import ACCOUNT, SECRET_KEY, TOKEN
from tests.rest_double import RestDouble, Route, wav
from tests.twiml import check_twiml

LINE = "+33199008000"
PUBLIC_URL = "http://ivr.example.test"
CALLS = 12


def a_practice_day_and_night() -> PracticeFile:
    """One doctor, reached at any hour by patients of the list 24h/24."""
    doctor = {"key": "noel", "name": "Noël", "phone": "06 39 98 80 01"}
    patients = [
        {
            "key": f"p{n}",
            "first_name": f"Prénom {n}",
            "last_name": "X",
            "phones": [{"number": f"06 39 98 81 {n:02d}", "reach": {"noel": "always"}}],
        }
        for n in range(CALLS)
    ]
    head = {"key": "noel", "name": "Cabinet Noël", "lines": ["01 99 00 80 00"]}
    return PracticeFile.model_validate(
        {"practice": head, "practitioners": [doctor], "patients": patients}, context={"country": "FR"}
    )


@contextmanager
def machine(folder: Path, environment: Mapping[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a data folder of its own."""
    with (
        open(os.environ["IVR_TEST_LOG"], "a", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-m", "ivr", *command],
            env=os.environ | environment | {"IVR_DATA_DIR": str(folder)},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def balanced(addresses: list[str]) -> Wire:
    """Requests signed for the public address, each to the next machine."""
    turns = cycle(addresses)

    def send(method: str, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        here = url.replace(PUBLIC_URL, next(turns), 1)
        response = requests.request(method, here, data=dict(form), headers=dict(headers), timeout=TIMEOUT_SECONDS)
        return Reply(response.status_code, response.headers.get("Content-Type", ""), response.content)

    return Wire(PUBLIC_URL, TOKEN, send)


def leave_a_message(addresses: list[str], double: RestDouble, number: int) -> Telephone:
    """A listed patient whom the doctor does not answer; every request goes to the other machine."""
    recording = f"RE{secrets.token_hex(16)}"
    clock = VirtualClock(datetime.now(UTC))
    phone = Telephone(balanced(addresses), ACCOUNT, f"+336399881{number:02d}", LINE, clock)
    phone.start()
    phone.press("2")
    phone.ringing_ends("no-answer")
    double.keep(recording, wav(9), call=phone.call)
    phone.speak(9, RecordingSid=recording)
    phone.hang_up()
    for exchange in phone.exchanges:
        check_twiml(exchange.reply.body)
    return phone


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def count(engine: Engine, table: Any, *conditions: Any) -> int:
    with reading(engine)() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_servers_and_two_workers_do_everything_once(engine: Engine, database_url: str, tmp_path: Path) -> None:
    save_practice(engine, Snapshots(tmp_path / "saved"), a_practice_day_and_night())
    ports = [free_port(), free_port()]
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    with RestDouble(ACCOUNT, TOKEN, numbers=(LINE,)) as double, ExitStack() as machines:
        environment = {
            "IVR_DATABASE_URL": database_url,
            "IVR_SECRET_KEY": SECRET_KEY,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "IVR_TWILIO_API_URL": double.url,
            "IVR_PUBLIC_URL": PUBLIC_URL,
            "IVR_KEY_FILE": str(tmp_path / "ivr.keys"),
        }
        for port in ports:
            command = ("serve", "--port", str(port), "--workers", "1", "--no-worker")
            machines.enter_context(machine(tmp_path / f"server-{port}", environment, *command))
        for name in ("worker-1", "worker-2"):
            machines.enter_context(machine(tmp_path / name, environment, "worker"))
        for address in addresses:
            wait_until_ready(address)
        until(lambda: count(engine, HeartbeatRow) == 2)
        with ThreadPoolExecutor(4) as pool:
            phones = list(pool.map(lambda number: leave_a_message(addresses, double, number), range(CALLS)))
        assert all(phone.is_over for phone in phones)
        until(lambda: count(engine, VoiceMessageRow, VoiceMessageRow.is_at_carrier.is_(False)) == CALLS)
        until(lambda: count(engine, DeliveryRow, DeliveryRow.state == "sent") == CALLS)
        assert (count(engine, CallRow), count(engine, TurnRow)) == (CALLS, CALLS * 4)
        assert len({text["body"] for text in double.messages}) == len(double.messages) == CALLS
        assert len(double.asked(Route.FETCH)) == len(double.asked(Route.DELETE)) == CALLS
        stored = [len(list((tmp_path / name / "messages").glob("*.wav"))) for name in ("worker-1", "worker-2")]
        assert sum(stored) == CALLS
        copies = [(tmp_path / name / "snapshots" / f"{LINE}.toml").read_text() for name in ("worker-1", "worker-2")]
        assert copies[0] == copies[1]
