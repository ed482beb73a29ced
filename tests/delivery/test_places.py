"""The waiting list: one person at a time is told of a time that became free, and it is kept for them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.practices import DatedHoursRow, PracticeRow
from db.models.promises import DeliveryRow, TaskRow, WaitingRow
from ivr.actions.leavings import leavings
from ivr.actions.places import KEPT, LONGEST_WAIT, MOST_OFFERS, offer_places
from ivr.actions.switchboards import Switchboards
from tests.lines import Line, all_of, ring_lilas

TUESDAY_EVENING = "2026-12-01T18:30:00+01:00"
SONIA, ODILE, NADIA, PAYET = "+33639986103", "+33199006111", "+33639986107", "+262692006110"
TO_CARON = ("1", "1", "9", "1", "2")
"""For the first person, with doctor Caron, who has no hours: onto the waiting list."""


@pytest.fixture
def evening(lilas: Line) -> Line:
    """The practice to book with, on a Tuesday evening."""
    return lilas.at(TUESDAY_EVENING)


def open_caron(line: Line, *hours: str) -> None:
    """Doctor Caron works on Wednesday after all."""
    with line.engine.begin() as connection:
        owner = connection.exec_driver_sql("SELECT id FROM practitioners WHERE key = 'caron'").scalar_one()
        new: Any = DatedHoursRow.__table__.insert()  # type: ignore[attr-defined]
        on = date(2026, 12, 2)
        connection.execute(new.values(practitioner_id=owner, on=on, hours=list(hours), for_holiday=False))
        connection.execute(update(PracticeRow).values(version=PracticeRow.version + 1))


def look(line: Line) -> int:
    return offer_places(reading(line.engine), line.engine.begin, Switchboards(), line.clock.now)


def test_nobody_is_told_while_nothing_is_free(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    assert look(evening) == 0
    assert [row.state for row in all_of(evening.engine, WaitingRow)] == ["waiting"]


def test_the_first_on_the_list_is_told_and_the_time_is_kept(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    ring_lilas(evening, PAYET, *TO_CARON)
    open_caron(evening, "10:00-10:15")
    assert look(evening) == 1
    (told,) = all_of(evening.engine, DeliveryRow)
    assert (told.template, told.to.e164, told.fields["first_name"]) == ("SMS-FREE", SONIA, "Sonia")
    assert (told.fields["date"], told.fields["until"]) == ("02/12", "20\u00a0h\u00a032")
    assert [row.state for row in all_of(evening.engine, WaitingRow)] == ["offered", "waiting"]
    assert look(evening) == 0, "the time is kept"


def test_who_calls_back_takes_the_kept_time_with_key_1(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    open_caron(evening, "10:00-10:15")
    look(evening)
    phone = ring_lilas(evening, SONIA, "1", "1", "9", "1")
    assert "Une place vous est gardée, mercredi 2 décembre, à 10 heures" in phone.heard[-1].text
    phone.press("1")
    phone.press("1")
    assert "C'est réservé" in phone.heard[-1].text
    assert leavings(evening.engine)["appointments"] == ["booked caron consultation sonia 2026-12-02T10:00"]
    assert [row.state for row in all_of(evening.engine, WaitingRow)] == ["booked"]


def test_the_kept_time_is_nobody_elses(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    open_caron(evening, "10:00-10:15")
    look(evening)
    phone = ring_lilas(evening, PAYET, "1", "1", "9", "1")
    assert "plus de place" in phone.heard[-1].text


def test_after_two_hours_it_is_the_next_ones_turn(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    ring_lilas(evening, PAYET, *TO_CARON)
    open_caron(evening, "15:00-15:15")
    evening.at("2026-12-02T09:00:00+01:00")
    look(evening)
    evening.clock.pass_seconds(KEPT.total_seconds())
    assert look(evening) == 1
    assert [told.fields["first_name"] for told in all_of(evening.engine, DeliveryRow)] == ["Sonia", "Marie"]
    assert [row.state for row in all_of(evening.engine, WaitingRow)] == ["waiting", "offered"]


def test_a_landline_is_called_by_the_practice_while_somebody_is_there(evening: Line) -> None:
    ring_lilas(evening, ODILE, *TO_CARON)
    open_caron(evening, "15:00-15:15")
    assert look(evening) == 0
    assert look(evening.at("2026-12-02T09:00:00+01:00")) == 1
    (task,) = all_of(evening.engine, TaskRow)
    assert (task.kind, task.caller.e164, task.patient_id is not None) == ("place-free", ODILE, True)
    assert task.due_at == evening.clock.now + KEPT
    assert all_of(evening.engine, DeliveryRow) == []


def test_a_call_the_practice_did_not_make_in_time_is_no_task_any_more(evening: Line) -> None:
    ring_lilas(evening, ODILE, *TO_CARON)
    open_caron(evening, "15:00-15:15")
    look(evening.at("2026-12-02T09:00:00+01:00"))
    evening.clock.pass_seconds(KEPT.total_seconds())
    look(evening)
    first, *_ = all_of(evening.engine, TaskRow)
    assert (first.state, first.outcome) == ("done", "expired")


def test_one_patient_is_told_of_one_time_whatever_they_wait_for(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    ring_lilas(evening, SONIA, "1", "1", "1", "1", "9", "9", "3", "9", "2")
    with evening.engine.begin() as connection:
        connection.execute(update(WaitingRow).values(before_at=None))
    open_caron(evening, "10:00-10:15")
    assert look(evening) == 1
    assert look(evening) == 0
    assert sorted(row.state for row in all_of(evening.engine, WaitingRow)) == ["offered", "waiting"]


def test_who_hangs_up_at_the_read_back_finds_the_kept_time_again(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    open_caron(evening, "10:00-10:15")
    look(evening)
    ring_lilas(evening, SONIA, "1", "1", "9", "1", "1").hang_up()
    assert "plus de place" in ring_lilas(evening, PAYET, "1", "1", "9", "1").heard[-1].text
    again = ring_lilas(evening, SONIA, "1", "1", "9", "1")
    assert "Une place vous est gardée" in again.heard[-1].text


def test_who_refused_times_is_told_of_an_earlier_one_only(evening: Line) -> None:
    ring_lilas(evening, SONIA, "1", "1", "1", "1", "9", "9", "3", "9", "2")
    (row,) = all_of(evening.engine, WaitingRow)
    assert row.before_at is not None
    assert look(evening) == 0, "what is free begins when it was refused"


@pytest.mark.parametrize("moment", ["2026-12-01T21:00:00+01:00", "2026-12-02T07:59:00+01:00"])
def test_nobody_is_told_at_night(evening: Line, moment: str) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    open_caron(evening, "16:00-16:15")
    assert look(evening.at(moment)) == 0


def test_a_time_too_soon_to_come_is_not_offered(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    open_caron(evening, "10:00-10:15")
    assert look(evening.at("2026-12-02T08:00:00+01:00")) == 0


def test_an_act_that_was_switched_off_meanwhile_is_not_offered(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    open_caron(evening, "10:00-10:15")
    with evening.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE acts SET is_visible = false")
        connection.exec_driver_sql("UPDATE practices SET version = version + 1")
    assert look(evening) == 0


def test_waiting_comes_to_an_end(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    with evening.engine.begin() as connection:
        connection.execute(update(WaitingRow).values(offers=MOST_OFFERS - 1))
    open_caron(evening, "10:00-10:15")
    look(evening)
    evening.clock.pass_seconds(KEPT.total_seconds())
    look(evening)
    assert [row.state for row in all_of(evening.engine, WaitingRow)] == ["ended"]
    assert "held" not in [row.status for row in all_of(evening.engine, AppointmentRow)]


def test_who_waited_long_enough_waits_no_longer(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    evening.clock.pass_seconds((LONGEST_WAIT + timedelta(seconds=1)).total_seconds())
    look(evening)
    assert [row.state for row in all_of(evening.engine, WaitingRow)] == ["ended"]


def test_asking_twice_keeps_one_place(evening: Line) -> None:
    ring_lilas(evening, SONIA, *TO_CARON)
    ring_lilas(evening, SONIA, *TO_CARON)
    assert len(all_of(evening.engine, WaitingRow)) == 1


def test_workers_at_once_tell_each_person_once(evening: Line) -> None:
    for caller in (SONIA, PAYET, NADIA):
        ring_lilas(evening, caller, *(("1", "1", "1", "9", "1", "2") if caller == NADIA else TO_CARON))
    open_caron(evening, "10:00-10:30")
    with ThreadPoolExecutor(4) as pool:
        offered = sum(pool.map(lambda _: look(evening), range(8)))
    told = all_of(evening.engine, DeliveryRow)
    assert offered == len(told) == 2
    assert len({row.fields["start"] for row in told}) == len({row.to for row in told}) == 2
