"""What a practitioner's other calendar holds stands in the way of callers as appointments do, on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, text

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.calendars import BusyTimeRow, CalendarFeedRow, OutsideCalendarRow
from db.models.practices import PracticeRow, PractitionerRow
from db.queries.appointments import block_rows
from ivr.actions.bookings import confirm_hold, hold_slot
from ivr.actions.load_practice import dump_practice, load_practice
from ivr.actions.slot_questions import SlotQuestion, answer_slots
from ivr.actions.switchboards import Switchboards
from ivr.slots import Slot
from tests.builders import paris
from tests.db.test_bookings import a_claim, confirm, hold, rows
from tests.lines import ENGLISH, Line, all_of, demo_practice

NOW = paris("2026-12-02T08:00")


def take(line: Line, start: datetime, end: datetime, doctor: str = "martin") -> None:
    """That time stands in the doctor's other calendar."""
    with line.engine.begin() as connection:
        owner = connection.scalars(select(PractitionerRow.id).where(PractitionerRow.key == doctor)).one()
        block = {"block_start": int(start.timestamp()), "block_end": int(end.timestamp())}
        connection.execute(insert(BusyTimeRow).values(block | {"practitioner_id": owner}))


def slots(line: Line, doctor: str = "martin", act: str = "consultation", count: int = 3) -> tuple[Slot, ...]:
    asked = SlotQuestion(practitioner=doctor, act=act, count=count)
    with reading(line.engine)() as connection:
        return answer_slots(connection, Switchboards(), asked, NOW).slots


def test_a_busy_time_is_not_offered_and_its_neighbours_are(line: Line) -> None:
    first, second, third = slots(line)
    take(line, second.start, second.end)
    offered = slots(line)
    assert second not in offered
    assert offered[0] == first
    if second.end <= third.start:
        assert third in offered


def test_a_busy_time_is_of_one_practitioner(line: Line) -> None:
    before = slots(line, "leroy", "suivi")
    take(line, NOW, NOW + timedelta(days=1))
    assert slots(line, "leroy", "suivi") == before


def test_times_of_many_days_are_all_in_the_way(line: Line) -> None:
    for day in range(14):
        take(line, NOW + timedelta(days=day), NOW + timedelta(days=day + 1))
    assert slots(line)[0].start >= NOW + timedelta(days=14)


def test_a_busy_time_cannot_be_held(line: Line) -> None:
    slot = slots(line)[0]
    take(line, slot.start - timedelta(minutes=1), slot.start + timedelta(minutes=1))
    assert hold(line, slot, None) is None


def test_a_time_that_was_taken_elsewhere_while_it_was_held_is_not_booked(line: Line) -> None:
    slot = slots(line)[0]
    held = hold(line, slot, None)
    take(line, slot.start, slot.end)
    assert not confirm(line, held)


def test_an_appointment_is_not_moved_into_a_busy_time(line: Line) -> None:
    first, second, _ = slots(line)
    held = hold(line, first, None)
    assert confirm(line, held)
    with line.engine.begin() as connection:
        to_second = hold_slot(connection, a_claim(connection, second), NOW)
    take(line, second.start, second.end)
    assert to_second is not None
    with line.engine.begin() as connection:
        assert confirm_hold(connection, to_second, NOW, moved_id=held) is None
    assert rows(line, first) == ["booked"]


def test_what_is_booked_already_stays(line: Line) -> None:
    before = [(row.id, row.status, row.start_at) for row in all_of(line.engine, AppointmentRow)]
    take(line, NOW, NOW + timedelta(days=30))
    assert [(row.id, row.status, row.start_at) for row in all_of(line.engine, AppointmentRow)] == before


def test_a_caller_books_the_first_time_that_is_free_in_both(line: Line) -> None:
    line.at("2026-12-02T08:10:00+01:00")
    take(line, NOW, NOW + timedelta(days=7))
    line.ring(ENGLISH, "1", "1", "1", "1", "1", "1")
    (booked,) = [row for row in all_of(line.engine, AppointmentRow) if row.call_id is not None]
    assert booked.status == "booked"
    assert booked.start_at >= NOW + timedelta(days=7)


def test_a_file_books_over_a_busy_time_and_nothing_is_overbooked(line: Line) -> None:
    with line.engine.begin() as connection:
        connection.execute(delete(AppointmentRow))
    take(line, paris("2026-12-02T00:00"), paris("2026-12-03T00:00"))
    with line.engine.begin() as connection:
        load_practice(connection, demo_practice())
    assert {row.is_overbooked for row in all_of(line.engine, AppointmentRow)} == {False}


def test_the_practice_file_knows_nothing_of_calendars_and_a_practitioner_takes_them_along(line: Line) -> None:
    take(line, NOW, NOW + timedelta(hours=1))
    with line.engine.begin() as connection:
        owner = connection.scalars(select(PractitionerRow.id).where(PractitionerRow.key == "martin")).one()
        its = {"practitioner_id": owner}
        connection.execute(
            insert(OutsideCalendarRow).values(its | {"address": "https://agenda.example/geheim.ics", "due_at": NOW})
        )
        connection.execute(
            insert(CalendarFeedRow).values(its | {"token_hash": "0", "made_at": NOW, "made_by": "user 1"})
        )
        practice = connection.scalars(select(PracticeRow.id)).one()
        file = dump_practice(connection, practice)
        assert "geheim" not in file.model_dump_json()
        assert load_practice(connection, file) == []
        assert connection.scalars(select(BusyTimeRow.practitioner_id)).all() == [owner]
        connection.execute(delete(AppointmentRow))
        others = [part for part in file.practitioners if part.key != "martin"]
        load_practice(connection, file.model_copy(update={"practitioners": others, "patients": [], "appointments": []}))
        for table in (BusyTimeRow, OutsideCalendarRow, CalendarFeedRow):
            assert connection.execute(select(table.__table__)).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_both_kinds_of_blocks_are_found_by_their_index(line: Line) -> None:
    with line.engine.connect() as connection:
        asked: list[str] = []
        connection.connection.driver_connection.set_trace_callback(asked.append)  # type: ignore[union-attr]
        block_rows(connection, 1, 0, 1, NOW)
        connection.connection.driver_connection.set_trace_callback(None)  # type: ignore[union-attr]
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {asked[-1]}".replace(":", "\\:"))).all()
    told = " ".join(row.detail for row in plan)
    assert "SEARCH appointments USING INDEX ix_appointments_blocks" in told
    assert "SEARCH busy_times USING COVERING INDEX ix_busy_times_blocks" in told
