"""The servers under test: gunicorn as `ivr serve` runs it, for the bare view too."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ivr.commands.server import THREADS

GUNICORN = [
    "--workers",
    "2",
    "--threads",
    str(THREADS),
    "--worker-class",
    "ivr.commands.server.WebProcess",
    "--keep-alive",
    "2",
    "--log-level",
    "warning",
]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(application: str, environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Gunicorn with that application; its port and process id."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", *GUNICORN, "--bind", f"127.0.0.1:{port}", application]
    process = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def megabytes_of_workers(pid: int) -> float:
    """The largest resident memory among the web processes."""
    sizes = []
    for child in children(pid):
        status = Path(f"/proc/{child}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        sizes.append(int(line.split()[1]) / 1024)
    return max(sizes)


def processor_seconds(pid: int | None) -> float:
    """What a server and its processes, those that are over too, have used of the processors; nothing without one."""
    if pid is None:
        return 0.0
    return sum(_ticks(process) for process in (pid, *children(pid))) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens on port {port}")
