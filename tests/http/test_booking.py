"""Booking through the webhooks: what changes in mid-call, comes twice, or comes too late."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.calls import TurnRow
from db.models.promises import DeliveryRow, TaskRow
from ivr.actions.bookings import HOLD
from ivr.actions.leavings import leavings
from ivr.actions.load_practice import load_practice
from ivr.actions.texting import refuse_texts
from ivr.actions.visits import LINKS_A_DAY
from ivr.phones import PhoneNumber
from ivr.telephone.telephone import Telephone
from tests.http.test_once import at_once, workers
from tests.lines import LILAS_LINE, Line, lilas_practice, ring_lilas
from tests.site.visitor import id_of_practice, visitor
from tests.space.coming import tell_birthday, texts

EVENING = "2026-12-01T20:00:00+01:00"
SONIA, ODILE, ALINE = "+33639986103", "+33199006111", "+33639986101"
TO_READ_BACK = ("1", "1", "1", "1", "1")
"""For the first person, with doctor Aubert, a consultation, the first time."""


@pytest.fixture
def evening(lilas: Line) -> Line:
    """Tuesday evening, the secretary gone."""
    return lilas.at(EVENING)


def appointments(line: Line) -> list[Any]:
    """Those that calls made or changed."""
    table = AppointmentRow
    with reading(line.engine)() as connection:
        query = select(table.__table__).where(table.call_id.is_not(None)).order_by(table.id)
        return list(connection.execute(query))


def test_a_confirmation_that_arrives_at_several_workers_books_once(evening: Line, tmp_path: Path) -> None:
    phone = ring_lilas(evening, SONIA, *TO_READ_BACK)
    form = {"CallSid": phone.call, "From": SONIA, "To": LILAS_LINE, "CallStatus": "in-progress", "Digits": "1"}
    answers = at_once(workers(evening, tmp_path, 4), [("/twilio/voice/turns/6", form)] * 8)
    assert len(set(answers)) == 1
    assert "C'est réservé" in answers[0].decode()
    assert leavings(evening.engine) == {
        "texts": [f"SMS-BOOK to {SONIA}"],
        "appointments": ["booked aubert consultation sonia 2026-12-03T14:00"],
    }


def test_a_key_after_the_caller_hung_up_books_nothing(evening: Line) -> None:
    phone = ring_lilas(evening, SONIA, *TO_READ_BACK)
    phone.hang_up()
    form = {"CallSid": phone.call, "From": SONIA, "To": LILAS_LINE, "CallStatus": "in-progress", "Digits": "1"}
    evening.post("/twilio/voice/turns/6", **form)
    assert leavings(evening.engine) == {}
    assert evening.calls()[0].abandoned_at == "B6"


def test_two_calls_of_one_number_do_not_get_one_time(evening: Line) -> None:
    first, second = ring_lilas(evening, SONIA, *TO_READ_BACK), ring_lilas(evening, SONIA, *TO_READ_BACK)
    first.press("1")
    second.press("1")
    starts = [row.start_at for row in appointments(evening) if row.status == "booked"]
    assert len(starts) == len(set(starts)) == 2


def test_who_waits_at_the_read_back_keeps_the_time_as_long_as_keys_are_pressed(evening: Line) -> None:
    phone = ring_lilas(evening, SONIA, *TO_READ_BACK)
    for _ in range(4):
        evening.clock.pass_seconds(HOLD.total_seconds() - 30)
        phone.press("*")
    (held,) = appointments(evening)
    assert held.hold_until_at > evening.clock.now + HOLD - timedelta(seconds=30)
    phone.press("1")
    assert "C'est réservé" in phone.heard[-1].text


def test_a_time_that_staff_filled_while_the_hold_was_over_is_told_as_taken(evening: Line) -> None:
    phone = ring_lilas(evening, SONIA, *TO_READ_BACK)
    evening.clock.pass_seconds(HOLD.total_seconds() + 1)
    (held,) = appointments(evening)
    with evening.engine.begin() as connection:
        connection.execute(update(AppointmentRow).where(AppointmentRow.id == held.id).values(status="released"))
        taken = dict(held._mapping) | {"status": "booked", "call_id": None, "hold_until_at": None}
        del taken["id"]
        connection.execute(insert(AppointmentRow).values(taken))
    phone.press("1")
    assert "Cette place vient d'être prise." in phone.heard[-2].text
    assert "14 heures 15" in phone.heard[-1].text


def test_an_act_that_is_taken_away_in_mid_call_leads_to_a_person_or_a_message(evening: Line) -> None:
    phone = ring_lilas(evening, SONIA, "1", "1", "1")
    file = lilas_practice()
    aubert = file.practitioners[0]
    kept = [act for act in aubert.acts if act.key != "suivi"]
    fewer = file.model_copy(
        update={
            "practitioners": [aubert.model_copy(update={"acts": kept}), *file.practitioners[1:]],
            "patients": [],
            "appointments": [],
        }
    )
    with evening.engine.begin() as connection:
        load_practice(connection, fewer)
    phone.press("9")
    assert "Restez en ligne" in phone.heard[-2].text
    phone.speak(5)
    assert leavings(evening.engine) == {"tasks": ["message"], "messages": ["5 s"]}


def test_an_appointment_that_staff_cancelled_in_mid_call_is_not_moved(evening: Line) -> None:
    phone = ring_lilas(evening, ALINE, "3", "0503", "1", "1")
    with evening.engine.begin() as connection:
        mine = AppointmentRow.wall_time == "2026-12-08T09:00"
        connection.execute(update(AppointmentRow).where(mine).values(status="cancelled"))
    phone.press("1")
    assert phone.heard[-2].text == "Quelque chose a changé entre-temps. Restez en ligne, je vous aide."
    assert "booked" not in [row.status for row in appointments(evening)]


def test_only_the_appointment_that_was_read_back_is_cancelled(evening: Line) -> None:
    phone = ring_lilas(evening, ALINE, "3", "0503", "2")
    other = ring_lilas(evening, ALINE, "3", "0503", "1", "1", "1")
    assert "C'est réservé" in other.heard[-1].text
    phone.press("1")
    assert "Quelque chose a changé" in phone.heard[-2].text
    assert [row.status for row in appointments(evening)].count("booked") == 1


def test_two_calls_that_move_one_appointment_do_not_both_hear_that_it_is_done(evening: Line) -> None:
    first, second = (ring_lilas(evening, ALINE, "3", "0503", "1", "1") for _ in range(2))
    first.press("1")
    second.press("1")
    assert "C'est réservé" in first.heard[-1].text
    assert "Quelque chose a changé" in second.heard[-2].text


def test_two_calls_do_not_book_more_than_the_doctor_allows(evening: Line) -> None:
    with evening.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE practitioners SET at_once = 1")
        connection.exec_driver_sql("UPDATE practices SET version = version + 1")
    first, second = ring_lilas(evening, SONIA, *TO_READ_BACK), ring_lilas(evening, SONIA, *TO_READ_BACK)
    first.press("1")
    second.press("1")
    assert "Quelque chose a changé" in second.heard[-2].text
    assert [row.status for row in appointments(evening)].count("booked") == 1


ACTS_OFF = (
    "INSERT INTO act_exceptions (patient_id, practitioner_id, is_on) SELECT patients.id, practitioners.id, false"
    " FROM patients, practitioners WHERE patients.key = 'sonia' AND practitioners.key = 'aubert'"
)
ON_LEAVE = (
    "INSERT INTO leaves (practitioner_id, position, from_time, until_time, instead_name, instead_phone)"
    " SELECT id, 0, '2026-12-01', '2026-12-20', 'Docteur Petit', '+33199005555' FROM practitioners WHERE key = 'aubert'"
)


@pytest.mark.parametrize("keys", [TO_READ_BACK[:-1], TO_READ_BACK], ids=["offered", "read back"])
@pytest.mark.parametrize("change", [ACTS_OFF, ON_LEAVE], ids=["acts off", "leave"])
def test_what_the_practice_closes_in_mid_call_is_not_booked(evening: Line, keys: tuple[str, ...], change: str) -> None:
    phone = ring_lilas(evening, SONIA, *keys)
    with evening.engine.begin() as connection:
        connection.exec_driver_sql(change)
        connection.exec_driver_sql("UPDATE practices SET version = version + 1")
    phone.press("1")
    assert not any("C'est réservé" in spoken.text for spoken in phone.heard)
    assert "booked" not in [row.status for row in appointments(evening)]


def test_a_time_that_has_become_too_near_while_the_caller_waited_is_not_held(evening: Line) -> None:
    phone = ring_lilas(evening.at("2026-12-03T11:55:00+01:00"), SONIA, *TO_READ_BACK[:-1])
    assert "14 heures" in phone.heard[-1].text
    evening.clock.pass_seconds(600)
    phone.press("1")
    assert "Cette place vient d'être prise" in phone.heard[-2].text


def test_a_parent_who_proves_who_they_are_hears_nothing_of_the_children(evening: Line) -> None:
    phone = ring_lilas(evening, "anonymous", "3", "0639986103", "19071988")
    assert "Je ne trouve pas de rendez-vous" in phone.heard[-1].text
    booking = ring_lilas(evening, "anonymous", "1", "0639986103", "19071988")
    assert booking.heard[-1].text.startswith("Le rendez-vous est pour Sonia ?")


def test_a_childs_birth_date_and_the_parents_number_reach_the_child(evening: Line) -> None:
    phone = ring_lilas(evening, "anonymous", "3", "0639986103", "28022018")
    assert phone.heard[-1].text.startswith("Tom a rendez-vous mardi 8 décembre")


WANTS_TO_SEND = ("3", "0503")
"""Aline's appointments are read out."""
OFFERS_A_LINK = "Pour envoyer un document, tapez 4."


def test_the_link_to_send_a_document_leads_into_the_space(evening: Line) -> None:
    ring_lilas(evening, ALINE, *WANTS_TO_SEND, "4")
    (text,) = texts(evening, "SMS-SPACE")
    browser = tell_birthday(visitor(evening.app), f"/p/{text.token}", date(1950, 3, 5))
    assert '<input type="file"' in browser.get("/p/documents").text


def test_no_link_is_offered_to_who_takes_no_sms(evening: Line) -> None:
    with evening.engine.begin() as connection:
        refuse_texts(connection, id_of_practice(evening.engine, "lilas"), PhoneNumber(ALINE), evening.clock.now)
    assert OFFERS_A_LINK not in told(ring_lilas(evening, ALINE, *WANTS_TO_SEND))
    assert OFFERS_A_LINK not in told(ring_lilas(evening, "anonymous", "3", "0639986101", "05031950"))


def test_no_link_is_offered_to_a_number_that_leads_nowhere(evening: Line) -> None:
    phone = ring_lilas(evening, "+33639980000", "3", "0639986101", "05031950")
    assert "Aline a rendez-vous" in told(phone)
    assert OFFERS_A_LINK not in told(phone)


def test_no_link_is_offered_where_no_document_is_taken(evening: Line) -> None:
    phone = ring_lilas(evening, SONIA, "3", "1907")
    assert "Je ne trouve pas de rendez-vous" in told(phone)
    assert OFFERS_A_LINK not in told(phone)


def test_few_links_are_sent_in_a_day(evening: Line) -> None:
    offered = [OFFERS_A_LINK in told(ring_lilas(evening, ALINE, *WANTS_TO_SEND, "4")) for _ in range(LINKS_A_DAY + 1)]
    assert offered == [True] * LINKS_A_DAY + [False]


def told(phone: Telephone) -> str:
    """All that was heard on the telephone."""
    return " ".join(spoken.text for spoken in phone.heard)


def test_a_call_that_ended_with_a_booking_was_not_abandoned(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_READ_BACK, "1").hang_up()
    assert evening.calls()[0].abandoned_at is None


def test_a_call_back_asked_of_a_busy_desk_knows_who_and_what_for(evening: Line) -> None:
    phone = ring_lilas(evening.at("2026-12-01T10:00:00+01:00"), SONIA, "1", "1", "1", "9", "1")
    phone.ringing_ends("busy")
    phone.press("1")
    with reading(evening.engine)() as connection:
        (task,) = connection.execute(select(TaskRow.__table__)).all()
    assert (task.kind, None in {task.patient_id, task.act_id, task.practitioner_id}) == ("call-back", False)


def test_the_journal_says_why_each_act_was_open_or_not(evening: Line) -> None:
    ring_lilas(evening, "+33639986107", "1", "1")
    with reading(evening.engine)() as connection:
        (weighed,) = [acts for acts in connection.scalars(select(TurnRow.acts)) if acts]
    assert weighed["patient"] == "nadia"
    codes = {(entry["practitioner"], entry["act"]): entry["code"] for entry in weighed["acts"]}
    assert codes["aubert", "longue"] == "switched_on"
    assert codes["aubert", "certificat"] == "switched_off"
    assert codes["blanchet", "consultation"] == "all_off"


def test_a_request_names_patient_act_and_doctor(evening: Line) -> None:
    phone = ring_lilas(evening, SONIA, "1", "1", "1", "9", "1")
    phone.speak(6)
    with reading(evening.engine)() as connection:
        (task,) = connection.execute(select(TaskRow.__table__)).all()
    assert (task.kind, None in {task.patient_id, task.act_id, task.practitioner_id}) == ("request", False)


def test_a_late_change_is_one_urgent_task_about_the_appointment(evening: Line) -> None:
    phone = ring_lilas(evening.at("2026-12-08T08:00:00+01:00"), ALINE, "3", "0503", "2")
    phone.speak(6)
    with reading(evening.engine)() as connection:
        (task,) = connection.execute(select(TaskRow.__table__)).all()
        standing = connection.scalars(select(AppointmentRow.status).where(AppointmentRow.id == task.appointment_id))
        assert (task.kind, task.is_urgent, standing.one()) == ("late-change", True, "booked")


@pytest.mark.parametrize("number", ["+33639986101", "+33199006109"])
def test_an_sms_about_an_appointment_names_neither_act_nor_surname(evening: Line, number: str) -> None:
    ring_lilas(evening, number, *(("3", "0503", "2", "1") if number == ALINE else (*TO_READ_BACK, "1", "1")))
    with reading(evening.engine)() as connection:
        rows = connection.execute(select(DeliveryRow.__table__)).all()
    assert len(rows) == (number == ALINE)
    for row in rows:
        assert not {"Faure", "consultation"} & set(" ".join(row.fields.values()).split())


def test_a_birthday_is_not_found_by_trying(evening: Line) -> None:
    for _ in range(3):
        phone = ring_lilas(evening, ALINE, "3", "0101", "0201")
        assert "Parlez" in phone.heard[-1].text or "Après le bip" in phone.heard[-1].text
    right_at_last = ring_lilas(evening, ALINE, "3")
    assert "Après le bip" in right_at_last.heard[-1].text, "nobody is asked again today"
    evening.clock.pass_seconds(24 * 3600)
    assert "jour et le mois" in ring_lilas(evening, ALINE, "3").heard[-1].text


def test_a_birth_date_is_not_found_by_trying_from_hidden_numbers(evening: Line) -> None:
    for _ in range(3):
        ring_lilas(evening, "anonymous", "3", "0639986101", "01011950", "02011950")
    phone = ring_lilas(evening, "anonymous", "3", "0639986101")
    assert "Après le bip" in phone.heard[-1].text
    assert "date de naissance" in ring_lilas(evening, "anonymous", "3", "0199006111").heard[-1].text


def test_wrong_keys_and_silence_are_no_wrong_birthdays(evening: Line) -> None:
    for _ in range(8):
        phone = ring_lilas(evening, ALINE, "3", "05")
        phone.stay_silent()
    assert "jour et le mois" in ring_lilas(evening, ALINE, "3").heard[-1].text
