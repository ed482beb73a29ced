"""The worker goes on: many beside each other, without its database, whatever one job meets."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select

from db.engine import Transaction, open_engine, reading
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow
from db.write_queue import WriteQueue
from ivr.actions.archive import Archive
from ivr.clock import system_clock
from ivr.delivery import worker as worker_module
from ivr.delivery.outbox import Sender
from ivr.delivery.worker import Worker, carrier_jobs, run_beside
from ivr.vault import Vault
from tests.lines import ACCOUNT, LINE, PRIORITY, PUBLIC_URL, TOKEN, WEDNESDAY_LUNCH, Line
from tests.rest_double import PATIENCE_SECONDS, Answer, RestDouble, Route, Say, wav

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where the subject is the carrier's answer or the disk, and every database would say the same."""


@pytest.fixture
def double() -> Iterator[RestDouble]:
    with RestDouble(ACCOUNT, TOKEN, numbers=(LINE,)) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "messages", Vault(tmp_path / "keys"))


@pytest.fixture
def recording(line: Line, double: RestDouble) -> str:
    """A listed caller was not answered and left a message: one text to send, one recording to fetch."""
    recording = f"RE{secrets.token_hex(16)}"
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    phone.ringing_ends("no-answer")
    phone.speak(9, RecordingSid=recording)
    double.keep(recording, wav(9))
    return recording


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(worker_module, "PAUSE_IN_TROUBLE_SECONDS", 0.01)


def worker_of(line: Line, double: RestDouble, archive: Archive, transaction: Transaction | None = None) -> Worker:
    sender = Sender(double.client(), None, PUBLIC_URL)
    return Worker(line.clock, carrier_jobs(transaction or line.engine.begin, sender, archive, line.clock))


def only(engine: Engine, table: Any) -> Any:
    with reading(engine)() as connection:
        return connection.execute(select(table.__table__)).one()


@contextmanager
def running(worker: Worker) -> Iterator[list[Exception]]:
    """The worker at work until the end of the block; what ended it before."""
    stop, ended = threading.Event(), []

    def work() -> None:
        try:
            worker.run(stop)
        except Exception as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield ended
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def test_all_that_is_due_is_worked_off(line: Line, double: RestDouble, archive: Archive, recording: str) -> None:
    worker = worker_of(line, double, archive)
    assert worker.work_off() == 3
    assert worker.work_off() == 0
    assert len(double.messages) == 1
    assert (archive.folder / f"{recording}.wav").exists()
    assert double.recordings[recording].is_deleted


def test_one_that_must_wait_holds_up_no_other(line: Line, double: RestDouble, archive: Archive, recording: str) -> None:
    double.go_away()
    worker_of(line, double, archive).work_off()
    double.come_back()
    double.recordings[recording].is_ready = False
    line.clock.pass_seconds(3600)
    assert worker_of(line, double, archive).work_off() == 2
    assert only(line.engine, DeliveryRow).state == "sent"
    assert only(line.engine, VoiceMessageRow).state == "waiting"


@pytest.mark.parametrize("workers", [2, 8])
def test_workers_at_once_fetch_and_delete_each_recording_once(
    line: Line, double: RestDouble, archive: Archive, recording: str, database_url: str, workers: int
) -> None:
    copies = copy_messages(line, double, recording, 6)

    def work(_: int) -> int:
        engine = open_engine(database_url)
        done = worker_of(line, double, archive, engine.begin).work_off()
        engine.dispose()
        return done

    with ThreadPoolExecutor(workers) as pool:
        assert sum(pool.map(work, range(workers))) == 1 + 2 * len(copies)
    assert len(double.messages) == 1
    assert sorted(asked.path for asked in double.asked(Route.FETCH)) == sorted(
        f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{copy}.wav" for copy in copies
    )
    assert len(double.asked(Route.DELETE)) == len(copies)
    assert {file.name for file in archive.folder.iterdir()} == {f"{copy}.wav" for copy in copies}


def copy_messages(line: Line, double: RestDouble, recording: str, number: int) -> list[str]:
    """The one message there is and others like it, each with a task of its own."""
    message, task = (dict(only(line.engine, table)._mapping) for table in (VoiceMessageRow, TaskRow))
    copies = [f"RE{place:032x}" for place in range(1, number)]
    with line.engine.begin() as connection:
        for copy in copies:
            columns = task | {"token": copy[-9:]}
            del columns["id"]
            task_id = connection.execute(insert(TaskRow).values(columns).returning(TaskRow.id)).scalar_one()
            columns = message | {"task_id": task_id, "recording": copy}
            del columns["id"]
            connection.execute(insert(VoiceMessageRow).values(columns))
            double.keep(copy, wav(1))
    return [recording, *copies]


@pytest.mark.usefixtures("quick")
def test_a_database_that_is_away_is_waited_for(
    line: Line, double: RestDouble, archive: Archive, recording: str, tmp_path: Path
) -> None:
    nowhere = open_engine(away(line.engine.dialect.name, tmp_path))
    tries: list[bool] = []
    is_away = threading.Event()
    is_away.set()

    def transaction() -> AbstractContextManager[Connection]:
        tries.append(is_away.is_set())
        return (nowhere if is_away.is_set() else line.engine).begin()

    with running(worker_of(line, double, archive, transaction)):
        wait_for(lambda: len(tries) > 2)
        assert double.requests == []
        is_away.clear()
        wait_for(lambda: double.recordings[recording].is_deleted)
    assert len(double.messages) == 1
    nowhere.dispose()


def away(kind: str, folder: Path) -> str:
    """The address of a database that cannot be reached."""
    if kind == "postgresql":
        return "postgresql://nobody@127.0.0.1:1/nothing"
    (folder / "gone.db").mkdir()
    return f"sqlite:///{folder}/gone.db"


@pytest.mark.usefixtures("quick")
def test_an_sqlite_file_others_write_for_long_is_waited_for(
    sqlite_template: Path, double: RestDouble, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine.BUSY_SECONDS", 0.02)
    file = tmp_path / "busy.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{file}")
    queue = WriteQueue(file, 1)
    place = queue.enter()
    sender = Sender(double.client(), None, PUBLIC_URL)
    tries: list[int] = []

    def transaction() -> AbstractContextManager[Connection]:
        tries.append(1)
        return engine.begin()

    worker = Worker(system_clock, carrier_jobs(transaction, sender, archive, system_clock))
    with running(worker) as ended:
        wait_for(lambda: len(tries) > 2 or bool(ended))
    queue.leave(place)
    engine.dispose()
    assert ended == []


@on_one_database
@pytest.mark.usefixtures("quick")
def test_an_answer_nobody_can_read_does_not_end_the_worker(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    double.fail(Route.SEND, Say(Answer(201, b"<html>OK</html>"), is_done=True))
    with running(worker_of(line, double, archive)) as ended:
        wait_for(lambda: double.recordings[recording].is_deleted or bool(ended))
    assert ended == []
    assert double.recordings[recording].is_deleted


@on_one_database
@pytest.mark.usefixtures("quick")
def test_a_full_disk_does_not_keep_texts_from_being_sent(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    archive.folder.write_text("in the way")
    with running(worker_of(line, double, archive)) as ended:
        wait_for(lambda: bool(ended) or only(line.engine, VoiceMessageRow).failure is not None)
    assert ended == []
    assert len(double.messages) == 1
    assert not double.recordings[recording].is_deleted


def test_a_worker_restarted_at_any_point_loses_and_repeats_nothing(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    done = 0
    for _ in range(8):
        done += worker_of(line, double, archive).work_off()
        line.clock.now += timedelta(minutes=2)
    assert done == 3
    assert len(double.messages) == 1
    assert len(double.asked(Route.FETCH)) == 1
    assert double.recordings[recording].is_deleted
    assert only(line.engine, TaskRow).state == "open"


def test_a_stranger_who_lets_us_wait_holds_up_nobody_else() -> None:
    stop, sent, answered = threading.Event(), threading.Event(), threading.Event()

    def ask_a_stranger() -> bool:
        answered.wait(PATIENCE_SECONDS)
        return False

    def send() -> bool:
        sent.set()
        return False

    workers = Worker(system_clock, (ask_a_stranger,)), Worker(system_clock, (send,))
    both = threading.Thread(target=run_beside, args=(workers, stop))
    both.start()
    assert sent.wait(PATIENCE_SECONDS / 2)
    stop.set()
    answered.set()
    both.join(PATIENCE_SECONDS)
    assert not both.is_alive()
