"""The service as it runs, in trouble: callers wait a moment or are helped, and it goes on without a restart."""

import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import Engine, text

from db.engine import open_engine
from db.models.calls import CallRow, TurnRow
from db.models.chores import HeartbeatRow
from db.models.promises import TaskRow, VoiceMessageRow
from ivr.actions.rehearsal import CalledPerson
from ivr.actions.snapshots import Snapshots
from ivr.telephone.document import Hangup
from ivr.telephone.people import play_out
from ivr.telephone.telephone import Telephone, VirtualClock
from tests.chaos.own_server import OwnServer
from tests.chaos.test_database_away import IN_TROUBLE, at_the_first_wait, heard
from tests.chaos.test_killed_workers import PatientWire, leave_a_message, reconcile
from tests.http.test_outgrown import count
from tests.http.test_restarts import children, until
from tests.http.test_service import service
from tests.http.test_time_budget import ONE_MOMENT
from tests.lines import ACCOUNT, LINE, all_of, demo_practice
from tests.twiml import check_twiml

CALLERS = 8
LONGEST_TROUBLE = 20
SMALL = 60 * 1024**2
"""Bytes; a service without 50 MB is not ready."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What befalls the processes of a service, and how it ends."""

    begin: Callable[[set[int]], None]
    end: Callable[[set[int]], None]


@contextmanager
def grow_no_more(folder: Path) -> Iterator[Trouble]:
    """No file may grow beyond the database's log as it is, which needs no rights: "file too large" for "no space"."""

    def limit(processes: set[int], to: int) -> None:
        for process in processes:
            _, most = resource.prlimit(process, resource.RLIMIT_FSIZE)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (to, most))

    yield Trouble(
        lambda processes: limit(processes, (folder / "ivr.db-wal").stat().st_size),
        lambda processes: limit(processes, resource.RLIM_INFINITY),
    )


@contextmanager
def small_file_system(folder: Path) -> Iterator[Trouble]:
    """Everything lies on a file system of its own, which a big file fills to the last byte."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder]
    if not (mount and unmount) or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a file system")
    big_file = folder / "big"

    def fill(_: set[int]) -> None:
        with open(big_file, "wb", buffering=0) as big, suppress(OSError):
            while True:
                big.write(bytes(4096))

    try:
        yield Trouble(fill, lambda _: big_file.unlink())
    finally:
        subprocess.run([unmount, folder], check=True)


def test_a_running_service_outlives_its_database(server: OwnServer, tmp_path: Path) -> None:
    engine = open_engine(server.address)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE calls, heartbeats CASCADE"))
    try:
        call_through(Trouble(lambda _: server.stop(), lambda _: server.start()), engine, server.address, tmp_path)
    finally:
        server.start()


@pytest.mark.parametrize("disk", [grow_no_more, small_file_system])
def test_a_running_service_outlives_a_full_disk(
    disk: Callable[[Path], AbstractContextManager[Trouble]],
    sqlite_demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with disk(tmp_path) as trouble:
        file = shutil.copy(sqlite_demo, tmp_path / "ivr.db")
        monkeypatch.setenv("IVR_TEST_LOG", str(tmp_path / "service.log"))
        call_through(trouble, open_engine(f"sqlite:///{file}"), f"sqlite:///{file}", tmp_path)


def call_through(trouble: Trouble, engine: Engine, database_url: str, folder: Path) -> None:
    """Callers under way when it begins: every other one waits until it is over, the others are helped meanwhile."""
    Snapshots(folder).write(demo_practice())
    is_bad, is_over, under_way = Event(), Event(), Barrier(CALLERS + 1)
    with service(database_url, folder) as (address, process), ThreadPoolExecutor(CALLERS) as pool:
        wire = PatientWire(address, lambda: None)

        def call(number: int) -> Telephone:
            phone = Telephone(wire, ACCOUNT, f"+336399866{number:02d}", LINE, VirtualClock(datetime.now(UTC)))
            phone.start()
            under_way.wait(LONGEST_TROUBLE)
            is_bad.wait(LONGEST_TROUBLE)
            if number % 2:
                at_the_first_wait(phone, lambda: is_over.wait(LONGEST_TROUBLE))
            assert list(play_out(phone, ["1", "2"], CalledPerson.NO_ANSWER, CalledPerson.NO_ANSWER))
            return phone

        calls = [pool.submit(call, number) for number in range(CALLERS)]
        under_way.wait(LONGEST_TROUBLE)
        until(lambda: count(engine, HeartbeatRow) == 1)
        engine.dispose()
        processes = children(process.pid)
        trouble.begin({process.pid, *processes})
        is_bad.set()
        helped = [call.result(LONGEST_TROUBLE) for call in calls[::2]]
        trouble.end({process.pid, *processes})
        is_over.set()
        waited = [call.result(LONGEST_TROUBLE) for call in calls[1::2]]
        later = [leave_a_message(wire, CALLERS + number) for number in range(2)]
        assert children(process.pid) == processes
    assert all(any(IN_TROUBLE in said for said in heard(phone)) for phone in helped)
    assert all(ONE_MOMENT in heard(phone) for phone in waited)
    assert not any(IN_TROUBLE in said for phone in waited for said in heard(phone))
    check_kept(engine, wire, [*helped, *waited, *later])


def check_kept(engine: Engine, wire: PatientWire, phones: list[Telephone]) -> None:
    """All was answered well; each call, turn and message is there once, the carrier's books having been read."""
    for phone in phones:
        assert isinstance(phone.exchanges[-1].verbs[-1], Hangup)
        for exchange in phone.exchanges:
            assert "ErrorCode" not in exchange.form
            check_twiml(exchange.reply.body)
    reconcile(engine, wire.recordings, phones)
    assert len(wire.recordings) == len(phones)
    assert sorted(row.recording for row in all_of(engine, VoiceMessageRow)) == sorted(wire.recordings)
    assert len(all_of(engine, TaskRow)) == len(phones)
    assert sorted(row.carrier_id for row in all_of(engine, CallRow)) == sorted(phone.call for phone in phones)
    turns = [(row.call_id, row.step, row.heard) for row in all_of(engine, TurnRow)]
    assert len(turns) == len(set(turns))
    engine.dispose()
