"""The waiting list: one person at a time is told of a time that became free, and it is kept for them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.practices import DatedHoursRow, PracticeRow
from db.models.promises import DeliveryRow, TaskRow, WaitingRow
from ivr.actions.leavings import leavings
from ivr.actions.places import KEPT, LONGEST_WAIT, MOST_OFFERS, offer_places
from ivr.actions.switchboards import Switchboards
from ivr.practice_files.reading import parse_practice
from ivr.telephone.telephone import Telephone
from tests.lines import Line, line_of

LILAS = Path(__file__).parents[2] / "fixtures" / "practices" / "lilas.toml"
TUESDAY_EVENING = "2026-12-01T18:30:00+01:00"
SONIA, ODILE, NADIA, PAYET = "+33639986103", "+33199006111", "+33639986107", "+262692006110"
TO_CARON = ("1", "1", "9", "1", "2")
"""For the first person, with doctor Caron, who has no hours: onto the waiting list."""


@pytest.fixture
def lilas(engine: Engine, tmp_path: Path) -> Line:
    """The practice to book with, on a Tuesday evening."""
    return line_of(parse_practice(LILAS, "lilas").check(), engine, tmp_path).at(TUESDAY_EVENING)


def ring(line: Line, caller: str, *keys: str) -> Telephone:
    phone = line.phone(caller, "+33199006000")
    phone.start()
    for key in keys:
        phone.press(key)
    return phone


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


def all_of(line: Line, table: Any) -> list[Any]:
    with reading(line.engine)() as connection:
        return list(connection.execute(select(table.__table__).order_by(table.id)))


def test_nobody_is_told_while_nothing_is_free(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    assert look(lilas) == 0
    assert [row.state for row in all_of(lilas, WaitingRow)] == ["waiting"]


def test_the_first_on_the_list_is_told_and_the_time_is_kept(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    ring(lilas, PAYET, *TO_CARON)
    open_caron(lilas, "10:00-10:15")
    assert look(lilas) == 1
    (told,) = all_of(lilas, DeliveryRow)
    assert (told.template, told.to.e164, told.fields["first_name"]) == ("SMS-FREE", SONIA, "Sonia")
    assert (told.fields["date"], told.fields["until"]) == ("02/12", "20\u00a0h\u00a032")
    assert [row.state for row in all_of(lilas, WaitingRow)] == ["offered", "waiting"]
    assert look(lilas) == 0, "the time is kept"


def test_who_calls_back_takes_the_kept_time_with_key_1(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    open_caron(lilas, "10:00-10:15")
    look(lilas)
    phone = ring(lilas, SONIA, "1", "1", "9", "1")
    assert "Une place vous est gardée, mercredi 2 décembre, à 10 heures" in phone.heard[-1].text
    phone.press("1")
    phone.press("1")
    assert "C'est réservé" in phone.heard[-1].text
    assert leavings(lilas.engine)["appointments"] == ["booked caron consultation sonia 2026-12-02T10:00"]
    assert [row.state for row in all_of(lilas, WaitingRow)] == ["booked"]


def test_the_kept_time_is_nobody_elses(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    open_caron(lilas, "10:00-10:15")
    look(lilas)
    phone = ring(lilas, PAYET, "1", "1", "9", "1")
    assert "plus de place" in phone.heard[-1].text


def test_after_two_hours_it_is_the_next_ones_turn(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    ring(lilas, PAYET, *TO_CARON)
    open_caron(lilas, "15:00-15:15")
    lilas.at("2026-12-02T09:00:00+01:00")
    look(lilas)
    lilas.clock.pass_seconds(KEPT.total_seconds())
    assert look(lilas) == 1
    assert [told.fields["first_name"] for told in all_of(lilas, DeliveryRow)] == ["Sonia", "Marie"]
    assert [row.state for row in all_of(lilas, WaitingRow)] == ["waiting", "offered"]


def test_a_landline_is_called_by_the_practice(lilas: Line) -> None:
    ring(lilas, ODILE, *TO_CARON)
    open_caron(lilas, "10:00-10:15")
    assert look(lilas) == 1
    (task,) = all_of(lilas, TaskRow)
    assert (task.kind, task.caller.e164, task.patient_id is not None) == ("place-free", ODILE, True)
    assert all_of(lilas, DeliveryRow) == []


def test_who_refused_times_is_told_of_an_earlier_one_only(lilas: Line) -> None:
    ring(lilas, SONIA, "1", "1", "1", "1", "9", "9", "3", "9", "2")
    (row,) = all_of(lilas, WaitingRow)
    assert row.before_at is not None
    assert look(lilas) == 0, "what is free begins when it was refused"


@pytest.mark.parametrize("moment", ["2026-12-01T21:00:00+01:00", "2026-12-02T07:59:00+01:00"])
def test_nobody_is_told_at_night(lilas: Line, moment: str) -> None:
    ring(lilas, SONIA, *TO_CARON)
    open_caron(lilas, "16:00-16:15")
    assert look(lilas.at(moment)) == 0


def test_a_time_too_soon_to_come_is_not_offered(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    open_caron(lilas, "10:00-10:15")
    assert look(lilas.at("2026-12-02T08:00:00+01:00")) == 0


def test_an_act_that_was_switched_off_meanwhile_is_not_offered(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    open_caron(lilas, "10:00-10:15")
    with lilas.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE acts SET is_visible = false")
        connection.exec_driver_sql("UPDATE practices SET version = version + 1")
    assert look(lilas) == 0


def test_waiting_comes_to_an_end(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    with lilas.engine.begin() as connection:
        connection.execute(update(WaitingRow).values(offers=MOST_OFFERS - 1))
    open_caron(lilas, "10:00-10:15")
    look(lilas)
    lilas.clock.pass_seconds(KEPT.total_seconds())
    look(lilas)
    assert [row.state for row in all_of(lilas, WaitingRow)] == ["ended"]
    assert "held" not in [row.status for row in all_of(lilas, AppointmentRow)]


def test_who_waited_long_enough_waits_no_longer(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    lilas.clock.pass_seconds((LONGEST_WAIT + timedelta(seconds=1)).total_seconds())
    look(lilas)
    assert [row.state for row in all_of(lilas, WaitingRow)] == ["ended"]


def test_asking_twice_keeps_one_place(lilas: Line) -> None:
    ring(lilas, SONIA, *TO_CARON)
    ring(lilas, SONIA, *TO_CARON)
    assert len(all_of(lilas, WaitingRow)) == 1


def test_workers_at_once_tell_each_person_once(lilas: Line) -> None:
    for caller in (SONIA, PAYET, NADIA):
        ring(lilas, caller, *(("1", "1", "1", "9", "1", "2") if caller == NADIA else TO_CARON))
    open_caron(lilas, "10:00-10:30")
    with ThreadPoolExecutor(4) as pool:
        offered = sum(pool.map(lambda _: look(lilas), range(8)))
    told = all_of(lilas, DeliveryRow)
    assert offered == len(told) == 2
    assert len({row.fields["start"] for row in told}) == len({row.to for row in told}) == 2
