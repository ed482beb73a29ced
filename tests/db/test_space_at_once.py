"""Patients, or who would like to be them, ask many things of their space at once: limits hold, clicks count once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest

from db.models.appointments import AppointmentRow
from db.models.documents import DocumentRow
from db.models.letters import LetterRow
from db.models.patients import RelativeRow
from db.models.promises import FailedProofRow, TaskRow, WaitingRow
from ivr.actions.proofs import MOST_A_DAY
from ivr.actions.visits import CODES_A_DAY, LINKS_A_DAY
from ivr.web.space.space import MOST_AT_ONCE_HERE
from tests.lines import STRANGER, WEDNESDAY_LUNCH, Line, all_of
from tests.site.visitor import PUBLIC, REFERRED, Visitor, visitor
from tests.space.coming import (
    CLAIRES_BIRTHDAY,
    JEANNE,
    JEANNES_BIRTHDAY,
    PAUL,
    PAULS_BIRTHDAY,
    a_link,
    inside,
    tell_birthday,
    texts,
)
from tests.space.test_planned import PAULS, planned, times

PAULS_WISH = {"for": "moreau", "with": "martin", "act": "consultation"}
AT_ONCE = 8
COOKIE = {"domain": "ivr.example.test", "path": "/p"}
CLAIRES = {"day": "12", "month": "4", "year": "1985"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def at_once(browsers: list[Visitor], address: str, form: Callable[[int], dict[str, Any]]) -> list[int]:
    """Each sends a form in the same moment; how that ended."""
    start = Barrier(len(browsers))

    def send(place: int) -> int:
        browser = browsers[place]
        fields = {"csrf_token": browser.token()} | form(place)
        start.wait()
        return browser.client.post(address, data=fields, headers=REFERRED, **PUBLIC).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, range(len(browsers))))


def strangers(line: Line, page: str) -> list[Visitor]:
    """Browsers of their own that show that page."""
    browsers = [visitor(line.app) for _ in range(2 * AT_ONCE)]
    for browser in browsers:
        browser.get(page)
    return browsers


def clicks(line: Line, patient: Visitor, page: str) -> list[Visitor]:
    """Copies of one browser that shows that page."""
    kept = patient.client.get_cookie("__Secure-ivr-patient", "ivr.example.test", "/p")
    assert kept is not None
    browsers = [visitor(line.app) for _ in range(AT_ONCE)]
    for browser in browsers:
        browser.client.set_cookie("__Secure-ivr-patient", kept.value, **COOKIE)
        browser.get(page)
    return browsers


def test_no_more_birth_dates_are_tried_at_once_than_one_by_one(line: Line) -> None:
    link = a_link(line)
    told = at_once(strangers(line, link), link, lambda place: CLAIRES | {"year": str(1960 + place)})
    assert told.count(403) == len(all_of(line.engine, FailedProofRow)) == MOST_A_DAY


def test_no_more_codes_are_sent_at_once_than_one_by_one(line: Line) -> None:
    link = a_link(line)
    tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    at_once(strangers(line, link), link, lambda _: CLAIRES)
    assert len(texts(line, "SMS-CODE")) == CODES_A_DAY


def test_no_more_links_are_sent_at_once_than_one_by_one(line: Line) -> None:
    link = a_link(line)
    at_once(strangers(line, link), f"{link}/again", lambda _: {})
    assert len(texts(line, "SMS-SPACE")) == LINKS_A_DAY


def test_a_sheet_that_is_sent_many_times_at_once_is_one_task(line: Line) -> None:
    sheet = f"{a_link(line, STRANGER)}/letter"
    at_once(strangers(line, sheet), sheet, lambda _: {"text": "Une ordonnance ?"})
    assert len(all_of(line.engine, TaskRow)) == 1


def test_a_relative_who_is_declared_many_times_at_once_is_one(line: Line) -> None:
    before, born = len(all_of(line.engine, RelativeRow)), {"day": "1", "month": "2", "year": "2020"}
    browsers = clicks(line, inside(line), "/p/relatives")
    told = at_once(browsers, "/p/relatives", lambda _: born | {"last": "Bernard", "first": "Zoé"})
    assert set(told) == {303}
    assert len(all_of(line.engine, RelativeRow)) == before + 1


@pytest.mark.parametrize("is_same", [True, False], ids=["one message", "several"])
def test_messages_that_are_sent_at_once_are_one_task_and_the_same_one_is_kept_once(line: Line, is_same: bool) -> None:
    paul = inside(line.at(WEDNESDAY_LUNCH), PAUL, PAULS_BIRTHDAY)
    browsers = clicks(line, paul, "/p/messages")
    at_once(browsers, "/p/messages/leroy", lambda place: {"text": "Bonjour" if is_same else f"Bonjour {place}"})
    assert len(all_of(line.engine, LetterRow)) == (1 if is_same else AT_ONCE)
    assert len(all_of(line.engine, TaskRow)) == 1


def test_a_time_that_is_taken_twice_at_once_is_taken_both_times(line: Line) -> None:
    browsers = clicks(line, inside(line, PAUL, PAULS_BIRTHDAY), PAULS)
    pressed = PAULS_WISH | {"start": times(browsers[0])[0]}
    assert set(at_once(browsers, "/p/book", lambda _: pressed)) == {303}
    assert len(planned(line, "moreau")) == len(texts(line, "SMS-BOOK")) == 1


def test_a_request_that_is_sent_many_times_at_once_is_one_task(line: Line) -> None:
    browsers = clicks(line, inside(line, PAUL, PAULS_BIRTHDAY), "/p/book?for=moreau&with=leroy&act=suivi")
    at_once(browsers, "/p/book/request", lambda _: {"for": "moreau", "with": "leroy", "act": "suivi"})
    assert len(all_of(line.engine, TaskRow)) == 1


def test_who_asks_many_times_at_once_waits_once(line: Line) -> None:
    browsers = clicks(line, inside(line, PAUL, PAULS_BIRTHDAY), PAULS)
    at_once(browsers, "/p/book/wait", lambda _: PAULS_WISH)
    assert len(all_of(line.engine, WaitingRow)) == 1


def test_a_late_change_that_is_asked_for_many_times_at_once_is_one_task(line: Line) -> None:
    jeanne = inside(line.at("2026-12-02T08:15:00+01:00"), JEANNE, JEANNES_BIRTHDAY)
    (row,) = [row for row in all_of(line.engine, AppointmentRow) if row.wall_time == "2026-12-02T09:15"]
    address = f"/p/appointments/{row.id}/cancel"
    at_once(clicks(line, jeanne, address), address, lambda _: {})
    assert len(all_of(line.engine, TaskRow)) == 1


def test_documents_that_are_sent_at_once_are_one_task(line: Line) -> None:
    browsers = clicks(line, inside(line, JEANNE, JEANNES_BIRTHDAY), "/p/documents")[:MOST_AT_ONCE_HERE]
    form = {"practitioner": "martin"}
    told = at_once(browsers, "/p/documents/durand", lambda place: form | {"file": (BytesIO(PNG), f"{place}.png")})
    assert set(told) == {303}
    assert (len(all_of(line.engine, DocumentRow)), len(all_of(line.engine, TaskRow))) == (MOST_AT_ONCE_HERE, 1)
