"""The worker beside the web processes of `ivr serve`: started with them, and again when it ends."""

import os
import subprocess
import sys
import time
from threading import Event, Thread

import structlog

STOP_SECONDS = 10
BETWEEN_STARTS_SECONDS = 5.0
"""So that a worker that ends at once does not take the machine from the callers."""
LOOK_SECONDS = 1.0

log = structlog.get_logger()


class WorkerBeside:
    """The process of that worker; none until it is started."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def start(self) -> None:
        """Start it; it ends by itself when this process is no more."""
        command = [sys.executable, "-m", "ivr", "worker", "--parent", str(os.getpid())]
        self._process = subprocess.Popen(command, env=os.environ | {"IVR_PUBLIC_URL": self._public_url})  # noqa: S603 ourselves
        self._started = time.monotonic()

    def keep(self) -> None:
        """Start it again when it has ended, whatever ended it; to be called all the time."""
        # Gunicorn reaps every child, this one too: how it ended is not known then, but that it did is.
        if self._process is None or self._process.poll() is None:
            return
        if time.monotonic() - self._started >= BETWEEN_STARTS_SECONDS:
            log.warning("worker_ended", worker=self._process.pid)
            self.start()

    def stop(self) -> None:
        """Let it end what it is at, or kill it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()


def stop_without(parent: int, stop: Event) -> None:
    """Set `stop` when this process is no longer a child of `parent`, which has been killed then."""

    def watch() -> None:
        while os.getppid() == parent and not stop.wait(LOOK_SECONDS):
            pass
        stop.set()

    Thread(target=watch, daemon=True).start()
