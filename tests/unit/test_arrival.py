"""A request is taken up when all of it is there, and a slow one keeps no thread waiting."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ivr.commands.arrival import CONTINUE, LONGEST_HEAD, MOST_PEEKED, Arrival, close_at_once, is_whole

HEAD = b"POST /twilio/voice HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"


CHUNKED = b"POST /twilio/voice HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("seen", "whole"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (HEAD, False),
        (HEAD + b"123456789", False),
        (HEAD + b"1234567890", True),
        (HEAD.replace(b"Content-Length", b"content-length") + b"123456789", False),
        (HEAD.replace(b"10\r", str(MOST_PEEKED).encode() + b"\r"), True),
        (b"x" * LONGEST_HEAD, True),
        (HEAD.replace(b"Content-Length: 10", b"X-Content-Length: 10"), True),
        (CHUNKED, False),
        (CHUNKED + b"5\r\nCa", False),
        (CHUNKED + b"5\r\nCalls\r\n", False),
        (CHUNKED + b"7\r\n\r\n0\r\n\r\n\r\n", False),
        (CHUNKED + b"5\r\nCalls\r\n0\r\n\r\n", True),
        (CHUNKED + b"5;x=1\r\nCalls\r\n0\r\nTrailer: 1\r\n\r\n", True),
        (CHUNKED + b"no size\r\n", True),
    ],
)
def test_a_request_is_whole_with_the_body_its_head_announces(seen: bytes, whole: bool) -> None:
    assert is_whole(seen) == whole


@dataclass
class Pair:
    """Two ends of a connection."""

    ours: socket.socket
    theirs: socket.socket


@pytest.fixture
def pair() -> Iterator[Pair]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.create_connection(server.getsockname())
        ours, _ = server.accept()
        with theirs, ours:
            theirs.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield Pair(ours, theirs)


def sent(pair: Pair, content: bytes) -> None:
    """The bytes have come to the other end."""
    pair.theirs.sendall(content)
    pair.ours.setblocking(True)
    lowest = pair.ours.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)
    pair.ours.recv(lowest, socket.MSG_PEEK)


def test_nothing_is_taken_while_a_request_comes_in_pieces(pair: Pair) -> None:
    arrival = Arrival()
    assert not arrival.is_whole(pair.ours)
    sent(pair, HEAD)
    assert not arrival.is_whole(pair.ours)
    assert pair.ours.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) == len(HEAD) + 1
    sent(pair, b"1234567890")
    assert arrival.is_whole(pair.ours)
    assert pair.ours.recv(1000) == HEAD + b"1234567890"


def test_who_hangs_up_in_the_middle_is_not_waited_for(pair: Pair) -> None:
    arrival = Arrival()
    sent(pair, HEAD)
    assert not arrival.is_whole(pair.ours)
    pair.theirs.shutdown(socket.SHUT_WR)
    pair.ours.settimeout(5)
    pair.ours.recv(1000, socket.MSG_PEEK | socket.MSG_WAITALL)
    assert arrival.is_whole(pair.ours)


def test_what_came_with_the_request_before_counts(pair: Pair) -> None:
    arrival = Arrival()
    assert not arrival.is_whole(pair.ours, HEAD[:20])
    sent(pair, HEAD[20:] + b"12345")
    assert not arrival.is_whole(pair.ours, HEAD[:20])
    sent(pair, b"67890")
    assert arrival.is_whole(pair.ours, HEAD[:20])
    assert Arrival().is_whole(pair.ours, HEAD + b"1234567890")


def test_who_asks_whether_to_go_on_is_told_to_once(pair: Pair) -> None:
    arrival = Arrival()
    sent(pair, HEAD.replace(b"Host: x", b"Expect: 100-continue"))
    assert not arrival.is_whole(pair.ours)
    pair.theirs.settimeout(5)
    assert pair.theirs.recv(1000) == CONTINUE
    sent(pair, b"1234567890")
    assert arrival.is_whole(pair.ours)


def test_a_connection_is_closed_without_waiting_for_the_other_side(pair: Pair) -> None:
    sent(pair, b"more than was asked for")
    pair.ours.sendall(b"answer")
    close_at_once(pair.ours)
    pair.theirs.settimeout(5)
    assert pair.theirs.recv(1000) == b"answer"
    assert pair.theirs.recv(1000) == b""
