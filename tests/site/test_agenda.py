"""The agenda on the site: a week is seen, and nobody sees another practice's."""

import pytest
from sqlalchemy import update

from db.models.access import AccessRow
from db.models.appointments import AppointmentRow
from ivr.actions.load_practice import load_practice
from ivr.vocabulary import Role
from tests.builders import paris
from tests.db.test_busy_times import take
from tests.lines import WEDNESDAY_MORNING, Line, all_of, lilas_practice
from tests.site.visitor import Visitor, somebody


@pytest.fixture
def desk(line: Line) -> Visitor:
    line.at(WEDNESDAY_MORNING)
    return somebody(line, Role.SECRETARY)


def words(browser: Visitor) -> str:
    return browser.reads().replace("\xa0", " ")


def days(browser: Visitor) -> dict[str, str]:
    """What the list of each day says."""
    sections = browser.page.xpath("//section[contains(@class, 'day')]")
    return {
        section.xpath("string(h2/text())").strip(): " ".join(section.text_content().split()).replace("\xa0", " ")
        for section in sections
    }


def test_a_week_shows_who_comes_for_what_and_links_there(desk: Visitor) -> None:
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-02")
    wednesday = days(desk)["mercredi 2\xa0décembre"]
    assert "9 h 15Jeanne Durand Consultation" in wednesday
    assert desk.page.xpath("//section//a[text()='Jeanne Durand']/@href") == ["/admin/agenda/1"]
    drawn = desk.page.xpath("//*[name()='svg']//*[name()='title']/text()")
    assert any("Jeanne Durand · Consultation" in one for one in drawn)
    assert "/admin/agenda?practitioner=martin&on=2026-12-09" in desk.links()
    assert "/admin/agenda?practitioner=leroy&on=2026-12-02" in desk.links()


def test_what_is_to_be_confirmed_or_overbooked_or_cancelled_is_told(line: Line, desk: Visitor) -> None:
    desk.get("/admin/agenda?practitioner=leroy&on=2026-12-14")
    assert "Ann Smith Suivi psychologique à confirmer" in days(desk)["lundi 14\xa0décembre"]
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-03")
    assert "Luc Robert" not in words(desk), "it was cancelled"
    with line.engine.begin() as connection:
        connection.execute(update(AppointmentRow).values(is_overbooked=True))
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-02")
    assert "en plus" in days(desk)["mercredi 2\xa0décembre"]


def test_leave_and_holidays_are_named(desk: Visitor) -> None:
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-25")
    assert "Congé, fin lundi 4 janvier 2027 à 8 h" in days(desk)["jeudi 24\xa0décembre"]
    assert "Noël" in days(desk)["vendredi 25\xa0décembre"]
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-10")
    assert "Absence, fin jeudi 10 décembre à 19 h" in days(desk)["jeudi 10\xa0décembre"]


def test_what_a_caller_holds_is_seen_while_it_is_held(line: Line, desk: Visitor) -> None:
    line.ring("+33639983333", "1", "1", "1", "1", "1")
    assert [row.status for row in all_of(line.engine, AppointmentRow)].count("held") == 1
    held = next(row for row in all_of(line.engine, AppointmentRow) if row.status == "held")
    address = f"/admin/agenda?practitioner=martin&on={held.wall_time[:10]}"
    desk.get(address)
    assert "retenu · Ann Smith" in words(desk)
    line.clock.pass_seconds(181)
    desk.get(address)
    assert "retenu" not in words(desk)


def test_a_practitioner_opens_their_own_agenda_and_an_odd_date_is_today(line: Line, desk: Visitor) -> None:
    somebody(line, Role.PRACTITIONER).get("/admin/agenda?on=demain")
    desk.get("/admin/agenda?on=9999-12-31")
    assert "Semaine du 30 novembre 2026" in words(desk)
    assert desk.page.xpath("//nav/a[@aria-current='true']/text()") == ["Dr Martin"]


def test_who_looked_at_a_week_is_noted_once_an_hour(line: Line, desk: Visitor) -> None:
    for _ in range(3):
        desk.get("/admin/agenda?practitioner=martin&on=2026-12-02")
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-09")
    line.clock.pass_seconds(3601)
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-02")
    noted = [entry.subject for entry in all_of(line.engine, AccessRow) if entry.subject.startswith("agenda ")]
    assert noted == ["agenda 1 2026-11-30", "agenda 1 2026-12-07", "agenda 1 2026-11-30"]


def test_times_can_be_chosen_in_the_drawing_where_it_is_free_and_not_past(desk: Visitor) -> None:
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-02")
    starts = [link.partition("on=")[2] for link in desk.links() if "at=" in link and "on=2026-12-02" in link]
    assert starts[:2] == ["2026-12-02&at=09:30", "2026-12-02&at=09:45"]
    assert starts[-1] == "2026-12-02&at=11:45"
    assert not any("on=2026-12-01" in link and "at=" in link for link in desk.links())


@pytest.mark.parametrize(
    "address",
    [
        "/admin/agenda?practitioner=martin",
        "/admin/agenda/1",
        "/admin/agenda/new?practitioner=martin",
        "/admin/agenda/new?patient=durand",
        "/admin/agenda/new?moved=1",
        "/admin/agenda/new?act=enfant",
        "/admin/agenda/new?moved=99999999999999999999",
        "/admin/agenda/new?moved=x",
    ],
)
def test_a_neighbour_finds_nothing_of_ours(line: Line, address: str) -> None:
    with line.engine.begin() as connection:
        load_practice(connection, lilas_practice())
    neighbour = somebody(line, Role.ADMINISTRATOR, practice="lilas")
    assert neighbour.get(address).status_code == 404
    neighbour.get("/admin/agenda/new")
    for deed in ("cancel", "confirm", "restore"):
        assert neighbour.post(f"/admin/agenda/1/{deed}").status_code == 404
        neighbour.get("/admin/agenda/new")
    assert neighbour.post("/admin/agenda/new", moved="1", on="2026-12-03", at="10:00").status_code == 404
    assert all_of(line.engine, AppointmentRow)[0].status == "booked"


def test_what_the_other_calendar_holds_is_drawn_and_says_no_more(line: Line, desk: Visitor) -> None:
    take(line, paris("2026-12-03T14:30"), paris("2026-12-03T15:30"))
    desk.get("/admin/agenda?practitioner=martin&on=2026-12-03")
    assert "14 h 30pris ailleurs" in days(desk)["jeudi 3\xa0décembre"]
    assert any("pris ailleurs" in one for one in desk.page.xpath("//*[name()='svg']//*[name()='title']/text()"))
