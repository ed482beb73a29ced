"""The figures of a practice: each call counts once, as what became of it, by the practice's clock."""

from datetime import date

import pytest

from db.engine import reading
from ivr.actions.figures import Fate, Figures, figures_of
from ivr.clock import zone_named
from ivr.vocabulary import Role
from tests.lines import ALWAYS, PRIORITY, STRANGER, Line, ring_lilas
from tests.site.visitor import id_of_practice, somebody

DAY = date(2026, 12, 2)
PARIS = zone_named("Europe/Paris")


def figures(line: Line, first: date = DAY, last: date = DAY, practice: str = "pasteur") -> Figures:
    with reading(line.engine)() as connection:
        return figures_of(connection, id_of_practice(line.engine, practice), PARIS, first, last)


def talk(line: Line) -> None:
    phone = line.at("2026-12-02T13:10:00+01:00").ring(PRIORITY, "2", "1")
    leg = phone.pick_up()
    leg.press("1")
    phone.ringing_ends("completed", leg)


def leave_a_message(line: Line) -> None:
    phone = line.at("2026-12-02T07:05:00+01:00").ring(STRANGER, "2", "1", "1")
    phone.speak(9)


def ring_in_vain(line: Line) -> None:
    phone = line.at("2026-12-02T22:00:00+01:00").ring(ALWAYS, "2", "1")
    phone.ringing_ends("no-answer")
    phone.hang_up()


def hang_up_at_the_menu(line: Line) -> None:
    line.at("2026-12-02T00:10:00+01:00").ring(STRANGER).hang_up()


FATES = {
    Fate.TALKED: talk,
    Fate.MESSAGE: leave_a_message,
    Fate.MISSED: ring_in_vain,
    Fate.ABANDONED: hang_up_at_the_menu,
}


@pytest.mark.parametrize("fate", FATES)
def test_a_call_counts_as_what_became_of_it(line: Line, fate: Fate) -> None:
    FATES[fate](line)
    found = figures(line)
    assert {one: count for one, count in found.fates.items() if count} == {fate: 1}


def test_a_call_that_booked_is_settled_without_anybody(lilas: Line) -> None:
    phone = ring_lilas(lilas.at("2026-12-07T09:00:00+01:00"), "+33639986101", "1", "1", "1")
    for keys in ("0503", "3", "1", "1", "1"):
        phone.press(keys)
    day = date(2026, 12, 7)
    assert figures(lilas, day, day, "lilas").fates[Fate.SETTLED] == 1


def test_every_call_is_counted_once_on_its_day_and_hour(line: Line) -> None:
    for act in FATES.values():
        act(line)
    found = figures(line)
    assert found.calls == len(FATES)
    assert found.by_hour == {0: 1, 7: 1, 13: 1, 22: 1}
    assert found.by_day == {DAY: 4}
    assert list(found.abandoned_at.values()) == [1, 1]
    assert (found.tasks, found.done, found.done_after_minutes) == (2, 0, None)
    assert figures(line, date(2026, 12, 1), date(2026, 12, 1)).calls == 0
    assert figures(line, date(2026, 12, 3), date(2026, 12, 3)).calls == 0


def test_the_page_tells_them_and_how_soon_things_are_done(line: Line) -> None:
    martin = somebody(line, Role.PRACTITIONER)
    leave_a_message(line)
    hang_up_at_the_menu(line)
    line.at("2026-12-02T10:05:00+01:00")
    martin.get("/admin/")
    martin.post("/admin/tasks/1/done")
    martin.get("/admin/figures")
    told = martin.reads().replace("\xa0", " ")
    assert "Appels : 2 du 26 novembre 2026 au 2 décembre 2026" in told
    assert martin.page.xpath("//tr[th[contains(., 'ont laissé un message')]]/td/text()") == ["1", "50"]
    assert "Tâches : 1, faites : 1. La moitié en moins de 3 h." in told
    assert len(martin.page.xpath("//*[local-name()='svg']")) == 2


@pytest.mark.parametrize("days", ["30", "60", "0", "-1", "9999999", "x", ""])
def test_any_span_is_answered(line: Line, days: str) -> None:
    martin = somebody(line, Role.PRACTITIONER)
    assert martin.get(f"/admin/figures?days={days}").status_code == 200
