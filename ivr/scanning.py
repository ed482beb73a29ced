"""A virus scanner beside the service, asked over its socket: clamd, by its command INSTREAM."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from struct import pack
from urllib.parse import SplitResult, urlsplit

PIECE_BYTES = 64 * 1024
SECONDS = 30
CLEAN, FOUND = "OK", "FOUND"
LONGEST_ANSWER = 4096
DEFAULT_PORT = 3310


class ScannerError(Exception):
    """The scanner did not answer as scanners do; one sentence with the remedy."""


def has_virus(address: str, content: bytes) -> bool:
    """Whether clamd at `tcp://HOST:PORT` or `unix:///PATH` finds one.

    Raises:
        ScannerError: it cannot tell.
    """
    try:
        with _connected(urlsplit(address)) as clamd:
            clamd.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE_BYTES):
                piece = content[start : start + PIECE_BYTES]
                clamd.sendall(pack("!L", len(piece)) + piece)
            clamd.sendall(pack("!L", 0))
            answer = clamd.makefile("rb").read(LONGEST_ANSWER).rstrip(b"\0\n").decode(errors="replace")
    except OSError as error:
        message = f"the virus scanner at {address} does not answer ({error}); start it, or unset IVR_CLAMD_URL"
        raise ScannerError(message) from None
    if answer.endswith(FOUND):
        return True
    if not answer.endswith(CLEAN):
        message = f"the virus scanner at {address} answers {answer!r}; look at its log and its StreamMaxLength"
        raise ScannerError(message)
    return False


@contextmanager
def _connected(address: SplitResult) -> Iterator[socket.socket]:
    if address.scheme == "unix":
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as clamd:
            clamd.settimeout(SECONDS)
            clamd.connect(address.path)
            yield clamd
        return
    host, port = address.hostname or "127.0.0.1", address.port or DEFAULT_PORT
    with socket.create_connection((host, port), SECONDS) as clamd:
        yield clamd
