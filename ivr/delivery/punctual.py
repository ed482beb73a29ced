"""One request takes so long and no longer: whatever drips in, the connection is cut when its time is over.

A limit for each read, which is all the library has, is never reached by an answer that drips.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class PunctualAdapter(HTTPAdapter):
    """Makes connections that tell their sockets."""

    def __init__(self, sockets: "WeakSet[socket.socket]") -> None:
        self._sockets = sockets
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """The library makes its pools here."""
        super().init_poolmanager(*arguments, **options)
        told = self._sockets

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                told.add(self.sock)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                told.add(self.sock)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


class PunctualSession(requests.Session):
    """A session whose connections can be cut by `no_longer`; for one thread at a time."""

    def __init__(self, adapter: Callable[["WeakSet[socket.socket]"], PunctualAdapter] = PunctualAdapter) -> None:
        super().__init__()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        for scheme in ("https://", "http://"):
            self.mount(scheme, adapter(self._sockets))

    @contextmanager
    def no_longer(self, seconds: float) -> Iterator[None]:
        """After so long every read of this session ends as if the other side had hung up."""
        timer = Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        for connected in list(self._sockets):
            try:
                socket.socket.shutdown(connected, socket.SHUT_RDWR)  # TLS's own would first undo the reader's state
            except OSError:
                continue
