"""Hours as people type them into a page."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hours import DayRange
from ivr.vocabulary import Language
from ivr.written_hours import read_written_day, write_day

BOTH = ["09:00-12:00", "14:00-18:30"]


@pytest.mark.parametrize(
    "text",
    [
        "9h-12h, 14h-18h30",
        "9h00 - 12h00 14h00 - 18h30",
        "09:00-12:00, 14:00-18:30",
        "9–12, 14–18.30",
        "de 9 h à 12 h et de 14 h à 18 h 30",
        "9 H - 12 H ; 14 H - 18 H 30",
        "from 9:00 to 12:00 and 14:00 to 18:30",
        "14h-18h30, 9h-12h",
        "9h-12h 14h-18h30",
        "9h-12h 14-18h30",
        "9h-12h14h-18h30",
    ],
)
def test_hours_are_read_however_they_are_typed(text: str) -> None:
    assert read_written_day(text) == BOTH


def test_more_than_anybody_works_is_a_slip() -> None:
    assert len(read_written_day("9h-10h " * 24)) == 24
    for text in ("9h-9h", "9h-10h " * 25, " " * 1000 + "9h-10h"):
        with pytest.raises(ValueError, match="range of hours"):
            read_written_day(text)


@pytest.mark.parametrize("text", ["", "  ", "Fermé", "closed", "—"])
def test_a_day_may_be_shut(text: str) -> None:
    assert read_written_day(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "matin",
        "9h",
        "9h-",
        "9h-12h demain",
        "25h-26h",
        "9h75-10h",
        "24h-25h",
        "9h-9h",
        "9h-10h " * 25,
        "9-12h, x",
        "9h-12h,, a",
    ],
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="range of hours"):
        read_written_day(text)


ranges = (
    st.builds(DayRange, st.integers(0, 1439), st.integers(0, 1440)).filter(lambda one: one.start != one.end).map(str)
)


@given(st.lists(ranges.map(str), max_size=4), st.sampled_from(Language))
def test_what_is_written_is_read_back(day: list[str], language: Language) -> None:
    assert read_written_day(write_day(sorted(day), language)) == sorted(day)


@given(st.text(max_size=200))
def test_any_text_is_hours_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert all(len(one) == len("09:00-12:00") for one in read_written_day(text))
