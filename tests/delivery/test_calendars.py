"""The worker reads practitioners' other calendars: what it brings, what it keeps when it fails, and what it costs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from db.engine import reading
from db.models.calendars import BusyTimeRow, OutsideCalendarRow
from db.models.practices import PractitionerRow
from ivr.actions.outside_calendars import AddressError, calendar_address, clear_address, set_address
from ivr.calendars import CalendarError, Reading
from ivr.delivery.apart import NETWORKS, Asked, Limits, read_apart, read_here
from ivr.delivery.calendars import read_one
from ivr.delivery.worker import Worker
from ivr.slots import Block
from ivr.vocabulary import CalendarTrouble
from tests.delivery.calendar_host import CalendarHost, Page
from tests.lines import WEDNESDAY_MORNING, Line, all_of
from tests.unit.test_calendars import a_calendar, an_event

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LUNCH = an_event("DTSTART:20261203T110000Z", "DTEND:20261203T130000Z", uid="lunch")
DENTIST = an_event("DTSTART:20261204T080000Z", "DTEND:20261204T090000Z", "SUMMARY:Dentiste", uid="dentist")
AT_LUNCH = Block(*(int(datetime.fromisoformat(f"2026-12-03T{at}:00+00:00").timestamp()) for at in ("11:00", "13:00")))
TEN_MINUTES = timedelta(minutes=10)
SECRET = "/private-0123456789abcdef/basic.ics"


@pytest.fixture
def host() -> Iterator[CalendarHost]:
    with CalendarHost() as running:
        yield running


@pytest.fixture
def calendar(line: Line, host: CalendarHost) -> OutsideCalendarRow:
    """Doctor Martin's other calendar, read from now on."""
    line.at(WEDNESDAY_MORNING)
    host.says(a_calendar(LUNCH, DENTIST), SECRET, ETag='"1"')
    point_at(line, host.address(SECRET))
    return the_calendar(line)


def point_at(line: Line, address: str, doctor: str = "martin") -> None:
    with line.engine.begin() as connection:
        owner = connection.scalars(select(PractitionerRow.id).where(PractitionerRow.key == doctor)).one()
        set_address(connection, owner, address, line.clock.now)


def the_calendar(line: Line) -> Any:
    with reading(line.engine)() as connection:
        return connection.execute(select(OutsideCalendarRow.__table__)).one()


def busy(line: Line) -> list[Block]:
    return sorted(Block(row.block_start, row.block_end) for row in all_of(line.engine, BusyTimeRow))


def read(line: Line, limits: Limits | None = None) -> bool:
    """Read what is due: in this process, or apart with those limits."""
    how = partial(read_here, network=NETWORKS["this machine"])
    if limits is not None:
        how = partial(read_apart, limits=limits)
    return read_one(reading(line.engine), line.engine.begin, how, line.clock.now)


def fails(trouble: CalendarTrouble) -> Any:
    def read_it(_: Asked) -> Reading:
        raise CalendarError(trouble)

    return read_it


def later(line: Line, by: timedelta = TEN_MINUTES) -> None:
    line.clock.now += by


def test_a_calendar_is_read_and_its_times_are_kept(
    line: Line, host: CalendarHost, calendar: Any, log_of_the_suite: Path
) -> None:
    assert read(line, Limits(network="this machine"))
    assert busy(line)[0] == AT_LUNCH
    assert len(busy(line)) == 2
    row = the_calendar(line)
    assert (row.read_at, row.etag, row.trouble, row.failed_since) == (line.clock.now, '"1"', None, None)
    logged = log_of_the_suite.read_text(encoding="utf-8")
    assert "calendar_read" in logged
    assert SECRET not in logged
    assert "Dentiste" not in logged


def test_it_is_read_every_ten_minutes_and_not_sooner(line: Line, host: CalendarHost, calendar: Any) -> None:
    assert [read(line), read(line)] == [True, False]
    later(line, TEN_MINUTES - timedelta(seconds=1))
    assert not read(line)
    later(line, timedelta(seconds=1))
    assert read(line)
    assert len(host.asked) == 2


def test_a_clock_that_is_put_back_does_not_end_the_reading(line: Line, host: CalendarHost, calendar: Any) -> None:
    read(line)
    later(line, -timedelta(days=1))
    assert read(line)


def test_only_what_has_changed_is_written(line: Line, host: CalendarHost, calendar: Any) -> None:
    read(line)
    kept = all_of(line.engine, BusyTimeRow)[0]
    host.says(a_calendar(LUNCH), SECRET)
    later(line)
    read(line)
    assert all_of(line.engine, BusyTimeRow) == [kept]
    assert busy(line) == [AT_LUNCH]


def test_a_calendar_that_has_not_changed_is_asked_for_anew_only_once_a_day(
    line: Line, host: CalendarHost, calendar: Any
) -> None:
    read(line)
    later(line)
    read(line)
    assert the_calendar(line).read_at == line.clock.now
    assert len(busy(line)) == 2
    later(line, timedelta(days=1))
    read(line)
    assert [asked.get("If-None-Match") for asked in host.asked] == [None, '"1"', None]


@pytest.mark.parametrize("trouble", list(CalendarTrouble))
def test_what_fails_leaves_the_last_busy_times_and_is_told_until_it_succeeds(
    line: Line, host: CalendarHost, calendar: Any, trouble: CalendarTrouble
) -> None:
    read(line)
    before, first = busy(line), the_calendar(line).read_at
    for _ in range(2):
        later(line)
        assert read_one(reading(line.engine), line.engine.begin, fails(trouble), line.clock.now)
    row = the_calendar(line)
    assert (row.trouble, row.failed_since, row.read_at) == (trouble.value, first + TEN_MINUTES, first)
    assert busy(line) == before
    later(line)
    read(line)
    assert (the_calendar(line).trouble, the_calendar(line).failed_since) == (None, None)


def test_a_page_instead_of_a_calendar_is_told(line: Line, host: CalendarHost, calendar: Any) -> None:
    host.says("<!doctype html><title>Connexion</title>", SECRET)
    read(line)
    assert the_calendar(line).trouble == "not-a-calendar"


@on_one_database
def test_one_that_never_comes_to_an_end_is_ended(line: Line, host: CalendarHost, calendar: Any) -> None:
    daily = "DTSTART:00010101T090000Z", "DURATION:PT10M", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    host.says(a_calendar(*(an_event(*daily, uid=str(number)) for number in range(100))), SECRET)
    read(line, Limits(processor_seconds=1, network="this machine"))
    assert the_calendar(line).trouble == "too-complex"
    host.pages[SECRET] = Page(is_endless=True)
    later(line)
    read(line, Limits(seconds=0.01, network="this machine"))
    assert the_calendar(line).trouble == "no-answer"


@on_one_database
def test_in_earnest_a_host_on_this_machine_is_not_asked(line: Line, host: CalendarHost, calendar: Any) -> None:
    assert read_one(reading(line.engine), line.engine.begin, read_apart, line.clock.now)
    assert the_calendar(line).trouble == "address"
    assert host.asked == []


def test_two_workers_read_it_once(line: Line, host: CalendarHost, calendar: Any) -> None:
    asked = []

    def read_while_another_looks(_: Asked) -> Reading:
        asked.append(read(line))
        return Reading(None, [])

    assert read_one(reading(line.engine), line.engine.begin, read_while_another_looks, line.clock.now)
    assert asked == [False]


def test_what_comes_after_the_address_was_changed_or_cleared_is_not_kept(
    line: Line, host: CalendarHost, calendar: Any
) -> None:
    def read_while_it_is_changed(_: Asked) -> Reading:
        point_at(line, "https://agenda.example/other.ics")
        return Reading(None, [AT_LUNCH])

    def read_while_it_is_cleared(_: Asked) -> Reading:
        with line.engine.begin() as connection:
            assert clear_address(connection, calendar.practitioner_id)
        return Reading(None, [AT_LUNCH])

    for meanwhile in (read_while_it_is_changed, read_while_it_is_cleared):
        assert read_one(reading(line.engine), line.engine.begin, meanwhile, line.clock.now)
        assert busy(line) == []
    assert not read(line)


def test_another_address_forgets_what_was_taken_and_the_same_does_not(
    line: Line, host: CalendarHost, calendar: Any
) -> None:
    read(line)
    point_at(line, host.address(SECRET))
    assert len(busy(line)) == 2
    point_at(line, host.address("/other.ics"))
    assert busy(line) == []


def test_several_are_read_one_after_the_other(line: Line, host: CalendarHost, calendar: Any) -> None:
    host.says(a_calendar(DENTIST), "/leroy.ics")
    point_at(line, host.address("/leroy.ics"), "leroy")
    worker = Worker(line.clock, jobs=(lambda: read(line),))
    assert worker.work_off() == 2
    assert len(busy(line)) == 3


@on_one_database
def test_the_zone_is_that_of_the_practice(line: Line, host: CalendarHost, calendar: Any) -> None:
    host.says(a_calendar(an_event("DTSTART:20261203T120000", "DTEND:20261203T140000")), SECRET)
    read(line)
    assert busy(line) == [AT_LUNCH]
    with line.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE practices SET timezone = 'America/Martinique'")
        connection.execute(update(OutsideCalendarRow).values(due_at=line.clock.now))
    read(line)
    assert busy(line)[0].start == AT_LUNCH.start + 5 * 3600


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" https://agenda.example.org/private/basic.ics ", "https://agenda.example.org/private/basic.ics"),
        ("webcal://p12-cal.example.com/published/2/abc", "https://p12-cal.example.com/published/2/abc"),
        ("https://anna:mot@agenda.example.org:8443/x?y=z", "https://anna:mot@agenda.example.org:8443/x?y=z"),
    ],
)
def test_an_address_is_kept_as_https(written: str, kept: str) -> None:
    assert calendar_address(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "agenda",
        "http://agenda.example.org/x",
        "https://localhost/x",
        "https://agenda/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://127.1/x",
        "https:///x",
        "https://a.example:port/x",
        "https://[/x",
        "https://a.example/x y",
        "https://a.example/\nx",
        "file:///etc/passwd",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_what_is_no_address_on_the_internet_is_refused(written: str) -> None:
    with pytest.raises(AddressError):
        calendar_address(written)
