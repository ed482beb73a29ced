"""Holding and booking slots: nobody is booked twice, on either database, by however many at once."""

from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from db.engine import open_engine, reading
from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow
from db.models.practices import ActRow, PractitionerRow
from ivr.actions.bookings import HOLD, Claim, confirm_hold, hold_slot, keep_holding, release_holds
from ivr.actions.slot_questions import SlotQuestion, answer_slots
from ivr.actions.switchboards import Switchboards
from ivr.slots import Slot
from ivr.vocabulary import AppointmentStatus
from tests.builders import paris
from tests.lines import Line

NOW = paris("2026-12-02T08:00")
BOOKED = AppointmentStatus.BOOKED
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
        return confirm_hold(connection, held, now, BOOKED) is not None


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
            if confirm_hold(connection, held, NOW, BOOKED):
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
