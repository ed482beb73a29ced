"""Holding and booking slots: nobody is booked twice, on either database, by however many at once."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from db.engine import open_engine, reading
from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow
from db.models.practices import ActRow, PractitionerRow
from ivr.actions.bookings import HOLD, Claim, cancel_appointment, confirm_hold, hold_slot, keep_holding, release_holds
from ivr.actions.slot_questions import SlotQuestion, answer_slots
from ivr.actions.switchboards import Switchboards
from ivr.slots import Slot
from tests.builders import paris
from tests.lines import Line

NOW = paris("2026-12-02T08:00")
PROCESSES, ROUNDS = 4, 6


def offered(connection: Connection, count: int = 3, now: datetime = NOW) -> tuple[Slot, ...]:
    asked = SlotQuestion(practitioner="martin", act="consultation", count=count, at="2026-12-02T08:00")
    return answer_slots(connection, Switchboards(), asked, now).slots


def a_claim(connection: Connection, slot: Slot, call: int | None = None) -> Claim:
    """Jeanne wants that slot."""
    ids = (
        select(PractitionerRow.id, ActRow.id, PatientRow.id)
        .join_from(PractitionerRow, ActRow, ActRow.practitioner_id == PractitionerRow.id)
        .join(PatientRow, PatientRow.practice_id == PractitionerRow.practice_id)
        .where(PractitionerRow.key == "martin", ActRow.key == "consultation", PatientRow.key == "durand")
    )
    row = connection.execute(ids).one()
    practice = connection.execute(text("SELECT id, version FROM practices")).one()
    switchboard = Switchboards().get(connection, practice)  # type: ignore[arg-type]
    (act,) = (act for act in switchboard.practice.practitioners[0].acts if act.key == "consultation")
    return Claim(*row, call, act, slot, switchboard.calendar.zone)


@pytest.fixture
def calls(line: Line) -> list[int]:
    """Two calls that are going on."""
    line.ring()
    line.ring()
    return [call.id for call in line.calls()]


def hold(line: Line, slot: Slot, call: int | None, now: datetime = NOW) -> int | None:
    with line.engine.begin() as connection:
        return hold_slot(connection, a_claim(connection, slot, call), now)


def confirm(line: Line, held: int | None, now: datetime = NOW) -> bool:
    assert held is not None
    with line.engine.begin() as connection:
        return confirm_hold(connection, held, now) is not None


def slots(line: Line, count: int = 3) -> tuple[Slot, ...]:
    with reading(line.engine)() as connection:
        return offered(connection, count)


def rows(line: Line, slot: Slot) -> list[str]:
    query = select(AppointmentRow.status).where(AppointmentRow.start_at == slot.start)
    with reading(line.engine)() as connection:
        return list(connection.scalars(query.order_by(AppointmentRow.id)))


def test_a_held_slot_is_nobody_elses_and_becomes_the_appointment(line: Line, calls: list[int]) -> None:
    first, second, _ = slots(line)
    held = hold(line, first, calls[0])
    assert hold(line, first, calls[1]) is None
    assert confirm(line, held)
    assert rows(line, first) == ["booked"]
    assert hold(line, second, calls[1]) is not None


def test_a_caller_who_chooses_again_gives_the_first_slot_back(line: Line, calls: list[int]) -> None:
    first, second, _ = slots(line)
    hold(line, first, calls[0])
    hold(line, second, calls[0])
    assert hold(line, first, calls[1]) is not None
    assert rows(line, second) == ["held"]


def test_the_same_slot_may_be_chosen_twice_by_the_same_caller(line: Line, calls: list[int]) -> None:
    (slot, *_) = slots(line)
    hold(line, slot, calls[0])
    assert confirm(line, hold(line, slot, calls[0]))
    assert sorted(rows(line, slot)) == ["booked", "released"]


def test_a_hold_lasts_three_minutes_and_each_key_prolongs_it(line: Line, calls: list[int]) -> None:
    (slot, *_) = slots(line)
    hold(line, slot, calls[0])
    with line.engine.begin() as connection:
        keep_holding(connection, calls[0], NOW + timedelta(minutes=2))
    assert hold(line, slot, calls[1], NOW + HOLD) is None
    assert hold(line, slot, calls[1], NOW + HOLD + timedelta(minutes=2)) is not None


def test_who_comes_back_too_late_gets_the_slot_only_if_it_is_still_free(line: Line, calls: list[int]) -> None:
    first, second, _ = slots(line)
    late = NOW + 2 * HOLD
    kept, lost = hold(line, first, calls[0]), hold(line, second, calls[1])
    hold(line, second, None, late)
    assert confirm(line, kept, late)
    assert not confirm(line, lost, late)
    assert rows(line, second).count("held") == 1


def test_a_caller_who_hangs_up_gives_the_slot_back(line: Line) -> None:
    phone = line.ring()
    (slot, *_) = slots(line)
    hold(line, slot, line.calls()[0].id)
    phone.hang_up()
    assert rows(line, slot) == ["released"]
    assert slots(line)[0] == slot


def test_a_hold_given_back_is_not_asked_for_again(line: Line, calls: list[int]) -> None:
    (slot, *_) = slots(line)
    hold(line, slot, calls[0])
    with line.engine.begin() as connection:
        release_holds(connection, calls[0])
    assert slots(line)[0] == slot


def test_the_database_itself_refuses_an_overlap_unless_staff_overbook(line: Line) -> None:
    (slot, *_) = slots(line)
    assert confirm(line, hold(line, slot, None))
    with reading(line.engine)() as connection:
        query = select(AppointmentRow.__table__).where(AppointmentRow.start_at == slot.start)
        row = {name: value for name, value in connection.execute(query).one()._mapping.items() if name != "id"}
    again = insert(AppointmentRow).values(row)
    with pytest.raises(IntegrityError), line.engine.begin() as connection:
        connection.execute(again)
    same = {name: row[name] for name in ("practitioner_id", "block_start", "block_end")}
    others = update(AppointmentRow).where(AppointmentRow.start_at != slot.start, AppointmentRow.status == "booked")
    with pytest.raises(IntegrityError), line.engine.begin() as connection:
        connection.execute(others.values(same))
    with line.engine.begin() as connection:
        connection.execute(again.values(is_overbooked=True))
    assert rows(line, slot) == ["booked", "booked"]


def book(line: Line, slot: Slot, call: int | None = None) -> int:
    held = hold(line, slot, call)
    assert confirm(line, held)
    assert held is not None
    return held


def move(line: Line, appointment: int, slot: Slot, call: int | None, now: datetime = NOW) -> int | None:
    """Hold the new time, then write it, as two requests of a call do."""
    with line.engine.begin() as connection:
        held = hold_slot(connection, replace(a_claim(connection, slot, call), moved_id=appointment), now)
    if held is None:
        return None
    with line.engine.begin() as connection:
        return confirm_hold(connection, held, now, moved_id=appointment)


def test_moving_is_one_change_of_the_same_row(line: Line, calls: list[int]) -> None:
    first, second, _ = slots(line)
    appointment = book(line, first)
    assert move(line, appointment, second, calls[0]) == appointment
    assert "booked" not in rows(line, first)
    assert rows(line, second).count("booked") == 1


def test_an_appointment_may_move_into_its_own_time(line: Line, calls: list[int]) -> None:
    first, second, _ = slots(line)
    long = replace(first, end=second.end)
    appointment = book(line, long)
    half = replace(second, end=second.end + (second.start - first.start))
    assert move(line, appointment, half, calls[0]) == appointment
    assert hold(line, first, calls[1]) is not None, "the time it left is free"
    assert hold(line, second, calls[1]) is None


def test_the_old_time_stands_until_the_new_one_is_written(line: Line, calls: list[int]) -> None:
    first, second, _ = slots(line)
    appointment = book(line, first)
    with line.engine.begin() as connection:
        hold_slot(connection, replace(a_claim(connection, second, calls[0]), moved_id=appointment), NOW)
    assert hold(line, first, calls[1]) is None
    assert hold(line, second, calls[1]) is None


def test_what_was_cancelled_meanwhile_is_not_moved(line: Line, calls: list[int]) -> None:
    first, second, _ = slots(line)
    appointment = book(line, first)
    with line.engine.begin() as connection:
        held = hold_slot(connection, replace(a_claim(connection, second, calls[0]), moved_id=appointment), NOW)
        assert cancel_appointment(connection, appointment, first.start, None, NOW)
    assert held is not None
    with line.engine.begin() as connection:
        assert confirm_hold(connection, held, NOW, moved_id=appointment) is None
    assert "booked" not in rows(line, second)


def test_cancelling_twice_cancels_once_and_frees_the_time(line: Line, calls: list[int]) -> None:
    (slot, *_) = slots(line)
    appointment = book(line, slot)
    with line.engine.begin() as connection:
        assert not cancel_appointment(connection, appointment, slot.end, calls[0], NOW), "another time was read back"
        assert cancel_appointment(connection, appointment, slot.start, calls[0], NOW)
        assert not cancel_appointment(connection, appointment, slot.start, calls[1], NOW)
    assert hold(line, slot, calls[1]) is not None


def change_all(url: str, process: int) -> int:
    """One process moves its own appointment to whatever is offered first, again and again; how often it could."""
    engine, moved = open_engine(url), 0
    with engine.begin() as connection:
        slot = offered(connection, count=PROCESSES)[process]
        held = hold_slot(connection, a_claim(connection, slot), NOW)
        own = confirm_hold(connection, held, NOW) if held is not None else None
    for _ in range(ROUNDS if own else 0):
        with engine.begin() as connection:
            (slot, *_) = offered(connection, count=1)
            held = hold_slot(connection, replace(a_claim(connection, slot), moved_id=own), NOW)
        if held is not None:
            with engine.begin() as connection:
                moved += confirm_hold(connection, held, NOW, moved_id=own) is not None
    engine.dispose()
    return moved


def test_many_processes_moving_into_each_others_times_never_overlap(line: Line, database_url: str) -> None:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        moved = list(pool.map(change_all, [database_url] * PROCESSES, range(PROCESSES)))
    assert sum(moved) > 0
    table = AppointmentRow
    with reading(line.engine)() as connection:
        standing = select(table.block_start, table.block_end).where(table.status == "booked", ~table.is_overbooked)
        blocks = sorted(tuple(row) for row in connection.execute(standing.where(table.start_at > NOW)))
    ours = [block for block in blocks if block[0] < blocks[0][0] + 24 * 3600]
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(ours))


def book_all(url: str, process: int) -> list[datetime]:
    """One process books whatever is offered first, again and again; what it got."""
    engine = open_engine(url)
    got = []
    for _ in range(ROUNDS):
        with engine.begin() as connection:
            (slot, *_) = offered(connection, count=1)
            held = hold_slot(connection, a_claim(connection, slot), NOW)
        if held is None:
            continue
        with engine.begin() as connection:
            if confirm_hold(connection, held, NOW):
                got.append(slot.start)
    engine.dispose()
    return got


def test_many_processes_after_the_same_slots_book_each_once(line: Line, database_url: str) -> None:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(book_all, [database_url] * PROCESSES, range(PROCESSES)))
    got = [start for result in results for start in result]
    assert len(got) == len(set(got))
    assert len(got) >= ROUNDS
    with reading(line.engine)() as connection:
        kept: Any = connection.execute(
            select(AppointmentRow.start_at).where(AppointmentRow.start_at.in_(got), AppointmentRow.status == "booked")
        ).all()
        assert len(kept) == len(got)
