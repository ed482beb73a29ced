"""The people of a practice on the site: invited, given a role, signed out, taken off; never oneself."""

import pytest

from db.models.users import UserRow
from ivr.actions.load_practice import load_practice
from ivr.vocabulary import Role
from tests.lines import Line, all_of, lilas_practice
from tests.site.visitor import Visitor, somebody, visitor

NEW = {"name": "Une remplaçante", "email": "remplacante@pasteur.example", "role": "secretary"}
PEOPLE = "/admin/people"


@pytest.fixture
def boss(line: Line) -> Visitor:
    return somebody(line, Role.ADMINISTRATOR)


def post(browser: Visitor, address: str, **form: str) -> str:
    browser.get(PEOPLE)
    browser.post(address, **form)
    return browser.reads().replace("\xa0", " ")


def id_of(line: Line, email: str) -> int:
    return next(user.id for user in all_of(line.engine, UserRow) if user.email == email)


def test_somebody_is_invited_by_a_link_and_begins(line: Line, boss: Visitor) -> None:
    assert "Donnez ce lien à Une remplaçante." in post(boss, PEOPLE, **NEW)
    (link,) = boss.page.xpath("//input[@readonly]/@value")
    assert link.startswith("https://ivr.example.test/admin/invitation/")
    assert "invité, lien valable jusqu’au" in boss.reads()
    newcomer = visitor(line.app)
    newcomer.get(link.removeprefix("https://ivr.example.test"))
    newcomer.post(link.removeprefix("https://ivr.example.test"))
    newcomer.get("/admin/")
    assert "Aujourd’hui" in newcomer.reads()
    boss.get(PEOPLE)
    assert boss.page.xpath("//input[@readonly]") == []


def test_another_link_makes_the_earlier_one_void(line: Line, boss: Visitor) -> None:
    post(boss, PEOPLE, **NEW)
    (first,) = boss.page.xpath("//input[@readonly]/@value")
    post(boss, f"{PEOPLE}/{id_of(line, NEW['email'])}/link")
    (second,) = boss.page.xpath("//input[@readonly]/@value")
    newcomer = visitor(line.app)
    assert newcomer.get(first.removeprefix("https://ivr.example.test")).status_code == 404
    assert newcomer.get(second.removeprefix("https://ivr.example.test")).status_code == 200


def test_a_role_counts_from_the_next_page_on(line: Line, boss: Visitor) -> None:
    secretary = somebody(line, Role.SECRETARY)
    assert secretary.get(PEOPLE).status_code == 403
    post(boss, f"{PEOPLE}/{id_of(line, 'secretary@pasteur.example')}/role", role="administrator")
    assert secretary.get(PEOPLE).status_code == 200


@pytest.mark.parametrize("act", ["signed-out", "removed"])
def test_who_is_signed_out_or_taken_off_is_so_at_once(line: Line, boss: Visitor, act: str) -> None:
    secretary = somebody(line, Role.SECRETARY)
    assert "C’est enregistré" in post(boss, f"{PEOPLE}/{id_of(line, 'secretary@pasteur.example')}/{act}")
    assert "sign-in" in secretary.ask("/admin/").headers["Location"]
    gone = "secretary@pasteur.example" not in {user.email for user in all_of(line.engine, UserRow)}
    assert gone is (act == "removed")


@pytest.mark.parametrize("act", ["role", "signed-out", "removed"])
def test_nobody_takes_themselves_off_so_that_an_administrator_stays(line: Line, boss: Visitor, act: str) -> None:
    boss.get(PEOPLE)
    own = f"{PEOPLE}/{id_of(line, 'administrator@pasteur.example')}/{act}"
    assert boss.post(own, role="secretary").status_code == 400
    assert boss.get(PEOPLE).status_code == 200


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"email": "martin"}, "n’est pas lisible"),
        ({"email": "administrator@pasteur.example"}, "se connecte déjà"),
        ({"email": "ADMINISTRATOR@Pasteur.example"}, "se connecte déjà"),
        ({"name": "  "}, "Donnez un nom"),
        ({"name": "A\x00B"}, "Donnez un nom"),
        ({"name": "\u202e\u200b"}, "Donnez un nom"),
        ({"name": "x" * 101}, "Donnez un nom"),
    ],
)
def test_who_cannot_be_invited_is_told_in_a_sentence(boss: Visitor, changes: dict[str, str], told: str) -> None:
    assert told in post(boss, PEOPLE, **NEW | changes)
    assert boss.page.xpath("//input[@readonly]") == []


def test_nobody_becomes_an_operator_here(line: Line, boss: Visitor) -> None:
    boss.get(PEOPLE)
    assert boss.post(PEOPLE, **NEW | {"role": "operator"}).status_code == 400
    assert len(all_of(line.engine, UserRow)) == 1


def test_people_of_another_practice_are_out_of_reach(line: Line, boss: Visitor) -> None:
    with line.engine.begin() as connection:
        load_practice(connection, lilas_practice())
    somebody(line, Role.SECRETARY, practice="lilas")
    theirs = id_of(line, "secretary@lilas.example")
    boss.get(PEOPLE)
    assert "lilas" not in boss.reads()
    for act in ("link", "role", "signed-out", "removed"):
        boss.get(PEOPLE)
        assert boss.post(f"{PEOPLE}/{theirs}/{act}", role="secretary").status_code == 404
