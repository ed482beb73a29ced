"""Days, hours and numbers as they are said and written, in French and English."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.hours import read_range
from ivr.phones import PhoneNumber
from ivr.speech import (
    spoken_day,
    spoken_digits,
    spoken_moment,
    spoken_phone,
    spoken_time,
    spoken_until,
    text_day,
    written_day,
    written_moment,
    written_range,
    written_span_end,
    written_time,
)
from ivr.vocabulary import Language

FRENCH, ENGLISH = Language.FRENCH, Language.ENGLISH


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        pytest.param("2026-05-12", "mardi 12 mai", "Tuesday 12 May", id="the example of the call script"),
        pytest.param("2026-12-01", "mardi premier décembre", "Tuesday 1 December", id="premier"),
        pytest.param("2027-01-01", "vendredi premier janvier", "Friday 1 January", id="New Year"),
        pytest.param("2026-02-21", "samedi 21 février", "Saturday 21 February", id="21 is not premier"),
        pytest.param("2026-08-31", "lundi 31 août", "Monday 31 August", id="an accent"),
        pytest.param("2028-02-29", "mardi 29 février", "Tuesday 29 February", id="leap day"),
    ],
)
def test_a_day_is_said_by_its_name(day: str, french: str, english: str) -> None:
    assert spoken_day(date.fromisoformat(day), FRENCH) == french
    assert spoken_day(date.fromisoformat(day), ENGLISH) == english


@pytest.mark.parametrize(
    ("time", "french", "english"),
    [
        pytest.param("00:00", "minuit", "midnight", id="midnight"),
        pytest.param("00:05", "minuit 5", "12:05 AM", id="past midnight"),
        pytest.param("01:00", "1 heure", "1 AM", id="one hour is singular"),
        pytest.param("01:30", "1 heure 30", "1:30 AM", id="half past one"),
        pytest.param("09:00", "9 heures", "9 AM", id="morning"),
        pytest.param("09:05", "9 heures 5", "9:05 AM", id="minutes below ten"),
        pytest.param("12:00", "midi", "noon", id="noon"),
        pytest.param("12:15", "midi 15", "12:15 PM", id="past noon"),
        pytest.param("14:30", "14 heures 30", "2:30 PM", id="the example of the call script"),
        pytest.param("21:00", "21 heures", "9 PM", id="evening"),
        pytest.param("23:59", "23 heures 59", "11:59 PM", id="the last minute"),
    ],
)
def test_a_time_is_said_as_people_say_it(time: str, french: str, english: str) -> None:
    moment = datetime.fromisoformat(f"2026-12-02T{time}")
    assert spoken_time(moment, FRENCH) == french
    assert spoken_time(moment, ENGLISH) == english


NOW = datetime(2026, 11, 30, 21, 0)  # noqa: DTZ001 wall times


@pytest.mark.parametrize(
    ("moment", "french", "english"),
    [
        pytest.param("2026-11-30T22:00", "aujourd'hui à 22 heures", "today at 10 PM", id="today"),
        pytest.param("2026-12-01T00:00", "demain à minuit", "tomorrow at midnight", id="three hours later is tomorrow"),
        pytest.param("2026-12-01T09:00", "demain à 9 heures", "tomorrow at 9 AM", id="tomorrow, another month"),
        pytest.param(
            "2026-12-02T12:00", "mercredi 2 décembre, à midi", "on Wednesday 2 December, at noon", id="a day by name"
        ),
        pytest.param(
            "2027-01-01T08:30",
            "vendredi premier janvier, à 8 heures 30",
            "on Friday 1 January, at 8:30 AM",
            id="another year",
        ),
    ],
)
def test_a_moment_is_said_as_seen_from_now(moment: str, french: str, english: str) -> None:
    assert spoken_moment(datetime.fromisoformat(moment), NOW, FRENCH) == french
    assert spoken_moment(datetime.fromisoformat(moment), NOW, ENGLISH) == english


def test_an_end_on_the_same_day_is_said_by_its_hour_alone() -> None:
    assert spoken_until(NOW + timedelta(hours=1), NOW, FRENCH) == "22 heures"
    assert spoken_until(NOW + timedelta(hours=12), NOW, FRENCH) == "demain à 9 heures"


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        pytest.param("15", "15", id="15"),
        pytest.param("112", "112", id="112"),
        pytest.param("3624", "36, 24", id="SOS Médecins"),
        pytest.param("116117", "116, 117", id="on duty"),
        pytest.param("0199001234", "01, 99, 00, 12, 34", id="ten digits"),
        pytest.param("01990012345", "0, 19, 90, 01, 23, 45", id="an odd one first"),
        pytest.param("+32470123456", "+3, 24, 70, 12, 34, 56", id="a plus stays in front"),
    ],
)
def test_a_number_is_said_in_pairs(digits: str, said: str) -> None:
    assert spoken_digits(digits) == said


@pytest.mark.parametrize(
    ("e164", "said"),
    [
        pytest.param("+33199001234", "01, 99, 00, 12, 34", id="mainland"),
        pytest.param("+262692123456", "06, 92, 12, 34, 56", id="La Réunion"),
    ],
)
def test_a_phone_number_is_said_in_national_form(e164: str, said: str) -> None:
    assert spoken_phone(PhoneNumber(e164), "FR") == said


@given(st.text("0123456789", min_size=1, max_size=17))
@settings(max_examples=100, deadline=None)
def test_no_digit_is_lost_or_added_by_saying_a_number(digits: str) -> None:
    assert spoken_digits(digits).replace(", ", "") == digits


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        pytest.param("2027-01-04", "04/01", "4 Jan", id="04/01 could be April"),
        pytest.param("2026-12-25", "25/12", "25 Dec", id="Christmas"),
    ],
)
def test_a_day_in_a_text_is_short_and_clear(day: str, french: str, english: str) -> None:
    assert text_day(date.fromisoformat(day), FRENCH) == french
    assert text_day(date.fromisoformat(day), ENGLISH) == english


@pytest.mark.parametrize(
    ("moment", "french", "english"),
    [
        pytest.param("2026-12-02T13:10", "13\u00a0h\u00a010", "13:10", id="minutes"),
        pytest.param("2026-12-02T09:05", "9\u00a0h\u00a005", "09:05", id="minutes below ten keep their zero"),
        pytest.param("2026-12-02T09:00", "9\u00a0h", "09:00", id="a full hour"),
        pytest.param("2026-12-02T00:00", "0\u00a0h", "00:00", id="midnight"),
    ],
)
def test_a_time_is_written_with_no_break_spaces(moment: str, french: str, english: str) -> None:
    assert written_time(datetime.fromisoformat(moment), FRENCH) == french
    assert written_time(datetime.fromisoformat(moment), ENGLISH) == english


def test_a_day_is_written_with_1er() -> None:
    assert written_day(date(2026, 12, 1), FRENCH) == "mardi 1er\u00a0décembre"
    assert written_day(date(2026, 12, 1), ENGLISH) == "Tuesday 1 December"


def test_a_moment_is_written_with_its_day_and_hour() -> None:
    moment = datetime.fromisoformat("2026-12-02T13:10")
    assert written_moment(moment, FRENCH) == "mercredi 2\u00a0décembre à 13\u00a0h\u00a010"
    assert written_moment(moment, ENGLISH) == "Wednesday 2 December at 13:10"


@pytest.mark.parametrize(
    ("end", "french", "english"),
    [
        pytest.param(
            "2026-12-02T00:00", "mardi 1er\u00a0décembre à minuit", "Tuesday 1 December at midnight", id="0 h"
        ),
        pytest.param(
            "2026-12-02T00:01",
            "mercredi 2\u00a0décembre à 0\u00a0h\u00a001",
            "Wednesday 2 December at 00:01",
            id="past midnight",
        ),
    ],
)
def test_midnight_as_an_end_belongs_to_the_evening_before(end: str, french: str, english: str) -> None:
    assert written_span_end(datetime.fromisoformat(end), FRENCH) == french
    assert written_span_end(datetime.fromisoformat(end), ENGLISH) == english


@pytest.mark.parametrize(
    ("hours", "french", "english"),
    [
        pytest.param("09:00-19:00", "entre 9\u00a0h et 19\u00a0h", "between 09:00 and 19:00", id="full hours"),
        pytest.param("08:30-24:00", "entre 8\u00a0h\u00a030 et 24\u00a0h", "between 08:30 and 24:00", id="to midnight"),
    ],
)
def test_a_range_of_hours_is_written(hours: str, french: str, english: str) -> None:
    assert written_range(read_range(hours), FRENCH) == french
    assert written_range(read_range(hours), ENGLISH) == english
