"""The agenda at a secret address: appointments and leave, nobody's name; only for who has the address."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.calendars import CalendarFeedRow
from db.models.patients import PatientRow, PhoneRow
from db.models.practices import PracticeRow
from db.queries.practices import practitioner_ids
from ivr.actions.access import Made
from ivr.actions.calendar_feeds import delete_feed, make_feed
from tests.lines import WEDNESDAY_MORNING, Line
from tests.site.visitor import PUBLIC, SiteClient, id_of_practice

HOST = "ivr.example.test"


def address(line: Line, doctor: str = "martin") -> str:
    with line.engine.begin() as connection:
        owner = practitioner_ids(connection, id_of_practice(line.engine, "pasteur"))[doctor]
        return f"/calendar/{make_feed(connection, owner, Made(line.clock.now, 'user 1'))}.ics"


def ask(line: Line, path: str, method: str = "GET", **headers: str) -> TestResponse:
    return SiteClient(line.app).open(path, method=method, headers=headers, **PUBLIC)


def events(line: Line, path: str) -> list[Any]:
    answer = ask(line, path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data).walk("VEVENT")


def summaries(line: Line, path: str) -> list[tuple[str, str]]:
    return [(str(event["SUMMARY"]), str(event["STATUS"])) for event in events(line, path)]


@pytest.fixture
def open_line(line: Line) -> Line:
    return line.at(WEDNESDAY_MORNING)


def test_booked_and_pending_are_shown_and_cancelled_not(open_line: Line) -> None:
    shown = events(open_line, address(open_line))
    starts = [event.decoded("DTSTART") for event in shown if str(event["UID"]).startswith("appointment-")]
    assert starts == [datetime.fromisoformat(f"2026-12-{at}+00:00") for at in ("02T08:15", "09T09:00")]
    assert ("Suivi", "TENTATIVE") in [
        (name[:5].capitalize(), status) for name, status in summaries(open_line, address(open_line, "leroy"))
    ]


def test_nothing_tells_of_a_patient(open_line: Line) -> None:
    text_shown = ask(open_line, address(open_line)).text + ask(open_line, address(open_line, "leroy")).text
    with reading(open_line.engine)() as connection:
        names = connection.execute(select(PatientRow.key, PatientRow.first_name, PatientRow.last_name)).all()
        numbers = connection.scalars(select(PhoneRow.number)).all()
    told = {word for row in names for word in row} | {number.e164 for number in numbers}
    assert len(told) > 10
    assert [word for word in told if word.casefold() in text_shown.casefold()] == []
    assert "Petit" not in text_shown, "nor of who is called instead"


def test_leave_is_one_event_in_the_language_of_the_practice(open_line: Line) -> None:
    (leave,) = [event for event in events(open_line, address(open_line)) if "leave" in event["UID"]]
    assert str(leave["SUMMARY"]) == "Congé"
    assert leave.decoded("DTSTART") == datetime.fromisoformat("2026-12-24T11:00+00:00")
    assert leave.decoded("DTEND") == datetime.fromisoformat("2027-01-04T07:00+00:00")
    (days,) = [event for event in events(open_line, address(open_line, "leroy")) if "leave" in event["UID"]]
    assert (days.decoded("DTSTART"), days.decoded("DTEND")) == (date(2026, 12, 28), date(2027, 1, 2))
    with open_line.engine.begin() as connection:
        connection.execute(update(PracticeRow).values(languages=["en", "fr"], version=PracticeRow.version + 1))
    assert ("Leave", "CONFIRMED") in summaries(open_line, address(open_line))


def test_what_was_over_a_month_ago_is_not_shown(open_line: Line) -> None:
    path = address(open_line)
    assert len(events(open_line.at("2027-01-01T09:14:00+01:00"), path)) == 3
    assert len(events(open_line.at("2027-01-01T09:16:00+01:00"), path)) == 2
    assert events(open_line.at("2027-02-10T09:00:00+01:00"), path) == []


def test_a_moved_appointment_is_the_same_event(open_line: Line) -> None:
    path = address(open_line)
    before = events(open_line, path)[0]
    with open_line.engine.begin() as connection:
        first = AppointmentRow.start_at == before.decoded("DTSTART")
        moved = before.decoded("DTSTART") + timedelta(minutes=5)
        connection.execute(update(AppointmentRow).where(first).values(start_at=moved))
    after = events(open_line, path)[0]
    assert after["UID"] == before["UID"]
    assert after.decoded("DTSTART") == moved
    assert str(after["UID"]).endswith(f"@{HOST}")


def test_who_has_it_already_is_told_so(open_line: Line) -> None:
    path = address(open_line)
    first = ask(open_line, path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in first.headers
    mark = first.headers["ETag"]
    open_line.at("2026-12-02T10:30:00+01:00")
    again = ask(open_line, path, **{"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")
    with open_line.engine.begin() as connection:
        connection.execute(update(AppointmentRow).values(status="cancelled"))
    assert ask(open_line, path, **{"If-None-Match": mark}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_address_that_is_unknown_replaced_or_deleted_opens_nothing(open_line: Line, method: str) -> None:
    old = address(open_line)
    new = address(open_line)
    assert ask(open_line, new, method).status_code == 200
    assert ask(open_line, old, method).status_code == 404
    with open_line.engine.begin() as connection:
        owner = connection.scalars(select(CalendarFeedRow.practitioner_id)).one()
        assert delete_feed(connection, owner)
        assert not delete_feed(connection, owner)
    gone = ask(open_line, new, method)
    assert (gone.status_code, gone.headers["Cache-Control"]) == (404, "no-store")
    if method == "GET":
        assert "n’existe pas" in gone.text


def test_only_the_hash_of_the_address_is_kept(open_line: Line) -> None:
    token = address(open_line).removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) == 43, "32 random bytes"
    with reading(open_line.engine)() as connection:
        row = connection.execute(text("SELECT * FROM calendar_feeds")).one()
    assert token not in str(row)
    assert row.made_by == "user 1"
