"""Signed calls against a running server, from one process, a few at a time."""

import asyncio
import secrets
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.bare import URL
from ivr.telephony import addresses

ACCOUNT = "AC" + "c" * 32
TOKEN = "a-token-for-the-bench"
LINE = "+33199001234"


@dataclass(frozen=True)
class Figures:
    """Of one run: answers a second, and milliseconds each took."""

    per_second: float
    median_ms: float
    p99_ms: float


def first_webhooks(number: int, callers: list[str]) -> list[list[bytes]]:
    """Calls of which only the first webhook is sent."""
    return [call[:1] for call in whole_calls(number, callers)]


def whole_calls(number: int, callers: list[str]) -> list[list[bytes]]:
    """Requests of `number` calls, as bytes on the wire: begun, key 2, key 1, silence, hung up."""
    signer = RequestValidator(TOKEN)
    return [_call(signer, callers[place % len(callers)]) for place in range(number)]


def _call(signer: RequestValidator, caller: str) -> list[bytes]:
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": f"CA{secrets.token_hex(16)}",
        "CallStatus": "ringing",
        "Called": LINE,
        "Caller": caller,
        "CallerCountry": "FR",
        "Direction": "inbound",
        "From": caller,
        "FromCountry": "FR",
        "To": LINE,
        "ToCountry": "FR",
    }
    goes_on, is_over = form | {"CallStatus": "in-progress"}, form | {"CallStatus": "completed", "CallDuration": "40"}
    return [
        _signed(signer, addresses.VOICE, form),
        _signed(signer, addresses.turn_address(1), goes_on | {"Digits": "2"}),
        _signed(signer, addresses.turn_address(2), goes_on | {"Digits": "1"}),
        _signed(signer, addresses.turn_address(3), goes_on),
        _signed(signer, addresses.STATUS, is_over),
    ]


def _signed(signer: RequestValidator, path: str, form: dict[str, str]) -> bytes:
    body = urlencode(form).encode()
    signature = signer.compute_signature(f"{URL}{path}", form)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\n"
        "Accept: */*\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _client(port: int, queue: list[list[bytes]], times: list[float]) -> None:
    while queue:
        for request in queue.pop():
            begun = time.perf_counter()
            await _send(port, request)
            times.append(time.perf_counter() - begun)


async def _send(port: int, request: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")):
        raise RuntimeError(answer.decode(errors="replace"))


async def _run(port: int, calls: list[list[bytes]], clients: int) -> tuple[float, list[float]]:
    queue, times = list(calls), []
    begun = time.perf_counter()
    await asyncio.gather(*(_client(port, queue, times) for _ in range(clients)))
    return time.perf_counter() - begun, times


def measure(port: int, calls: list[list[bytes]], clients: int = 16) -> Figures:
    """Send them all and time each."""
    seconds, times = asyncio.run(_run(port, calls, clients))
    ordered = sorted(times)
    return Figures(
        per_second=len(times) / seconds,
        median_ms=statistics.median(ordered) * 1000,
        p99_ms=ordered[int(len(ordered) * 0.99)] * 1000,
    )
