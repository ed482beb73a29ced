"""An agenda as iCalendar is read back as it was, by a library that others use."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from ivr.agenda_feed import LONGEST_LINE, AgendaShown, Entry

NOW = datetime(2026, 12, 2, 8, 0, 0, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=120)
AT_NINE = datetime(2026, 12, 2, 9, tzinfo=UTC)


def an_entry(summary: str = "Consultation", *, is_tentative: bool = False) -> Entry:
    return Entry("appointment-1@ivr.example", AT_NINE, AT_NINE + timedelta(minutes=15), summary, is_tentative)


def read(shown: AgendaShown) -> Calendar:
    found = Calendar.from_ical(shown.text(NOW))
    assert isinstance(found, Calendar)
    return found


def test_an_appointment_is_an_event_in_utc() -> None:
    (event,) = read(AgendaShown("Martin", [an_entry(is_tentative=True)])).walk("VEVENT")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (AT_NINE, AT_NINE + timedelta(minutes=15))
    assert event["STATUS"] == "TENTATIVE"
    assert event["UID"] == "appointment-1@ivr.example"
    assert event.decoded("DTSTAMP") == NOW.replace(microsecond=0)


def test_whole_days_are_dates() -> None:
    days = Entry("leave", date(2026, 12, 28), date(2027, 1, 2), "Congé")
    (event,) = read(AgendaShown("Martin", [days])).walk("VEVENT")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 12, 28), date(2027, 1, 2))


@given(WORDS)
def test_any_words_are_read_back_and_no_line_is_too_long(summary: str) -> None:
    shown = AgendaShown(summary, [an_entry(summary)])
    assert all(len(line) <= LONGEST_LINE for line in shown.text(NOW).split(b"\r\n"))
    assert str(read(shown).walk("VEVENT")[0]["SUMMARY"]) == summary


def test_the_mark_tells_what_changed_and_not_when_it_was_asked_for() -> None:
    one, other = AgendaShown("Martin", [an_entry()]), AgendaShown("Martin", [an_entry("Vaccin")])
    assert one.text(NOW) != one.text(LATER)
    assert one.mark == AgendaShown("Martin", [an_entry()]).mark != other.mark
