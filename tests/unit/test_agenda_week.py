"""A week of an agenda laid out: columns, days, hours and what is left free."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hindrances import Cause
from ivr.practice import Practitioner
from ivr.schedules import Calendar
from ivr.vocabulary import OverrideKind
from ivr.web.agenda_week import AgendaWeek, Entry, Placed, free_spans, lay_out, offsets, side_by_side
from tests.builders import a_leave, a_practice, a_practitioner, an_override, paris, table

MONDAY = date(2026, 11, 30)
SATURDAY, SUNDAY = date(2026, 12, 5), date(2026, 12, 6)


def week(*entries: Entry, doctor: Practitioner | None = None, monday: date = MONDAY, kept: date = MONDAY) -> AgendaWeek:
    doctor = doctor or a_practitioner()
    return lay_out(Calendar(a_practice(practitioners=(doctor,))), doctor, monday, entries, kept)


def entry(start: str, minutes: int = 15, row: str = "") -> Entry:
    return Entry(paris(start), paris(start) + timedelta(minutes=minutes), row)


def test_idle_days_at_the_end_are_left_out() -> None:
    assert [day.on.day for day in week().days] == [30, 1, 2, 3, 4]
    assert [day.on.day for day in week(entry("2026-12-05T10:00")).days] == [30, 1, 2, 3, 4, 5]
    assert week(kept=SUNDAY).days[-1].on == SUNDAY


def test_an_idle_day_in_the_week_is_narrow() -> None:
    shown = week(doctor=a_practitioner(working_hours=table(mon=["09:00-12:00"], fri=["09:00-12:00"])))
    assert [day.width for day in shown.days] == [1, 0.4, 0.4, 0.4, 1]
    edges = offsets(shown)
    assert edges[0][0] == 0
    assert edges[-1][1] == pytest.approx(1)


def test_full_hours_around_all_that_is_worked_and_planned_are_shown() -> None:
    assert (week().first, week().last) == (9 * 60, 18 * 60)
    wider = week(entry("2026-12-02T07:50"), entry("2026-12-03T18:30"))
    assert (wider.first, wider.last) == (7 * 60, 19 * 60)
    nothing = week(doctor=a_practitioner(working_hours=table()))
    assert (nothing.first, nothing.last) == (8 * 60, 18 * 60)


def test_what_overlaps_stands_side_by_side_and_what_follows_takes_the_width() -> None:
    placed = side_by_side([Placed(600, 630, "a"), Placed(600, 615, "b"), Placed(615, 640, "c"), Placed(640, 650, "d")])
    told = [(one.row, one.column, one.columns) for one in placed]
    assert told == [("b", 0, 2), ("a", 1, 2), ("c", 0, 2), ("d", 0, 1)]


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=12))
def test_nothing_is_drawn_over_anything_else(spans: list[tuple[int, int]]) -> None:
    placed = side_by_side([Placed(start, start + length, None) for start, length in spans])
    assert len(placed) == len(spans)
    for one, other in combinations(placed, 2):
        if one.start < other.end and other.start < one.end:
            assert (one.column, one.columns) != (other.column, other.columns)
            assert one.columns == other.columns
    assert all(one.column < one.columns for one in placed)


def test_leave_absence_and_holidays_are_drawn_and_take_the_time() -> None:
    doctor = a_practitioner(
        leaves=(a_leave("2026-12-24T11:00", "2026-12-26"),),
        overrides=(an_override(OverrideKind.AWAY, "2026-12-23T09:30", "2026-12-23T10:00"),),
    )
    _, _, wednesday, thursday, friday = week(doctor=doctor, monday=date(2026, 12, 21)).days
    assert [(a.cause, a.start, a.end) for a in wednesday.absences] == [(Cause.AWAY, 570, 600)]
    assert free_spans(wednesday) == ((540, 570), (600, 720), (840, 1080))
    assert [(a.cause, a.start, a.end) for a in thursday.absences] == [(Cause.LEAVE, 660, 1440)]
    assert free_spans(thursday) == ((540, 660),)
    assert {a.cause for a in friday.absences} == {Cause.HOLIDAY, Cause.LEAVE}
    assert not friday.is_idle


def test_a_leave_without_an_end_fills_the_week() -> None:
    shown = week(doctor=a_practitioner(leaves=(a_leave("2026-01-01", "9999-12-31"),)))
    assert all(free_spans(day) == () for day in shown.days)


def test_appointments_leave_gaps_between_them() -> None:
    shown = week(entry("2026-12-02T09:15"), entry("2026-12-02T09:20"), entry("2026-12-02T11:45", 30))
    assert free_spans(shown.days[2]) == ((540, 555), (575, 705), (840, 1080))


def test_what_runs_past_midnight_stands_on_both_days() -> None:
    shown = week(entry("2026-12-01T23:45", 30, "late"))
    assert [(p.start, p.end) for p in shown.days[1].placed] == [(1425, 1440)]
    assert [(p.start, p.end) for p in shown.days[2].placed] == [(0, 15)]


def test_an_appointment_in_the_double_hour_keeps_its_length() -> None:
    doctor = a_practitioner(working_hours=table(sun=["00:00-04:00"]))
    shown = week(entry("2026-10-25T02:50:00+02:00", 20), doctor=doctor, monday=date(2026, 10, 19))
    assert [(p.start, p.end) for p in shown.days[6].placed] == [(170, 190)]
