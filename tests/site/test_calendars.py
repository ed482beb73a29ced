"""Calendars elsewhere on the site: the address is shown once, the other calendar's never, troubles in a sentence."""

import re
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select, update

from db.engine import reading
from db.models.access import AccessRow
from db.models.calendars import BusyTimeRow, OutsideCalendarRow
from ivr.actions.load_practice import load_practice
from ivr.vocabulary import CalendarTrouble, Role
from ivr.web.words import CALENDAR_TROUBLES
from tests.lines import WEDNESDAY_LUNCH, Line, all_of, lilas_practice
from tests.site.visitor import Visitor, somebody

OUTSIDE = "https://calendar.example.org/private-0123456789abcdef/basic.ics"
PAGE = "/admin/calendar"

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def martin(line: Line) -> Visitor:
    line.at(WEDNESDAY_LUNCH)
    return somebody(line, Role.PRACTITIONER)


def words(browser: Visitor) -> str:
    return browser.reads().replace("\xa0", " ")


def press(browser: Visitor, part: str, doctor: str = "martin", **form: str) -> int:
    browser.get(PAGE)
    return browser.post(f"{PAGE}/{part}", practitioner=doctor, **form).status_code


def address_shown(browser: Visitor) -> list[str]:
    return [str(found) for found in browser.page.xpath("//input[@readonly]/@value")]


def outside(line: Line) -> list[Any]:
    with reading(line.engine)() as connection:
        return list(connection.execute(select(OutsideCalendarRow.__table__)))


def noted(line: Line) -> list[str]:
    return [entry.subject for entry in all_of(line.engine, AccessRow) if entry.action == "changed"]


def test_an_address_is_made_shown_once_and_opens_the_agenda(line: Line, martin: Visitor) -> None:
    assert press(martin, "feed") == 200
    (address,) = address_shown(martin)
    assert re.fullmatch(r"https://ivr\.example\.test/calendar/[\w-]{43}\.ics", address)
    assert "elle ne sera plus montrée" in words(martin)
    agenda = martin.client.get(address)
    assert len(Calendar.from_ical(agenda.data).walk("VEVENT")) == 3
    martin.get(PAGE)
    assert address_shown(martin) == []
    assert address not in martin.shown.text  # type: ignore[union-attr]
    assert "Une adresse existe depuis le mercredi 2 décembre" in words(martin)
    assert noted(line) == ["practitioner 1 calendar feed made"]


def test_an_address_is_replaced_and_deleted(line: Line, martin: Visitor) -> None:
    press(martin, "feed")
    (old,) = address_shown(martin)
    press(martin, "feed")
    (new,) = address_shown(martin)
    assert [martin.client.get(address).status_code for address in (old, new)] == [404, 200]
    press(martin, "feed/deleted")
    assert "n’ouvre plus rien" in words(martin)
    assert martin.client.get(new).status_code == 404
    press(martin, "feed/deleted")
    assert noted(line) == ["practitioner 1 calendar feed made"] * 2 + ["practitioner 1 calendar feed deleted"]


def test_another_calendar_is_named_by_its_host_alone_and_given_up(line: Line, martin: Visitor) -> None:
    assert "Il n’a pas encore été lu" not in words(martin)
    press(martin, "outside", calendar=OUTSIDE)
    assert "L’adresse est enregistrée" in words(martin)
    assert "toutes les dix minutes chez calendar.example.org. Il n’a pas encore été lu." in words(martin)
    assert "0123456789abcdef" not in martin.shown.text  # type: ignore[union-attr]
    assert [(row.practitioner_id, row.address) for row in outside(line)] == [(1, OUTSIDE)]
    press(martin, "outside", calendar=OUTSIDE)
    press(martin, "outside/cleared")
    assert "ne bloque plus rien" in words(martin)
    assert outside(line) == []
    assert noted(line) == ["practitioner 1 outside calendar set", "practitioner 1 outside calendar cleared"]


def test_what_was_read_and_when_is_told(line: Line, martin: Visitor) -> None:
    press(martin, "outside", calendar=OUTSIDE)
    with line.engine.begin() as connection:
        connection.execute(update(OutsideCalendarRow).values(read_at=line.clock.now))
        blocks = [{"practitioner_id": 1, "block_start": at, "block_end": at + 1} for at in (1, 5)]
        connection.execute(insert(BusyTimeRow), blocks)
    martin.get(PAGE)
    assert "Dernière lecture : aujourd’hui à 13 h 10. Plages prises : 2." in words(martin)


@on_one_database
@pytest.mark.parametrize("trouble", list(CalendarTrouble))
def test_every_trouble_is_told_in_a_sentence(line: Line, martin: Visitor, trouble: CalendarTrouble) -> None:
    press(martin, "outside", calendar=OUTSIDE)
    with line.engine.begin() as connection:
        connection.execute(update(OutsideCalendarRow).values(trouble=trouble.value, failed_since=line.clock.now))
    martin.get(PAGE)
    sentence = str(CALENDAR_TROUBLES[trouble]).replace("\xa0", " ")
    assert f"{sentence} Depuis le mercredi 2 décembre à 13 h 10 ; ce qui a été lu avant" in words(martin)


@on_one_database
@pytest.mark.parametrize("written", ["http://calendar.example.org/x", "https://10.0.0.1/x", "https://localhost/x", "?"])
def test_an_address_that_cannot_be_is_refused_and_stays_in_the_form(line: Line, martin: Visitor, written: str) -> None:
    assert press(martin, "outside", "leroy", calendar=written) == 400
    assert "Cette adresse ne va pas" in words(martin)
    assert martin.page.xpath("//input[@aria-invalid='true']/@value") == [written]
    assert outside(line) == []


@on_one_database
@pytest.mark.parametrize("part", ["feed", "feed/deleted", "outside", "outside/cleared"])
def test_a_secretary_sees_and_changes_nothing(line: Line, martin: Visitor, part: str) -> None:
    secretary = somebody(line, Role.SECRETARY)
    assert secretary.get(PAGE).status_code == 403
    secretary.get("/admin/leave")
    assert PAGE not in secretary.links()
    assert secretary.post(f"{PAGE}/{part}", practitioner="martin", calendar=OUTSIDE).status_code == 403


@on_one_database
@pytest.mark.parametrize("part", ["feed", "feed/deleted", "outside", "outside/cleared"])
def test_a_practitioner_of_another_practice_is_out_of_reach(line: Line, martin: Visitor, part: str) -> None:
    with line.engine.begin() as connection:
        load_practice(connection, lilas_practice())
    assert press(martin, part, "aubert", calendar=OUTSIDE) == 404
    assert outside(line) == []
    assert "Aubert" not in words(martin)


def test_the_page_of_settings_leads_there(martin: Visitor) -> None:
    martin.get("/admin/settings")
    assert PAGE in martin.links()
