"""Leave on the site: what it changes is shown, it cannot be saved without somebody to call, and callers hear of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from db.models.access import AccessRow
from ivr.actions import settings
from ivr.actions.snapshots import Snapshots
from ivr.phones import PhoneNumber
from ivr.vocabulary import Role
from tests.lines import ALWAYS, LINE, WEDNESDAY_LUNCH, Line, all_of
from tests.site.visitor import Visitor, somebody

LEAVE = {
    "practitioner": "martin",
    "from": "2026-12-07",
    "until": "2026-12-09",
    "name": "Docteur Petit",
    "phone": "01 99 00 55 55",
}
DURING, AFTER = "2026-12-08T10:00:00+01:00", "2026-12-10T10:00:00+01:00"


@pytest.fixture
def martin(line: Line) -> Visitor:
    line.at(WEDNESDAY_LUNCH)
    return somebody(line, Role.PRACTITIONER)


def preview(browser: Visitor, **changes: str) -> str:
    browser.get("/admin/leave")
    browser.post("/admin/leave", **LEAVE | changes)
    return browser.reads().replace("\xa0", " ")


def confirm(browser: Visitor) -> str:
    form = browser.page.xpath("//form[.//button[@name='confirmed']]")[0]
    hidden = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    browser.post("/admin/leave", confirmed="1", **hidden)
    return browser.reads().replace("\xa0", " ")


def heard(line: Line, moment: str) -> str:
    return " ".join(spoken.text for spoken in line.at(moment).ring(ALWAYS, "2", "1").heard)


def test_a_leave_is_shown_saved_heard_and_removed(line: Line, martin: Visitor) -> None:
    told = preview(martin)
    assert (
        "Contacter 24 h/24 · Dr Martin le téléphone du docteur sonne (Martin) → congé ou absence (Docteur Petit)"
        in told
    )
    assert "Petit" not in heard(line, DURING)
    line.at(WEDNESDAY_LUNCH)
    preview(martin)
    assert "Le congé est enregistré" in confirm(martin)
    assert "à la place : Docteur Petit" in martin.reads().replace("\xa0", " ")
    assert "Petit" in heard(line, DURING)
    assert "Petit" not in heard(line, AFTER)
    copy = Snapshots(line.settings.data_dir).find(PhoneNumber(LINE))
    assert copy is not None
    assert len(copy.practice.practitioner("martin").leaves) == len(copy.practice.practitioners[0].leaves) > 0
    line.at(WEDNESDAY_LUNCH)
    martin.get("/admin/leave")
    form = martin.page.xpath("//form[.//input[@name='remove'] and .//input[@value='2026-12-07']]")[0]
    martin.post("/admin/leave", **{field.get("name"): field.get("value") for field in form.xpath(".//input")})
    assert "congé ou absence (Docteur Petit) → le téléphone du docteur sonne (Martin)" in martin.reads().replace(
        "\xa0", " "
    )
    assert "Le congé est supprimé" in confirm(martin)
    assert "Petit" not in heard(line, DURING)
    changed = [entry.subject for entry in all_of(line.engine, AccessRow) if entry.action == "changed"]
    assert changed == ["practice leave added", "practice leave removed"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "Dites qui appeler"),
        ({"phone": "06 39"}, "n’est pas lisible"),
        ({"from": "2026-12-10"}, "finit avant de commencer"),
        ({"from": "2026-11-01", "until": "2026-11-08"}, "déjà passé"),
        ({"from": "demain"}, "Donnez le premier et le dernier jour"),
        ({"from": "0001-01-01", "from-time": "10:00", "until-time": "10:00"}, "Donnez le premier et le dernier jour"),
        ({"until": "9999-12-31"}, "Donnez le premier et le dernier jour"),
        ({"until": "2028-12-31"}, "plus d’un an"),
        ({"from-time": "12:00"}, "Donnez une heure au début et à la fin"),
        ({"phone": "01 99 00 12 34"}, "Ce téléphone ne va pas"),
        ({"phone": "06 39 98 00 01"}, "Ce téléphone ne va pas"),
        ({"phone": "08 99 70 00 00"}, "Ce téléphone ne va pas"),
        ({"name": "😀"}, "Ce nom ne va pas"),
        ({"from": "2026-12-23", "until": "2026-12-26"}, "Un autre congé de ce praticien"),
    ],
)
def test_a_leave_that_cannot_be_is_refused_in_a_sentence(martin: Visitor, changes: dict[str, str], told: str) -> None:
    assert told in preview(martin, **changes)
    assert martin.page.xpath("//button[@name='confirmed']") == []


def test_what_was_typed_stays_in_the_form_that_was_refused(martin: Visitor) -> None:
    preview(martin, phone="06 39")
    assert martin.page.xpath("//input[@name='name']/@value") == ["Docteur Petit"]
    assert martin.page.xpath("//input[@name='from'][@type='date']/@value") == ["2026-12-07"]


def test_appointments_during_the_leave_are_told(martin: Visitor) -> None:
    assert "Rendez-vous prévus pendant ce congé" in preview(martin, **{"from": "2026-12-02"})
    assert "/admin/patients/durand" not in martin.links()
    assert martin.page.xpath("//h2/following-sibling::ul//a/@href")


def test_settings_that_would_strand_a_caller_are_not_saved(
    line: Line, martin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: ["MainMenu ends the call without a goodbye"])
    preview(martin)
    assert "without a goodbye" in confirm(martin)
    assert "Petit" not in heard(line, DURING)


def test_the_proof_runs_in_a_process_of_its_own_and_finds_nothing(line: Line, martin: Visitor) -> None:
    with line.engine.connect() as connection:
        file = settings.changed_settings(connection, 1, lambda _: None, line.clock.now.date())
    assert settings.stranded(file, line.clock.now) == []


def test_a_secretary_sees_leave_and_plans_none(line: Line, martin: Visitor) -> None:
    secretary = somebody(line, Role.SECRETARY)
    secretary.get("/admin/leave")
    assert "Nouveau congé" not in secretary.reads()
    assert secretary.post("/admin/leave", **LEAVE).status_code == 403


def test_a_leave_of_another_practice_is_out_of_reach(martin: Visitor) -> None:
    martin.get("/admin/leave")
    assert martin.post("/admin/leave", **LEAVE | {"practitioner": "aubert"}).status_code == 404


def test_two_leaves_saved_at_once_are_both_kept(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    line.at(WEDNESDAY_LUNCH)
    both = [somebody(line, Role.PRACTITIONER, f"{n}@pasteur.example") for n in range(4)]
    for browser, day in zip(both, ("05", "12", "19", "26"), strict=True):
        preview(browser, **{"from": f"2027-01-{day}", "until": f"2027-01-{day}"})
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(confirm, both))
    assert all("Le congé est enregistré" in one for one in told)
    both[0].get("/admin/leave")
    for day in ("5", "12", "19", "26"):
        assert f"{day} janvier 2027 à 0 h" in both[0].reads().replace("\xa0", " ")


def test_who_rings_or_is_named_instead_is_a_change(
    line: Line, martin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    told = preview(martin, takes_calls="always")
    assert "le téléphone du docteur sonne (Martin) → le téléphone du docteur sonne (Petit)" in told
    confirm(martin)
    told = preview(martin, name="Docteur Roux", takes_calls="always")
    assert "le téléphone du docteur sonne (Petit) → le téléphone du docteur sonne (Roux)" in told


def test_a_leave_that_is_gone_is_not_removed_again(martin: Visitor) -> None:
    martin.get("/admin/leave")
    gone = {"practitioner": "martin", "remove": "1", "from": "2026-12-07", "until": "zz"}
    martin.post("/admin/leave", confirmed="1", **gone)
    assert "Ce congé n’existe plus" in martin.reads()


def test_another_year_is_told(martin: Visitor) -> None:
    assert "décembre 2027 à 0 h" in preview(martin, **{"from": "2027-12-20", "until": "2027-12-22"})
