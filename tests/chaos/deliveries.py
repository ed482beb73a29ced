"""Requests of a recorded call, to be delivered again in other ways, and what a database keeps of them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from db.base import Base
from db.engine import reading
from db.models.calls import CallRow
from ivr.app import make_app
from ivr.practice_files.schema import PracticeFile
from ivr.telephone import replay
from ivr.telephone.fixtures import practice_of, read_call
from ivr.telephone.telephone import Telephone, VirtualClock
from ivr.telephone.wire import Reply, Send, Wire, through_app
from ivr.telephony import addresses
from tests.lines import ACCOUNT, PUBLIC_URL, TOKEN, settings_for
from tests.twiml import check_once

FIXTURES = Path(__file__).parents[2] / "fixtures" / "calls"
CALLS = sorted(FIXTURES.rglob("*.json"))
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
CALLBACKS = {addresses.STATUS, addresses.RECORDINGS, addresses.SMS_STATUS}
FINAL = {"completed", "busy", "failed", "no-answer", "canceled"}

KEPT = (
    "calls",
    "turns",
    "tasks",
    "voice_messages",
    "deliveries",
    "appointments",
    "waiting_list",
    "failed_proofs",
    "text_refusals",
)
ROW_IDS = {"id", "task_id", "appointment_id", "delivery_id", "token"}
ROW_ID = re.compile(r"\b(call|appointment|delivery):\d+")


@dataclass(frozen=True, slots=True)
class Request:
    """A signed request as it came, when it came, what it was answered, and what there was then."""

    method: str
    url: str
    form: Mapping[str, str]
    headers: Mapping[str, str]
    at: datetime
    reply: Reply
    remains: Mapping[str, list[Any]] = field(repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def said(self) -> Mapping[str, str]:
        """What it says, by POST or by GET."""
        return dict(parse_qsl(urlsplit(self.url).query)) | dict(self.form)

    @property
    def is_callback(self) -> bool:
        """Whether nobody waits for the answer, so that the carrier sends it when it likes."""
        return self.path in CALLBACKS

    @property
    def is_end(self) -> bool:
        """Whether it tells that a call is over."""
        return self.path == addresses.STATUS and self.said.get("CallStatus") in FINAL


@dataclass(frozen=True, slots=True)
class Recorded:
    """The requests of a recorded call in the order they were made."""

    requests: tuple[Request, ...]

    @property
    def remains(self) -> Mapping[str, list[Any]]:
        """What they all left."""
        return self.requests[-1].remains


@cache
def practice_named(file: Path) -> PracticeFile:
    """The practice of a recorded call."""
    return practice_of(read_call(file), file.parent)


class House:
    """A practice that answers on that database; calls are played there, and their requests delivered again."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self._clock = VirtualClock(LONG_AGO)
        self._settings = settings_for(folder)
        self._app = make_app(self._settings, engine, self._clock)

    def record(self, file: Path) -> Recorded:
        """Play a recorded call, once."""
        requests: list[Request] = []

        def noting(app: Flask) -> Send:
            send = through_app(app)

            def noted(method: str, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
                at, reply = self._clock.now, send(method, url, form, headers)
                requests.append(Request(method, url, form, headers, at, reply, remains(self.engine)))
                return reply

            return noted

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(replay, "make_app", lambda *_: self._app)
            patched.setattr(replay, "VirtualClock", self._clock_at)
            patched.setattr(replay, "through_app", noting)
            result = replay.play(read_call(file), self.engine, self._settings)
        assert result.differences == []
        return Recorded(tuple(requests))

    def phone(self, caller: str, line: str, at: str, before: Callable[[VirtualClock], None]) -> Telephone:
        """A telephone that has not dialled yet; `before` each of its requests something may befall the clock."""
        send = through_app(self._app)

        def sent(method: str, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
            before(self._clock)
            return send(method, url, form, headers)

        self._clock.now = datetime.fromisoformat(at)
        return Telephone(Wire(PUBLIC_URL, TOKEN, sent), ACCOUNT, caller, line, self._clock)

    def deliver(self, request: Request, times: int = 1) -> list[Reply]:
        """The answers to a request that comes so often, one after the other."""
        self._set_clock(request)
        return [self._send(request) for _ in range(times)]

    def deliver_at_once(self, requests: Sequence[Request], pool: Executor) -> list[Reply]:
        """The answers to requests that come at the same time, each by a thread of its own."""
        self._set_clock(requests[0])
        return list(pool.map(self._send, requests))

    def _send(self, request: Request) -> Reply:
        return through_app(self._app)(request.method, request.url, request.form, request.headers)

    def _set_clock(self, request: Request) -> None:
        """It follows the documents; callbacks come at whatever time it is."""
        if not request.is_callback or self._clock.now == LONG_AGO:
            self._clock.now = request.at

    def _clock_at(self, now: datetime) -> VirtualClock:
        self._clock.now = now
        return self._clock


def check_same(replies: Iterable[Reply], requests: Sequence[Request]) -> None:
    """Each is what its request was answered in the plain run, and a document Twilio takes."""
    for reply, request in zip(replies, requests, strict=True):
        assert reply == request.reply, request
        if reply.content_type.startswith("text/xml"):
            check_once(reply.body)


def remains(engine: Engine) -> dict[str, list[Any]]:
    """Every row that calls left, without ids and times, in an order that does not depend on them."""
    with reading(engine)() as connection:
        calls = dict(connection.execute(select(CallRow.id, CallRow.carrier_id)).all())  # type: ignore[arg-type]
        return {
            name: sorted(
                (_comparable(row._mapping, calls) for row in connection.execute(select(Base.metadata.tables[name]))),
                key=repr,
            )
            for name in KEPT
        }


def _comparable(row: Mapping[str, Any], calls: Mapping[int, str]) -> dict[str, Any]:
    """Times are left out but for those of appointments, which are what was agreed."""
    kept = {name: value for name, value in row.items() if name not in ROW_IDS and not _is_noted_time(name)}
    if kept.get("call_id") is not None:
        kept["call_id"] = calls[kept["call_id"]]
    if "dedupe_key" in kept:
        kept["dedupe_key"] = ROW_ID.sub(r"\1", kept["dedupe_key"])
    return kept


def _is_noted_time(name: str) -> bool:
    return name == "at" or (name.endswith("_at") and name not in {"start_at", "end_at", "abandoned_at"})
