"""The register of exceptions: complete, filtered, renewed, ended, and taken along without formulas."""

import csv
import io

import pytest

from db.models.access import AccessRow
from ivr.actions.load_practice import load_practice
from ivr.practice_files.schema import PatientPart
from ivr.vocabulary import Role
from tests.lines import WEDNESDAY_LUNCH, Line, all_of, demo_practice
from tests.site.visitor import Visitor, somebody

REGISTER = "/admin/exceptions"
ZOE = {
    "key": "zoe",
    "first_name": "Zoé",
    "last_name": "=Zola",
    "phones": [
        {
            "number": "+33639985555",
            "reach": {"martin": "always"},
            "assisted": ["leroy"],
            "until": {"martin": "2026-12-20"},
            "reason": {"martin": "Grossesse"},
        }
    ],
    "acts": {"martin": {"off": {"until": "2026-11-30", "reason": "Absences répétées"}}},
    "documents": {"leroy": "2027-06-30"},
}


@pytest.fixture
def martin(line: Line) -> Visitor:
    patients = [PatientPart.model_validate(ZOE)]
    practice = demo_practice().model_copy(update={"patients": patients, "appointments": []})
    with line.engine.begin() as connection:
        load_practice(connection, practice)
    line.at(WEDNESDAY_LUNCH)
    return somebody(line, Role.PRACTITIONER)


def entries(browser: Visitor, address: str = REGISTER) -> list[str]:
    """What the register says of Zoé."""
    browser.get(address)
    rows = browser.page.xpath("//ul[contains(@class, 'register')]/li/div")
    told = [" ".join(row.text_content().split()).replace("\xa0", " ") for row in rows]
    return [text for text in told if "Zoé" in text]


def test_every_kind_of_exception_is_told_with_its_reason_and_end(martin: Visitor) -> None:
    assert entries(martin) == [
        "=Zola Zoé · Contacter 24 h/24 · Dr Martin · 06 39 98 55 55 Grossesse · venu d’un fichier"
        " · jusqu’au 20 décembre 2026",
        "=Zola Zoé · Patient assisté · Dr Leroy · 06 39 98 55 55 venu d’un fichier",
        "=Zola Zoé · tous les actes : retiré · Dr Martin Absences répétées · venu d’un fichier"
        " · terminé le 30 novembre 2026",
        "=Zola Zoé · documents · Dr Leroy venu d’un fichier · jusqu’au 30 juin 2027",
    ]


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ("kind=list", 2),
        ("kind=act", 1),
        ("kind=documents", 1),
        ("practitioner=martin", 2),
        ("standing=holds", 3),
        ("standing=ends-soon", 1),
        ("standing=ended", 1),
        ("kind=list&practitioner=leroy", 1),
        ("kind=nothing&standing=%00&what=x&_anchor=y&practitioner=", 4),
    ],
)
def test_the_register_is_filtered(martin: Visitor, filters: str, number: int) -> None:
    assert len(entries(martin, f"{REGISTER}?{filters}")) == number


def act(browser: Visitor, kind: str, **form: str) -> None:
    """Use the first form of that kind in the register of Zoé."""
    browser.get(f"{REGISTER}?kind={kind}")
    send(browser, **form)


def send(browser: Visitor, **form: str) -> None:
    """Use the first form of Zoé in the page that is shown."""
    found = browser.page.xpath("//li[contains(., 'Zoé')]//form")[0]
    about = found.xpath(".//input[@name='about']/@value")[0]
    browser.post(found.get("action"), about=about, **form)


def test_a_page_that_is_out_of_date_ends_nothing_else(line: Line, martin: Visitor) -> None:
    """SQLite gives the id of the last row that went to the next that comes."""
    other = somebody(line, Role.ADMINISTRATOR)
    martin.get(f"{REGISTER}?kind=act")
    act(other, "act", end="1")
    other.get("/admin/patients/moreau")
    other.post("/admin/patients/moreau/acts/martin", all="off")
    before = entries(other)
    send(martin, end="1")
    assert martin.shown is not None
    assert martin.shown.status_code == 404
    martin.get(f"{REGISTER}?kind=act")
    assert "Moreau Paul · tous les actes : retiré" in martin.reads().replace("\xa0", " ")
    assert entries(other) == before


def test_a_page_of_the_patient_leaves_what_has_ended_in_the_register(line: Line, martin: Visitor) -> None:
    martin.get("/admin/patients/zoe")
    martin.post("/admin/patients/zoe/acts/martin", **{"state-consultation": "on"})
    assert len(entries(martin, f"{REGISTER}?kind=act")) == 2
    line.at("2026-12-21T10:00:00+01:00")
    martin.get("/admin/patients/zoe")
    form = martin.page.xpath("//form[contains(@action, '/phones/')]/@action")[0]
    martin.post(form, slow="on", **{"reach-martin": "none", "reach-leroy": "none", "assisted-leroy": "on"})
    assert any("terminé le 20 décembre" in told for told in entries(martin, f"{REGISTER}?kind=list"))


@pytest.mark.parametrize("kind", ["list", "act", "documents"])
def test_an_exception_is_renewed_and_says_by_whom(line: Line, martin: Visitor, kind: str) -> None:
    act(martin, kind, **{"until-exception": "2027-03-01"})
    assert "jusqu’au 1 mars 2027" in " ".join(entries(martin, f"{REGISTER}?kind={kind}"))
    changed = [entry.detail for entry in all_of(line.engine, AccessRow) if entry.action == "changed"]
    assert len(changed) == 1
    assert "2027-03-01" in str(changed[0])


@pytest.mark.parametrize(("kind", "left"), [("list", 1), ("act", 0), ("documents", 0)])
def test_an_exception_is_ended(line: Line, martin: Visitor, kind: str, left: int) -> None:
    if kind == "act":
        act(martin, kind, **{"until-exception": "2027-03-01"})
    begun = len([entry for entry in all_of(line.engine, AccessRow) if entry.action == "changed"])
    act(martin, kind, end="1")
    assert len(entries(martin, f"{REGISTER}?kind={kind}")) == left
    assert len([entry for entry in all_of(line.engine, AccessRow) if entry.action == "changed"]) == begun + 1


def test_an_end_in_the_past_is_refused(martin: Visitor) -> None:
    before = entries(martin)
    act(martin, "list", **{"until-exception": "2026-12-01"})
    assert "Une date ne va pas" in martin.reads()
    assert entries(martin) == before


def test_a_secretary_reads_the_register_and_changes_nothing(line: Line, martin: Visitor) -> None:
    secretary = somebody(line, Role.SECRETARY)
    assert len(entries(secretary)) == 4
    assert secretary.page.xpath("//ul[contains(@class, 'register')]//form") == []
    assert secretary.post(f"{REGISTER}/list", end="1").status_code == 403


def test_the_table_is_for_spreadsheets_and_in_the_access_log(line: Line, martin: Visitor) -> None:
    martin.get(f"{REGISTER}/register.csv?kind=list")
    assert martin.shown is not None
    rows = list(csv.reader(io.StringIO(martin.shown.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["Patient", "Praticien", "Exception", "Numéro"]
    zoe = next(row for row in rows if "Zoé" in row[0])
    assert zoe[0] == "'=Zola Zoé"
    assert zoe[4:7] == ["Grossesse", "", "2026-12-20"]
    assert "exported" in {entry.action for entry in all_of(line.engine, AccessRow)}


def test_a_long_register_is_shown_in_parts(line: Line, martin: Visitor) -> None:
    many = [
        {"key": f"p{n}", "first_name": "Camille", "last_name": f"Abc{n:03d}", "documents": {"martin": "2027-06-30"}}
        for n in range(150)
    ]
    patients = [PatientPart.model_validate(one) for one in many]
    with line.engine.begin() as connection:
        load_practice(connection, demo_practice().model_copy(update={"patients": patients, "appointments": []}))
    shown = []
    for first in ("0", "100", "-5", "x", "999999999999"):
        martin.get(f"{REGISTER}?kind=documents&first={first}")
        shown.append(len(martin.page.xpath("//ul[contains(@class, 'register')]/li")))
    assert shown == [100, 52, 100, 100, 52]


def test_accents_and_signs_have_no_part_in_the_order_of_names(line: Line, martin: Visitor) -> None:
    names = ("Éluard", "Evrard", "d’Arc", "Zola")
    patients = [
        PatientPart.model_validate(ZOE | {"key": f"p{place}", "first_name": "Zoé", "last_name": name, "phones": []})
        for place, name in enumerate(reversed(names))
    ]
    with line.engine.begin() as connection:
        load_practice(connection, demo_practice().model_copy(update={"patients": patients, "appointments": []}))
    shown = [text.partition(" Zoé")[0] for text in entries(martin)]
    assert [name for name in dict.fromkeys(shown) if name != "=Zola"] == ["d’Arc", "Éluard", "Evrard", "Zola"]
