"""The web server of `ivr serve`: gunicorn with our settings, and the worker beside it."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from selectors import EVENT_READ
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import _DEFER, ThreadWorker

from ivr.app import make_app
from ivr.commands.arrival import ARRIVES_WITHIN_SECONDS, Arrival, close_at_once, wait_no_longer, wake_at
from ivr.commands.beside import WorkerBeside
from ivr.commands.common import open_for_callers
from ivr.commands.threads import StretchingThreads
from ivr.logs import GUNICORN_LOGS
from ivr.meters import SHARED_FOLDER
from ivr.settings import Settings

THREADS = 64
"""Most of them only wait when the database is slow, so that callers are told and probes answered meanwhile."""
THREADS_AT_WORK = 4
"""As long as all goes well."""
GRACEFUL_SECONDS = 15
A_MOMENT_SECONDS = 0.005
"""What a caller connects for comes at once: a thread that waits so long saves it a way round."""
UNREAD_SECONDS = 0.1
"""For the rest of what was refused unread: more than a thread that wants to run may have to wait for its turn, since a
connection that looks late is closed."""
MOST_LET_IN = 1000


@contextmanager
def shared_meters() -> Iterator[None]:
    """A folder through which all processes of this service count together.

    It lies in memory where there is such a place: a mapped file on a full disk kills the process that writes to it.
    """
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 a folder of our own below it
    folder, owner = tempfile.mkdtemp(prefix="ivr-meters-", dir=memory), os.getpid()
    os.environ[SHARED_FOLDER] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:  # web processes are forked from here, and leave through here too
            shutil.rmtree(folder, ignore_errors=True)


class WebProcess(ThreadWorker):  # type: ignore[misc]  # gunicorn is not typed
    """A web process that lets in who has knocked before it closes its door, so that nobody is left standing there."""

    def get_thread_pool(self) -> StretchingThreads:
        """Gunicorn asks for it once, after the fork."""
        return StretchingThreads(THREADS_AT_WORK, self.cfg.threads)

    def handle(self, conn: Any) -> Any:
        """Gunicorn's thread takes up a connection here; one whose request is still on its way is put aside."""
        if not self.alive:
            wake_at(conn.sock, 1)
            return super().handle(conn)
        read_already = b"" if conn.parser is None else conn.parser.unreader.buf.getvalue()
        arrival: Arrival = vars(conn).setdefault("arrival", Arrival())
        is_whole = arrival.is_whole(conn.sock, read_already)
        if not is_whole and not arrival.bytes_seen and conn.wait_for_data(A_MOMENT_SECONDS):
            is_whole = arrival.is_whole(conn.sock, read_already)
        if not is_whole:
            return _DEFER
        del conn.arrival
        conn.data_ready = True
        wait_no_longer(conn.sock, ARRIVES_WITHIN_SECONDS)  # for the rest of what is too large to wait for before
        return super().handle(conn)

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Whether the connection serves another request. What was refused unread is hardly waited for."""
        return bool(keepalive) and bool(conn.parser.finish_body(deadline=time.monotonic() + UNREAD_SECONDS))

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """Gunicorn comes back from a thread here; what was put aside is looked at again when more of it has come.

        It is closed when its time is over. A process that is told to stop puts nothing aside: it answers whom it has
        let in.
        """
        if fs.cancelled() or fs.exception() is not None or (fs.result() and fs.result() is not _DEFER):
            super().finish_request(conn, fs)
        elif not fs.result():
            self.nr_conns -= 1
            close_at_once(conn.sock)  # gunicorn would wait here for the other side, and nobody be let in meanwhile
        elif self.alive:
            conn.sock.setblocking(False)
            conn.timeout = conn.arrival.must_end_at
            self.pending_conns.append(conn)
            self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))
        else:
            self.enqueue_req(conn)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Gunicorn says here that no more are let in; then it answers those who are inside."""
        if enabled or self.alive:
            super().set_accept_enabled(enabled)
            return
        for listener in self.sockets:
            inside = -1
            while inside < self.nr_conns < MOST_LET_IN:
                inside = self.nr_conns
                self.accept(listener)
        super().set_accept_enabled(enabled)
        for listener in self.sockets:
            listener.close()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is not typed
    """Gunicorn with our settings: threads, no control socket, no forced restarts."""

    def __init__(self, configured: Settings, bind: str, workers: int, *, with_worker: bool) -> None:
        self._configured = configured
        self._bind = bind
        self._workers = workers
        self._with_worker = with_worker
        self.beside = WorkerBeside(configured.public_url)
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": self._workers,
            "worker_class": WebProcess,
            "threads": THREADS,
            "graceful_timeout": GRACEFUL_SECONDS,
            "keepalive": 65,
            "control_socket_disable": True,
            "logconfig_dict": GUNICORN_LOGS,
            "when_ready": self._start,
            "on_reload": self._restart,
            "on_exit": self._stop,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one web process, on connections of its own."""
        return make_app(self._configured, open_for_callers(self._configured))

    def run(self) -> None:
        """Serve until a signal ends it."""
        Master(self).run()

    def _start(self, _arbiter: object) -> None:
        if self._with_worker:
            self.beside.start()
        click.echo(f"The line answers at {self._configured.public_url}/twilio/voice", err=True)

    def _restart(self, arbiter: object) -> None:
        self.beside.stop()
        self._start(arbiter)

    def _stop(self, _arbiter: object) -> None:
        self.beside.stop()


class Master(Arbiter):  # type: ignore[misc]  # gunicorn is not typed
    """Gunicorn's first process, which looks after the worker as it does after the web processes."""

    def manage_workers(self) -> None:
        """Called all the time, but not while the service stops."""
        super().manage_workers()
        self.app.beside.keep()
