"""Whether a request has arrived whole: only then does a thread of a web process take it up.

A thread that waits for the rest of a body waits for whoever is slow, or means to be: some hundred connections that send
a byte now and then would otherwise keep every caller out.
"""

import re
import socket
import struct
import time
from dataclasses import dataclass, field

MOST_PEEKED = 1024 * 1024 + 64 * 1024
"""The longest body the site takes, and a head. What is longer is refused without being read."""
LONGEST_HEAD = 64 * 1024
ARRIVES_WITHIN_SECONDS = 15
MOST_DRAINED = 64 * 1024
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]*\r\n")
END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Arrival:
    """The request that is on its way over one connection; `since` by the monotonic clock."""

    since: float = field(default_factory=time.monotonic)
    bytes_seen: int = 0
    was_told_to_go_on: bool = False

    @property
    def must_end_at(self) -> float:
        """When the connection is closed, whatever has come by then."""
        return self.since + ARRIVES_WITHIN_SECONDS

    def is_whole(self, connected: socket.socket, read_already: bytes = b"") -> bool:
        """Whether all of it can be read without waiting; nothing is taken from the socket.

        If not, the socket counts as readable only when more has come. A side that has hung up sends no more: what is
        there is then all there will be. `read_already` came with the request before and is not in the socket any more.
        """
        try:
            seen, is_waiting = _peek(connected), False
        except BlockingIOError:
            seen, is_waiting = b"", True
        except OSError:
            return True  # whoever reads it will find out
        has_ended = not is_waiting and len(seen) <= self.bytes_seen
        self.bytes_seen = len(seen)
        if has_ended or is_whole(read_already + seen):
            wake_at(connected, 1)
            return True
        self._tell_to_go_on(connected, read_already + seen)
        wake_at(connected, self.bytes_seen + 1)
        return False

    def _tell_to_go_on(self, connected: socket.socket, seen: bytes) -> None:
        """Who asks whether to send the body is told to, once."""
        head, end, _ = seen.partition(END_OF_HEAD)
        if end and not self.was_told_to_go_on and EXPECTS.search(head + b"\r\n"):
            self.was_told_to_go_on = True
            connected.send(CONTINUE, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


def _peek(connected: socket.socket) -> bytes:
    """What is there, left where it is. A long look costs a long buffer, which few requests need."""
    flags = socket.MSG_PEEK | socket.MSG_DONTWAIT
    seen = connected.recv(LONGEST_HEAD, flags)
    return seen if len(seen) < LONGEST_HEAD else connected.recv(MOST_PEEKED, flags)


def wake_at(connected: socket.socket, bytes_there: int) -> None:
    """The socket is readable, and a read of it returns, when so many bytes are there."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, bytes_there)


def wait_no_longer(connected: socket.socket, seconds: int) -> None:
    """A thread that reads gets an error when nothing has come for so long."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", seconds, 0))


def is_whole(seen: bytes) -> bool:
    """Whether these first bytes hold a head and the body it announces, or are too many to wait for the rest."""
    head, end, body = seen.partition(END_OF_HEAD)
    if not end:
        return len(head) >= LONGEST_HEAD
    if len(seen) >= MOST_PEEKED:
        return True
    if CHUNKED.search(head):
        return _has_last_chunk(body)
    announced = LENGTH.search(head + b"\r\n")
    length = int(announced[1]) if announced else 0
    return len(body) >= length or len(head) + length > MOST_PEEKED


def _has_last_chunk(body: bytes) -> bool:
    """Whether a chunked body has come to its end; what is no chunk is for the server to refuse."""
    place = 0
    while size := CHUNK_SIZE.match(body, place):
        length = int(size[1], 16)
        if length == 0:
            return body.startswith(b"\r\n", size.end()) or END_OF_HEAD in body[size.end() :]
        place = size.end() + length + len(b"\r\n")
    return b"\r\n" in body[place:]


def close_at_once(connected: socket.socket) -> None:
    """Close a connection that was answered, and wait for nobody: what came unasked is dropped as far as it is there."""
    try:
        connected.shutdown(socket.SHUT_WR)
        drained = 0
        while drained < MOST_DRAINED and (dropped := connected.recv(4096, socket.MSG_DONTWAIT)):
            drained += len(dropped)
    except OSError:
        pass  # nothing more is there, or nobody
    finally:
        connected.close()
