"""Whether a request has arrived whole: only then does a thread of a web process take it up.

A thread that waits for the rest of a body waits for whoever is slow, or means to be: some hundred connections that send
a byte now and then would otherwise keep every caller out.
"""

import re
import socket
import time
from dataclasses import dataclass, field

MOST_PEEKED = 1024 * 1024 + 64 * 1024
"""The longest body the site takes, and a head. What is longer is refused without being read."""
LONGEST_HEAD = 64 * 1024
ARRIVES_WITHIN_SECONDS = 15
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,12})[ \t]*\r\n", re.IGNORECASE)
END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Arrival:
    """The request that is on its way over one connection; `since` by the monotonic clock."""

    since: float = field(default_factory=time.monotonic)
    bytes_seen: int = 0

    @property
    def must_end_at(self) -> float:
        """When the connection is closed, whatever has come by then."""
        return self.since + ARRIVES_WITHIN_SECONDS

    def is_whole(self, connected: socket.socket) -> bool:
        """Whether all of it can be read without waiting; nothing is taken from the socket.

        If not, the socket counts as readable only when more has come. A side that has hung up sends no more: what is
        there is then all there will be.
        """
        try:
            seen = connected.recv(MOST_PEEKED, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True  # whoever reads it will find out
        has_grown = len(seen) > self.bytes_seen
        self.bytes_seen = len(seen)
        if is_whole(seen) or not has_grown:
            wake_at(connected, 1)
            return True
        wake_at(connected, len(seen) + 1)
        return False


def wake_at(connected: socket.socket, bytes_there: int) -> None:
    """The socket is readable, and a read of it returns, when so many bytes are there."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, bytes_there)


def is_whole(seen: bytes) -> bool:
    """Whether these first bytes hold a head and the body it announces, or are too many to wait for the rest."""
    head, end, body = seen.partition(END_OF_HEAD)
    if not end:
        return len(head) >= LONGEST_HEAD
    announced = LENGTH.search(head + b"\r\n")
    length = int(announced[1]) if announced else 0
    return len(body) >= length or len(head) + length > MOST_PEEKED
