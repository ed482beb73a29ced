"""Web processes are killed in mid-call under load: callers go on, and what they said and booked is kept once.

The telephones do as Twilio does: they ask again as an address says, then they ask the fallback.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

import requests
from sqlalchemy import Engine, select

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.calls import CallRow
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow
from ivr.actions.rehearsal import CalledPerson
from ivr.actions.snapshots import Snapshots, save_practice
from ivr.delivery.reconcile import Reconciliation
from ivr.telephone.document import Hangup
from ivr.telephone.faults import LostError
from ivr.telephone.people import play_out
from ivr.telephone.telephone import Telephone, VirtualClock
from ivr.telephone.wire import Reply, Wire
from ivr.telephony import addresses
from tests.http.test_last_slot import IS_BOOKED, a_practice_with, answer_by_ear
from tests.http.test_last_slot import LINE as BOOKING_LINE
from tests.http.test_restarts import children
from tests.http.test_service import service
from tests.lines import ACCOUNT, LINE, TOKEN, demo_practice
from tests.rest_double import RestDouble, wav
from tests.twiml import check_twiml

CALLERS, AT_ONCE = 10, 8
"""Of each kind: some leave a message, others book."""
QUARTERS = 6
KILLS, REQUESTS_BETWEEN_KILLS = 6, 16
HTTP_ERROR = 500
AT_THE_NUMBER = {
    addresses.VOICE: addresses.ASKED,
    addresses.FALLBACK: addresses.ASKED,
    addresses.STATUS: addresses.TOLD,
}
"""How `ivr twilio connect` sets the addresses that no document of ours names."""


class Killer:
    """Kills the oldest web process of a service again and again, while requests are under way."""

    def __init__(self, service: int) -> None:
        self._service = service
        self._lock = Lock()
        self._requests = 0
        self.kills = 0

    def request_made(self) -> None:
        with self._lock:
            self._requests += 1
            web = web_processes(self._service)
            if self.kills < KILLS and self._requests >= REQUESTS_BETWEEN_KILLS and len(web) > 1:
                os.kill(min(web), signal.SIGKILL)
                self._requests = 0
                self.kills += 1


def web_processes(service: int) -> set[int]:
    """The children of a service but for its delivery worker."""
    found = set()
    for child in children(service):
        with suppress(OSError):
            if b"serve" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                found.add(child)
    return found


class PatientWire(Wire):
    """Requests as Twilio makes them: again as an address says; a document that did not come is lost."""

    def __init__(self, address: str, before: Callable[[], None]) -> None:
        super().__init__(address, TOKEN, self._once)
        self._before = before
        self.lost = 0
        self.recordings: dict[str, str] = {}

    def send(self, method: str, address: str, form: Mapping[str, str]) -> Reply:
        if "RecordingSid" in form:
            self.recordings[form["RecordingSid"]] = form["CallSid"]
        rules = parse_qs((address if "#" in address else AT_THE_NUMBER[address]).partition("#")[2])
        for _ in range(1 + int(rules["rc"][0])):
            with suppress(requests.exceptions.RequestException):
                reply = super().send(method, address, form)
                if reply.status < HTTP_ERROR:
                    return reply
            self.lost += 1
        if address.endswith(addresses.TOLD) or address == addresses.STATUS:
            return Reply(HTTP_ERROR, "", b"")
        raise LostError("11205")

    def _once(self, method: str, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        self._before()
        answer = requests.request(method, url, data=dict(form), headers=dict(headers), timeout=(2, 6))
        return Reply(answer.status_code, answer.headers.get("Content-Type", ""), answer.content)


def leave_a_message(wire: Wire, number: int) -> Telephone:
    phone = Telephone(wire, ACCOUNT, f"+336399866{number:02d}", LINE, VirtualClock(datetime.now(UTC)))
    phone.start()
    assert list(play_out(phone, ["1", "2"], CalledPerson.NO_ANSWER, CalledPerson.NO_ANSWER))
    return phone


def book(wire: Wire, number: int) -> Telephone:
    phone = Telephone(wire, ACCOUNT, f"+3363998{7100 + number}", BOOKING_LINE, VirtualClock(datetime.now(UTC)))
    answer_by_ear(phone)
    return phone


def test_callers_of_processes_that_are_killed_are_served_and_everything_is_kept_once(
    engine: Engine, database_url: str, tmp_path: Path, log_of_the_suite: Path
) -> None:
    logged_before = log_of_the_suite.stat().st_size
    for practice in (demo_practice(), a_practice_with(QUARTERS)):
        save_practice(engine, Snapshots(tmp_path), practice)
    with service(database_url, tmp_path) as (address, process):
        killer = Killer(process.pid)
        wire = PatientWire(address, killer.request_made)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            calls = [pool.submit(call, wire, n) for n in range(CALLERS) for call in (leave_a_message, book)]
            phones = [call.result() for call in calls]
    assert killer.kills == KILLS
    assert wire.lost > 0
    assert b"call_in_trouble" not in log_of_the_suite.read_bytes()[logged_before:]
    for phone in phones:
        assert isinstance(phone.exchanges[-1].verbs[-1], Hangup), "the carrier had to end the call itself"
        for exchange in phone.exchanges:
            check_twiml(exchange.reply.body)
    reconcile(engine, wire.recordings, phones)
    check_kept(engine, wire.recordings, phones)


def reconcile(engine: Engine, recordings: Mapping[str, str], phones: list[Telephone]) -> None:
    """Messages of callers whom only the fallback could answer are found in the carrier's books."""
    now = datetime.now(UTC)
    with RestDouble(ACCOUNT, TOKEN) as double:
        for phone in phones:
            double.keep_call(phone.call, phone.sender, phone.line)
        for recording, call in recordings.items():
            double.keep(recording, wav(9), call=call)
        Reconciliation(reading(engine), engine.begin, double.client(), now - timedelta(days=1), now).run()


def check_kept(engine: Engine, recordings: Mapping[str, str], phones: list[Telephone]) -> None:
    """One row a call, one message and one task a recording, one appointment and one SMS a time that was booked."""

    def all_of(column: Any, *conditions: Any) -> list[Any]:
        with reading(engine)() as connection:
            return list(connection.scalars(select(column).where(*conditions)))

    calls, messages = all_of(CallRow.carrier_id), all_of(VoiceMessageRow.recording)
    assert len(calls) == len(set(calls))
    assert set(calls) == {phone.call for phone in phones}
    assert len(recordings) >= CALLERS
    assert sorted(messages) == sorted(recordings)
    assert len(set(all_of(VoiceMessageRow.task_id))) == len(messages) == len(all_of(TaskRow.id))
    booked = all_of(AppointmentRow.start_at, AppointmentRow.status == "booked", AppointmentRow.call_id.is_not(None))
    heard = [phone for phone in phones if any(IS_BOOKED in spoken.text for spoken in phone.heard)]
    assert max(Counter(booked).values()) == 1
    assert 0 < len(heard) <= len(booked) <= QUARTERS
    assert Counter(all_of(DeliveryRow.template))["SMS-BOOK"] == len(booked)
    assert all_of(AppointmentRow.id, AppointmentRow.status == "held") == []
