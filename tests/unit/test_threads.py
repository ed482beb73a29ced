"""Threads of a web process: few while all goes well, more while those are stuck, and nothing taken is dropped."""

import threading
from collections.abc import Iterator
from concurrent.futures import TimeoutError as StillWaitingError
from threading import Event

import pytest

from ivr.commands.threads import LATE_SECONDS, StretchingThreads

PATIENCE = 5


@pytest.fixture
def stuck() -> Iterator[Event]:
    """What the threads wait for; let go at the end."""
    event = Event()
    yield event
    event.set()


def name() -> str:
    return threading.current_thread().name


def test_a_few_do_all_the_work_while_none_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.commands.threads.LATE_SECONDS", PATIENCE)
    threads = StretchingThreads(2, 8)
    names = {threads.submit(name).result(PATIENCE) for _ in range(50)}
    assert names <= {"web-1", "web-2"}
    threads.shutdown()


def test_others_are_answered_while_the_few_are_stuck(stuck: Event) -> None:
    threads = StretchingThreads(2, 8)
    waiting = [threads.submit(stuck.wait, PATIENCE) for _ in range(5)]
    assert threads.submit(name).result(PATIENCE) == "web-more"
    assert not any(future.done() for future in waiting)
    stuck.set()
    assert all(future.result(PATIENCE) for future in waiting)
    threads.shutdown()


def test_there_are_never_more_than_most(stuck: Event) -> None:
    threads = StretchingThreads(1, 3)
    waiting = [threads.submit(stuck.wait, PATIENCE) for _ in range(3)]
    last = threads.submit(name)
    with pytest.raises(StillWaitingError):
        last.result(LATE_SECONDS * 4)
    stuck.set()
    assert last.result(PATIENCE).startswith("web-")
    assert all(future.result(PATIENCE) for future in waiting)
    threads.shutdown()


def test_room_is_made_again_when_all_goes_well(stuck: Event) -> None:
    threads = StretchingThreads(1, 2)
    for _ in range(3):
        stuck.clear()
        waiting = threads.submit(stuck.wait, PATIENCE)
        assert threads.submit(name).result(PATIENCE) == "web-more"
        stuck.set()
        assert waiting.result(PATIENCE)
    threads.shutdown()


def test_what_goes_wrong_is_told_to_who_asked() -> None:
    threads = StretchingThreads(1, 1)
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 // 0).result(PATIENCE)
    assert threads.submit(lambda: 2).result(PATIENCE) == 2
    threads.shutdown()


def test_what_was_taken_is_done_after_shutdown_and_no_more_is_taken(stuck: Event) -> None:
    threads = StretchingThreads(1, 1)
    taken = [threads.submit(stuck.wait, PATIENCE), threads.submit(name)]
    threads.shutdown()
    with pytest.raises(RuntimeError, match="shutdown"):
        threads.submit(name)
    stuck.set()
    assert [future.result(PATIENCE) for future in taken] == [True, "web-1"]
