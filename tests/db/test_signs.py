"""A sign that PostgreSQL cannot hold, NUL, in what somebody writes and in addresses: no page fails for it."""

import pytest

from db.models.letters import LetterRow
from db.models.promises import TaskRow
from ivr.vocabulary import Role
from tests.lines import STRANGER, WEDNESDAY_LUNCH, Line, all_of
from tests.site.visitor import somebody, visitor
from tests.space.coming import PAUL, PAULS_BIRTHDAY, a_link, inside

HIS_PAGE = "/admin/patients/moreau/messages/leroy"


def test_messages_and_their_answers_are_kept_without_it(line: Line) -> None:
    paul = inside(line.at(WEDNESDAY_LUNCH), PAUL, PAULS_BIRTHDAY)
    paul.get("/p/messages")
    paul.post("/p/messages/leroy", text="Ma\0 toux")
    desk = somebody(line, Role.PRACTITIONER)
    desk.get(HIS_PAGE)
    desk.post(HIS_PAGE, text="\0Passez demain.\0")
    assert [row.text for row in all_of(line.engine, LetterRow)] == ["Ma toux", "Passez demain."]


def test_a_sheet_is_kept_without_it(line: Line) -> None:
    browser, sheet = visitor(line.app), f"{a_link(line, STRANGER)}/letter"
    browser.get(sheet)
    browser.post(sheet, text="Mon\0 ordonnance")
    assert [row.note for row in all_of(line.engine, TaskRow)] == ["Mon ordonnance"]


@pytest.mark.parametrize("address", ["/p/%00", "/p/%00/letter", "/t/%00"])
def test_an_address_with_it_leads_nowhere(line: Line, address: str) -> None:
    assert visitor(line.app).get(address).status_code == 404


def test_nor_does_one_of_a_patient(line: Line) -> None:
    assert somebody(line, Role.SECRETARY).get("/admin/patients/%00").status_code == 404
