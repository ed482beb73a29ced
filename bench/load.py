"""A fixed number of signed calls against a running server, from one process, a few at a time."""

import asyncio
import secrets
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.bare import URL

ACCOUNT = "AC" + "c" * 32
TOKEN = "a-token-for-the-bench"
LINE = "+33199001234"


@dataclass(frozen=True)
class Figures:
    """Of one run: answers a second, and milliseconds each took."""

    per_second: float
    median_ms: float
    p99_ms: float


def signed_requests(number: int, callers: list[str]) -> list[bytes]:
    """First webhooks of `number` calls, as bytes on the wire."""
    signer = RequestValidator(TOKEN)
    requests = []
    for place in range(number):
        caller = callers[place % len(callers)]
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
        body = urlencode(form).encode()
        signature = signer.compute_signature(f"{URL}/twilio/voice", form)
        head = (
            "POST /twilio/voice HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\n"
            "Accept: */*\r\nConnection: close\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
            f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


async def _client(port: int, queue: list[bytes], times: list[float]) -> None:
    while queue:
        request = queue.pop()
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode(errors="replace"))
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        times.append(time.perf_counter() - begun)
        writer.close()


async def _run(port: int, requests: list[bytes], clients: int) -> tuple[float, list[float]]:
    queue, times = list(requests), []
    begun = time.perf_counter()
    await asyncio.gather(*(_client(port, queue, times) for _ in range(clients)))
    return time.perf_counter() - begun, times


def measure(port: int, requests: list[bytes], clients: int = 16) -> Figures:
    """Send them all and time each."""
    seconds, times = asyncio.run(_run(port, requests, clients))
    ordered = sorted(times)
    return Figures(
        per_second=len(times) / seconds,
        median_ms=statistics.median(ordered) * 1000,
        p99_ms=ordered[int(len(ordered) * 0.99)] * 1000,
    )
