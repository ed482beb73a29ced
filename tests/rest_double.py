"""Twilio's REST on this machine: strict about what it takes, with faults on demand (WIRE.md 7 to 9).

Every request is kept. A route's faults are used up in the order they were queued; without one it does its work.
"""

import base64
import json
import math
import re
import secrets
import socket
import ssl
import struct
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from ivr.delivery import twilio_rest
from ivr.delivery.twilio_rest import TwilioRest
from tests.twilio_api import complaints, faults_of_answer

PATIENCE_SECONDS = 5
"""How long a test waits for something that must come."""

DRIP_SECONDS = 0.02

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("^{}\\[~]|€\f")
MOST_CHARACTERS = 1600

STATUS_OF = {20003: 401, 20404: 404, 20429: 429}
MESSAGES_OF = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "Invalid 'To' Phone Number",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21614: "'To' number is not a valid mobile number",
}


class Route(Enum):
    """What can be asked for."""

    SEND = "POST Messages"
    LIST = "GET Messages"
    FETCH = "GET Recordings/Sid"
    DELETE = "DELETE Recordings/Sid"
    FIND_NUMBER = "GET IncomingPhoneNumbers"
    SET_NUMBER = "POST IncomingPhoneNumbers/Sid"
    READ_NUMBER = "GET IncomingPhoneNumbers/Sid"
    READ_CALL = "GET Calls/Sid"
    READ_TEXT = "GET Messages/Sid"
    LIST_RECORDINGS = "GET Recordings"


ROUTES = {
    r"/Messages\.json": {"POST": Route.SEND, "GET": Route.LIST},
    r"/Messages/SM[0-9a-f]{32}\.json": {"GET": Route.READ_TEXT},
    r"/Recordings/RE[0-9a-f]{32}(\.wav|\.json)?": {"GET": Route.FETCH, "DELETE": Route.DELETE},
    r"/Recordings\.json": {"GET": Route.LIST_RECORDINGS},
    r"/Calls/CA[0-9a-f]{32}\.json": {"GET": Route.READ_CALL},
    r"/IncomingPhoneNumbers\.json": {"GET": Route.FIND_NUMBER},
    r"/IncomingPhoneNumbers/PN[0-9a-f]{32}\.json": {"GET": Route.READ_NUMBER, "POST": Route.SET_NUMBER},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; `is_clear` unless a parameter came twice."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    headers: Mapping[str, str]
    is_clear: bool = True

    @property
    def credentials(self) -> tuple[str, str] | None:
        """Account and token of the basic authentication, None without a readable one."""
        kind, _, encoded = self.headers.get("authorization", "").partition(" ")
        if kind != "Basic":
            return None
        account, _, token = base64.b64decode(encoded).decode().partition(":")
        return account, token


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refuse:
    """Twilio's error of that number. `is_done`: the work was done all the same."""

    status: int
    code: int
    retry_after: str | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """This answer word for word, whatever was asked."""

    answer: Answer
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A redirect to that address."""

    address: str
    status: int = 307


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection ends without an answer; after `sent` bytes of its body when some are asked for."""

    is_done: bool = True
    sent: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """The work is done, the answer comes when `release` is set; `then` may be another fault."""

    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    then: Refuse | None = None

    def wait_for_request(self) -> None:
        assert self.arrived.wait(PATIENCE_SECONDS), "nothing was asked for"


@dataclass(frozen=True, slots=True)
class Drip:
    """An answer of which one byte comes now and then, without an end."""


Fault: TypeAlias = Refuse | Say | Elsewhere | HangUp | Hold | Drip


@contextmanager
def impatience() -> Iterator[None]:
    """Our client waits a second only: for one request that no answer will reach in time.

    Under it a busy machine may miss an answer that does come, so nothing else is asked for meanwhile.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twilio_rest, "TIMEOUT_SECONDS", 1)
        patch.setattr(twilio_rest, "REQUEST_SECONDS", 1)
        yield


@dataclass
class Kept:
    """A recording at the carrier."""

    sound: bytes
    is_ready: bool = True
    is_deleted: bool = False
    call: str | None = None
    made_at: datetime | None = None
    status: str = "completed"
    seconds: int = 0


class RefusedError(Exception):
    """The request is wrong: Twilio's number for it, and the status."""

    def __init__(self, code: int, message: str = "", status: int | None = None) -> None:
        super().__init__(message or MESSAGES_OF.get(code, "Error"))
        self.answer = error_answer(status or STATUS_OF.get(code, 400), code, message)


def error_answer(status: int, code: int, message: str = "", retry_after: str | None = None) -> Answer:
    """An error in Twilio's shape."""
    body = {
        "code": code,
        "message": message or MESSAGES_OF.get(code, "Error"),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return Answer(status, json.dumps(body).encode(), headers={"Retry-After": retry_after} if retry_after else {})


class Server:
    """An HTTP server on a port of its own; with `certificate` (a file with its key) it speaks TLS."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.requests: list[Asked] = []
        self._certificate = certificate
        self._port = 0
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        self.come_back()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.go_away()

    @property
    def url(self) -> str:
        return f"{'https' if self._certificate else 'http'}://127.0.0.1:{self._port}"

    def come_back(self) -> None:
        """Listen, on the same port as before."""
        self._server = QuietServer(("127.0.0.1", self._port), handler_for(self))
        self._port = self._server.server_address[1]
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def go_away(self) -> None:
        """Refuse every connection from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def respond(self, asked: Asked) -> Answer | HangUp | Drip:
        """The answer to a request that has been kept."""
        raise NotImplementedError


class Bystander(Server):
    """Another host, which gives everybody the same."""

    def __init__(self, answer: Answer, certificate: Path | None = None) -> None:
        super().__init__(certificate)
        self._answer = answer

    def respond(self, _asked: Asked) -> Answer:
        return self._answer


class RestDouble(Server):
    """Twilio's REST for one account; `clock` gives the time messages are dated with."""

    def __init__(
        self, account: str, token: str, numbers: tuple[str, ...] = (), clock: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__()
        self.account, self._token, self._numbers = account, token, frozenset(numbers)
        self.clock = clock or (lambda: datetime.now(UTC))
        self.complaints: list[str] = []
        self.messages: list[dict[str, Any]] = []
        self.recordings: dict[str, Kept] = {}
        self.calls: dict[str, dict[str, Any]] = {}
        self.unsubscribed: set[str] = set()
        self.numbers = {f"PN{place:032x}": {"phone_number": number} for place, number in enumerate(numbers, start=1)}
        self._faults: dict[Route, deque[Fault]] = defaultdict(deque)
        self._holds: list[Hold] = []
        self._lock = threading.Lock()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        super().__exit__(kind, error, _)
        if kind is None:
            assert self.complaints == [], "Twilio's description of its REST says otherwise"

    def client(self) -> TwilioRest:
        """Our client, set up for this double."""
        return TwilioRest(self.account, self._token, self.url)

    def fail(self, route: Route, *faults: Fault) -> None:
        """Queue faults for the next requests of that route."""
        self._faults[route].extend(faults)
        self._holds.extend(fault for fault in faults if isinstance(fault, Hold))

    def hold(self, route: Route, then: Refuse | None = None) -> Hold:
        """The next request of that route waits for its answer until it is released."""
        held = Hold(then=then)
        self.fail(route, held)
        return held

    def keep(
        self, recording: str, sound: bytes, *, is_ready: bool = True, call: str | None = None, seconds: int = 9
    ) -> None:
        """A recording was made."""
        now = self.clock().astimezone(UTC)
        self.recordings[recording] = Kept(sound, is_ready, call=call, made_at=now, seconds=seconds)

    def keep_call(self, call: str, sender: str, to: str, status: str = "completed", **more: Any) -> None:
        """A call was made; what is left out is as for an inbound call that lasted a minute."""
        now = format_datetime(self.clock().astimezone(UTC))
        times = {"date_created": now, "date_updated": now, "start_time": now, "end_time": now, "duration": "60"}
        who = {"account_sid": self.account, "sid": call, "from": sender, "to": to}
        self.calls[call] = who | {"status": status, "direction": "inbound"} | times | more

    def asked(self, route: Route) -> list[Asked]:
        """The requests of one route, in the order they came."""
        return [asked for asked in self.requests if _route(asked) is route]

    def go_away(self) -> None:
        """Nothing stays held by a double that has gone."""
        for hold in self._holds:
            hold.release.set()
        super().go_away()

    def respond(self, asked: Asked) -> Answer | HangUp | Drip:
        route = _route(asked)
        with self._lock:
            waiting = self._faults[route] if route else None
            fault = waiting.popleft() if waiting else None
        if isinstance(fault, Hold):
            return self._held(asked, fault)
        if isinstance(fault, Elsewhere):
            return Answer(fault.status, headers={"Location": fault.address})
        if isinstance(fault, HangUp) and fault.sent is not None:
            done = self._work(asked)
            headers = dict(done.headers) | {"Content-Length": str(len(done.body))}
            return Answer(done.status, done.body[: fault.sent], done.kind, headers)
        if isinstance(fault, Drip):
            return fault
        done = self._work(asked) if fault is None or fault.is_done else None
        if isinstance(fault, Refuse):
            return error_answer(fault.status, fault.code, retry_after=fault.retry_after)
        if isinstance(fault, Say):
            return fault.answer
        return fault or done or Answer(500)

    def _held(self, asked: Asked, hold: Hold) -> Answer:
        answer = error_answer(hold.then.status, hold.then.code) if hold.then else self._work(asked)
        hold.arrived.set()
        hold.release.wait(PATIENCE_SECONDS)
        return answer

    def _work(self, asked: Asked) -> Answer:
        """What Twilio does without a fault."""
        try:
            if asked.credentials != (self.account, self._token):
                raise RefusedError(20003)
            route = _route(asked)
            if route is None or not asked.path.startswith(f"/2010-04-01/Accounts/{self.account}/"):
                raise RefusedError(20404)
            if not asked.is_clear:
                raise RefusedError(20001, "A parameter came twice")
            if route is Route.SEND:
                check_text(asked, self._numbers)
            kind = asked.headers.get("content-type", "").partition(";")[0]
            for complaint in complaints(asked.method, asked.path, asked.query, asked.form, kind):
                self.complaints.append(complaint)
                raise RefusedError(20001, complaint)
            with self._lock:
                work = {
                    Route.SEND: self._send,
                    Route.LIST: self._list,
                    Route.FETCH: self._fetch,
                    Route.DELETE: self._delete,
                    Route.FIND_NUMBER: self._find_number,
                    Route.SET_NUMBER: self._set_number,
                    Route.READ_NUMBER: self._read_number,
                    Route.READ_CALL: self._read_call,
                    Route.READ_TEXT: self._read_text,
                    Route.LIST_RECORDINGS: self._list_recordings,
                }
                answer = work[route](asked)
            if answer.kind == "application/json" and answer.body:
                self.complaints += faults_of_answer(asked.method, asked.path, answer.status, answer.body)
            return answer
        except RefusedError as error:
            return error.answer

    def _send(self, asked: Asked) -> Answer:
        form = asked.form
        if form["To"] in self.unsubscribed:
            raise RefusedError(21610)
        return Answer(201, json.dumps(self._keep_text(form["From"], form["To"], form["Body"])).encode())

    def receive(self, sender: str, to: str, body: str) -> None:
        """Somebody wrote an SMS to a number of the account."""
        self._keep_text(sender, to, body, direction="inbound", status="received")

    def _keep_text(self, sender: str, to: str, body: str, **more: str) -> dict[str, Any]:
        now = self.clock().astimezone(UTC)
        sid = f"SM{secrets.token_hex(16)}"
        uri = f"/2010-04-01/Accounts/{self.account}/Messages/{sid}"
        message = {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": body,
            "date_created": format_datetime(now),
            "date_sent": format_datetime(now),
            "date_updated": format_datetime(now),
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(segments(body)),
            "price": None,
            "price_unit": None,
            "sid": sid,
            "status": "queued",
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": to,
            "uri": f"{uri}.json",
        } | more
        self.messages.append(message)
        return message

    def _list(self, asked: Asked) -> Answer:
        return page("messages", [text for text in reversed(self.messages) if _matches(text, asked.query)], asked)

    def _list_recordings(self, asked: Asked) -> Answer:
        made = (self._recording(sid, kept) for sid, kept in self.recordings.items() if not kept.is_deleted)
        since = asked.query.get("DateCreated>", "")
        return page("recordings", [one for one in made if _written(one["date_created"])[: len(since)] >= since], asked)

    def _recording(self, sid: str, kept: Kept) -> dict[str, Any]:
        return {
            "sid": sid,
            "account_sid": self.account,
            "call_sid": kept.call,
            "date_created": format_datetime(kept.made_at or self.clock().astimezone(UTC)),
            "duration": str(kept.seconds),
            "status": kept.status if kept.is_ready else "processing",
            "source": "RecordVerb",
            "channels": 1,
        }

    def _read_call(self, asked: Asked) -> Answer:
        return self._one(self.calls.get(_sid(asked)))

    def _read_text(self, asked: Asked) -> Answer:
        return self._one(next((text for text in self.messages if text["sid"] == _sid(asked)), None))

    @staticmethod
    def _one(found: dict[str, Any] | None) -> Answer:
        if found is None:
            raise RefusedError(20404)
        return Answer(200, json.dumps(found).encode())

    def _fetch(self, asked: Asked) -> Answer:
        kept = self._kept(asked)
        if set(asked.query) - {"RequestedChannels"} or not asked.path.endswith(".wav"):
            raise RefusedError(20001, "Unknown parameter or form of a recording")
        return Answer(200, kept.sound, "audio/x-wav")

    def _delete(self, asked: Asked) -> Answer:
        if not asked.path.endswith(".json"):
            raise RefusedError(20404)
        self._kept(asked).is_deleted = True
        return Answer(204)

    def _find_number(self, asked: Asked) -> Answer:
        wanted = asked.query.get("PhoneNumber")
        found = [
            {"sid": sid} | number for sid, number in self.numbers.items() if wanted in {None, number["phone_number"]}
        ]
        page = {"page": 0, "page_size": 50, "start": 0, "end": 0, "uri": asked.path, "next_page_uri": None}
        return Answer(200, json.dumps(page | {"incoming_phone_numbers": found}).encode())

    def _set_number(self, asked: Asked) -> Answer:
        number = self._number(asked)
        for name, value in asked.form.items():
            if name.endswith("Url") and urlsplit(value).scheme not in {"http", "https"}:
                raise RefusedError(21502, f"{name} is no address")
            number[re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()] = value
        return self._read_number(asked)

    def _read_number(self, asked: Asked) -> Answer:
        return Answer(200, json.dumps({"sid": _sid(asked)} | self._number(asked)).encode())

    def _number(self, asked: Asked) -> dict[str, str]:
        number = self.numbers.get(_sid(asked))
        if number is None:
            raise RefusedError(20404)
        return number

    def _kept(self, asked: Asked) -> Kept:
        kept = self.recordings.get(asked.path.rpartition("/")[2].partition(".")[0])
        if kept is None or kept.is_deleted or not kept.is_ready:
            raise RefusedError(20404)
        return kept


def page(name: str, found: list[dict[str, Any]], asked: Asked) -> Answer:
    """The page of a list that was asked for."""
    query = asked.query
    size, number = int(query.get("PageSize", 50)), int(query.get("Page", 0))
    more = {**query, "Page": str(number + 1), "PageToken": f"PT{number + 1}"}
    body = {
        name: found[number * size : (number + 1) * size],
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(min(size, len(found) - number * size) - 1, 0),
        "uri": asked.path,
        "first_page_uri": f"{asked.path}?{urlencode({**query, 'Page': '0'})}",
        "previous_page_uri": None,
        "next_page_uri": None if len(found) <= (number + 1) * size else f"{asked.path}?{urlencode(more)}",
    }
    return Answer(200, json.dumps(body).encode())


def check_text(asked: Asked, numbers: frozenset[str]) -> None:
    """Refuse what Twilio would refuse though its description allows it."""
    form = asked.form
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    callback = urlsplit(form.get("StatusCallback", "https://none.test"))
    is_name = re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}", sender)
    wrong = {
        21604: not to,
        21211: not re.fullmatch(r"\+[1-9]\d{6,14}", to),
        21614: bool(re.fullmatch(r"\+33[1-59]\d{8}", to)),
        21603: not sender,
        21212: not is_name and sender not in numbers,
        21602: not body,
        21617: len(body) > MOST_CHARACTERS,
        21609: callback.scheme not in {"http", "https"} or not callback.hostname or "_" in callback.hostname,
    }
    for code, is_wrong in wrong.items():
        if is_wrong:
            raise RefusedError(code)


def segments(body: str) -> int:
    """How many SMS the body makes."""
    if (GSM_7 | GSM_7_TWICE).issuperset(body):
        length, alone, joined = len(body) + sum(letter in GSM_7_TWICE for letter in body), 160, 153
    else:
        length, alone, joined = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else math.ceil(length / joined)


def wav(seconds: float, *, loud: bool = True) -> bytes:
    """A mono WAV of 16 bits and 8 kHz: a tone, or silence with a little noise of the line."""
    height = 8000 if loud else 20
    wave_of_a_tone = struct.pack("<8h", *(int(height * math.sin(math.pi * place / 4)) for place in range(8)))
    samples = wave_of_a_tone * round(seconds * 1000)
    shape = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16)
    body = b"WAVE" + shape + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI", b"RIFF", len(body)) + body


class QuietServer(ThreadingHTTPServer):
    """Does not wait for held answers when it closes, and does not print that a client has gone."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is what some tests are about."""


def handler_for(server: Server) -> type[BaseHTTPRequestHandler]:
    """Keeps each request, then answers it, one to a connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = PATIENCE_SECONDS

        def answer(self) -> None:
            asked = self._read()
            server.requests.append(asked)
            given = server.respond(asked)
            self.close_connection = True
            if isinstance(given, HangUp):
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if isinstance(given, Drip):
                self._drip()
                return
            self.send_response(given.status)
            headers = {"Content-Length": str(len(given.body)), "Content-Type": given.kind, "Connection": "close"}
            for name, value in (headers | dict(given.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(given.body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 the names http.server looks for

        def _read(self) -> Asked:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            query, form = (parse_qsl(text, keep_blank_values=True) for text in (parts.query, body))
            is_clear = len(dict(query)) == len(query) and len(dict(form)) == len(form)
            return Asked(self.command, parts.path, dict(query), dict(form), headers, is_clear)

        def _drip(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
            drops = threading.Event()
            try:
                while not drops.wait(DRIP_SECONDS):
                    self.wfile.write(b" ")
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name of its parameter
            """The requests are kept, not printed."""

    return Handler


def _route(asked: Asked) -> Route | None:
    account = r"/2010-04-01/Accounts/AC[0-9a-f]{32}"
    for pattern, routes in ROUTES.items():
        if re.fullmatch(account + pattern, asked.path):
            return routes.get(asked.method)
    return None


def _sid(asked: Asked) -> str:
    return asked.path.rpartition("/")[2].removesuffix(".json")


def _written(date: str) -> str:
    """An RFC 2822 date as lists are asked for it."""
    return parsedate_to_datetime(date).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _matches(message: dict[str, Any], query: Mapping[str, str]) -> bool:
    """By recipient, sender and the days (or instants) it was sent on, from or until."""
    shown = _written(message["date_sent"])

    def is_in_time(name: str, fits: Callable[[str, str], bool]) -> bool:
        limit = query.get(name)
        return limit is None or fits(shown[: len(limit)], limit)

    return (
        query.get("To", message["to"]) == message["to"]
        and query.get("From", message["from"]) == message["from"]
        and is_in_time("DateSent", str.__eq__)
        and is_in_time("DateSent<", str.__le__)
        and is_in_time("DateSent>", str.__ge__)
    )
