"""A module of ours in a process of its own, for what strangers send: it ends in time, and takes none of our memory.

What it reads and writes goes through pipes: it stands neither in the list of processes nor in a log.
"""

import os
import resource
import subprocess
import sys

MOST_MEMORY = 1024 * 1024 * 1024
LOW_PRIORITY = 10
"""Callers come first."""


def run_confined(module: str, told: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """How that module ended, which was told so, and what it wrote; it calls `confine` before it looks.

    Raises:
        subprocess.TimeoutExpired: it was not done after so many seconds by the clock.
    """
    command = [sys.executable, "-m", module]
    return subprocess.run(  # noqa: S603 ourselves
        command, input=told, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds, check=False
    )


def confine(processor_seconds: int) -> None:
    """What this process may take from now on."""
    os.nice(LOW_PRIORITY)
    for kind, most in ((resource.RLIMIT_CPU, processor_seconds), (resource.RLIMIT_AS, MOST_MEMORY)):
        resource.setrlimit(kind, (most, most))
