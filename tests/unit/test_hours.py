"""Weekly hours as the practice writes them."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.hours import NEVER, DayRange, overlaps, range_at, read_day, read_range, weekly, written
from ivr.vocabulary import WEEKDAYS

MIDNIGHT = 24 * 60


@pytest.mark.parametrize(
    ("text", "span", "overnight"),
    [
        pytest.param("09:00-12:00", DayRange(540, 720), False, id="a morning"),
        pytest.param("00:00-24:00", DayRange(0, MIDNIGHT), False, id="a whole day"),
        pytest.param("20:00-24:00", DayRange(1200, MIDNIGHT), False, id="to midnight"),
        pytest.param("23:59-24:00", DayRange(1439, MIDNIGHT), False, id="the last minute"),
        pytest.param("22:00-06:00", DayRange(1320, 360), True, id="into the next day"),
        pytest.param("20:00-00:00", DayRange(1200, 0), True, id="00:00 is the next day's"),
        pytest.param(" 09:00-12:00 ", DayRange(540, 720), False, id="spaces around"),
    ],
)
def test_a_range_is_two_times_of_a_day(text: str, span: DayRange, overnight: bool) -> None:
    assert read_range(text) == span
    assert span.runs_overnight is overnight


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("9:00-12:00", id="one digit"),
        pytest.param("09:00", id="one time"),
        pytest.param("09:00 - 12:00", id="spaces inside"),
        pytest.param("09:00–12:00", id="a typographic dash"),
        pytest.param("09h00-12h00", id="French hours"),
        pytest.param("24:00-25:00", id="24:00 as a start"),
        pytest.param("09:00-24:01", id="past 24:00"),
        pytest.param("25:00-26:00", id="no such hour"),
        pytest.param("09:60-12:00", id="no such minute"),
        pytest.param("09:00-12:60", id="no such minute at the end"),
        pytest.param("09:00-12:00,14:00-18:00", id="two ranges in one text"),
    ],
)
def test_anything_else_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match='write it like "09:00-12:00"'):
        read_range(text)


def test_the_ranges_of_a_day_are_in_order() -> None:
    assert read_day(["14:00-18:00", "09:00-12:00"]) == (DayRange(540, 720), DayRange(840, 1080))


def test_a_week_begins_on_monday_and_days_left_out_are_closed() -> None:
    hours = weekly({"sun": ["10:00-11:00"], "mon": ["09:00-12:00"]})
    assert hours[0] == (DayRange(540, 720),)
    assert hours[6] == (DayRange(600, 660),)
    assert set(hours[1:6]) == {()}
    assert weekly({}) == NEVER


RANGES = st.builds(DayRange, st.integers(0, MIDNIGHT - 1), st.integers(0, MIDNIGHT)).map(str)


@given(st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(RANGES, min_size=1, max_size=3)))
@settings(max_examples=100, deadline=None)
def test_a_table_reads_back_as_it_was_written(table: dict[str, list[str]]) -> None:
    hours = weekly(table)
    assert weekly(written(hours)) == hours
    assert written(hours).keys() == table.keys()


@pytest.mark.parametrize(
    ("at", "found"),
    [
        pytest.param("2026-12-02T12:59", "09:00-13:00", id="inside"),
        pytest.param("2026-12-02T13:00", None, id="an end is outside"),
        pytest.param("2026-12-02T23:00", "22:00-06:00", id="the evening of a night"),
        pytest.param("2026-12-03T05:59", "22:00-06:00", id="the morning after"),
        pytest.param("2026-12-03T06:00", None, id="the night is over"),
        pytest.param("2026-12-02T05:00", None, id="no night before"),
    ],
)
def test_the_range_that_a_time_lies_in(at: str, found: str | None) -> None:
    hours = weekly({"wed": ["09:00-13:00", "22:00-06:00"]})
    assert range_at(hours, datetime.fromisoformat(at)) == (found and read_range(found))


QUARTERS = st.integers(0, 95).map(lambda quarter: quarter * 15)
DAYS = st.lists(
    st.lists(st.builds(DayRange, QUARTERS, QUARTERS), max_size=2).map(sorted).map(tuple), min_size=7, max_size=7
)


@given(days=DAYS, is_circle=st.booleans())
def test_windows_overlap_where_they_share_a_minute(days: list[tuple[DayRange, ...]], is_circle: bool) -> None:
    def minutes(day: int, hours: DayRange) -> set[int]:
        end = hours.end + MIDNIGHT if hours.runs_overnight else hours.end
        week = 7 * MIDNIGHT if is_circle else 8 * MIDNIGHT
        return {(day * MIDNIGHT + minute) % week for minute in range(hours.start, end)}

    shared = [minutes(*window) for window in ((day, hours) for day, ranges in enumerate(days) for hours in ranges)]
    expected = sum(1 for place, one in enumerate(shared) for other in shared[:place] if one & other)
    assert len(list(overlaps(days, is_circle=is_circle))) == expected
