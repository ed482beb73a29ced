"""A service that is stopped or restarted under load drops no request, and its processes count together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
import requests
from sqlalchemy import Engine

from ivr.actions.snapshots import Snapshots, save_practice
from ivr.telephone.telephone import new_call_id
from ivr.telephone.wire import Wire, over_http
from tests.http.test_service import service
from tests.http.test_time_budget import locked
from tests.lines import ACCOUNT, LINE, STRANGER, TOKEN, demo_practice

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CALLERS, FEW = 6, 2
ENOUGH = 40


@pytest.fixture
def running(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    save_practice(engine, Snapshots(tmp_path), demo_practice())
    with service(database_url, tmp_path) as (address, process):
        yield address, process


def first_webhook(address: str) -> int:
    """The status of one call's first request."""
    form = {"AccountSid": ACCOUNT, "CallSid": new_call_id(), "From": STRANGER, "To": LINE, "CallStatus": "ringing"}
    return Wire(address, TOKEN, over_http).post("/twilio/voice", form).status


def children(pid: int) -> set[int]:
    """The processes of a service: those for the web, and the worker."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def calls_coming_in(address: str) -> Iterator[list[int]]:
    """Callers who ring all the time; the statuses of their answers."""
    enough, statuses = Event(), list[int]()

    def keep_calling() -> None:
        while not enough.is_set():
            statuses.append(first_webhook(address))

    with ThreadPoolExecutor(FEW) as pool:
        callers = [pool.submit(keep_calling) for _ in range(FEW)]
        try:
            until(lambda: len(statuses) > ENOUGH)
            yield statuses
            seen = len(statuses)
            until(lambda: len(statuses) > seen + ENOUGH)
        finally:
            enough.set()
        for caller in callers:
            caller.result()


@on_one_database
def test_a_restart_of_all_processes_drops_no_request(running: tuple[str, subprocess.Popen[bytes]]) -> None:
    address, process = running
    before = children(process.pid)
    with calls_coming_in(address) as statuses:
        process.send_signal(signal.SIGHUP)
        until(lambda: not before & children(process.pid) and len(children(process.pid)) == len(before))
    assert set(statuses) == {200}


@on_one_database
def test_an_upgrade_drops_no_request(running: tuple[str, subprocess.Popen[bytes]]) -> None:
    """The new service takes over the open socket, then the old one is stopped."""
    address, old = running
    before = children(old.pid)
    with calls_coming_in(address) as statuses:
        old.send_signal(signal.SIGUSR2)
        until(lambda: len(children(old.pid)) == len(before) + 1)
        (new,) = children(old.pid) - before
        until(lambda: len(children(new)) == len(before))
        old.send_signal(signal.SIGTERM)
        assert old.wait(20) == 0
    os.kill(new, signal.SIGTERM)
    until(lambda: not os.path.exists(f"/proc/{new}"))
    assert set(statuses) == {200}


@on_one_database
def test_a_stop_answers_whom_it_has_let_in(running: tuple[str, subprocess.Popen[bytes]], database_url: str) -> None:
    address, process = running
    started = children(process.pid)
    with ThreadPoolExecutor(CALLERS) as pool:
        with locked(database_url):
            calls = [pool.submit(first_webhook, address) for _ in range(CALLERS)]
            until(lambda: connections(address) == CALLERS)
            process.send_signal(signal.SIGTERM)
            until(lambda: "refused" in reached(address))
        assert [call.result() for call in calls] == [200] * CALLERS
    assert process.wait(20) == 0
    assert not [pid for pid in started if os.path.exists(f"/proc/{pid}")]


def connections(address: str) -> int:
    """How many are connected and wait for their answer."""
    port = f":{int(address.rpartition(':')[2]):04X} "
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(row.split()[1].endswith(port.strip()) and row.split()[3] == "01" for row in rows)


def reached(address: str) -> str:
    """What a newcomer meets."""
    try:
        return str(requests.get(f"{address}/healthz", timeout=0.2).status_code)
    except requests.exceptions.RequestException as error:
        return str(error)


def test_the_figures_of_all_processes_are_one_sum(running: tuple[str, subprocess.Popen[bytes]]) -> None:
    address, _ = running
    with ThreadPoolExecutor(CALLERS) as pool:
        assert set(pool.map(lambda _: first_webhook(address), range(ENOUGH))) == {200}
    counted = 'ivr_turns_total{outcome="asks",state="MainMenu"} '
    for _ in range(4):
        told = requests.get(f"{address}/metrics", timeout=5).text
        (line,) = [line for line in told.splitlines() if line.startswith(counted)]
        assert float(line.removeprefix(counted)) == ENOUGH
        assert 'ivr_turn_seconds_count{state="MainMenu"}' in told
