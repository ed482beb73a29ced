"""A service that is stopped or restarted under load drops no request, and its processes count together."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest
import requests
from sqlalchemy import Engine, select

from db.engine import reading
from db.models.chores import HeartbeatRow
from ivr.actions.snapshots import Snapshots, save_practice
from ivr.commands.beside import BETWEEN_STARTS_SECONDS
from ivr.meters import SHARED_FOLDER
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


def worker_of(pid: int) -> int | None:
    """The worker of a service; None while there is none."""
    for child in children(pid):
        with suppress(OSError):
            if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                return child
    return None


def stat_of(pid: int) -> list[str]:
    """What the kernel tells of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def runs(pid: int) -> bool:
    """Whether the process has not ended, whether or not anybody has taken note of its end."""
    try:
        return stat_of(pid)[0] != "Z"
    except OSError:
        return False


def started_of(pid: int) -> float:
    """When a process was started, in seconds since the machine was."""
    return int(stat_of(pid)[19]) / os.sysconf("SC_CLK_TCK")


def has_beaten(engine: Engine, worker: int) -> bool:
    with reading(engine)() as connection:
        return any(name.endswith(f":{worker}") for name in connection.scalars(select(HeartbeatRow.worker)))


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
    until(lambda: not runs(new))
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


@on_one_database
def test_a_worker_that_is_killed_is_started_again_after_a_pause(
    running: tuple[str, subprocess.Popen[bytes]], engine: Engine
) -> None:
    _, process = running
    killed = worker_of(process.pid)
    assert killed is not None
    until(lambda: has_beaten(engine, killed))
    started = started_of(killed)
    os.kill(killed, signal.SIGKILL)
    until(lambda: worker_of(process.pid) not in {killed, None})
    new = worker_of(process.pid)
    assert new is not None
    assert started_of(new) - started >= BETWEEN_STARTS_SECONDS - 0.1
    until(lambda: has_beaten(engine, new))


@on_one_database
def test_a_service_stops_without_its_worker(running: tuple[str, subprocess.Popen[bytes]]) -> None:
    _, process = running
    killed = worker_of(process.pid)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(lambda: worker_of(process.pid) is None)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


@on_one_database
def test_no_process_outlives_a_service_that_is_killed(running: tuple[str, subprocess.Popen[bytes]]) -> None:
    _, process = running
    left = children(process.pid)
    worker = worker_of(process.pid)
    assert worker in left
    environment = Path(f"/proc/{worker}/environ").read_bytes().decode().split("\0")
    process.kill()
    until(lambda: not any(map(runs, left)))
    (folder,) = (entry.partition("=")[2] for entry in environment if entry.startswith(SHARED_FOLDER))
    shutil.rmtree(folder)


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
