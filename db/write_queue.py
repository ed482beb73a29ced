"""Whose turn it is to write an SQLite file, among all threads and processes.

SQLite lets one writer in and makes the others sleep for up to a tenth of a second between looks, so that under
load some wait for a quarter of one (measured). Threads of a process therefore queue on a lock of their own, and
one thread of each process looks at a file lock ten times a millisecond; the kernel frees it when a process dies.
SQLite's own lock stays the last line.
"""

import fcntl
import os
import time
from pathlib import Path
from threading import Lock

from db.patience import patience

LOOK_EVERY_SECONDS = 0.0001


class WriteQueue:
    """The queue before one database file."""

    def __init__(self, database: Path, patience_seconds: float) -> None:
        self.database = database
        self._file = f"{database}.queue"
        self._patience = patience_seconds
        self._mine = Lock()

    def enter(self) -> int:
        """Wait for the turn to write, no longer than this thread may; what is given back must be handed to `leave`.

        Raises:
            TimeoutError: others wrote for longer than a writer waits.
        """
        seconds = patience.seconds_left(self._patience)
        deadline = time.monotonic() + seconds
        if not self._mine.acquire(timeout=seconds):
            raise TimeoutError(self._complaint())
        try:
            return self._enter_as_process(deadline)
        except BaseException:
            self._mine.release()
            raise

    def leave(self, descriptor: int) -> None:
        """Let the next one write."""
        os.close(descriptor)
        self._mine.release()

    def _enter_as_process(self, deadline: float) -> int:
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(descriptor)
                    raise TimeoutError(self._complaint()) from None
                time.sleep(LOOK_EVERY_SECONDS)
            else:
                return descriptor

    def _complaint(self) -> str:
        return f"{self._file}: others wrote for longer than a writer waits"
