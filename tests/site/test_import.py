"""Importing patients: the preview tells what will be done, and that is what is done."""

import io
from typing import Any

import pytest

from db.models.access import AccessRow
from db.models.patients import PatientRow
from ivr.vocabulary import Role
from tests.lines import LINE, PRIORITY, Line, all_of
from tests.site.visitor import Visitor, somebody

FILE = f"""Nom;Prénom;Date de naissance;Téléphone
Durand;Jeanne;05/03/1941;06 39 98 11 11 / 06 39 98 77 01
DURAND;Jeanne;05/03/1941;
Lefèvre;Zoé;03/02/1980;06 39 98 55 03
Lefèvre;Zoé;04/03/1990;
Bernard;Inès;;{LINE}
Nobody;;;
Moreau;Paul;;{PRIORITY}
"""


@pytest.fixture
def martin(line: Line) -> Visitor:
    return somebody(line, Role.PRACTITIONER)


def preview(browser: Visitor, content: str | bytes) -> str:
    """Choose a file; what the page tells."""
    browser.get("/admin/import")
    data = content if isinstance(content, bytes) else content.encode()
    browser.post("/admin/import", file=(io.BytesIO(data), "patients.csv"))
    return browser.reads().replace("\xa0", " ")


def confirm(browser: Visitor) -> None:
    form: Any = browser.page.xpath("//form[contains(@action, 'confirmed')]")[0]
    content = form.xpath(".//input[@name='content']/@value")[0]
    browser.post("/admin/import/confirmed", content=content)


def patients(line: Line) -> dict[str, PatientRow]:
    return {row.key: row for row in all_of(line.engine, PatientRow)}


def test_what_was_told_is_what_is_done(line: Line, martin: Visitor) -> None:
    before = patients(line)
    told = preview(martin, FILE)
    assert "À créer : 3 · À compléter : 1 · Déjà là : 0 · Refusés : 3" in told
    assert "Ligne 3 · DURAND Jeanne déjà dans ce fichier" in told
    assert "Ligne 6 · Bernard Inès c’est le numéro du cabinet" in told
    assert "Ligne 7 · Nobody le nom ou le prénom manque" in told
    assert "Lefèvre Zoé né(e) le 3 février 1980 · 06 39 98 55 03" in told
    assert patients(line).keys() == before.keys()
    confirm(martin)
    assert "Patients créés : 3, complétés : 1, refusés : 3" in martin.reads().replace("\xa0", " ")
    assert patients(line).keys() - before.keys() == {"lefevre-zoe", "lefevre-zoe-2", "moreau-paul"}
    martin.get("/admin/patients/durand")
    assert "06 39 98 77 01" in martin.reads().replace("\xa0", " ")
    imported = [entry.subject for entry in all_of(line.engine, AccessRow) if entry.action == "imported"]
    assert len(imported) == 4


def test_the_same_file_again_changes_nothing(line: Line, martin: Visitor) -> None:
    preview(martin, FILE)
    confirm(martin)
    told = preview(martin, FILE)
    assert "À créer : 0 · À compléter : 0 · Déjà là : 4" in told
    assert martin.page.xpath("//form[contains(@action, 'confirmed')]") == []


def test_who_is_imported_is_found_and_can_be_put_on_a_list(line: Line, martin: Visitor) -> None:
    preview(martin, FILE)
    confirm(martin)
    martin.get("/admin/patients?q=lefevre")
    assert "Lefèvre" in martin.reads()
    assert line.ring("+33639985503").heard


@pytest.mark.parametrize(
    "content", ["", "a;b\nc;d", b"\x89PNG\r\n", b"Nom;Pr\xe9nom\n" + b"A;B\n" * 5001, b"N" * 700_000]
)
def test_another_kind_of_file_is_refused_in_a_sentence(martin: Visitor, content: str | bytes) -> None:
    assert "Ce fichier" in preview(martin, content)
    assert martin.page.xpath("//form[contains(@action, 'confirmed')]") == []


@pytest.mark.parametrize("content", ["", "%%%", "Tm8=", "é"])
def test_what_no_preview_held_is_not_imported(line: Line, martin: Visitor, content: str) -> None:
    martin.get("/admin/import")
    assert martin.post("/admin/import/confirmed", content=content).status_code == 400


def test_names_are_shown_and_not_executed(martin: Visitor) -> None:
    preview(martin, "Nom;Prénom\n<script>alert(1)</script>;Zoé")
    assert martin.shown is not None
    assert "<script>alert" not in martin.shown.text


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Durand;Jeanne;;06 39 98 11 11, 06 39 98 70 01\nDurand;Jeanne;05/03/1941;06 39 98 70 01", "À compléter : 1"),
        ("Nouvel;Jean;;06 39 98 70 10\nNouvel;Jean;05/03/1951;06 39 98 70 10", "À créer : 1"),
        ("Seul;Anne;;\nSeul;Anne;;", "À créer : 1"),
    ],
)
def test_nobody_is_taken_twice_from_a_file_nor_by_the_same_file_again(martin: Visitor, rows: str, told: str) -> None:
    file = f"Nom;Prénom;Naissance;Téléphone\n{rows}\n"
    shown = preview(martin, file)
    assert told in shown
    assert "Refusés : 1" in shown
    confirm(martin)
    assert "À créer : 0 · À compléter : 0 · Déjà là : 1" in preview(martin, file)


def test_a_file_that_is_not_even_read_is_told_to_be_too_long(martin: Visitor) -> None:
    martin.get("/admin/import")
    martin.post("/admin/import", file="Nom;Prénom\n" * 200_000)
    assert "Ce fichier est trop long" in martin.reads()


def test_an_address_that_only_takes_forms_is_not_one_to_come_back_to(martin: Visitor) -> None:
    martin.get("/admin/now/practitioners/martin")
    assert "Elle n’existe pas" in martin.reads()
