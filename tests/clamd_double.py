"""A strict stand-in for clamd: it speaks INSTREAM, finds the test virus, and refuses what is no such request."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from struct import unpack
from threading import Thread

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 25 * 1024 * 1024


class _Request(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = bytearray()
        while size := unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > MOST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.wfile.write(b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@contextmanager
def clamd() -> Iterator[str]:
    """The address of one that runs."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Request) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
