"""Somebody who hosts calendars on this machine: says what it is told to say, and remembers what it was asked."""

import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self


@dataclass
class Page:
    """One answer; `is_endless` sends nothing after its headers and waits."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    is_endless: bool = False


class CalendarHost:
    """Serves `pages` by path, over https with a `certificate`; `asked` holds the headers of each request."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Mapping[str, str]] = []
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._scheme = "http"
        if certificate is not None:
            self._scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def address(self, path: str = "/agenda.ics", host: str = "127.0.0.1") -> str:
        """Where a page of it stands."""
        return f"{self._scheme}://{host}:{self._server.server_address[1]}{path}"

    def says(self, text: str, path: str = "/agenda.ics", **headers: str) -> None:
        """That page holds that text from now on."""
        self.pages[path] = Page(text.encode(), headers=headers)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(host) -> type[BaseHTTPRequestHandler]:  # noqa: N805 `self` is the request's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(dict(self.headers))
                page = host.pages.get(self.path, Page(status=404))
                if page.headers.get("ETag") and self.headers.get("If-None-Match") == page.headers["ETag"]:
                    page = Page(status=304)
                self.send_response(page.status)
                length = {} if page.is_endless else {"Content-Length": str(len(page.body))}
                for name, value in (length | dict(page.headers)).items():
                    self.send_header(name, value)
                self.end_headers()
                if page.is_endless:
                    host._over.wait()
                self.wfile.write(page.body)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        return Handler
