"""Reminders: the day before, from the practice's hour on, once, to a number that takes SMS."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.patients import PhoneRow
from db.models.practices import PracticeRow
from db.models.promises import DeliveryRow, TaskRow
from ivr.actions.reminders import promise_reminders
from ivr.actions.switchboards import Switchboards
from ivr.delivery.outbox import Sender, deliver_one
from ivr.phones import PhoneNumber
from tests.lines import ACCOUNT, LILAS_LINE, PUBLIC_URL, TOKEN, Line, ring_lilas
from tests.rest_double import RestDouble

AT_SIX, BEFORE_SIX, AT_NINE = (f"2026-12-07T{time}:00+01:00" for time in ("18:00", "17:59", "21:00"))
ALINE, SONIA = "+33639986101", "+33639986103"
TOMORROWS = {"Aline": ALINE, "Tom": SONIA, "Hugo": "+33639986106", "Rose": "+33639986108"}
"""Who has an appointment on the 8th and can be reminded; Tom by his mother's number, the landlines not at all."""


@pytest.fixture
def at_six(lilas: Line) -> Line:
    """The practice to book with, when it reminds people of tomorrow."""
    return lilas.at(AT_SIX)


@pytest.fixture
def double() -> Iterator[RestDouble]:
    with RestDouble(ACCOUNT, TOKEN, numbers=(LILAS_LINE,)) as running:
        yield running


def remind(line: Line) -> int:
    return promise_reminders(reading(line.engine), line.engine.begin, Switchboards(), line.clock.now)


def promised(line: Line) -> list[Any]:
    with reading(line.engine)() as connection:
        return list(connection.execute(select(DeliveryRow.__table__).order_by(DeliveryRow.id)))


def send_all(line: Line, double: RestDouble) -> list[str]:
    while deliver_one(line.engine.begin, Sender(double.client(), None, PUBLIC_URL), line.clock.now):
        pass
    return [message["body"] for message in double.messages]


def test_everybody_of_tomorrow_is_reminded_once(at_six: Line) -> None:
    assert remind(at_six) == len(TOMORROWS)
    assert remind(at_six) == 0
    assert {row.fields["first_name"]: row.to.e164 for row in promised(at_six)} == TOMORROWS


def test_a_reminder_names_neither_act_nor_surname_and_says_how_to_cancel(at_six: Line, double: RestDouble) -> None:
    remind(at_six)
    body = next(text for text in send_all(at_six, double) if "Aline" in text)
    assert body == (
        "Rappel: RDV pour Aline demain 08/12 a 9 h, cabinet Dr Aubert. Si vous ne venez pas: 0199006000, touche 3."
    )


@pytest.mark.parametrize("moment", [BEFORE_SIX, AT_NINE, "2026-12-06T18:00:00+01:00"])
def test_nobody_is_reminded_too_early_too_late_or_two_days_before(at_six: Line, moment: str) -> None:
    assert remind(at_six.at(moment)) == 0


def test_tomorrow_is_not_told_when_it_has_come(at_six: Line, double: RestDouble) -> None:
    remind(at_six)
    at_six.at("2026-12-08T07:30:00+01:00")
    assert send_all(at_six, double) == []
    assert {row.state for row in promised(at_six)} == {"dropped"}


def test_who_was_told_of_another_time_today_is_reminded(at_six: Line) -> None:
    at_six.at("2026-12-07T12:00:00+01:00")
    ring_lilas(at_six, SONIA, "1", "1", "1", "1", "1", "1")
    with at_six.engine.begin() as connection:
        moved = update(AppointmentRow).where(AppointmentRow.call_id.is_not(None), AppointmentRow.status == "booked")
        connection.execute(moved.values(start_at=datetime.fromisoformat("2026-12-08T16:45:00+01:00")))
    at_six.at(AT_SIX)
    remind(at_six)
    assert "Sonia" in {row.fields["first_name"] for row in promised(at_six) if row.template == "SMS-REMIND"}


def test_a_reminder_is_in_the_language_of_the_number(at_six: Line) -> None:
    with at_six.engine.begin() as connection:
        connection.execute(update(PhoneRow).where(PhoneRow.number == PhoneNumber(ALINE)).values(language="en"))
    remind(at_six)
    assert {row.language for row in promised(at_six) if row.to.e164 == ALINE} == {"en"}


def test_a_practice_without_the_setting_reminds_nobody(at_six: Line) -> None:
    with at_six.engine.begin() as connection:
        connection.execute(update(PracticeRow).values(reminder_time=None, version=PracticeRow.version + 1))
    assert remind(at_six) == 0


def test_who_booked_today_was_told_already(at_six: Line) -> None:
    at_six.at("2026-12-07T12:00:00+01:00")
    phone = ring_lilas(at_six, SONIA, "1", "1", "1", "1", "1", "1")
    assert "mardi 8 décembre" in phone.heard[-1].text
    at_six.at(AT_SIX)
    remind(at_six)
    assert "Sonia" not in {row.fields["first_name"] for row in promised(at_six) if row.template == "SMS-REMIND"}


@pytest.mark.parametrize("change", ["cancelled", "moved"])
def test_what_is_no_longer_so_is_not_sent(at_six: Line, double: RestDouble, change: str) -> None:
    remind(at_six)
    keys = ("3", "0503", "2", "1") if change == "cancelled" else ("3", "0503", "1", "1", "1")
    ring_lilas(at_six, ALINE, *keys)
    bodies = send_all(at_six, double)
    assert [body for body in bodies if body.startswith("Rappel: RDV pour Aline")] == []
    assert sum("Aline" in body for body in bodies) == 1, "the change itself is told"
    assert [row.state for row in promised(at_six) if row.fields["first_name"] == "Aline"].count("dropped") == 1


def test_after_stop_nothing_more_is_sent_and_the_practice_knows(at_six: Line, double: RestDouble) -> None:
    remind(at_six)
    form = {"MessageSid": "SM" + "1" * 32, "From": ALINE, "To": LILAS_LINE, "Body": " Stop "}
    assert at_six.post("/twilio/sms", **form).status == 200
    assert [body for body in send_all(at_six, double) if "Aline" in body] == []
    with reading(at_six.engine)() as connection:
        tasks = connection.execute(select(TaskRow.kind, TaskRow.caller, TaskRow.appointment_id)).all()
        appointment = connection.scalars(select(AppointmentRow.id).order_by(AppointmentRow.id)).first()
    assert [(task.kind, task.caller.e164, task.appointment_id) for task in tasks] == [("not-sent", ALINE, appointment)]


def test_after_stop_the_time_is_said_twice_and_after_start_an_sms_is_promised_again(at_six: Line) -> None:
    form = {"MessageSid": "SM" + "1" * 32, "From": SONIA, "To": LILAS_LINE}
    at_six.post("/twilio/sms", **form, Body="STOP", OptOutType="STOP")
    assert "Je répète" in ring_lilas(at_six, SONIA, "1", "1", "1", "1", "1", "1").heard[-1].text
    assert promised(at_six) == []
    at_six.post("/twilio/sms", **form, Body="START")
    assert "recevoir un SMS" in ring_lilas(at_six, SONIA, "1", "2", "1", "2802", "3", "1", "1", "1").heard[-1].text
