"""The operator's page: whether the installation works, what waits, and whom it serves; nothing of any patient."""

from datetime import timedelta

from ivr.actions.chores import beat
from ivr.vocabulary import Role
from tests.lines import STRANGER, SUNDAY, Line
from tests.site.visitor import Visitor, somebody

PAGE = "/admin/installation"


def words(browser: Visitor) -> str:
    return browser.reads().replace("\xa0", " ")


def test_an_operator_begins_there_and_sees_what_needs_a_person(line: Line) -> None:
    operator = somebody(line, Role.OPERATOR)
    operator.get("/admin/")
    assert "Installation" in operator.page.xpath("string(//h1)")
    assert "worker : none has worked since the beginning; start one: ivr worker" in words(operator)
    assert "les appels sont pris" in words(operator)
    beat(line.engine.begin, "here", line.clock.now)
    operator.get(PAGE)
    assert "none has worked" not in words(operator)


def test_what_waits_is_counted_without_telling_of_whom(line: Line) -> None:
    line.at(SUNDAY).ring(STRANGER, "2", "1", "1").speak(9)
    line.clock.now += timedelta(hours=3)
    operator = somebody(line, Role.OPERATOR)
    operator.get(PAGE)
    told = words(operator)
    waiting = {row.xpath("string(th)"): row.xpath("td/text()") for row in operator.page.xpath("//tbody/tr")}
    assert waiting["Tâches ouvertes dans les cabinets"] == ["1", "3\xa0h"]
    assert waiting["Messages vocaux à rapatrier"] == ["1", "3\xa0h"]
    assert "Cabinet Pasteur pasteur lignes : 2 · personnes : 0" in told
    assert "99 00 22 22" not in told
    assert "/phone" not in operator.links()


def test_nobody_else_sees_the_installation(line: Line) -> None:
    boss = somebody(line, Role.ADMINISTRATOR)
    assert boss.get(PAGE).status_code == 403
    boss.get("/admin/")
    assert PAGE not in boss.links()
