"""Appointments on the site: booked, refused with a reason, overbooked, moved, cancelled, restored, and told by SMS."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import update

from db.models.access import AccessRow
from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow, PhoneRow
from db.models.promises import DeliveryRow
from ivr.delivery.outbox import Sender, deliver_one
from ivr.vocabulary import Role
from tests.builders import paris
from tests.db.test_busy_times import take
from tests.lines import ACCOUNT, LINE, PUBLIC_URL, TOKEN, WEDNESDAY_MORNING, Line, all_of
from tests.rest_double import RestDouble
from tests.site.visitor import Visitor, somebody

FOR_JEANNE = {"practitioner": "martin", "patient": "durand", "act": "consultation"}
FORM = "/admin/agenda/new?practitioner=martin&patient=durand&act=consultation"


@pytest.fixture
def desk(line: Line) -> Visitor:
    line.at(WEDNESDAY_MORNING)
    return somebody(line, Role.SECRETARY)


def words(browser: Visitor) -> str:
    return browser.reads().replace("\xa0", " ")


def rows(line: Line) -> list[Any]:
    return all_of(line.engine, AppointmentRow)


def changes(line: Line) -> list[Any]:
    return [entry for entry in all_of(line.engine, AccessRow) if entry.action == "changed"]


def texts(line: Line) -> list[tuple[str, str, str, str]]:
    return [(t.template, t.to.e164, t.language, t.fields["first_name"]) for t in all_of(line.engine, DeliveryRow)]


def leads_on(browser: Visitor, **asked: str) -> bool:
    """Whether the page links to the form with exactly that chosen."""
    forms = [urlsplit(link) for link in browser.links() if link.startswith("/admin/agenda/new?")]
    return asked in [dict(parse_qsl(form.query)) for form in forms]


def book(browser: Visitor, on: str = "2026-12-03", at: str = "10:00", **more: str) -> int:
    browser.get(FORM)
    return browser.post("/admin/agenda/new", **FOR_JEANNE | {"on": on, "at": at} | more).status_code


def test_a_patient_an_act_and_the_next_free_time_are_chosen_by_links_and_one_button(line: Line, desk: Visitor) -> None:
    desk.get("/admin/agenda/new?practitioner=martin&on=2026-12-03&q=jeanne")
    assert leads_on(desk, practitioner="martin", patient="durand", on="2026-12-03")
    desk.get("/admin/agenda/new?practitioner=martin&patient=durand&on=2026-12-03")
    assert leads_on(desk, practitioner="martin", patient="durand", act="longue", on="2026-12-03")
    desk.get("/admin/agenda/new?practitioner=martin&patient=durand&act=longue&on=2026-12-03")
    starts = desk.page.xpath("//button[@name='start']/@value")
    assert starts[:2] == ["2026-12-03T09:00:00+01:00", "2026-12-03T09:15:00+01:00"]
    desk.post("/admin/agenda/new", **FOR_JEANNE | {"act": "longue", "start": starts[1]})
    assert "Le rendez-vous est pris." in words(desk)
    assert "Jeanne Durand" in words(desk)
    assert "Jeudi 3 décembre à 9 h 15 – 9 h 45".lower() in words(desk).lower()
    new = rows(line)[-1]
    assert (new.status, new.wall_time, new.is_overbooked, new.call_id) == ("booked", "2026-12-03T09:15", False, None)
    desk.get("/admin/agenda/new?practitioner=martin&patient=durand&act=longue&on=2026-12-03")
    assert desk.page.xpath("//button[@name='start']/@value")[0] == "2026-12-03T09:45:00+01:00"


def test_the_notice_of_callers_does_not_bind_staff(desk: Visitor) -> None:
    desk.get(FORM)
    assert desk.page.xpath("//button[@name='start']/@value")[0] == "2026-12-02T09:30:00+01:00"
    desk.get(f"{FORM}&since=2027-06-01")
    assert desk.page.xpath("//button[@name='start']/@value")[0] == "2027-06-01T09:00:00+02:00"


def test_every_act_may_be_chosen_and_what_holds_for_the_patient_is_told(desk: Visitor) -> None:
    desk.get("/admin/agenda/new?practitioner=martin&patient=durand")
    told = words(desk)
    assert "Consultation longue 30 min · autorisé à ce patient" in told
    assert "Urgence du jour 10 min · retiré à ce patient" in told
    assert "Visite à domicile 30 min · sur demande au téléphone · caché aux patients" in told
    desk.get("/admin/agenda/new?practitioner=martin&patient=robert&act=consultation")
    assert "tous les actes lui sont retirés" in words(desk)
    assert desk.page.xpath("//button[@name='start']")


@pytest.mark.parametrize(
    ("on", "at", "told"),
    [
        ("2026-12-02", "09:20", "déjà passée"),
        ("2026-12-02", "09:10", "Cela chevauche le rendez-vous de Jeanne Durand à 9 h 15."),
        ("2026-12-03", "13:00", "Le Dr Martin travaille ce jour-là de 9 h à 12 h et de 14 h à 18 h."),
        ("2026-12-06", "10:00", "Le Dr Martin ne travaille pas ce jour-là."),
        ("2026-12-12", "10:00", "Le Dr Martin ne travaille pas ce jour-là."),
        ("2026-12-25", "10:00", "Le cabinet est fermé le vendredi 25 décembre : Noël."),
        ("2026-12-29", "10:00", "Le Dr Martin est en congé. Fin : lundi 4 janvier 2027 à 8 h."),
        ("2026-12-10", "15:00", "Le Dr Martin est absent. Fin : jeudi 10 décembre à 19 h."),
    ],
)
def test_a_time_that_is_not_free_is_refused_with_the_reason_and_added_on_demand(
    line: Line, desk: Visitor, on: str, at: str, told: str
) -> None:
    before = len(rows(line))
    assert book(desk, on, at) == 409
    assert told in words(desk)
    assert len(rows(line)) == before
    assert desk.page.xpath("//input[@name='anyway']")
    form = desk.page.xpath("//form[.//input[@name='anyway']]")[0]
    hidden = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    desk.post("/admin/agenda/new", **hidden, anyway="on")
    assert "Le rendez-vous est pris." in words(desk)
    assert rows(line)[-1].is_overbooked is at.startswith("09:")


def test_an_act_outside_its_own_hours_is_told(desk: Visitor) -> None:
    assert book(desk, "2026-12-03", "10:00", act="enfant") == 409
    assert "Cet acte se fait à d’autres heures." in words(desk)


def test_a_past_day_and_an_unreadable_time_are_not_added_at_all(line: Line, desk: Visitor) -> None:
    before = len(rows(line))
    assert book(desk, "2026-12-01", anyway="on") == 409
    assert "Ce jour est déjà passé." in words(desk)
    assert desk.page.xpath("//input[@name='anyway']") == []
    for on, at in (("", ""), ("2026-12-03", "25:00"), ("demain", "10:00"), ("9999-12-31", "10:00")):
        assert book(desk, on, at) == 400
        assert "Choisissez le patient" in words(desk)
    assert len(rows(line)) == before


def test_a_slot_that_a_caller_holds_is_not_booked_over(line: Line, desk: Visitor) -> None:
    line.ring("+33639983333", "1", "1", "1", "1", "1")
    held = next(row for row in rows(line) if row.status == "held")
    on, at = held.wall_time.split("T")
    assert book(desk, on, at) == 409
    assert "Quelqu’un est en train de réserver" in words(desk)
    assert "pour Ann Smith" in words(desk)


def test_a_button_pressed_twice_books_once(line: Line, desk: Visitor) -> None:
    before = len(rows(line))
    assert book(desk) == book(desk) == 200
    assert len(rows(line)) == before + 1
    assert len(changes(line)) == 1


def test_moving_keeps_everything_but_the_time(line: Line, desk: Visitor) -> None:
    book(desk)
    appointment = rows(line)[-1].id
    desk.get(f"/admin/agenda/new?moved={appointment}")
    assert "Prévu jeudi 3 décembre à 10 h" in words(desk)
    desk.post("/admin/agenda/new", moved=str(appointment), on="2026-12-03", at="10:05")
    assert "Le rendez-vous est déplacé." in words(desk)
    assert rows(line)[-1].wall_time == "2026-12-03T10:05"
    assert "rendez-vous du jeudi 3 décembre à 10 h déplacé au jeudi 3 décembre à 10 h 05" in words(desk)
    desk.get("/admin/patients/durand")
    assert "déplacé au jeudi 3 décembre à 10 h 05" in words(desk)


def test_cancelling_frees_the_time_and_can_be_undone(line: Line, desk: Visitor) -> None:
    book(desk)
    appointment = rows(line)[-1].id
    desk.post(f"/admin/agenda/{appointment}/cancel")
    assert "Le rendez-vous est annulé. Vous pouvez le rétablir." in words(desk)
    assert rows(line)[-1].status == "cancelled"
    desk.post(f"/admin/agenda/{appointment}/restore")
    assert "Le rendez-vous est rétabli." in words(desk)
    desk.post(f"/admin/agenda/{appointment}/cancel")
    book(desk, patient="moreau")
    desk.get(f"/admin/agenda/{appointment}")
    desk.post(f"/admin/agenda/{appointment}/restore")
    assert "Cela chevauche le rendez-vous de Paul Moreau à 10 h." in words(desk)
    deeds = [entry.detail["did"] for entry in changes(line)]
    assert deeds == ["booked", "cancelled", "restored", "cancelled", "booked"]


def test_a_pending_appointment_is_confirmed(line: Line, desk: Visitor) -> None:
    pending = next(row for row in rows(line) if row.status == "pending")
    desk.get(f"/admin/agenda/{pending.id}")
    desk.post(f"/admin/agenda/{pending.id}/confirm", tell="on")
    assert "Le rendez-vous est confirmé." in words(desk)
    assert texts(line) == [("SMS-BOOK", "+33639983333", "en", "Ann")]
    desk.post(f"/admin/agenda/{pending.id}/confirm", tell="on")
    assert "Rien n’a changé" in words(desk)
    assert len(texts(line)) == 1


def test_a_past_appointment_is_neither_moved_nor_cancelled_and_says_so(line: Line, desk: Visitor) -> None:
    desk.get("/admin/agenda/1")
    assert "Ce rendez-vous est passé : il ne peut plus être déplacé ni annulé." in words(desk)
    assert desk.page.xpath("//main//form") == []
    desk.get("/admin/agenda/new")
    desk.post("/admin/agenda/1/cancel")
    assert "Rien n’a changé" in words(desk)
    desk.get("/admin/agenda/new?moved=1")
    assert "il ne peut plus être déplacé" in words(desk)
    desk.get("/admin/agenda/new")
    desk.post("/admin/agenda/new", moved="1", on="2026-12-03", at="10:00")
    assert "quelqu’un l’a déplacé ou annulé entre-temps" in words(desk)
    assert rows(line)[0].status == "booked"


def test_the_patient_is_told_by_sms_where_it_was_asked_for(line: Line, desk: Visitor) -> None:
    book(desk)
    appointment = rows(line)[-1].id
    assert texts(line) == []
    desk.get(FORM)
    assert "Prévenir par SMS au 06 39 98 11 11" in words(desk)
    desk.post("/admin/agenda/new", moved=str(appointment), on="2026-12-03", at="11:00", tell="on")
    desk.post(f"/admin/agenda/{appointment}/cancel", tell="on")
    told = all_of(line.engine, DeliveryRow)
    assert [one.template for one in told] == ["SMS-BOOK", "SMS-CANCEL"]
    assert {one.to.e164 for one in told} == {"+33639981111"}
    assert told[0].fields["time"] == "11\xa0h"
    assert all(one.appointment_id == appointment and one.call_id is None for one in told)


def test_a_cancellation_that_was_taken_back_before_it_was_told_is_not_told(line: Line, desk: Visitor) -> None:
    book(desk)
    appointment = rows(line)[-1].id
    desk.post(f"/admin/agenda/{appointment}/cancel", tell="on")
    desk.post(f"/admin/agenda/{appointment}/restore", tell="on")
    with RestDouble(ACCOUNT, TOKEN, numbers=(LINE,)) as double:
        while deliver_one(line.engine.begin, Sender(double.client(), None, PUBLIC_URL), line.clock.now):
            pass
        assert [message["body"][:46] for message in double.messages] == [
            "Cabinet Dr Martin: RDV pour Jeanne jeudi 03/12"
        ]
    assert [text.state for text in all_of(line.engine, DeliveryRow)] == ["dropped", "sent"]


def test_who_has_no_mobile_or_wrote_stop_is_not_told(line: Line, desk: Visitor) -> None:
    desk.get("/admin/agenda/new?practitioner=martin&patient=petitjean&act=consultation")
    assert "Prévenir par SMS" not in words(desk)
    desk.post(
        "/admin/agenda/new", **FOR_JEANNE | {"patient": "petitjean", "on": "2026-12-03", "at": "9:00", "tell": "on"}
    )
    assert rows(line)[-1].wall_time == "2026-12-03T09:00"
    assert texts(line) == []


def test_a_child_without_a_number_is_told_by_who_books_for_it(line: Line, desk: Visitor) -> None:
    with line.engine.begin() as connection:
        leo = connection.exec_driver_sql("SELECT id FROM patients WHERE key = 'bernard-leo'").scalar_one()
        connection.execute(PhoneRow.__table__.delete().where(PhoneRow.patient_id == leo))  # type: ignore[attr-defined]
        connection.execute(update(PatientRow).where(PatientRow.id == leo).values(language="en"))
    book(desk, patient="bernard-leo", tell="on")
    assert texts(line) == [("SMS-BOOK", "+33639984444", "en", "Léo")]


def test_an_appointment_tells_by_whom_it_was_booked(line: Line, desk: Visitor) -> None:
    book(desk)
    assert "Pris par Une secretary, aujourd’hui à 9 h 30" in words(desk)
    with line.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE appointments SET phone = '+33639981111' WHERE id = 1")
    desk.get("/admin/agenda/1")
    assert "Pris par téléphone, depuis le 06 39 98 11 11" in words(desk)


def test_the_patients_page_leads_to_appointments(desk: Visitor) -> None:
    desk.get("/admin/patients/bernard-leo")
    assert "/admin/agenda/new?patient=bernard-leo" in desk.links()
    assert "/admin/agenda/3" in desk.links()


def test_what_is_looked_at_is_in_the_access_log(line: Line, desk: Visitor) -> None:
    desk.get("/admin/agenda/1")
    assert [(e.action, e.subject) for e in all_of(line.engine, AccessRow)][-1] == ("opened", "patient 1")


def test_a_time_taken_in_the_other_calendar_is_refused_with_its_span(line: Line, desk: Visitor) -> None:
    take(line, paris("2026-12-03T09:30"), paris("2026-12-03T10:30"))
    assert book(desk) == 409
    assert "Le Dr Martin est pris ailleurs de 9 h 30 à 10 h 30, dit son autre agenda." in words(desk)


@pytest.mark.parametrize(
    "typed",
    [
        {"on": "0001-01-01", "at": "00:00"},
        {"on": "2026-12-14", "at": "10"},
        {"start": "5000-01-03T10:00:00+01:00"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"start": "2026-12-14"},
        {"start": "2026-12-10T11:00:33+01:00"},
        {"start": "2026-99-10T11:00:00+01:00"},
    ],
)
def test_a_time_that_no_button_names_and_no_practice_file_takes_is_refused(
    line: Line, desk: Visitor, typed: dict[str, str]
) -> None:
    before = len(rows(line))
    desk.get(FORM)
    assert desk.post("/admin/agenda/new", **FOR_JEANNE | {"anyway": "on"} | typed).status_code == 400
    assert len(rows(line)) == before


def test_who_moves_or_cancels_what_a_colleague_moved_meanwhile_is_told(line: Line, desk: Visitor) -> None:
    colleague = somebody(line, Role.ADMINISTRATOR)
    book(desk)
    its = rows(line)[-1].id
    desk.get(f"/admin/agenda/{its}")
    cancel = {
        field.get("name"): field.get("value") for field in desk.page.xpath("//form[contains(@action, 'cancel')]//input")
    }
    desk.get(f"/admin/agenda/new?moved={its}")
    (form, *_) = desk.page.xpath("//form[.//input[@name='moved']]")
    move = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
    colleague.get(f"/admin/agenda/new?moved={its}")
    colleague.post("/admin/agenda/new", moved=str(its), on="2026-12-03", at="11:00")
    assert "Le rendez-vous est déplacé." in words(colleague)
    desk.post("/admin/agenda/new", **move | {"on": "2026-12-04", "at": "10:00", "anyway": "on"})
    assert "quelqu’un l’a déplacé ou annulé entre-temps" in words(desk)
    desk.get(f"/admin/agenda/{its}")
    desk.post(f"/admin/agenda/{its}/cancel", **cancel | {"csrf_token": desk.token()})
    assert "il n’est plus comme vous l’avez vu" in words(desk)
    assert (rows(line)[-1].wall_time, rows(line)[-1].status) == ("2026-12-03T11:00", "booked")
