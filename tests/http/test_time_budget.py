"""A database that is locked, slow, full or gone: the caller waits a moment, with the key kept, then is helped."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from db.timed import DatabaseTroubleError, TimedDatabase
from ivr.actions.leavings import leavings
from ivr.app import make_app
from ivr.telephone.document import Dial, Gather, Record
from tests.lines import ALWAYS, LINE, STRANGER, SUNDAY, WEDNESDAY_LUNCH, Line

SOON = 0.2
ONE_MOMENT = "Un instant, s'il vous plaît."
IN_ENGLISH = "One moment, please."
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def line(line: Line) -> Line:
    """The database has a fifth of a second, so that nobody waits long for these tests."""
    line.app = make_app(line.settings, line.engine, line.clock, answer_seconds=SOON)
    return line


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Another program keeps everybody from writing."""
    address = make_url(database_url)
    is_sqlite = address.get_backend_name() == "sqlite"
    other = create_engine(address if is_sqlite else address.set(drivername="postgresql+psycopg"))
    with other.connect() as connection:
        if is_sqlite:
            connection.connection.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
        else:
            connection.execute(text("LOCK TABLE calls IN ACCESS EXCLUSIVE MODE"))
        yield
        connection.connection.rollback()
    other.dispose()


def heard(line: Line, *keys: str, caller: str = STRANGER) -> list[str]:
    return [spoken.text for spoken in line.ring(caller, *keys).heard]


def test_a_key_typed_while_the_database_is_locked_counts_when_it_is_free(line: Line, database_url: str) -> None:
    expected = heard(line.at(WEDNESDAY_LUNCH), "2")[-1]
    phone = line.ring(STRANGER)
    form = {"CallSid": phone.call, "From": STRANGER, "To": LINE, "CallStatus": "in-progress"}
    with locked(database_url):
        held = line.post("/twilio/voice/turns/1", **form, Digits="2").body.decode()
    assert ONE_MOMENT in held
    assert IN_ENGLISH in held
    assert "/twilio/voice/turns/1?Digits=2&amp;held=1#" in held
    answer = line.post("/twilio/voice/turns/1?Digits=2&held=1", **form).body.decode()
    assert expected.partition(".")[0] in answer
    assert [turn.heard for turn in line.turns() if turn.step == 1] == ["digits:2"] * 2
    assert line.post("/twilio/voice/turns/1?Digits=2&held=1", **form).body.decode() == answer


def test_a_caller_waits_three_times_then_the_practice_is_rung(line: Line, database_url: str) -> None:
    phone = line.at("2026-12-02T09:30:00+01:00").phone()
    with locked(database_url):
        stop = phone.start()
    spoken = [said.text for said in phone.heard]
    assert spoken.count(ONE_MOMENT) == spoken.count(IN_ENGLISH) == 3
    assert "Un problème technique" in spoken[-1]
    assert isinstance(stop, Dial)
    assert stop.number == "+33199001240"


def test_a_message_spoken_while_the_database_is_locked_is_kept_once(line: Line, database_url: str) -> None:
    phone = line.at(SUNDAY).ring(STRANGER, "2", "1", "1")
    assert isinstance(phone.stop, Record)
    release = Event()

    def hold_the_lock(locks: Event) -> None:
        with locked(database_url):
            locks.set()
            release.wait(5)

    with ThreadPoolExecutor(1) as pool:
        locks = Event()
        pool.submit(hold_the_lock, locks)
        locks.wait(5)
        phone.on_spoken = lambda _: release.set()
        phone.speak(9)
    assert leavings(line.engine)["messages"] == ["9 s"]


def test_a_doctor_who_cannot_be_told_who_calls_is_not_joined(line: Line, database_url: str) -> None:
    phone = line.at(WEDNESDAY_LUNCH).ring(ALWAYS, "2", "1")
    assert isinstance(phone.stop, Dial)
    with locked(database_url):
        leg = phone.pick_up()
    assert leg.is_over
    assert not leg.is_joined
    assert [said.text for said in leg.heard] == [ONE_MOMENT] * 3
    phone.ringing_ends("completed", leg)
    assert not phone.is_over


@on_one_database
def test_a_full_disk_is_waited_out(line: Line) -> None:
    @event.listens_for(line.engine, "connect")
    def grow_no_more(connection: object, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    line.engine.dispose()
    phones = [line.ring(f"+33639985{n:03d}") for n in range(12)]
    assert any("Un problème technique" in phone.heard[-1].text for phone in phones)
    assert all(isinstance(phone.stop, Gather | Dial) for phone in phones)


def in_turn(database: TimedDatabase, work: Callable[[], Any]) -> Any:
    with database.turn():
        return database.run(work)


def test_what_takes_too_long_is_broken_off(engine: Engine) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        if engine.dialect.name == "sqlite"
        else "SELECT pg_sleep(60)"
    )
    database = TimedDatabase(engine, SOON, 2)

    def wait() -> None:
        with database.reading() as connection:
            connection.execute(text(endless))

    with pytest.raises(DatabaseTroubleError):
        in_turn(database, wait)

    def count() -> int:
        with database.reading() as connection:
            return int(connection.execute(text("SELECT 1")).scalar_one())

    assert in_turn(database, count) == 1


def test_those_who_wait_for_their_turn_are_told_in_time(engine: Engine) -> None:
    database, release = TimedDatabase(engine, SOON, 1), Event()
    with ThreadPoolExecutor(1) as pool:
        begun = Event()
        busy = pool.submit(in_turn, database, lambda: (begun.set(), release.wait(5)))
        begun.wait(5)
        with pytest.raises(DatabaseTroubleError, match="turn"):
            in_turn(database, lambda: None)
        release.set()
        busy.result()


def test_a_mistake_of_ours_is_no_trouble_of_the_database(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        in_turn(TimedDatabase(engine, SOON, 1), lambda: 1 // 0)
