"""The times that somebody else's calendar says are taken, however it says so, and whatever else it holds."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.queries.appointments import LONGEST_BLOCK as LOOKED_BACK
from ivr.calendars import LONGEST_BLOCK, MOST_BLOCKS, CalendarError, busy_times
from ivr.clock import zone_named
from ivr.slots import Block
from ivr.vocabulary import CalendarTrouble

PARIS = zone_named("Europe/Paris")
NOW = datetime(2026, 12, 2, 8, 0, 30, tzinfo=UTC)
END = NOW + timedelta(days=400)
MINUTE = timedelta(minutes=1)


def a_calendar(*events: str) -> str:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//FR", *events, "END:VCALENDAR", ""))


def an_event(*lines: str, uid: str = "1") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"))


AN_HOUR = ("DTSTART:20261203T090000Z", "DTEND:20261203T100000Z")


def busy(*events: str, end: datetime = END) -> list[str]:
    """What is taken by the clock of Paris, pieces that touch put together."""
    joined: list[list[int]] = []
    for block in busy_times(a_calendar(*events), PARIS, NOW, end):
        if joined and joined[-1][1] == block.start:
            joined[-1][1] = block.end
        else:
            joined.append([*block])
    return [" – ".join(f"{datetime.fromtimestamp(at, PARIS):%m-%d %H:%M}" for at in span) for span in joined]


def trouble(text: str) -> CalendarTrouble:
    with pytest.raises(CalendarError) as refused:
        busy_times(text, PARIS, NOW, END)
    return refused.value.trouble


@pytest.mark.parametrize(
    ("lines", "taken"),
    [
        pytest.param(AN_HOUR, ["12-03 10:00 – 12-03 11:00"], id="utc"),
        pytest.param(
            ("DTSTART:20261203T090000", "DURATION:PT90M"), ["12-03 09:00 – 12-03 10:30"], id="no zone is the practice's"
        ),
        pytest.param(
            ("DTSTART;TZID=America/New_York:20261203T090000", "DURATION:PT1H"),
            ["12-03 15:00 – 12-03 16:00"],
            id="another zone",
        ),
        pytest.param(
            ("DTSTART;TZID=Romance Standard Time:20261203T090000", "DURATION:PT1H"),
            ["12-03 09:00 – 12-03 10:00"],
            id="a zone as Windows calls it",
        ),
        pytest.param(("DTSTART;VALUE=DATE:20261203",), ["12-03 00:00 – 12-04 00:00"], id="a whole day"),
        pytest.param(
            ("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261203"),
            ["12-03 00:00 – 12-04 00:00"],
            id="a whole day that ends on itself",
        ),
        pytest.param(
            ("DTSTART;VALUE=DATE:20270327", "DTEND;VALUE=DATE:20270330"),
            ["03-27 00:00 – 03-30 00:00"],
            id="whole days, one of 23 hours",
        ),
        pytest.param(
            ("DTSTART:20261201T090000Z", "DTEND:20261202T090000Z"), ["12-02 01:00 – 12-02 10:00"], id="has begun"
        ),
        pytest.param(("DTSTART:20261202T070000Z", "DTEND:20261202T080000Z"), [], id="is over"),
        pytest.param(("DTSTART:20280203T090000Z", "DTEND:20280203T100000Z"), [], id="too far ahead"),
        pytest.param((*AN_HOUR, "TRANSP:TRANSPARENT"), [], id="transparent"),
        pytest.param((*AN_HOUR, "TRANSP:OPAQUE"), ["12-03 10:00 – 12-03 11:00"], id="opaque"),
        pytest.param((*AN_HOUR, "STATUS:CANCELLED"), [], id="cancelled"),
        pytest.param((*AN_HOUR, "STATUS:TENTATIVE"), ["12-03 10:00 – 12-03 11:00"], id="tentative"),
        pytest.param(("DTSTART:20261203T090000Z",), [], id="no length"),
        pytest.param(
            (*AN_HOUR, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20261210T090000Z"),
            ["12-03 10:00 – 12-03 11:00", "12-17 10:00 – 12-17 11:00"],
            id="repeated but once",
        ),
        pytest.param(
            ("DTSTART;TZID=Europe/Paris:20261023T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=23"),
            ["04-02 09:00 – 04-02 10:00", "09-10 09:00 – 09-10 10:00"],
            id="the same wall time when the clocks have changed",
        ),
        pytest.param(
            ("DTSTART:19000101T000000", "DTEND:20990101T000000"),
            ["12-02 01:00 – 01-06 09:00"],
            id="for ever is cut at both ends",
        ),
    ],
)
def test_what_an_event_takes(lines: tuple[str, ...], taken: list[str]) -> None:
    assert busy(an_event(*lines)) == taken


def test_events_that_touch_or_overlap_are_one_time() -> None:
    second = an_event("DTSTART:20261203T093000Z", "DTEND:20261203T110000Z", uid="2")
    third = an_event("DTSTART:20261203T110000Z", "DTEND:20261203T120000Z", uid="3")
    assert busy(third, an_event(*AN_HOUR), second) == ["12-03 10:00 – 12-03 13:00"]


def test_one_of_a_series_that_was_moved_is_where_it_was_moved_to() -> None:
    series = an_event(*AN_HOUR, "RRULE:FREQ=DAILY;COUNT=2")
    moved = an_event("RECURRENCE-ID:20261204T090000Z", "DTSTART:20261204T140000Z", "DTEND:20261204T150000Z")
    assert busy(series, moved) == ["12-03 10:00 – 12-03 11:00", "12-04 15:00 – 12-04 16:00"]


def test_several_calendars_in_one_document_are_all_read() -> None:
    other = a_calendar(an_event("DTSTART:20261204T090000Z", "DTEND:20261204T100000Z"))
    assert len(busy_times(a_calendar(an_event(*AN_HOUR)) + other, PARIS, NOW, END)) == 2


def test_an_empty_calendar_takes_nothing() -> None:
    assert busy() == []


def test_no_piece_is_longer_than_the_search_looks_back() -> None:
    pieces = busy_times(a_calendar(an_event("DTSTART:20261203T090000Z", "DURATION:P30D")), PARIS, NOW, END)
    assert max(piece.end - piece.start for piece in pieces) == LONGEST_BLOCK <= LOOKED_BACK
    assert [one.end for one, _ in pairwise(pieces)] == [other.start for _, other in pairwise(pieces)]


def test_what_goes_on_keeps_its_beginning_as_time_passes() -> None:
    text = a_calendar(an_event("DTSTART:20261120T090000Z", "DURATION:P30D"))
    assert busy_times(text, PARIS, NOW, END) == busy_times(text, PARIS, NOW + 10 * MINUTE, END)


def test_the_next_times_are_kept_where_there_are_too_many() -> None:
    hourly = an_event("DTSTART:20261201T090000Z", "DURATION:PT10M", "RRULE:FREQ=HOURLY;COUNT=6000")
    found = busy_times(a_calendar(hourly), PARIS, NOW, END)
    assert len(found) == MOST_BLOCKS
    assert found[0] == Block(int(NOW.timestamp()) - 30, int(NOW.timestamp()) + 570)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("<!doctype html><title>Connexion</title>", id="a page"),
        pytest.param("\0\1\2" * 100, id="bytes"),
        pytest.param(a_calendar(an_event(*AN_HOUR))[:-30], id="broken off"),
        pytest.param(an_event(*AN_HOUR), id="an event without a calendar"),
        pytest.param(a_calendar(an_event("SUMMARY:x")), id="no start"),
        pytest.param(a_calendar(an_event("DTSTART:2026120", "DURATION:PT1H")), id="no date"),
        pytest.param(a_calendar(an_event(*AN_HOUR, "RRULE:FREQ=SOMETIMES")), id="no rule"),
        pytest.param(a_calendar(an_event("DTSTART:20261203T090000Z", "DURATION:P99999999D")), id="longer than time"),
        pytest.param(a_calendar(an_event("DTSTART;TZID=Moon/Base:20261203T090000", "DURATION:PT1H")), id="no zone"),
        pytest.param(
            a_calendar(
                "BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE",
                an_event("DTSTART;TZID=X:20261203T090000", "DURATION:PT1H"),
            ),
            id="a zone of nothing",
        ),
        pytest.param("BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 2000 + "END:VEVENT\r\n" * 2000, id="a pit"),
    ],
)
def test_what_is_no_calendar_is_refused(text: str) -> None:
    assert trouble(text) is CalendarTrouble.NOT_A_CALENDAR


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SEC\r\n ONDLY",
        "freq=minutely;interval=1",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        f"FREQ=DAILY;BYMINUTE={','.join(map(str, range(60)))}",
        "FREQ=HOURLY;BYMINUTE=0,15,30,45",
    ],
)
def test_what_repeats_without_end_is_refused_at_once(rule: str) -> None:
    assert trouble(a_calendar(an_event(*AN_HOUR, f"RRULE:{rule}"))) is CalendarTrouble.TOO_COMPLEX
    zone = f"BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nRRULE:{rule}\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    assert trouble(a_calendar(zone)) is CalendarTrouble.TOO_COMPLEX


@settings(deadline=None)
@given(st.text(max_size=300) | st.text("BEGIN:VCALENDAREVTDTSTART20261203\r\n ;=Z", max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_text in (text, a_calendar(text), a_calendar(an_event(*AN_HOUR, text))):
        try:
            found = busy_times(given_text, PARIS, NOW, END)
        except CalendarError:
            continue
        assert len(found) <= MOST_BLOCKS


SPANS = st.tuples(st.integers(-3000, 9000), st.integers(0, 3000), st.booleans())
"""Minutes from now to the start, minutes it takes, whether it is transparent."""


@settings(max_examples=50, deadline=None)
@given(st.lists(SPANS, max_size=8))
def test_a_minute_is_taken_when_some_event_takes_it(spans: list[tuple[int, int, bool]]) -> None:
    begun = NOW.replace(second=0)
    events = [
        an_event(
            f"DTSTART:{begun + start * MINUTE:%Y%m%dT%H%M%SZ}",
            f"DTEND:{begun + (start + length) * MINUTE:%Y%m%dT%H%M%SZ}",
            "TRANSP:TRANSPARENT" if is_free else "TRANSP:OPAQUE",
            uid=str(number),
        )
        for number, (start, length, is_free) in enumerate(spans)
    ]
    found = busy_times(a_calendar(*events), PARIS, NOW, END)
    for minute in range(1, 13_000, 7):
        at = int((begun + minute * MINUTE).timestamp())
        is_taken = any(start <= minute < start + length for start, length, is_free in spans if not is_free)
        assert any(block.start <= at < block.end for block in found) is is_taken
    assert all(one.end <= other.start for one, other in pairwise(found))


@settings(deadline=None)
@given(st.dates(date(2026, 12, 3), date(2027, 12, 31)), st.integers(1, 20))
def test_whole_days_begin_and_end_at_midnight_there(day: date, count: int) -> None:
    end = day + timedelta(days=count)
    found = busy_times(
        a_calendar(an_event(f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}")),
        PARIS,
        NOW,
        END + timedelta(days=60),
    )
    first, last = (datetime.fromtimestamp(at, PARIS) for at in (found[0].start, found[-1].end))
    assert (first.date(), last.date()) == (day, end)
    assert {(first.hour, first.minute), (last.hour, last.minute)} == {(0, 0)}
