"""People of the practice at the agenda, beside callers: nobody is booked twice unless somebody says so."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Connection, select, text

from db.engine import open_engine, reading
from db.models.appointments import AppointmentRow
from db.models.promises import WaitingRow
from db.queries.agenda import find_appointment
from db.queries.practices import act_ids, practitioner_ids
from ivr.actions.bookings import Claim, confirm_hold, hold_slot
from ivr.actions.desk_bookings import (
    Done,
    Refused,
    book_at_desk,
    cancel_at_desk,
    confirm_at_desk,
    move_at_desk,
    restore_at_desk,
)
from ivr.actions.patient_rows import patient_ids
from ivr.actions.switchboards import Switchboards
from ivr.hindrances import Cause
from ivr.routing import Switchboard
from ivr.slots import Slot
from tests.db.test_bookings import a_claim, offered
from tests.db.test_busy_times import take
from tests.delivery.test_places import SONIA, TO_CARON, TUESDAY_EVENING, look, open_caron
from tests.lines import Line, all_of, ring_lilas

NOW = datetime.fromisoformat("2026-12-02T08:00:00+01:00")
PROCESSES, ROUNDS = 4, 8


def board_of(connection: Connection) -> Switchboard:
    practice: Any = connection.execute(text("SELECT id, version FROM practices")).one()
    return Switchboards().get(connection, practice)


def at(line: Line, wall: str, minutes: int = 15) -> Slot:
    start = datetime.fromisoformat(f"{wall}:00+01:00")
    return Slot(start, start + timedelta(minutes=minutes), "martin", "consultation")


def book(line: Line, slot: Slot, now: datetime = NOW, *, anyway: bool = False) -> Done | Refused:
    with line.engine.begin() as connection:
        return book_at_desk(connection, board_of(connection), a_claim(connection, slot), now, anyway=anyway)


def done(outcome: Done | Refused) -> int:
    assert isinstance(outcome, Done), outcome
    return outcome.appointment


def causes(outcome: Done | Refused) -> list[Cause]:
    assert not isinstance(outcome, Done)
    return [one.cause for one in outcome]


def hold(line: Line, slot: Slot, now: datetime = NOW) -> int | None:
    with line.engine.begin() as connection:
        return hold_slot(connection, a_claim(connection, slot), now)


def confirm(line: Line, held: int, now: datetime = NOW) -> int | None:
    with line.engine.begin() as connection:
        return confirm_hold(connection, held, now)


def move(line: Line, appointment: int, slot: Slot, now: datetime = NOW, *, anyway: bool = False) -> Done | Refused:
    old = row_of(line, appointment).start_at
    with line.engine.begin() as connection:
        claim = replace(a_claim(connection, slot), moved_id=appointment)
        return move_at_desk(connection, board_of(connection), claim, old, now, anyway=anyway)


def row_of(line: Line, appointment: int) -> Any:
    with reading(line.engine)() as connection:
        query = select(AppointmentRow.__table__).where(AppointmentRow.id == appointment)
        return connection.execute(query).one()


def test_a_free_time_is_booked_and_is_nobody_elses(line: Line) -> None:
    slot = at(line, "2026-12-03T10:05")
    appointment = row_of(line, done(book(line, slot)))
    assert (appointment.status, appointment.is_overbooked) == ("booked", False)
    assert appointment.wall_time == "2026-12-03T10:05"
    assert hold(line, slot) is None


def test_a_form_sent_twice_books_once(line: Line) -> None:
    slot = at(line, "2026-12-03T10:05")
    first, again = book(line, slot), book(line, slot, anyway=True)
    assert done(first) == done(again)
    assert [one.is_new for one in (first, again) if isinstance(one, Done)] == [True, False]


def test_what_a_caller_holds_is_told_until_the_hold_is_over(line: Line) -> None:
    slot = at(line, "2026-12-03T10:00")
    line.ring()
    with line.engine.begin() as connection:
        hold_slot(connection, a_claim(connection, slot, line.calls()[0].id), NOW)
    assert causes(book(line, slot)) == [Cause.HELD]
    assert done(book(line, slot, NOW + timedelta(minutes=3)))


def test_a_time_that_is_taken_is_overbooked_on_demand_only_and_blocks_as_any(line: Line) -> None:
    slot = at(line, "2026-12-03T10:00")
    held = hold(line, slot)
    assert held is not None
    assert confirm(line, held) == held
    over = at(line, "2026-12-03T10:10")
    assert causes(book(line, over)) == [Cause.TAKEN]
    extra = row_of(line, done(book(line, over, anyway=True)))
    assert extra.is_overbooked
    assert hold(line, at(line, "2026-12-03T10:20")) is None


def test_outside_hours_is_booked_on_demand_and_not_overbooked(line: Line) -> None:
    slot = at(line, "2026-12-03T13:00")
    assert causes(book(line, slot)) == [Cause.CLOSED]
    assert not row_of(line, done(book(line, slot, anyway=True))).is_overbooked
    assert hold(line, slot) is None


def test_a_past_day_is_refused_whoever_insists(line: Line) -> None:
    assert causes(book(line, at(line, "2026-12-01T10:00"), anyway=True)) == [Cause.PAST_DAY]


def test_a_move_is_one_change_of_the_row_and_may_lie_over_itself(line: Line) -> None:
    appointment = done(book(line, at(line, "2026-12-03T10:00")))
    before = row_of(line, appointment)
    assert done(move(line, appointment, at(line, "2026-12-03T10:05"))) == appointment
    after = row_of(line, appointment)
    changed = {name for name in before._mapping if before._mapping[name] != after._mapping[name]}
    assert changed == {"start_at", "end_at", "block_start", "block_end", "wall_time"}
    assert hold(line, at(line, "2026-12-03T09:45")) is not None


def test_a_move_away_from_an_overbooked_time_is_overbooked_no_more(line: Line) -> None:
    done(book(line, at(line, "2026-12-03T10:00")))
    extra = done(book(line, at(line, "2026-12-03T10:10"), anyway=True))
    assert causes(move(line, extra, at(line, "2026-12-03T10:05"))) == [Cause.TAKEN]
    assert row_of(line, extra).start_at == at(line, "2026-12-03T10:10").start
    done(move(line, extra, at(line, "2026-12-03T11:00")))
    assert not row_of(line, extra).is_overbooked
    done(move(line, extra, at(line, "2026-12-03T10:05"), anyway=True))
    assert row_of(line, extra).is_overbooked


def test_what_is_past_or_cancelled_is_neither_moved_nor_cancelled(line: Line) -> None:
    appointment = done(book(line, at(line, "2026-12-03T10:00")))
    later = at(line, "2026-12-03T10:00").start
    assert causes(move(line, appointment, at(line, "2026-12-03T11:00"), later)) == [Cause.GONE]
    assert not cancel(line, appointment, later)
    assert cancel(line, appointment)
    assert not cancel(line, appointment)
    assert causes(move(line, appointment, at(line, "2026-12-03T11:00"))) == [Cause.GONE]


def cancel(line: Line, appointment: int, now: datetime = NOW) -> bool:
    with line.engine.begin() as connection:
        return cancel_at_desk(connection, find(connection, appointment), now)


def find(connection: Connection, appointment: int) -> Any:
    practice = connection.execute(text("SELECT id FROM practices")).scalar_one()
    return find_appointment(connection, practice, appointment)


def restore(line: Line, appointment: int) -> Done | Refused:
    with line.engine.begin() as connection:
        row = find(connection, appointment)
        claim = a_claim(connection, Slot(row.start_at, row.end_at, "martin", "consultation"))
        return restore_at_desk(connection, board_of(connection), claim, row, NOW)


def test_what_was_cancelled_stands_again_unless_its_time_is_taken(line: Line) -> None:
    slot = at(line, "2026-12-03T10:00")
    appointment = done(book(line, slot))
    cancel(line, appointment)
    assert done(restore(line, appointment)) == appointment
    assert row_of(line, appointment).status == "booked"
    cancel(line, appointment)
    held = hold(line, slot)
    assert causes(restore(line, appointment)) == [Cause.KEPT]
    assert held is not None
    confirm(line, held)
    assert causes(restore(line, appointment)) == [Cause.TAKEN]
    assert row_of(line, appointment).status == "cancelled"


def test_an_overbooked_one_stands_again_as_overbooked(line: Line) -> None:
    done(book(line, at(line, "2026-12-03T10:00")))
    extra = done(book(line, at(line, "2026-12-03T10:10"), anyway=True))
    cancel(line, extra)
    done(restore(line, extra))
    assert row_of(line, extra).is_overbooked


def test_a_pending_one_is_confirmed_once(line: Line) -> None:
    pending = next(row for row in all_of(line.engine, AppointmentRow) if row.status == "pending")
    with line.engine.begin() as connection:
        assert confirm_at_desk(connection, find(connection, pending.id), NOW)
        assert not confirm_at_desk(connection, find(connection, pending.id), NOW)
    assert row_of(line, pending.id).status == "booked"


def for_caron(connection: Connection, patient: str) -> Claim:
    """The only quarter of an hour of doctor Caron, for that patient."""
    board = board_of(connection)
    caron = board.practice.practitioner("caron")
    owner = practitioner_ids(connection, 1)["caron"]
    start = datetime.fromisoformat("2026-12-02T10:00:00+01:00")
    slot = Slot(start, start + timedelta(minutes=15), "caron", "consultation")
    ids = patient_ids(connection, 1, [patient])
    act = act_ids(connection, 1)["caron", "consultation"]
    return Claim(owner, act, ids[patient], None, caron.act("consultation"), slot, board.calendar.zone)


def test_a_time_cancelled_at_the_desk_is_offered_to_who_waits_and_is_theirs_at_the_desk(lilas: Line) -> None:
    now = lilas.at(TUESDAY_EVENING).clock.now
    open_caron(lilas, "10:00-10:15")
    with lilas.engine.begin() as connection:
        first = book_at_desk(connection, board_of(connection), for_caron(connection, "aline"), now, anyway=False)
    ring_lilas(lilas, SONIA, *TO_CARON)
    assert look(lilas) == 0
    assert cancel(lilas, done(first), now)
    assert look(lilas) == 1
    with lilas.engine.begin() as connection:
        other = book_at_desk(connection, board_of(connection), for_caron(connection, "odile"), now, anyway=False)
        assert causes(other) == [Cause.KEPT]
        theirs = book_at_desk(connection, board_of(connection), for_caron(connection, "sonia"), now, anyway=False)
    assert row_of(lilas, done(theirs)).status == "booked"
    assert [row.state for row in all_of(lilas.engine, WaitingRow)] == ["booked"]


def race(url: str, process: int) -> list[datetime]:
    """Callers hold and confirm, people at the desk book; all of them whatever is offered first. What each got."""
    engine, got = open_engine(url), []
    for _ in range(ROUNDS):
        with engine.connect() as connection:
            slot = offered(connection, count=1)[0]
        if process % 2:
            with engine.begin() as connection:
                claim = for_process(connection, slot, process)
                outcome = book_at_desk(connection, board_of(connection), claim, NOW, anyway=False)
            got += [slot.start] if isinstance(outcome, Done) else []
            continue
        with engine.begin() as connection:
            held = hold_slot(connection, for_process(connection, slot, process), NOW)
        if held is not None:
            with engine.begin() as connection:
                got += [slot.start] if confirm_hold(connection, held, NOW) else []
    engine.dispose()
    return got


def for_process(connection: Connection, slot: Slot, process: int) -> Claim:
    """Each process books for somebody else: one patient's second form would find what the first has booked."""
    patients = connection.execute(text("SELECT id FROM patients ORDER BY id")).scalars().all()
    return replace(a_claim(connection, slot), patient_id=patients[process])


def test_callers_and_the_desk_after_the_same_times_book_each_once(line: Line, database_url: str) -> None:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(race, [database_url] * PROCESSES, range(PROCESSES)))
    got = [start for result in results for start in result]
    assert len(got) == len(set(got)) >= ROUNDS
    assert any(results[0] + results[2])
    assert any(results[1] + results[3])
    kept = [row for row in all_of(line.engine, AppointmentRow) if row.status == "booked" and row.start_at in set(got)]
    assert len(kept) == len(got)
    assert not any(row.is_overbooked for row in kept)


def test_what_the_other_calendar_holds_is_told_and_passed_over_without_overbooking(line: Line) -> None:
    slot = at(line, "2026-12-03T10:00")
    take(line, slot.start, slot.end)
    assert causes(book(line, slot)) == [Cause.ELSEWHERE]
    assert causes(book(line, at(line, "2026-12-03T09:50"))) == [Cause.ELSEWHERE]
    booked = done(book(line, slot, anyway=True))
    assert row_of(line, booked).is_overbooked is False
