"""Patients book, move, cancel and wait in their space, by the rules of the telephone."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.engine import reading
from db.models.access import AccessRow
from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow
from db.models.practices import ActRow
from db.models.promises import DeliveryRow, TaskRow, WaitingRow
from tests.lines import Line, all_of
from tests.site.visitor import Visitor
from tests.space.coming import ANN, ANNS_BIRTHDAY, JEANNE, JEANNES_BIRTHDAY, PAUL, PAULS_BIRTHDAY, inside

LUC, LUCS_BIRTHDAY = "+33639985555", date(1979, 1, 17)
"""With doctor Martin he may book nothing."""


def planned(line: Line, patient: str) -> list[tuple[str, str, str]]:
    """Act, wall time and status of what a patient has, oldest row first."""
    table = AppointmentRow
    query = (
        select(ActRow.key, table.wall_time, table.status)
        .join(ActRow, ActRow.id == table.act_id)
        .join(PatientRow, PatientRow.id == table.patient_id)
        .where(PatientRow.key == patient, table.status != "released")
        .order_by(table.id)
    )
    with reading(line.engine)() as connection:
        return [(row.key, row.wall_time, row.status) for row in connection.execute(query)]


def times(browser: Visitor) -> list[str]:
    """The times that the page offers."""
    return [str(value) for value in browser.page.xpath("//button[@name='start']/@value")]


def fields(browser: Visitor) -> dict[str, str]:
    """What the form of times holds."""
    held = browser.page.xpath("//form[.//button[@name='start']]/input[@type='hidden']")
    return {one.get("name"): one.get("value") for one in held if one.get("name") != "csrf_token"}


def book_first(browser: Visitor, address: str) -> Any:
    """Take the first time that page offers."""
    browser.get(address)
    return browser.post("/p/book", **fields(browser), start=times(browser)[0])


def last_appointment(line: Line) -> Any:
    return all_of(line.engine, AppointmentRow)[-1]


PAULS = "/p/book?for=moreau&with=martin&act=consultation"


def test_a_patient_books_one_of_the_times_a_caller_would_be_offered(line: Line) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    book_first(browser, PAULS)
    assert "Le rendez-vous est pris." in browser.reads()
    assert planned(line, "moreau") == [("consultation", "2026-12-02T11:30", "booked")]
    assert last_appointment(line).phone.e164 == PAUL


def test_the_booking_is_confirmed_by_sms_and_kept_in_the_access_log(line: Line) -> None:
    book_first(inside(line, PAUL, PAULS_BIRTHDAY), PAULS)
    (text,) = [row for row in all_of(line.engine, DeliveryRow) if row.template == "SMS-BOOK"]
    assert (text.to.e164, text.fields["first_name"]) == (PAUL, "Paul")
    entry = [row for row in all_of(line.engine, AccessRow) if row.action == "changed"][-1]
    assert (entry.actor, entry.detail["did"]) == (entry.subject, "booked")


def test_the_same_form_sent_twice_books_once(line: Line) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    browser.get(PAULS)
    sent = fields(browser) | {"start": times(browser)[0]}
    browser.post("/p/book", **sent)
    browser.get(PAULS)
    browser.post("/p/book", **sent)
    assert "Le rendez-vous est pris." in browser.reads()
    assert len(planned(line, "moreau")) == 1
    assert len([row for row in all_of(line.engine, DeliveryRow) if row.template == "SMS-BOOK"]) == 1


def test_of_two_who_take_one_time_the_second_is_told_and_offered_others(line: Line) -> None:
    first, second = inside(line, PAUL, PAULS_BIRTHDAY), inside(line, ANN, ANNS_BIRTHDAY)
    second.get("/p/book?for=smith&with=martin&act=consultation")
    sent = fields(second) | {"start": times(second)[0]}
    book_first(first, PAULS)
    shown = second.post("/p/book", **sent)
    assert shown.status_code == 409
    assert times(second)[0] != sent["start"]
    assert [status for _, _, status in planned(line, "smith")] == ["pending"]


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("2026-12-02T09:30:00+01:00 martin", id="no notice"),
        pytest.param("2026-12-06T10:00:00+01:00 martin", id="a Sunday"),
        pytest.param("2026-12-03T09:07:00+01:00 martin", id="off the grid"),
        pytest.param("2027-11-02T09:00:00+01:00 martin", id="beyond the horizon"),
        pytest.param("2026-11-02T09:00:00+01:00 martin", id="past"),
        pytest.param("2026-12-28T09:00:00+01:00 martin", id="on leave"),
    ],
)
def test_a_time_that_no_caller_would_be_offered_is_not_booked(line: Line, start: str) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    browser.get(PAULS)
    shown = browser.post("/p/book", **{"for": "moreau", "with": "martin", "act": "consultation"}, start=start)
    assert shown.status_code == 409
    assert planned(line, "moreau") == []


@pytest.mark.parametrize(
    "start",
    ["", "now", "2026-12-02T11:30:00+01:00", "2026-12-02T11:30:00+01:00 leroy", "9999-99-99T00:00:00+01:00 martin"],
)
def test_a_button_we_never_made_is_refused(line: Line, start: str) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    browser.get(PAULS)
    asked = {"for": "moreau", "with": "martin", "act": "consultation"}
    assert browser.post("/p/book", **asked, start=start).status_code == 400


def test_only_open_acts_are_offered_those_opened_for_her_too(line: Line) -> None:
    paul, jeanne = inside(line, PAUL, PAULS_BIRTHDAY), inside(line, JEANNE, JEANNES_BIRTHDAY)
    assert "Consultation longue" not in paul.get("/p/book?for=moreau&with=martin").text
    assert paul.get("/p/book?for=moreau&with=martin&act=longue").status_code == 404
    assert "Consultation longue" in jeanne.get("/p/book?for=durand&with=martin").text


def test_who_may_book_nothing_with_a_doctor_is_not_offered_that_doctor(line: Line) -> None:
    browser = inside(line, LUC, LUCS_BIRTHDAY)
    browser.get("/p/book")
    assert "Martin" not in browser.reads()


def test_a_mother_books_for_her_son_and_nobody_elses(line: Line) -> None:
    browser = inside(line)
    browser.get("/p/book")
    assert browser.page.xpath("//main//ul//a/text()") == ["Claire", "Léo"]
    book_first(browser, "/p/book?for=bernard-leo&with=martin&act=enfant")
    assert planned(line, "bernard-leo")[-1][2] == "booked"
    assert browser.get("/p/book?for=durand").status_code == 404
    assert browser.post("/p/book/request", **{"for": "durand"}).status_code in {400, 404}


def test_no_more_is_booked_than_a_practitioner_allows(line: Line) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    for _ in range(2):
        book_first(browser, PAULS)
    browser.get(PAULS)
    assert "déjà autant de rendez-vous" in browser.reads()
    browser.post(
        "/p/book",
        **{"for": "moreau", "with": "martin", "act": "consultation"},
        start="2026-12-04T09:00:00+01:00 martin",
    )
    assert len(planned(line, "moreau")) == 2


def test_who_books_and_cancels_in_turn_is_stopped_and_may_still_cancel(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.actions.own_bookings.MOST_A_DAY", 2)
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    book_first(browser, PAULS)
    book_first(browser, f"/p/book?moved={last_appointment(line).id}")
    assert book_first(browser, PAULS).status_code == 429
    assert "appelez le cabinet" in browser.reads()
    browser.get("/p/appointments")
    cancel = next(link for link in browser.links() if link.endswith("/cancel"))
    browser.get(cancel)
    browser.post(cancel)
    assert "Le rendez-vous est annulé." in browser.reads()
    line.clock.now += timedelta(days=1)
    book_first(inside(line, PAUL, PAULS_BIRTHDAY), PAULS)
    assert planned(line, "moreau")[-1][2] == "booked"


def test_who_has_no_preference_is_offered_nobody_who_takes_no_more_appointments(line: Line) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    for _ in range(2):
        book_first(browser, PAULS)
    nobody_in_particular = "/p/book?for=moreau&with=any&act=consultation"
    browser.get(nobody_in_particular)
    assert {time.partition(" ")[2] for time in times(browser)} == {"leroy"}
    book_first(browser, nobody_in_particular)
    assert "Le rendez-vous est pris." in browser.reads()


def test_what_the_practice_decides_itself_becomes_a_request(line: Line) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    browser.get("/p/book?for=moreau&with=leroy&act=suivi")
    assert times(browser) == []
    browser.post("/p/book/request", **{"for": "moreau", "with": "leroy", "act": "suivi"})
    (task,) = all_of(line.engine, TaskRow)
    assert (task.kind, task.caller.e164, task.state) == ("request", PAUL, "open")
    assert f"patient {task.patient_id}" in {
        row.subject for row in all_of(line.engine, AccessRow) if row.action == "asked"
    }
    assert not [row for row in all_of(line.engine, AccessRow) if "moreau" in row.subject]
    assert None not in (task.patient_id, task.practitioner_id, task.act_id)


def test_an_appointment_is_moved_and_its_old_time_is_free(line: Line) -> None:
    line.at("2026-12-01T09:30:00+01:00")
    browser = inside(line, JEANNE, JEANNES_BIRTHDAY)
    (moved,) = [row.id for row in all_of(line.engine, AppointmentRow) if row.wall_time == "2026-12-02T09:15"]
    book_first(browser, f"/p/book?moved={moved}")
    assert "Le rendez-vous est déplacé." in browser.reads()
    ((_, at, status),) = planned(line, "durand")
    assert (status, at != "2026-12-02T09:15") == ("booked", True)


def test_an_appointment_is_cancelled_after_a_question(line: Line) -> None:
    line.at("2026-12-01T09:30:00+01:00")
    browser = inside(line, JEANNE, JEANNES_BIRTHDAY)
    (row,) = [row for row in all_of(line.engine, AppointmentRow) if row.wall_time == "2026-12-02T09:15"]
    browser.get(f"/p/appointments/{row.id}/cancel")
    assert "Annuler ce rendez-vous" in browser.reads()
    browser.post(f"/p/appointments/{row.id}/cancel")
    assert "Le rendez-vous est annulé." in browser.reads()
    assert planned(line, "durand") == [("consultation", "2026-12-02T09:15", "cancelled")]
    assert [one.template for one in all_of(line.engine, DeliveryRow) if one.template.endswith("CANCEL")] == [
        "SMS-CANCEL"
    ]


def test_a_form_sent_twice_moves_or_cancels_once_and_says_so_twice(line: Line) -> None:
    line.at("2026-12-01T09:30:00+01:00")
    browser = inside(line, JEANNE, JEANNES_BIRTHDAY)
    (row,) = [row for row in all_of(line.engine, AppointmentRow) if row.wall_time == "2026-12-02T09:15"]
    browser.get(f"/p/book?moved={row.id}")
    sent = fields(browser) | {"start": times(browser)[0]}
    for _ in range(2):
        browser.get(f"/p/book?moved={row.id}")
        browser.post("/p/book", **sent)
        assert "Le rendez-vous est déplacé." in browser.reads()
    for _ in range(2):
        browser.get("/p/relatives")
        browser.post(f"/p/appointments/{row.id}/cancel")
        assert "Le rendez-vous est annulé." in browser.reads()
    told = [one.template for one in all_of(line.engine, DeliveryRow) if one.template in {"SMS-MOVE", "SMS-BOOK"}]
    assert (len(told), [one.template for one in all_of(line.engine, DeliveryRow)].count("SMS-CANCEL")) == (1, 1)


def test_one_that_begins_soon_is_passed_on_to_the_practice_once(line: Line) -> None:
    line.at("2026-12-02T08:15:00+01:00")
    browser = inside(line, JEANNE, JEANNES_BIRTHDAY)
    (row,) = [row for row in all_of(line.engine, AppointmentRow) if row.wall_time == "2026-12-02T09:15"]
    for _ in range(2):
        browser.get(f"/p/appointments/{row.id}/cancel")
        browser.post(f"/p/appointments/{row.id}/cancel")
    assert "Le cabinet est prévenu" in browser.reads()
    assert [(one.kind, one.is_urgent, one.appointment_id) for one in all_of(line.engine, TaskRow)] == [
        ("late-change", True, row.id)
    ]
    assert planned(line, "durand")[0][2] == "booked"


def test_nobody_touches_the_appointment_of_another(line: Line) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    for row in all_of(line.engine, AppointmentRow):
        for address in (f"/p/appointments/{row.id}/cancel", f"/p/book?moved={row.id}"):
            assert browser.ask(address).status_code == 404
        assert browser.post(f"/p/appointments/{row.id}/cancel").status_code == 404
        assert browser.post("/p/book", moved=str(row.id), start="2026-12-04T09:00:00+01:00 martin").status_code == 404
    assert browser.get("/p/book?moved=99999999999999999999").status_code == 404


def test_who_waits_is_on_the_list_once_and_can_leave_it(line: Line) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    for _ in range(2):
        browser.get(PAULS)
        browser.post("/p/book/wait", **{"for": "moreau", "with": "martin", "act": "consultation"})
    (row,) = all_of(line.engine, WaitingRow)
    assert (row.kinds, row.phone.e164, row.state) == ([["martin", "consultation"]], PAUL, "waiting")
    assert "Liste d’attente" in browser.reads()
    other = inside(line, ANN, ANNS_BIRTHDAY)
    other.post(f"/p/appointments/waiting/{row.id}/leave")
    assert all_of(line.engine, WaitingRow)[0].state == "waiting"
    browser.get("/p/appointments")
    browser.post(f"/p/appointments/waiting/{row.id}/leave")
    assert all_of(line.engine, WaitingRow)[0].state == "ended"


def test_nobody_waits_for_what_they_cannot_book(line: Line) -> None:
    browser = inside(line, PAUL, PAULS_BIRTHDAY)
    browser.get(PAULS)
    asked_first = {"for": "moreau", "with": "leroy", "act": "suivi"}
    assert browser.post("/p/book/wait", **asked_first).status_code == 400
    for _ in range(2):
        book_first(browser, PAULS)
    assert browser.post("/p/book/wait", **asked_first | {"with": "martin", "act": "consultation"}).status_code == 400
    assert all_of(line.engine, WaitingRow) == []


def test_a_time_that_the_list_keeps_is_taken_with_one_button(line: Line) -> None:
    paul = inside(line, PAUL, PAULS_BIRTHDAY)
    start = "2026-12-03T09:00:00+01:00"
    paul.get(PAULS)
    paul.post("/p/book/wait", **{"for": "moreau", "with": "martin", "act": "consultation"})
    keep(line, "moreau", start)
    other = inside(line, ANN, ANNS_BIRTHDAY)
    other.get("/p/book?for=smith&with=martin&act=consultation")
    assert not any(time.startswith(start) for time in times(other))
    paul.get("/p/appointments")
    paul.post("/p/book", **fields(paul), start=times(paul)[0])
    assert planned(line, "moreau") == [("consultation", "2026-12-03T09:00", "booked")]
    assert all_of(line.engine, WaitingRow)[0].state == "booked"


def keep(line: Line, patient: str, start: str) -> None:
    """What the worker does when a time becomes free: hold it for who waits."""
    at, (like, *_) = datetime.fromisoformat(start), all_of(line.engine, AppointmentRow)
    until = line.clock.now + timedelta(hours=2)
    with line.engine.begin() as connection:
        who = connection.execute(select(PatientRow.id).where(PatientRow.key == patient)).scalar_one()
        held = dict(like._mapping) | {
            "patient_id": who,
            "start_at": at,
            "end_at": at + timedelta(minutes=15),
            "block_start": int(at.timestamp()),
            "block_end": int(at.timestamp()) + 900,
            "wall_time": start[:16],
            "status": "held",
            "hold_until_at": until,
            "call_id": None,
        }
        del held["id"]
        new = connection.execute(
            AppointmentRow.__table__.insert().values(held).returning(AppointmentRow.id)
        ).scalar_one()  # type: ignore[attr-defined]
        offered = {"state": "offered", "appointment_id": new, "offered_until_at": until}
        connection.execute(update(WaitingRow).values(offered))
