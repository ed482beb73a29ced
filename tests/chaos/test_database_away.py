"""The database goes away in mid-call and comes back: callers wait or are helped, and the service goes on."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from db.engine import open_engine, reading
from db.models.promises import TextRefusalRow
from ivr.actions.leavings import leavings
from ivr.app import make_app
from ivr.delivery.reconcile import Reconciliation
from ivr.telephone.document import Dial, Record
from ivr.telephone.telephone import Spoken, Telephone
from ivr.telephony import addresses
from tests.chaos.own_server import OwnServer
from tests.http.test_time_budget import IN_ENGLISH, ONE_MOMENT
from tests.lines import (
    ACCOUNT,
    LINE,
    STRANGER,
    SUNDAY,
    TOKEN,
    WEDNESDAY_MORNING,
    Line,
    all_of,
    demo_practice,
    loaded_line,
)
from tests.rest_double import RestDouble

SOON = 1
IN_TROUBLE = "Un problème technique"
CALLERS = 6
TO_A_MESSAGE = "211"
FILL_A_PAGE = 12
NO_LIMIT = 2**31


@pytest.fixture
def away(server: OwnServer, tmp_path: Path) -> Iterator[Line]:
    """A line on that server, without any call."""
    engine = open_engine(server.address)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE calls CASCADE"))
    line = loaded_line(demo_practice(), engine, tmp_path)
    line.app = make_app(line.settings, engine, line.clock, answer_seconds=SOON)
    yield line
    engine.dispose()
    with suppress(OSError):
        server.thaw()
    server.start()


def heard(phone: Telephone) -> list[str]:
    return [spoken.text for spoken in phone.heard]


def heard_beside_waits(phone: Telephone) -> list[str]:
    """What the caller heard of the dialogue: a busy machine may ask for patience at any step."""
    return [said for said in heard(phone) if said not in (ONE_MOMENT, IN_ENGLISH)]


def at_the_first_wait(phone: Telephone, act: Callable[[], object]) -> None:
    """Something happens while the caller is asked for a moment's patience."""

    def listen(spoken: Spoken) -> None:
        if spoken.text == ONE_MOMENT:
            phone.on_spoken = lambda _: None
            act()

    phone.on_spoken = listen


@pytest.mark.parametrize(("go", "come_back"), [("stop", "start"), ("freeze", "thaw")])
def test_a_caller_goes_on_where_the_database_went_away(away: Line, server: OwnServer, go: str, come_back: str) -> None:
    undisturbed = away.at(SUNDAY).ring(STRANGER, *TO_A_MESSAGE)
    undisturbed.speak(9)
    phone = away.at(SUNDAY).ring(STRANGER, *TO_A_MESSAGE[:-1])
    for act in (lambda: phone.press(TO_A_MESSAGE[-1]), lambda: phone.speak(9)):
        waits = heard(phone).count(ONE_MOMENT)
        getattr(server, go)()
        at_the_first_wait(phone, getattr(server, come_back))
        act()
        assert heard(phone).count(ONE_MOMENT) > waits
    assert heard_beside_waits(phone) == heard_beside_waits(undisturbed)
    assert phone.is_over
    assert leavings(away.engine, phone.call) == {"tasks": ["message"], "messages": ["9 s"]}
    assert happened_once(away)


def test_a_caller_whom_the_database_keeps_waiting_is_helped_and_all_is_well_afterwards(
    away: Line, server: OwnServer
) -> None:
    ringing, speaking = away.at(WEDNESDAY_MORNING).ring(STRANGER), away.at(SUNDAY).ring(STRANGER, *TO_A_MESSAGE)
    recorded = addresses.RECORDINGS, {"RecordingSid": "RE1", "RecordingDuration": "9", "CallSid": speaking.call}
    server.stop()
    away.at(WEDNESDAY_MORNING)
    ringing.press("2")
    assert heard(ringing).count(ONE_MOMENT) == 3
    assert any(IN_TROUBLE in said for said in heard(ringing))
    assert isinstance(ringing.stop, Dial)
    speaking.speak(9, RecordingSid="RE1")
    assert away.post(recorded[0], **recorded[1]).status == 503
    server.start()
    for _ in range(2):
        assert away.post(recorded[0], **recorded[1]).status == 204
    assert leavings(away.engine, speaking.call) == {"tasks": ["message"], "messages": ["9 s"]}
    assert isinstance(away.at(SUNDAY).ring(STRANGER, *TO_A_MESSAGE).stop, Record)
    assert happened_once(away)


def test_stop_by_sms_is_not_lost_while_the_database_is_away(away: Line, server: OwnServer) -> None:
    stop = {"From": STRANGER, "To": LINE, "Body": "STOP", "MessageSid": f"SM{'0' * 32}"}
    with RestDouble(ACCOUNT, TOKEN, clock=away.clock) as double:
        double.receive(STRANGER, LINE, "STOP")
        server.stop()
        assert away.post(addresses.SMS, **stop).status == 503
        fallen_back = away.post(addresses.SMS_FALLBACK, **stop, ErrorCode="11200")
        assert (fallen_back.status, fallen_back.body.endswith(b"<Response/>")) == (200, True)
        server.start()
        since = away.clock.now - timedelta(days=1)
        books = Reconciliation(reading(away.engine), away.engine.begin, double.client(), since, away.clock.now)
        assert books.run().wishes == 1
    assert [str(row.number) for row in all_of(away.engine, TextRefusalRow)] == [STRANGER]


def test_many_callers_at_once_lose_nothing_to_a_database_that_restarts(away: Line, server: OwnServer) -> None:
    away.at(SUNDAY)
    is_back, under_way = Event(), Barrier(CALLERS + 1)

    def leave_a_message(number: int) -> Telephone:
        phone = away.phone(f"+33639985{number:03d}")
        at_the_first_wait(phone, lambda: is_back.wait(10))
        phone.start()
        for key in TO_A_MESSAGE:
            phone.press(key)
        phone.speak(9)
        return phone

    def keep_calling(number: int) -> list[Telephone]:
        under_way.wait(10)
        phones = [leave_a_message(number)]
        while not is_back.is_set():
            phones.append(leave_a_message(number))
        return phones

    with ThreadPoolExecutor(CALLERS) as pool:
        callers = [pool.submit(keep_calling, number) for number in range(CALLERS)]
        under_way.wait(10)
        server.stop()
        server.start()
        is_back.set()
        phones = [phone for caller in callers for phone in caller.result()]
    assert all(phone.is_over for phone in phones)
    assert any(ONE_MOMENT in heard(phone) for phone in phones)
    assert leavings(away.engine)["messages"] == ["9 s"] * len(phones)
    assert happened_once(away)


def happened_once(line: Line) -> bool:
    """No request was taken twice, whatever became of its first answer."""
    return max(Counter((turn.call_id, turn.step, turn.heard) for turn in line.turns()).values()) == 1


@dataclass
class Disk:
    """Where a database file may grow, or may not."""

    is_full: bool = False

    def connect(self, connection: Any, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0] if self.is_full else NO_LIMIT
        connection.execute(f"PRAGMA max_page_count = {pages}")


@pytest.fixture
def disk(engine: Engine) -> Disk:
    disk = Disk()
    event.listen(engine, "checkout", disk.connect)
    return disk


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_caller_goes_on_when_there_is_room_on_the_disk_again(line: Line, disk: Disk) -> None:
    undisturbed = line.at(SUNDAY).ring(STRANGER, *TO_A_MESSAGE)
    undisturbed.speak(9)
    phones = [line.at(SUNDAY).ring(f"+33639985{number:03d}", *TO_A_MESSAGE[:-1]) for number in range(FILL_A_PAGE)]

    def make_room() -> None:
        disk.is_full = False

    for phone in phones:
        disk.is_full = True
        at_the_first_wait(phone, make_room)
        phone.press(TO_A_MESSAGE[-1])
        phone.speak(9)
    held = [phone for phone in phones if ONE_MOMENT in heard(phone)]
    assert held
    for phone in phones:
        assert phone.is_over
        assert heard_beside_waits(phone) == heard_beside_waits(undisturbed)
    assert leavings(line.engine)["messages"] == ["9 s"] * (FILL_A_PAGE + 1)
    assert happened_once(line)
