"""The threads of a web process: few at work, more for as long as those all wait for something."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeAlias, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
Job: TypeAlias = Callable[[], None]

LATE_SECONDS = 0.05
"""A job that has waited for so long found all threads stuck, or many callers before it."""


class StretchingThreads(Executor):
    """`few` threads do the work; a job that has waited gets a thread of its own, up to `most` in all.

    Python's threads get in one another's way: 4 answer a fifth more callers a second than 64 do. But when the database
    is stuck they all wait for it, and others must still be told, and probes answered (decision 17).
    """

    def __init__(self, few: int, most: int) -> None:
        self._room = most - few
        self._few = few
        self._lock = Lock()
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._since: deque[float] = deque()
        self._is_over = False
        for number in range(few):
            _start(self._work, f"web-{number + 1}")
        _start(self._stretch, "web-stretch")

    def submit(self, work: Callable[Given, Result], /, *args: Given.args, **options: Given.kwargs) -> Future[Result]:
        """Have it done.

        Raises:
            RuntimeError: after `shutdown`.
        """
        if self._is_over:
            message = "no work is taken after shutdown"
            raise RuntimeError(message)
        future: Future[Result] = Future()
        self._since.append(time.monotonic())
        self._jobs.put(_job(future, work, args, options))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 as it is called
        """Take no more; the threads end when all is done. Nobody is waited for, nothing cancelled."""
        self._is_over = True
        for _ in range(self._few):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._since.popleft()
            job()

    def _stretch(self) -> None:
        """Look now and then whether somebody waits."""
        while not self._is_over or self._since:
            time.sleep(LATE_SECONDS)
            late_since = time.monotonic() - LATE_SECONDS
            late = sum(since < late_since for since in tuple(self._since))
            for _ in range(min(late, self._room)):
                with self._lock:
                    self._room -= 1
                _start(self._help_out, "web-more")

    def _help_out(self) -> None:
        """Work until nobody waits."""
        try:
            while (job := self._jobs.get_nowait()) is not None:
                self._since.popleft()
                job()
            self._jobs.put(None)  # it was for one of the few
        except Empty:
            pass
        finally:
            with self._lock:
                self._room += 1


def _start(work: Job, name: str) -> None:
    Thread(target=work, name=name, daemon=True).start()


def _job(future: Future[Any], work: Callable[..., Any], args: Any, options: Any) -> Job:
    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work(*args, **options)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    return run
