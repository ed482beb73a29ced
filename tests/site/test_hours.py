"""Hours on the site: what they change is shown, they are saved for callers, and are never half read."""

import pytest

from ivr.vocabulary import Role
from tests.lines import STRANGER, WEDNESDAY_LUNCH, Line
from tests.site.visitor import Visitor, somebody

WEEK = {"mon": "9h-12h, 14h-18h", "tue": "9h-12h 14h-20h", "wed": "9h-12h", "thu": "9h-12h", "fri": "9h-17h"}
WORKING = WEEK | {"practitioner": "martin", "what": "working", "every": "1"}
THURSDAY_AFTERNOON = "2026-12-03T15:00:00+01:00"


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Settings are read and written by the code that loads practice files, which is tried on both databases."""


@pytest.fixture
def martin(line: Line, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The proof of leave's tests is proof enough: it takes seconds."""
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    line.at(WEDNESDAY_LUNCH)
    return somebody(line, Role.PRACTITIONER)


def send(browser: Visitor, **form: str) -> str:
    browser.get("/admin/hours")
    browser.post("/admin/hours", **form)
    return browser.reads().replace("\xa0", " ")


def confirm(browser: Visitor) -> str:
    form = browser.page.xpath("//form[.//button[@name='confirmed']]")[0]
    hidden = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    browser.post("/admin/hours", confirmed="1", **hidden)
    return browser.reads().replace("\xa0", " ")


def heard(line: Line, moment: str) -> str:
    return " ".join(spoken.text for spoken in line.at(moment).ring(STRANGER, "2", "1").heard)


def field(browser: Visitor, name: str, what: str = "working") -> str:
    found = browser.page.xpath(f"//form[.//input[@value='{what}']]//input[@name='{name}']/@value")
    return str(found[0]).replace("\xa0", " ")


def test_new_hours_are_shown_saved_and_heard(line: Line, martin: Visitor) -> None:
    assert "Je vous passe" in heard(line, THURSDAY_AFTERNOON)
    line.at(WEDNESDAY_LUNCH)
    told = send(martin, **WORKING)
    assert "Patient sans liste" in told
    assert "le téléphone du docteur sonne (Martin) → fermé : message" in told
    assert "Les horaires sont enregistrés" in confirm(martin)
    assert field(martin, "thu") == "9h-12h"
    assert field(martin, "tue") == "9h-12h, 14h-20h"
    assert "Je vous passe" not in heard(line, THURSDAY_AFTERNOON)


def test_appointments_left_outside_the_new_hours_are_told(martin: Visitor) -> None:
    told = send(martin, **WORKING | {"wed": "", "mon": "", "tue": "", "thu": "", "fri": ""})
    assert "Rendez-vous pris hors de ces nouveaux horaires" in told
    assert "Rendez-vous pris hors" not in send(martin, **WORKING | {"sat": "9h-12h"})


def test_hours_hold_in_alternate_weeks_from_a_monday(line: Line, martin: Visitor) -> None:
    send(martin, **WORKING | {"every": "2", "weeks-from": "2026-11-30"})
    confirm(martin)
    assert martin.page.xpath("//select[@name='every']/option[@selected]/@value") == ["2"]
    assert "Je vous passe" in heard(line, "2026-12-03T10:00:00+01:00")
    assert "Je vous passe" not in heard(line, "2026-12-10T10:00:00+01:00")
    line.at(WEDNESDAY_LUNCH)
    send(martin, **WORKING)
    confirm(martin)
    assert martin.page.xpath("//select[@name='every']/option[@selected]/@value") == []
    assert "Je vous passe" in heard(line, "2026-12-10T10:00:00+01:00")


def test_contact_hours_of_their_own_may_be_none_at_all(line: Line, martin: Visitor) -> None:
    send(martin, practitioner="martin", what="contact", own="1")
    confirm(martin)
    assert "Je vous passe" not in heard(line, "2026-12-03T10:00:00+01:00")
    line.at(WEDNESDAY_LUNCH)
    send(martin, practitioner="martin", what="contact", mon="9h-10h")
    confirm(martin)
    assert "Je vous passe" in heard(line, "2026-12-03T10:00:00+01:00")


def test_the_hours_of_prioritaires_go_back_to_the_usual_ones(martin: Visitor) -> None:
    assert "heures des Prioritaires" in send(martin, practitioner="martin", what="priority", own="1", sun="8h-20h")
    confirm(martin)
    assert field(martin, "sun", "priority") == "8h-20h"
    send(martin, practitioner="martin", what="priority", sun="8h-20h")
    confirm(martin)
    assert field(martin, "mon", "priority") == "9h-19h"


def test_a_day_has_hours_of_its_own_until_they_are_removed(line: Line, martin: Visitor) -> None:
    day = {"practitioner": "martin", "what": "dated", "date": "2026-12-06", "hours": "10h-12h"}
    assert "horaires du 6 décembre 2026" in send(martin, **day)
    assert "dimanche 6 décembre 2026 · 10h-12h" in confirm(martin)
    assert "Je vous passe" in heard(line, "2026-12-06T11:00:00+01:00")
    line.at(WEDNESDAY_LUNCH)
    send(martin, practitioner="martin", what="undated", date="2026-12-06")
    assert "dimanche 6 décembre" not in confirm(martin)
    assert "Je vous passe" not in heard(line, "2026-12-06T11:00:00+01:00")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"mon": "9h-9h"}, "Ces heures ne sont pas lisibles (lundi)"),
        ({"mon": "9h-12h," * 20_000}, "Ces heures ne sont pas lisibles (lundi)"),
        ({"mon": "matin"}, "Ces heures ne sont pas lisibles (lundi)"),
        ({"mon": "9h-12h, 11h-13h"}, "se chevauchent"),
        ({"every": "2", "weeks-from": "2026-12-01"}, "à partir d’un lundi"),
        ({"every": "2", "weeks-from": ""}, "Donnez une date"),
        ({"what": "dated", "date": "2026-11-01"}, "déjà passé"),
        ({"what": "dated", "date": "9999-12-31"}, "Donnez une date"),
        ({"what": "undated", "date": "0001-01-01"}, "Donnez une date"),
        ({"what": "dated", "date": "2026-12-09", "hours": "9h"}, "Ces heures ne sont pas lisibles (9 décembre 2026)"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_a_sentence(martin: Visitor, changes: dict[str, str], told: str) -> None:
    assert told in send(martin, **WORKING | changes)
    assert martin.page.xpath("//button[@name='confirmed']") == []


def test_what_was_typed_stays_in_the_form_that_was_refused(martin: Visitor) -> None:
    send(martin, **WORKING | {"mon": "matin"})
    assert field(martin, "mon") == "matin"
    assert field(martin, "mon", "contact") == "9h-12h, 14h-18h"


@pytest.mark.parametrize("form", [{"what": "nothing"}, {"every": "many"}, {"every": "²"}, {"every": "9" * 5000}])
def test_a_form_that_no_page_holds_is_refused(martin: Visitor, form: dict[str, str]) -> None:
    martin.get("/admin/hours")
    assert martin.post("/admin/hours", **WORKING | {"weeks-from": "2026-11-30"} | form).status_code == 400


def test_a_secretary_reads_the_hours_and_changes_none(line: Line, martin: Visitor) -> None:
    secretary = somebody(line, Role.SECRETARY)
    secretary.get("/admin/hours")
    assert "14h-20h" in secretary.reads()
    assert secretary.page.xpath("//main//form") == []
    assert secretary.post("/admin/hours", **WORKING).status_code == 403


def test_a_doctor_of_another_practice_is_out_of_reach(martin: Visitor) -> None:
    martin.get("/admin/hours")
    assert martin.post("/admin/hours", **WORKING | {"practitioner": "aubert"}).status_code == 404
    assert martin.get("/admin/hours?practitioner=aubert").status_code == 404


def test_hours_on_a_page_that_is_out_of_date_replace_nothing_unasked(martin: Visitor) -> None:
    martin.get("/admin/hours")
    seen = str(martin.page.xpath("//form[.//input[@value='working']]//input[@name='seen']/@value")[0])
    send(martin, **WORKING | {"seen": seen})
    confirm(martin)
    assert "Quelqu’un a changé ces réglages" in send(martin, **WORKING | {"seen": seen, "wed": ""})


def test_more_weeks_than_the_page_offers_are_shown_as_they_are(martin: Visitor) -> None:
    send(martin, **WORKING | {"every": "9", "weeks-from": "2026-11-30"})
    confirm(martin)
    assert martin.page.xpath("//select[@name='every']/option[@selected]/@value") == ["9"]
