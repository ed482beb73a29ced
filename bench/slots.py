"""How long the next three free slots take with ten years of appointments stored, beside reading all of them."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow
from db.models.practices import ActRow
from db.queries.practices import find_practice, practitioner_ids
from ivr.actions.agenda import Agenda, find_slots
from ivr.actions.switchboards import Switchboards
from ivr.practice import Act, Practitioner
from ivr.slots import Block, Slot, Slots

NOW = datetime.fromisoformat("2026-12-02T07:00:00+00:00")
YEARS, FULL_DAYS = 10, 14
A_DAY = [hour * 3600 + quarter * 900 for hour in (8, 9, 10, 13, 14, 15, 16) for quarter in range(4)]
"""Starts of a day's 28 appointments, in seconds after midnight UTC."""
AT_ONCE = 10_000
TIMES = 300


def fill_agenda(engine: Engine) -> int:
    """Every working day of ten years and the two weeks ahead, full; the number of appointments."""
    first, last = NOW.date() - timedelta(days=365 * YEARS), NOW.date() + timedelta(days=FULL_DAYS - 1)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    with engine.begin() as connection:
        act = connection.execute(select(ActRow.id, ActRow.practitioner_id).where(ActRow.key == "consultation")).first()
        patient = connection.execute(select(PatientRow.id)).scalars().first()
        if act is None or patient is None:
            raise RuntimeError("the demo practice was not loaded")
        rows = [_row(act, patient, day, start) for day in days if day.weekday() < 5 for start in A_DAY]
        connection.execute(AppointmentRow.__table__.delete())  # type: ignore[attr-defined]
        for place in range(0, len(rows), AT_ONCE):
            connection.execute(insert(AppointmentRow), rows[place : place + AT_ONCE])
    return len(rows)


def slot_figures(engine: Engine) -> dict[str, Any]:
    """Medians in microseconds: the search as callers get it, and over all rows."""
    stored = fill_agenda(engine)
    with reading(engine)() as connection:
        practice = find_practice(connection, "pasteur")
        if practice is None:
            raise RuntimeError("the demo practice was not loaded")
        switchboard = Switchboards().get(connection, practice)
        doctor = switchboard.practice.practitioners[0]
        act = next(act for act in doctor.acts if act.key == "consultation")
        owner = practitioner_ids(connection, practice.id)[doctor.key]
        slots = Slots(switchboard.calendar)

        def search() -> Sequence[Slot]:
            return find_slots(connection, Agenda(slots, doctor, owner), act, NOW, 3)

        def naive() -> Sequence[Slot]:
            return _from_all_rows(connection, slots, doctor, owner, act)

        if list(search()) != list(naive()):
            raise RuntimeError("both ways must find the same slots")
        return {"stored": stored, "median_us": _median(search, TIMES), "all_rows_us": _median(naive, 5)}


def _from_all_rows(connection: Connection, slots: Slots, doctor: Practitioner, owner: int, act: Act) -> Sequence[Slot]:
    rows = connection.execute(
        select(AppointmentRow.block_start, AppointmentRow.block_end).where(AppointmentRow.practitioner_id == owner)
    )
    busy = [Block(*row) for row in rows]
    return list(slots.free(doctor, act, slots.days(act, NOW), busy, NOW))[:3]


def _median(search: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        search()
        taken.append((time.perf_counter() - begun) * 1e6)
    return statistics.median(taken)


def _row(act: Any, patient: int, day: date, start: int) -> dict[str, Any]:
    begin = datetime(day.year, day.month, day.day, tzinfo=NOW.tzinfo) + timedelta(seconds=start)
    end = begin + timedelta(minutes=15)
    return {
        "practitioner_id": act.practitioner_id,
        "act_id": act.id,
        "patient_id": patient,
        "start_at": begin,
        "end_at": end,
        "block_start": int(begin.timestamp()),
        "block_end": int(end.timestamp()),
        "wall_time": begin.isoformat(),
        "timezone": "Europe/Paris",
        "status": "booked",
        "is_overbooked": False,
    }
