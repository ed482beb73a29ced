"""Settings on the site: each section shows what is stored, saves what is sent, and refuses in a sentence."""

from typing import Any

import pytest

from db.engine import reading
from db.models.access import AccessRow
from ivr.actions.practice_rows import read_settings
from ivr.practice_files.schema import PracticeFile
from ivr.vocabulary import Role
from ivr.web.sections import SECTIONS
from tests.lines import STRANGER, WEDNESDAY_MORNING, Line, all_of
from tests.site.visitor import Visitor, id_of_practice, somebody

DOCTOR = "/admin/settings/practitioners/martin"


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Settings are read and written by the code that loads practice files, which is tried on both databases."""


@pytest.fixture
def boss(line: Line, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The administrator; the proof of leave's tests is proof enough: it takes seconds."""
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    line.at(WEDNESDAY_MORNING)
    return somebody(line, Role.ADMINISTRATOR)


def fields(browser: Visitor, address: str) -> dict[str, Any]:
    """The form of a page as a browser would send it."""
    browser.get(address)
    form = browser.page.xpath("//main//form")[0]
    found: dict[str, Any] = {}
    for field in form.xpath(".//input[@name] | .//textarea | .//select"):
        kind = field.get("type")
        if field.get("name") == "csrf_token" or (kind == "checkbox" and field.get("checked") is None):
            continue
        if field.tag == "select":
            found[field.get("name")] = field.xpath("string(.//option[@selected]/@value)")
        elif field.tag == "textarea":
            found[field.get("name")] = field.text_content().strip("\r\n")
        else:
            found[field.get("name")] = field.get("value", "")
    return found


def send(browser: Visitor, address: str, without: tuple[str, ...] = (), **changes: str) -> str:
    """The form of the page with some changes, and whatever page comes of it."""
    form = {name: value for name, value in fields(browser, address).items() if name not in without}
    browser.post(address, **form | changes)
    return browser.reads().replace("\xa0", " ")


def confirm(browser: Visitor, address: str) -> str:
    form = browser.page.xpath("//form[.//button[@name='confirmed']]")[0]
    hidden = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    browser.post(address, confirmed="1", **hidden)
    return browser.reads().replace("\xa0", " ")


def stored(line: Line) -> PracticeFile:
    with reading(line.engine)() as connection:
        return read_settings(connection, id_of_practice(line.engine, "pasteur"))


def at(section: str) -> str:
    return f"/admin/settings/{section}"


@pytest.mark.parametrize("address", [*map(at, SECTIONS), DOCTOR])
def test_a_section_saved_as_it_is_shown_changes_nothing_and_needs_no_proof(
    line: Line, boss: Visitor, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored(line)
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: ["it was proven"])
    assert "C’est enregistré" in send(boss, address)
    assert stored(line) == before
    assert [entry for entry in all_of(line.engine, AccessRow) if entry.action == "changed"] == []


def test_the_practice_is_named_and_speaks_otherwise(line: Line, boss: Visitor) -> None:
    send(boss, at("practice"), name="Maison de santé", languages="en,fr", holidays="FR-57")
    practice = stored(line).practice
    assert (practice.name, practice.languages, practice.holidays) == ("Maison de santé", ["en", "fr"], "FR-57")
    assert "Maison de santé" in " ".join(said.text for said in line.ring(STRANGER).heard)
    assert fields(boss, at("practice"))["languages"] == "en,fr"


def test_who_may_call_is_shown_before_it_is_saved(line: Line, boss: Visitor) -> None:
    told = send(boss, at("contact"), unknown_callers="message", on_duty="116 117", **{"call_back_delay.fr": "demain"})
    assert "Numéro inconnu ou masqué · Dr Martin le téléphone du docteur sonne (Martin) → message vocal" in told
    assert stored(line).practice.unknown_callers == "ring"
    assert "C’est enregistré" in confirm(boss, at("contact"))
    practice = stored(line).practice
    assert (practice.unknown_callers, practice.on_duty) == ("message", "116117")
    assert practice.call_back_delay == {"fr": "demain", "en": "today"}
    assert "Je vous passe" not in " ".join(said.text for said in line.ring(STRANGER, "2", "1").heard)


def test_the_announcement_is_heard_until_its_end_and_can_be_taken_away(line: Line, boss: Visitor) -> None:
    said = {"announcement.text": "Le cabinet déménage lundi.", "announcement.until": "2026-12-07"}
    send(boss, at("announcement"), **said)
    assert "déménage lundi" in " ".join(spoken.text for spoken in line.ring(STRANGER).heard)
    line.at("2026-12-08T10:00:00+01:00")
    assert "déménage" not in " ".join(spoken.text for spoken in line.ring(STRANGER).heard)
    line.at(WEDNESDAY_MORNING)
    send(boss, at("announcement"), **dict.fromkeys(said, ""))
    assert stored(line).practice.announcement is None


def test_the_patient_base_the_unwanted_and_retention_are_saved(line: Line, boss: Visitor) -> None:
    send(boss, at("patients"), ("check_birthday",), relatives="closed", relatives_notice="", reminder_time="09:30")
    send(boss, at("unwanted"), ("telemarketing_filter",), nuisance="01 99 00 66 77\r\n\r\n01.99.00.66.78\r\n0199006677")
    send(boss, at("retention"), keep_recordings_at_carrier="y", **{"retention.sound_days": "7"})
    practice = stored(line).practice
    assert (practice.relatives, practice.relatives_notice, practice.check_birthday) == ("closed", None, False)
    assert practice.reminder_time == "09:30"
    assert [number.e164 for number in practice.nuisance] == ["+33199006677", "+33199006678"]
    assert (practice.telemarketing_filter, practice.keep_recordings_at_carrier) == (False, True)
    assert practice.retention.sound_days == 7
    assert fields(boss, at("unwanted"))["nuisance"].replace("\xa0", " ") == "01 99 00 66 77\n01 99 00 66 78"


def test_a_practitioner_is_reached_and_booked_otherwise(line: Line, boss: Visitor) -> None:
    told = send(boss, DOCTOR, contact="messages", ring_seconds="30", **{"booking.at_once": "3"})
    assert "le téléphone du docteur sonne (Martin) → invitation à écrire" in told
    confirm(boss, DOCTOR)
    martin = stored(line).practitioners[0]
    assert (martin.contact, martin.ring_seconds, martin.booking.at_once) == ("messages", 30, 3)


@pytest.mark.parametrize(
    ("address", "changes", "told"),
    [
        (at("practice"), {"holidays": "XX-1"}, "Ce territoire n’a pas de calendrier"),
        (at("practice"), {"languages": "de"}, "Not a valid choice|choix valide"),
        (at("practice"), {"name": "<b>"}, "Ce nom ne va pas"),
        (at("contact"), {"unknown_callers": "sing"}, "Not a valid choice|choix valide"),
        (at("contact"), {"fallback": "06"}, "« 06 » n’est pas un numéro lisible"),
        (at("contact"), {"fallback": "01 99 00 12 34"}, "c’est une ligne du cabinet"),
        (at("contact"), {"emergency": "08 99 70 00 00"}, "écrivez 15, 112"),
        (at("contact"), {"call_back_delay.fr": "tapez 1"}, "Ce délai ne se dit pas"),
        (at("announcement"), {"announcement.text": "mot " * 30}, "15 mots au plus"),
        (at("announcement"), {"announcement.until": ""}, "dernier jour"),
        (at("announcement"), {"announcement.until": "demain"}, "date valide"),
        (at("patients"), {"reminder_time": "23:00"}, "entre 8 h et 20 h"),
        (at("patients"), {"relatives_notice": "Tapez 1."}, "sans touche à taper"),
        (at("unwanted"), {"nuisance": "06 39 98 11 11"}, "celui d’un patient"),
        (
            at("unwanted"),
            {"nuisance": "\n".join(f"019900{n}" for n in range(1000, 1201))},
            "200 numéros au plus",
        ),
        (at("retention"), {"retention.sound_days": "0"}, "entre 1 et 183|compris entre"),
        (at("retention"), {"retention.call_days": "zz"}, "entier|nombre"),
        (DOCTOR, {"phone": ""}, "téléphone"),
        (DOCTOR, {"phone": "01 99 00 12 34"}, "Ce téléphone ne va pas"),
        (DOCTOR, {"ring_seconds": "3"}, "entre 5 et 60|compris entre"),
        (DOCTOR, {"booking.notice_minutes": "100000", "booking.horizon_days": "1"}, "Rien ne pourrait être réservé"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_a_sentence(
    line: Line, boss: Visitor, address: str, changes: dict[str, str], told: str
) -> None:
    before = stored(line)
    page = send(boss, address, **changes)
    assert any(one in page for one in told.split("|")), page
    assert boss.shown is not None
    assert boss.shown.status_code == 400
    assert stored(line) == before


def test_what_was_refused_stays_in_the_form_beside_its_reason(boss: Visitor) -> None:
    send(boss, at("contact"), fallback="06")
    assert boss.page.xpath("//input[@name='fallback'][@aria-invalid='true']/@value") == ["06"]
    send(boss, at("unwanted"), nuisance="06 39 98 11 11")
    assert boss.page.xpath("//textarea[@name='nuisance'][@aria-invalid='true']")


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.SECRETARY])
def test_others_find_hours_and_leave_but_no_settings(line: Line, boss: Visitor, role: Role) -> None:
    other = somebody(line, role)
    other.get("/admin/settings")
    assert "/admin/hours?practitioner=martin" in other.links()
    assert at("contact") not in other.links()
    assert other.get(at("contact")).status_code == 403


def test_settings_of_nobody_are_not_found(boss: Visitor) -> None:
    assert boss.get(at("nothing")).status_code == 404
    assert boss.get("/admin/settings/practitioners/aubert").status_code == 404
    boss.get("/admin/settings")
    assert boss.post("/admin/settings/practitioners/aubert").status_code == 404


def test_a_page_that_is_out_of_date_replaces_nothing_unasked(line: Line, boss: Visitor) -> None:
    old = fields(boss, at("patients"))
    send(boss, at("patients"), relatives="closed")
    boss.post(at("patients"), **old | {"reminder_time": "09:00"})
    assert "Quelqu’un a changé ces réglages" in boss.reads()
    assert stored(line).practice.relatives == "closed"
    again = {field.get("name"): field.get("value") for field in boss.page.xpath("//main//form[1]//input[@value]")}
    boss.post(at("patients"), **old | {"reminder_time": "09:00", "seen": again["seen"]})
    assert "C’est enregistré" in boss.reads()
    assert (stored(line).practice.relatives, stored(line).practice.reminder_time) == ("open", "09:00")


def test_line_breaks_of_a_notice_stay_as_they_are(line: Line, boss: Visitor) -> None:
    send(boss, at("patients"), relatives_notice="Les parents.\r\nLes enfants.")
    assert stored(line).practice.relatives_notice == "Les parents.\nLes enfants."
    before = stored(line)
    send(boss, at("patients"))
    assert stored(line) == before
