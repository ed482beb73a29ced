"""The service as it runs: gunicorn with several processes, real requests, real signals."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from lxml import html
from sqlalchemy import Engine, func, select

from db.engine import reading
from db.models.calls import CallRow
from db.models.practices import PracticeRow
from ivr.actions.snapshots import Snapshots, save_practice
from ivr.actions.visits import promise_link
from ivr.commands.arrival import ARRIVES_WITHIN_SECONDS
from ivr.phones import PhoneNumber
from ivr.telephone.telephone import Telephone, VirtualClock
from ivr.telephone.wire import Wire, over_http
from ivr.vocabulary import Language
from tests.lines import ACCOUNT, LINE, PRIORITY, SECRET_KEY, TOKEN, demo_practice
from tests.twiml import check_twiml

CALLS = 24
LONGEST_START = 60


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def service(
    database_url: str, folder: Path, host: str = "127.0.0.1", until: str = "/readyz"
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`ivr serve` with two web processes and a worker; its address, at that name of this machine."""
    port = free_port()
    address = f"http://{host}:{port}"
    environment = os.environ | {
        "IVR_DATABASE_URL": database_url,
        "IVR_SECRET_KEY": SECRET_KEY,
        "IVR_DATA_DIR": str(folder),
        "IVR_PUBLIC_URL": address,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_TWILIO_API_URL": "http://127.0.0.1:9",
    }
    command = [sys.executable, "-m", "ivr", "serve", "--port", str(port), "--workers", "2"]
    with (
        open(os.environ["IVR_TEST_LOG"], "a", encoding="utf-8") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            wait_until_ready(address, until)
            yield address, process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def wait_until_ready(address: str, probe: str = "/readyz") -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{address}{probe}", timeout=1).ok:
                return
        except requests.exceptions.RequestException:
            time.sleep(0.05)
    raise TimeoutError(address)


def call(address: str, caller: str) -> Telephone:
    """A whole call over HTTP: the menu, key 1 as a new patient, a message."""
    wire = Wire(address, TOKEN, over_http)
    phone = Telephone(wire, ACCOUNT, caller, LINE, VirtualClock(datetime.now(UTC)))
    phone.start()
    phone.press("1")
    phone.press("2")
    phone.speak(7)
    for exchange in phone.exchanges:
        check_twiml(exchange.reply.body)
    return phone


def test_many_calls_at_once_over_several_processes_are_all_kept_once(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    save_practice(engine, Snapshots(tmp_path), demo_practice())
    with service(database_url, tmp_path) as (address, process):
        with ThreadPoolExecutor(8) as pool:
            phones = list(pool.map(lambda n: call(address, f"+336399866{n:02d}"), range(CALLS)))
        assert all(phone.is_over for phone in phones)
        with reading(engine)() as connection:
            kept = connection.execute(select(func.count()).select_from(CallRow)).scalar_one()
        assert kept == CALLS
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_an_unsigned_request_is_refused_by_the_running_service(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    save_practice(engine, Snapshots(tmp_path), demo_practice())
    with service(database_url, tmp_path) as (address, _):
        reply = requests.post(f"{address}/twilio/voice", data={"CallSid": "CA1"}, timeout=5)
    assert (reply.status_code, reply.content) == (403, b"")


SOON_ENOUGH = 10
"""For a whole call on a busy machine; one thread that waits would take as long alone."""
SLOW = 300
"""More than all threads of both processes."""
PART_OF_A_REQUEST = (
    b"POST /twilio/voice HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\nCallSid=CA1"
)


AND_WAIT = [
    pytest.param([PART_OF_A_REQUEST, b"POST /twi", b""], id="a part of a request"),
    pytest.param([b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /heal"], id="one request and a part of the next"),
    pytest.param([b"POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nCa"], id="a part of a chunk"),
    pytest.param([b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"], id="all, and stay"),
    pytest.param([b"POST /twilio/voice HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n"], id="too much is announced"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("begun", AND_WAIT)
def test_connections_that_send_something_and_wait_hold_up_no_caller(
    engine: Engine, database_url: str, tmp_path: Path, begun: list[bytes]
) -> None:
    save_practice(engine, Snapshots(tmp_path), demo_practice())
    with service(database_url, tmp_path) as (address, _), ExitStack() as slow:
        for place in range(SLOW):
            connected = slow.enter_context(socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))))
            connected.sendall(begun[place % len(begun)])
        started = time.monotonic()
        assert call(address, "+33639986600").is_over
        assert time.monotonic() - started < SOON_ENOUGH


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_documents_that_never_arrive_hold_up_no_caller_and_other_documents_for_a_moment_only(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    save_practice(engine, Snapshots(tmp_path), demo_practice())
    with service(database_url, tmp_path) as (address, _), ExitStack() as slow:
        browser, form = come_in(engine, address)
        cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
        head = f"POST /p/documents/durand HTTP/1.1\r\nHost: x\r\nReferer: {address}/p/\r\nCookie: {cookie}\r\n"
        head += "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000000\r\n\r\n--b\r\n"
        for _ in range(SLOW):
            connected = slow.enter_context(socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))))
            connected.sendall(head.encode())
        started = time.monotonic()
        assert call(address, "+33639986600").is_over
        assert time.monotonic() - started < SOON_ENOUGH
        assert send_photo(browser, address, form) == 503
        deadline = time.monotonic() + 2 * ARRIVES_WITHIN_SECONDS
        while (status := send_photo(browser, address, form)) == 503 and time.monotonic() < deadline:
            time.sleep(1)
        assert status == 200


def come_in(engine: Engine, address: str) -> tuple[requests.Session, dict[str, str]]:
    """Jeanne in the patient space; the fields of the form for her documents."""
    browser = requests.Session()
    browser.headers["Referer"] = f"{address}/p/"
    with engine.begin() as connection:
        practice, now = connection.execute(select(PracticeRow.id)).scalar_one(), datetime.now(UTC)
        link = promise_link(connection, practice, PhoneNumber(PRIORITY), Language.FRENCH, "Martin", "15", now)
    asked = browser.get(f"{address}/p/{link}").text
    born = {"csrf_token": token_in(asked), "day": "5", "month": "3", "year": "1941"}
    assert browser.post(f"{address}/p/{link}", data=born).ok
    page = browser.get(f"{address}/p/documents").text
    return browser, {"csrf_token": token_in(page), "practitioner": "martin"}


def token_in(page: str) -> str:
    return str(html.fromstring(page).xpath("//input[@name='csrf_token']/@value")[0])


def send_photo(browser: requests.Session, address: str, form: dict[str, str]) -> int:
    """How that ends."""
    photo = {"file": ("1.png", b"\x89PNG\r\n\x1a\n" + bytes(100))}
    told = {"Accept": "application/json"}
    return browser.post(f"{address}/p/documents/durand", data=form, files=photo, headers=told, timeout=20).status_code


def test_a_service_that_starts_without_its_database_answers_callers_all_the_same(tmp_path: Path) -> None:
    Snapshots(tmp_path).write(demo_practice())
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    with service(nowhere, tmp_path, until="/healthz") as (address, _):
        wire = Wire(address, TOKEN, over_http)
        call = {"AccountSid": ACCOUNT, "CallSid": f"CA{'0' * 32}", "From": PRIORITY, "To": LINE, "Direction": "inbound"}
        fallback = wire.post("/twilio/voice/fallback", call)
        assert (fallback.status, b"<Dial" in fallback.body or b"<Record" in fallback.body) == (200, True)
        assert requests.get(f"{address}/readyz", timeout=10).status_code == 503
