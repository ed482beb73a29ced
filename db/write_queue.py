"""Whose turn it is to write an SQLite file, among all threads and processes.

SQLite lets one writer in and makes the others sleep for up to a tenth of a second between looks, so that under
load some wait for a quarter of one (measured). Writers therefore queue on a file lock, looked at twice a
millisecond; the kernel frees it when a process dies. SQLite's own lock stays the second line.
"""

import fcntl
import os
import time
from pathlib import Path

LOOK_EVERY_SECONDS = 0.0005


class WriteQueue:
    """The lock beside one database file."""

    def __init__(self, database: Path, patience_seconds: float) -> None:
        self._file = f"{database}.queue"
        self._patience = patience_seconds

    def enter(self) -> int:
        """Wait for the turn to write; what is given back must be handed to `leave`.

        Raises:
            TimeoutError: others wrote for longer than a writer waits.
        """
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(descriptor)
                    message = f"{self._file}: others wrote for over {self._patience:.0f} seconds"
                    raise TimeoutError(message) from None
                time.sleep(LOOK_EVERY_SECONDS)
            else:
                return descriptor

    @staticmethod
    def leave(descriptor: int) -> None:
        """Let the next one write."""
        os.close(descriptor)
