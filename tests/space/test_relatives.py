"""Patients declare relatives where that is open, after the practice's notice, and reach nobody else's record."""

import pytest
from sqlalchemy import insert, update

from db.models.patients import PatientRow, RelativeRow
from db.models.practices import PracticeRow
from db.models.promises import TaskRow
from ivr.actions.relatives import MOST_RELATIVES
from tests.lines import Line, all_of
from tests.site.visitor import Visitor
from tests.space.coming import PAUL, PAULS_BIRTHDAY, inside

LUCIE = {"first": "Lucie", "last": "Moreau", "day": "3", "month": "2", "year": "2020"}
JEANNE = {"first": "Jeanne", "last": "Durand", "day": "5", "month": "3", "year": "1941"}


@pytest.fixture
def paul(line: Line) -> Visitor:
    return inside(line, PAUL, PAULS_BIRTHDAY)


def declare(browser: Visitor, **form: str) -> str:
    browser.get("/p/relatives")
    browser.post("/p/relatives", **form)
    return browser.reads()


def keys(line: Line) -> set[str]:
    return {row.key for row in all_of(line.engine, PatientRow)}


def test_the_notice_of_the_practice_stands_before_the_form(paul: Visitor) -> None:
    page = paul.get("/p/relatives").text
    assert page.index("Seuls les parents, le conjoint et les enfants.") < page.index("Prénom")


def test_a_declared_relative_can_be_booked_for_at_once(line: Line, paul: Visitor) -> None:
    assert "Votre proche est ajouté." in declare(paul, **LUCIE)
    assert "moreau-lucie" in keys(line)
    assert "Pour Lucie" in paul.get("/p/documents").text
    assert paul.get("/p/book?for=moreau-lucie").status_code == 200


def test_who_is_declared_twice_is_one(line: Line, paul: Visitor) -> None:
    declare(paul, **LUCIE)
    assert "déjà parmi vos proches" in declare(paul, **LUCIE | {"first": "LUCÍE"})
    assert len(all_of(line.engine, RelativeRow)) == 2


def test_whoever_has_a_record_is_not_opened_but_looked_at_by_the_practice(line: Line, paul: Visitor) -> None:
    before = keys(line)
    for _ in range(2):
        assert "Le cabinet doit vérifier" in declare(paul, **JEANNE)
    assert keys(line) == before
    assert paul.get("/p/book?for=durand").status_code == 404
    assert [(task.kind, task.note) for task in all_of(line.engine, TaskRow)] == [
        ("relative", "Durand Jeanne, 05/03/1941")
    ]


def test_whoever_may_be_known_under_that_name_is_looked_at_by_the_practice(line: Line, paul: Visitor) -> None:
    with line.engine.begin() as connection:
        connection.execute(update(PatientRow).where(PatientRow.key == "durand").values(born_on=None))
    assert "Le cabinet doit vérifier" in declare(paul, **JEANNE)
    assert "durand-jeanne" not in keys(line)


def test_nobody_asks_of_a_crowd_whether_they_are_patients(line: Line, paul: Visitor) -> None:
    declare(paul, **JEANNE)
    (task,) = all_of(line.engine, TaskRow)
    more = [dict(task._mapping) | {"note": str(n), "token": str(n)} for n in range(MOST_RELATIVES - 1)]
    for one in more:
        del one["id"]
    with line.engine.begin() as connection:
        connection.execute(insert(TaskRow), more)
    assert "beaucoup de proches" in declare(paul, **JEANNE | {"first": "Anne"})


@pytest.mark.parametrize(
    ("practice", "own", "may"),
    [
        ("open", "as-practice", True),
        ("closed", "as-practice", False),
        ("closed", "open", True),
        ("open", "closed", False),
    ],
)
def test_the_patients_setting_counts_before_the_practices(
    line: Line, paul: Visitor, practice: str, own: str, may: bool
) -> None:
    with line.engine.begin() as connection:
        version = PracticeRow.version + 1
        connection.execute(update(PracticeRow).values(relatives=practice, version=version))
        connection.execute(update(PatientRow).where(PatientRow.key == "moreau").values(relatives=own))
    assert ("Ajouter un proche" in paul.get("/p/relatives").text) is may
    declare(paul, **LUCIE)
    assert ("moreau-lucie" in keys(line)) is may


def test_relatives_there_already_stay_bookable_when_adding_is_closed(line: Line) -> None:
    with line.engine.begin() as connection:
        connection.execute(update(PracticeRow).values(relatives="closed", version=PracticeRow.version + 1))
    claire = inside(line)
    assert "Léo" in claire.get("/p/relatives").text
    assert claire.get("/p/book?for=bernard-leo").status_code == 200


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"first": ""}, "le nom ou le prénom manque"),
        ({"last": "<script>"}, "ce n’est pas un nom"),
        ({"day": "31", "month": "2"}, "la date de naissance n’est pas lisible"),
        ({"year": "2999"}, "la date de naissance n’est pas lisible"),
        ({"day": "", "month": "", "year": ""}, "Donnez aussi la date de naissance."),
    ],
)
def test_what_is_no_name_or_no_date_is_refused_and_what_was_written_stays(
    line: Line, paul: Visitor, changes: dict[str, str], why: str
) -> None:
    before = keys(line)
    assert why in declare(paul, **LUCIE | changes)
    assert keys(line) == before


def test_nobody_declares_a_crowd(line: Line, paul: Visitor) -> None:
    for number in range(MOST_RELATIVES + 1):
        told = declare(paul, **LUCIE | {"day": str(number + 1)})
    assert "beaucoup de proches" in told
