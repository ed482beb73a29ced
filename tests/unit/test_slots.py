"""Which starts are offered for an act (SCHEDULING.md 3)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from ivr.practice import Act, DatedHours, Practitioner, Weeks
from ivr.schedules import Calendar
from ivr.slots import Block, Slots
from ivr.vocabulary import OverrideKind, TakesCalls
from tests.builders import a_leave, a_practice, a_practitioner, an_override, every_day, paris, table, zone

WEDNESDAY = date(2026, 12, 2)
BEFORE = "2026-11-01T00:00"


def an_act(**changes: Any) -> Act:
    """A quarter of an hour, on quarters, with neither notice nor buffers."""
    usual: dict[str, Any] = {"key": "consultation", "name": "Consultation", "minutes": 15, "notice_minutes": 0}
    return Act(**usual | changes)


def on_wednesday(*hours: str, **changes: Any) -> Practitioner:
    return a_practitioner(working_hours=table(wed=list(hours)), **changes)


def a_block(start: str, end: str) -> Block:
    return Block(int(paris(start).timestamp()), int(paris(end).timestamp()))


def starts(
    doctor: Practitioner,
    act: Act | None = None,
    *busy: Block,
    on: date = WEDNESDAY,
    now: str = BEFORE,
    **practice: Any,
) -> list[str]:
    """The wall times that are offered on one date, with the offset in a double hour's second pass."""
    calendar = Calendar(a_practice(practitioners=(doctor,), **practice))
    place = zone(calendar.practice.timezone)
    found = Slots(calendar).free(doctor, act or an_act(), (on, on), busy, paris(now))
    walls = [slot.start.astimezone(place) for slot in found]
    return [f"{wall:%H:%M}" + ("'" if wall.fold else "") for wall in walls]


# --- open time and the grid ------------------------------------------------------------------------------


def test_a_start_needs_the_whole_act_inside_open_time() -> None:
    assert starts(on_wednesday("09:00-10:00"), an_act(minutes=20, step_minutes=20)) == ["09:00", "09:20", "09:40"]
    assert starts(on_wednesday("09:00-10:00"), an_act(minutes=45)) == ["09:00", "09:15"]
    assert starts(on_wednesday("09:00-10:00"), an_act(minutes=61)) == []


def test_the_grid_begins_with_each_range_as_it_is_written() -> None:
    doctor = on_wednesday("09:10-09:50", "14:05-14:45")
    assert starts(doctor, an_act(step_minutes=20)) == ["09:10", "09:30", "14:05", "14:25"]


def test_ranges_of_a_day_that_touch_or_overlap_are_one() -> None:
    doctor = on_wednesday("09:00-09:50", "09:50-10:30", "10:20-11:00")
    assert starts(doctor, an_act(minutes=30, step_minutes=40)) == ["09:00", "09:40", "10:20"]


def test_hours_that_end_at_midnight_go_on_into_those_that_begin_there() -> None:
    doctor = a_practitioner(working_hours=table(tue=["22:00-24:00"], wed=["00:00-01:30"]))
    act = an_act(minutes=30, step_minutes=45)
    assert starts(doctor, act) == ["00:15", "01:00"]
    assert starts(doctor, act, on=date(2026, 12, 1)) == ["22:00", "22:45", "23:30"]


def test_a_night_is_one_range_and_its_starts_belong_to_their_own_dates() -> None:
    doctor = on_wednesday("22:00-02:00")
    act = an_act(minutes=60, step_minutes=50)
    assert starts(doctor, act) == ["22:00", "22:50", "23:40"]
    assert starts(doctor, act, on=date(2026, 12, 3)) == ["00:30"]


def test_the_hours_of_an_act_cut_down_the_working_hours_and_keep_their_grid() -> None:
    act = an_act(minutes=20, step_minutes=20, hours=table(wed=["09:30-10:30"]))
    assert starts(on_wednesday("09:00-10:00"), act) == ["09:40"]
    assert starts(on_wednesday("09:00-10:00"), an_act(hours=table(thu=["09:00-10:00"]))) == []


def test_alternate_weeks_have_no_starts_in_the_other_week() -> None:
    doctor = on_wednesday("09:00-09:30", weeks=Weeks(2, date(2026, 11, 30)))
    assert starts(doctor) == ["09:00", "09:15"]
    assert starts(doctor, on=date(2026, 12, 9)) == []


def test_dated_hours_replace_the_day_and_cut_the_night_before() -> None:
    dated = (DatedHours(date(2026, 12, 3), table(thu=["10:00-10:15"])[3]),)
    doctor = on_wednesday("23:00-01:00", dated_hours=dated)
    assert starts(doctor, an_act(minutes=30, step_minutes=30)) == ["23:00", "23:30"]
    assert starts(doctor, on=date(2026, 12, 3)) == ["10:00"]


# --- what closes -----------------------------------------------------------------------------------------


def test_a_public_holiday_has_starts_only_when_it_is_worked() -> None:
    doctor = a_practitioner(working_hours=every_day("09:00-09:15"))
    christmas = date(2026, 12, 25)
    assert starts(doctor, on=christmas) == []
    assert starts(doctor, on=christmas, open_holidays=frozenset({christmas})) == ["09:00"]


@pytest.mark.parametrize("takes_calls", [None, TakesCalls.ALWAYS])
def test_a_leave_takes_its_time_out_even_when_a_locum_takes_the_calls(takes_calls: TakesCalls | None) -> None:
    leave = a_leave("2026-12-02T09:20", "2026-12-02T09:40", takes_calls)
    assert starts(on_wednesday("09:00-10:00", leaves=(leave,))) == ["09:00", "09:45"]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        pytest.param(OverrideKind.AWAY, ["09:00", "09:45"], id="away closes"),
        pytest.param(OverrideKind.PAUSE, ["09:00", "09:15", "09:30", "09:45"], id="a pause is about calls"),
        pytest.param(OverrideKind.OPEN, ["09:00", "09:15", "09:30", "09:45"], id="open now is about calls"),
    ],
)
def test_of_the_overrides_only_away_closes_the_agenda(kind: OverrideKind, found: list[str]) -> None:
    act = an_override(kind, "2026-12-02T09:20", "2026-12-02T09:40")
    assert starts(on_wednesday("09:00-10:00", overrides=(act,))) == found


# --- clock changes ---------------------------------------------------------------------------------------


def test_the_double_hour_has_both_its_passes_and_the_act_its_elapsed_minutes() -> None:
    doctor = a_practitioner(working_hours=table(sun=["01:30-03:00"]))
    act = an_act(minutes=60, step_minutes=30)
    assert starts(doctor, act, on=date(2026, 10, 25), now="2026-10-01T00:00") == ["01:30", "02:00", "02:30", "02:00'"]


def test_the_skipped_hour_has_no_start_and_no_length() -> None:
    doctor = a_practitioner(working_hours=table(sun=["01:30-03:30"]))
    act = an_act(minutes=30, step_minutes=30)
    assert starts(doctor, act, on=date(2027, 3, 28)) == ["01:30", "03:00"]


# --- blocks, notice and horizon --------------------------------------------------------------------------


def test_a_block_stands_in_the_way_and_its_neighbours_do_not() -> None:
    busy = a_block("2026-12-02T09:15", "2026-12-02T09:30")
    assert starts(on_wednesday("09:00-10:00"), None, busy) == ["09:00", "09:30", "09:45"]


def test_buffers_of_neighbours_add_up_and_may_run_past_closing() -> None:
    act = an_act(before_minutes=10, after_minutes=5)
    frozen = a_block("2026-12-02T09:20", "2026-12-02T09:35")
    assert starts(on_wednesday("09:00-10:00"), act, frozen) == ["09:00", "09:45"]


def test_blocks_may_come_in_any_order_and_overlap() -> None:
    busy = [
        a_block("2026-12-02T09:45", "2026-12-02T10:00"),
        a_block("2026-12-02T09:00", "2026-12-02T09:40"),
        a_block("2026-12-02T09:05", "2026-12-02T09:10"),
    ]
    assert starts(on_wednesday("09:00-10:15"), None, *busy) == ["10:00"]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        pytest.param("2026-12-02T07:15:00", ["09:15", "09:30", "09:45"], id="equality counts"),
        pytest.param("2026-12-02T07:15:01", ["09:30", "09:45"], id="a second too late"),
    ],
)
def test_a_start_lies_the_notice_ahead(now: str, found: list[str]) -> None:
    assert starts(on_wednesday("09:00-10:00"), an_act(notice_minutes=120), now=now) == found


def test_the_horizon_counts_local_dates_from_today() -> None:
    slots = Slots(Calendar(a_practice()))
    late = paris("2026-12-02T23:59")
    assert slots.days(an_act(horizon_days=0), late) == (WEDNESDAY, WEDNESDAY)
    assert slots.days(an_act(horizon_days=7), late) == (WEDNESDAY, date(2026, 12, 9))


def test_a_slot_says_when_it_ends_and_whose_it_is() -> None:
    doctor = on_wednesday("09:00-10:00")
    (slot, *_) = Slots(Calendar(a_practice(practitioners=(doctor,)))).free(
        doctor, an_act(minutes=40), (WEDNESDAY, WEDNESDAY), (), paris(BEFORE)
    )
    assert slot.end - slot.start == timedelta(minutes=40)
    assert (slot.practitioner, slot.act, slot.start) == ("martin", "consultation", paris("2026-12-02T09:00"))


def test_now_is_an_instant_whatever_its_zone() -> None:
    doctor = on_wednesday("09:00-10:00")
    calendar = Calendar(a_practice(practitioners=(doctor,)))
    moment = datetime.fromisoformat("2026-12-02T18:30:00+10:00")
    found = Slots(calendar).free(doctor, an_act(), (WEDNESDAY, WEDNESDAY), (), moment)
    assert next(found).start == paris("2026-12-02T09:30")


NUUK_SPRING = date(2027, 3, 28)
"""Nuuk loses the hour before this day: its clocks go from Saturday 23:00 to Sunday 00:00."""


@pytest.mark.parametrize(
    ("saturday", "first"),
    [
        pytest.param(["23:30-24:00"], "00:00", id="the range before midnight is lost whole"),
        pytest.param(["10:10-10:40", "23:30-24:00"], "00:00", id="and another one of that day does not join"),
        pytest.param(["22:35-24:00"], "00:15", id="what is left of it still joins"),
    ],
)
def test_hours_before_midnight_that_the_clocks_skip(saturday: list[str], first: str) -> None:
    doctor = a_practitioner(working_hours=table(sat=saturday, sun=["00:00-02:00"]))
    calendar = Calendar(a_practice(practitioners=(doctor,), timezone="America/Nuuk"))
    act = an_act(minutes=20, step_minutes=20)
    found = Slots(calendar).free(doctor, act, (NUUK_SPRING, NUUK_SPRING), (), paris("2027-03-01T00:00"))
    assert f"{next(found).start.astimezone(calendar.zone):%H:%M}" == first


@pytest.mark.parametrize("days_after", range(1, 40, 3))
def test_hours_that_go_on_for_weeks_keep_their_grid_over_every_midnight(days_after: int) -> None:
    doctor = a_practitioner(working_hours=every_day("00:00-24:00"))
    closed = frozenset({date(2027, 2, 1)})
    calendar = Calendar(a_practice(practitioners=(doctor,), closed_days=closed))
    day = date(2027, 2, 1) + timedelta(days=days_after)
    found = Slots(calendar).free(doctor, an_act(minutes=20, step_minutes=25), (day, day), (), paris("2026-11-01T00:00"))
    elapsed = next(found).start - paris("2027-02-02T00:00")
    assert elapsed % timedelta(minutes=25) == timedelta(0)


def test_hours_that_never_end_begin_their_grid_with_the_year() -> None:
    doctor = a_practitioner(working_hours=every_day("00:00-24:00"))
    never_closed = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(730))
    practice = a_practice(practitioners=(doctor,), timezone="Pacific/Noumea", open_holidays=never_closed)
    slots = Slots(Calendar(practice))
    for day in (date(2027, 5, 3), date(2027, 1, 1), date(2026, 12, 31), date(2027, 5, 2)):
        first = next(slots.free(doctor, an_act(step_minutes=25), (day, day), (), paris("2026-11-01T00:00"))).start
        origin = datetime(day.year, 1, 1, tzinfo=zone("Pacific/Noumea"))
        assert (first - origin) % timedelta(minutes=25) == timedelta(0)
