"""The threads of a web process: as few as the work needs, and the one that is still warm first."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeAlias, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
Work: TypeAlias = Callable[[], None]
Inbox: TypeAlias = "SimpleQueue[Work | None]"


class WarmThreads(Executor):
    """Up to `most` threads, each made when all others are at work; work goes to the one that was idle last.

    The standard library's pool hands work to whoever was idle longest, so that 64 threads take turns where four would
    do, each with cold caches: a seventh of the answers a second (decision 22).
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._idle: list[Inbox] = []
        self._waiting: deque[Work] = deque()
        self._inboxes: list[Inbox] = []
        self._is_over = False

    def submit(self, work: Callable[Given, Result], /, *args: Given.args, **options: Given.kwargs) -> Future[Result]:
        """Have it done by a thread.

        Raises:
            RuntimeError: after `shutdown`.
        """
        future: Future[Result] = Future()
        job = _job(future, work, args, options)
        with self._lock:
            if self._is_over:
                message = "no work is taken after shutdown"
                raise RuntimeError(message)
            if self._idle:
                self._idle.pop().put(job)
            elif len(self._inboxes) < self._most:
                self._start(job)
            else:
                self._waiting.append(job)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 as in Executor
        """Take no more; threads end when they have done what waits. Web processes never wait nor cancel."""
        with self._lock:
            self._is_over = True
            for inbox in self._idle:
                inbox.put(None)
            self._idle.clear()

    def _start(self, job: Work) -> None:
        inbox: Inbox = SimpleQueue()
        inbox.put(job)
        self._inboxes.append(inbox)
        Thread(target=self._work, args=(inbox,), name=f"web-{len(self._inboxes)}", daemon=True).start()

    def _work(self, inbox: Inbox) -> None:
        while (job := inbox.get()) is not None:
            job()
            self._be_idle(inbox)

    def _be_idle(self, inbox: Inbox) -> None:
        with self._lock:
            if self._waiting:
                inbox.put(self._waiting.popleft())
            elif self._is_over:
                inbox.put(None)
            else:
                self._idle.append(inbox)


def _job(future: Future[Any], work: Callable[..., Any], args: Any, options: Any) -> Work:
    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work(*args, **options)
        except BaseException as error:  # noqa: BLE001 it belongs to who asks for the result
            future.set_exception(error)
        else:
            future.set_result(result)

    return run
