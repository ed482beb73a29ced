"""From wall clocks to instants, on the odd nights too."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.clock import Edge, instant, is_shown_twice, local, read_local, start_of_day, zone_named
from tests.builders import zone as standard_zone

START, END = Edge.START, Edge.END
PLACES = (
    "Europe/Paris",
    "Indian/Reunion",
    "Atlantic/Azores",
    "America/Miquelon",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("place", "shown", "start", "end"),
    [
        pytest.param("Europe/Paris", "2026-12-02T09:00", "2026-12-02T08:00", "2026-12-02T08:00", id="winter"),
        pytest.param("Europe/Paris", "2026-07-14T09:00", "2026-07-14T07:00", "2026-07-14T07:00", id="summer"),
        pytest.param("Europe/Paris", "2026-03-29T01:59", "2026-03-29T00:59", "2026-03-29T00:59", id="before the gap"),
        pytest.param(
            "Europe/Paris", "2026-03-29T02:00", "2026-03-29T01:00", "2026-03-29T01:00", id="gap, first minute"
        ),
        pytest.param("Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:00", "2026-03-29T01:00", id="inside the gap"),
        pytest.param(
            "Europe/Paris", "2026-03-29T02:59:59", "2026-03-29T01:00", "2026-03-29T01:00", id="gap, last second"
        ),
        pytest.param("Europe/Paris", "2026-03-29T03:00", "2026-03-29T01:00", "2026-03-29T01:00", id="end of the gap"),
        pytest.param(
            "Europe/Paris", "2026-10-25T01:59", "2026-10-24T23:59", "2026-10-24T23:59", id="before the double"
        ),
        pytest.param("Europe/Paris", "2026-10-25T02:00", "2026-10-25T00:00", "2026-10-25T01:00", id="double, at 2"),
        pytest.param("Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T01:30", id="double hour"),
        pytest.param("Europe/Paris", "2026-10-25T03:00", "2026-10-25T02:00", "2026-10-25T02:00", id="after the double"),
        pytest.param(
            "Africa/Cairo", "2026-04-24T00:00", "2026-04-23T22:00", "2026-04-23T22:00", id="midnight is skipped"
        ),
        pytest.param("Africa/Cairo", "2026-04-24T00:30", "2026-04-23T22:00", "2026-04-23T22:00", id="after it too"),
        pytest.param(
            "Africa/Cairo", "2026-10-29T23:30", "2026-10-29T20:30", "2026-10-29T21:30", id="before midnight twice"
        ),
        pytest.param("America/Havana", "2025-11-02T00:00", "2025-11-02T04:00", "2025-11-02T05:00", id="midnight twice"),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04T02:15",
            "2026-10-03T15:30",
            "2026-10-03T15:30",
            id="a gap of half an hour",
        ),
        pytest.param(
            "Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-04T15:15", id="half an hour twice"
        ),
        pytest.param(
            "Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", "2011-12-30T10:00", id="a day that never was"
        ),
        pytest.param(
            "Indian/Reunion", "2026-03-29T02:30", "2026-03-28T22:30", "2026-03-28T22:30", id="no change there"
        ),
    ],
)
def test_a_wall_time_is_one_instant(place: str, shown: str, start: str, end: str) -> None:
    assert instant(zone_named(place), wall(shown), START) == utc(start)
    assert instant(zone_named(place), wall(shown), END) == utc(end)


@given(
    place=st.sampled_from(PLACES),
    minutes=st.integers(0, 2 * 366 * 24 * 60),
)
@example(place="Europe/Paris", minutes=0)
@settings(max_examples=250, deadline=None)
def test_walls_and_instants_agree_with_the_standard_library(place: str, minutes: int) -> None:
    zone = zone_named(place)
    shown = wall("2026-01-01") + timedelta(minutes=minutes)
    first, last = instant(zone, shown, START), instant(zone, shown, END)
    expected = shown.replace(tzinfo=standard_zone(place))
    if expected.astimezone(UTC).astimezone(expected.tzinfo).replace(tzinfo=None) == shown:
        assert first == expected.astimezone(UTC)
        assert last == expected.replace(fold=1).astimezone(UTC)
        assert is_shown_twice(zone, first) is (first != last)
    else:
        assert first == last
        assert local(zone, first).replace(tzinfo=None) >= shown
        assert local(zone, first - timedelta(seconds=1)).replace(tzinfo=None) < shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-12-24T20:00", "2026-12-24T19:00", id="local"),
        pytest.param("2026-12-24T20:00:30", "2026-12-24T19:00:30", id="with seconds"),
        pytest.param("2026-10-25T02:30", "2026-10-25T00:30", id="the double hour is its first pass"),
        pytest.param("2026-10-25T02:30+02:00", "2026-10-25T00:30", id="first pass by its offset"),
        pytest.param("2026-10-25T02:30+01:00", "2026-10-25T01:30", id="second pass by its offset"),
        pytest.param("2026-03-29T02:30", "2026-03-29T01:00", id="skipped: the end of the gap"),
        pytest.param("2026-12-24T20:00Z", "2026-12-24T20:00", id="in UTC"),
    ],
)
def test_a_time_is_local_unless_it_carries_an_offset(text: str, expected: str) -> None:
    assert read_local(zone_named("Europe/Paris"), text) == utc(expected)


@pytest.mark.parametrize("text", ["", "now", "20:00", "24/12/2026", "2026-13-01T09:00", "2026-02-30T09:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|must be in|out of range"):
        read_local(zone_named("Europe/Paris"), text)


@pytest.mark.parametrize(
    ("moment", "twice"),
    [
        pytest.param("2026-10-24T23:59", False, id="before"),
        pytest.param("2026-10-25T00:00", True, id="first pass"),
        pytest.param("2026-10-25T01:59", True, id="second pass"),
        pytest.param("2026-10-25T02:00", False, id="after"),
        pytest.param("2026-03-29T01:00", False, id="the end of a gap"),
    ],
)
def test_only_times_of_the_double_hour_are_shown_twice(moment: str, twice: bool) -> None:
    assert is_shown_twice(zone_named("Europe/Paris"), utc(moment)) is twice


@pytest.mark.parametrize(
    ("place", "day", "start"),
    [
        pytest.param("Europe/Paris", "2026-12-02", "2026-12-01T23:00", id="an ordinary day"),
        pytest.param("Africa/Cairo", "2026-04-24", "2026-04-23T22:00", id="a day that begins at one"),
        pytest.param("America/Havana", "2025-11-02", "2025-11-02T04:00", id="a day that begins twice"),
    ],
)
def test_a_day_starts_at_its_first_instant(place: str, day: str, start: str) -> None:
    assert start_of_day(zone_named(place), date.fromisoformat(day)) == utc(start)


@pytest.mark.parametrize("name", ["Europe/Pariss", "", "é", "Paris", "../etc/passwd", "\x00"])
def test_an_unknown_zone_is_refused_with_the_remedy(name: str) -> None:
    with pytest.raises(ValueError, match="Europe/Paris"):
        zone_named(name)
