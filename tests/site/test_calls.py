"""The journal: who called, and why each call went where it went, in words."""

import pytest

from ivr.vocabulary import Role
from tests.lines import PRIORITY, STRANGER, SUNDAY, WEDNESDAY_LUNCH, Line
from tests.site.visitor import Visitor, somebody


@pytest.fixture
def called(line: Line) -> Line:
    """On Wednesday Jeanne Durand reached the doctor over lunch; on Sunday a stranger left a message."""
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    leg = phone.pick_up()
    leg.press("1")
    phone.ringing_ends("completed", leg)
    phone.hang_up()
    line.at(SUNDAY).ring(STRANGER, "2", "1", "1").speak(9)
    return line


@pytest.fixture
def reader(called: Line) -> Visitor:
    return somebody(called, Role.SECRETARY)


def words(browser: Visitor) -> str:
    return browser.reads().replace("\xa0", " ").replace("\u202f", " ")


def test_a_day_shows_its_calls_and_where_key_2_led(reader: Visitor) -> None:
    reader.get("/admin/calls?on=2026-12-02")
    assert "Jeanne Durand" in words(reader)
    assert "le téléphone du docteur sonne" in reader.page.xpath("//tbody")[0].text_content()
    assert "01 99 00 22 22" not in words(reader)
    reader.get("/admin/calls")
    assert "01 99 00 22 22" in words(reader)


def test_a_number_is_looked_for_over_a_month(reader: Visitor) -> None:
    reader.get("/admin/calls?number=06 39 98 11 11&on=2026-12-06")
    assert "Jeanne Durand" in words(reader)
    assert "01 99 00 22 22" not in words(reader)
    reader.get("/admin/calls?number=nobody&on=2026-12-06")
    assert "Aucun appel ne correspond" in words(reader)


def test_calls_are_picked_by_what_was_decided(reader: Visitor) -> None:
    reader.get("/admin/calls?on=2026-12-02&outcome=ring")
    assert "Jeanne Durand" in words(reader)
    reader.get("/admin/calls?on=2026-12-02&outcome=leave")
    assert "Aucun appel ne correspond" in words(reader)


@pytest.mark.parametrize("query", ["on=x", "on=9999-12-31", "number=%00", "outcome=x", "number=" + "9" * 500])
def test_what_cannot_be_asked_is_answered_all_the_same(reader: Visitor, query: str) -> None:
    assert reader.get(f"/admin/calls?{query}").status_code == 200


def test_a_call_is_told_step_by_step_with_the_rule(reader: Visitor) -> None:
    reader.get("/admin/calls?on=2026-12-02")
    (address,) = {link for link in reader.links() if link.startswith("/admin/calls/")}
    reader.get(address)
    told = words(reader)
    for part in ("appelle", "tape 2", "R8", "Liste Prioritaires", "On appelle 06 39 98 00 01", "La personne appelée"):
        assert part in told, part
    assert "Bonjour. Cabinet Pasteur." in told
    assert told.index("tape 2") < told.index("Liste Prioritaires") < told.index("La personne appelée")


def test_what_was_said_and_why_is_marked_as_the_calls_language(reader: Visitor) -> None:
    reader.get("/admin/calls/1")
    assert reader.page.xpath("//p[@class='why']/span[@lang='fr']")
    assert reader.page.xpath("//blockquote/@lang") == ["fr"] * len(reader.page.xpath("//blockquote"))


def test_what_became_of_the_ringing_is_not_said_to_be_the_callers_doing(called: Line, reader: Visitor) -> None:
    phone = called.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    phone.ringing_ends("no-answer")
    phone.hang_up()
    reader.get("/admin/calls?on=2026-12-02")
    reader.get(next(link for link in reader.links() if link.startswith("/admin/calls/")))
    assert "Personne n’a répondu." in words(reader)
    assert "L’appelant personne" not in words(reader)


def test_a_birth_date_that_was_typed_is_not_shown(called: Line, reader: Visitor) -> None:
    called.ring(PRIORITY, "3", "1", "05031941")
    reader.get("/admin/")
    (last, *_) = [link for link in reader.links() if link.startswith("/admin/calls/")]
    assert "05031941" not in reader.get(last).text


def test_another_practices_call_is_not_there(called: Line, reader: Visitor) -> None:
    assert reader.get("/admin/calls/999").status_code == 404
