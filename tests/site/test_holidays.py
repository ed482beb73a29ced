"""Holidays on the site: each can be opened, other days closed, and callers hear of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ivr.vocabulary import Role
from tests.lines import WEDNESDAY_LUNCH, Line
from tests.site.test_hours import heard
from tests.site.visitor import Visitor, somebody

ARMISTICE, ASCENSION = "2027-11-11", "2027-05-06"
FRIDAY_MORNING = "2026-12-11T10:00:00+01:00"


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Settings are read and written by the code that loads practice files, which is tried on both databases."""


@pytest.fixture
def martin(line: Line, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The proof of leave's tests is proof enough: it takes seconds."""
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    line.at(WEDNESDAY_LUNCH)
    return somebody(line, Role.PRACTITIONER)


def send(browser: Visitor, **form: object) -> str:
    browser.get("/admin/holidays")
    browser.post("/admin/holidays", **form)
    return browser.reads().replace("\xa0", " ")


def confirm(browser: Visitor) -> str:
    form = browser.page.xpath("//form[.//button[@name='confirmed']]")[0]
    fields: dict[str, list[str]] = {}
    for field in form.xpath(".//input[@type='hidden']"):
        fields.setdefault(field.get("name"), []).append(field.get("value"))
    browser.post("/admin/holidays", confirmed="1", **fields)
    return browser.reads().replace("\xa0", " ")


def opened(browser: Visitor) -> list[str]:
    return [str(day) for day in browser.page.xpath("//input[@name='open'][@checked]/@value")]


def test_a_holiday_is_opened_and_closed_again(line: Line, martin: Visitor) -> None:
    martin.get("/admin/holidays")
    assert opened(martin) == [ASCENSION]
    assert "Noël vendredi 25 décembre 2026 · fermé" in martin.reads().replace("\xa0", " ")
    told = send(martin, open=[ASCENSION, ARMISTICE])
    assert "11 novembre 2027" in told
    assert "6 mai 2027" not in told
    assert "Contacter Prioritaires · Dr Martin fermé : message → le téléphone du docteur sonne (Martin)" in told
    confirm(martin)
    assert opened(martin) == [ASCENSION, ARMISTICE]
    send(martin, open=[ASCENSION])
    confirm(martin)
    assert opened(martin) == [ASCENSION]


def test_another_day_is_closed_and_opened_again(line: Line, martin: Visitor) -> None:
    assert "Je vous passe" in heard(line, FRIDAY_MORNING)
    line.at(WEDNESDAY_LUNCH)
    assert "le téléphone du docteur sonne (Martin) → fermé : message" in send(martin, what="close", date="2026-12-11")
    assert "vendredi 11 décembre 2026" in confirm(martin)
    assert "Je vous passe" not in heard(line, FRIDAY_MORNING)
    line.at(WEDNESDAY_LUNCH)
    send(martin, what="reopen", date="2026-12-11")
    assert "vendredi 11 décembre 2026" not in confirm(martin)
    assert "Je vous passe" in heard(line, FRIDAY_MORNING)


@pytest.mark.parametrize("day", ["", "demain", "2026-11-01", "9999-12-31", ASCENSION])
def test_a_day_that_cannot_be_closed_is_refused_in_a_sentence(martin: Visitor, day: str) -> None:
    send(martin, what="close", date=day)
    assert martin.page.xpath("//button[@name='confirmed']") == []
    assert martin.page.xpath("//p[@role='alert']")


def test_days_that_are_no_holiday_are_not_opened(martin: Visitor) -> None:
    send(martin, open=[ASCENSION, "2026-12-11", "zz"])
    confirm(martin)
    assert opened(martin) == [ASCENSION]


def test_good_friday_is_a_switch_only_where_it_may_be_one(martin: Visitor) -> None:
    martin.get("/admin/holidays")
    assert "Vendredi saint" not in martin.reads()
    send(martin, **{"good-friday": "1", "open": [ASCENSION]})
    confirm(martin)
    assert "Vendredi saint" not in martin.reads()


def test_a_secretary_reads_holidays_and_changes_none(line: Line, martin: Visitor) -> None:
    secretary = somebody(line, Role.SECRETARY)
    secretary.get("/admin/holidays")
    assert "Noël" in secretary.reads()
    assert secretary.page.xpath("//main//button") == []
    assert secretary.post("/admin/holidays", open=[]).status_code == 403


def test_two_days_closed_at_once_are_both_closed(line: Line, martin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed_by_a_colleague(*_: object) -> list[str]:
        monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
        with ThreadPoolExecutor() as elsewhere:
            elsewhere.submit(send, colleague, what="close", date="2026-12-14", confirmed="1").result()
        return []

    colleague = somebody(line, Role.PRACTITIONER, "b@pasteur.example")

    monkeypatch.setattr("ivr.actions.changing.stranded", closed_by_a_colleague)
    told = send(martin, what="close", date="2026-12-11", confirmed="1")
    assert "vendredi 11 décembre" in told
    assert "lundi 14 décembre" in told
