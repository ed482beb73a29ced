"""An agenda as iCalendar (RFC 5545): when, and which act; nothing of any patient (decision 26).

Only escaping and folding are the library's: its own events take a second of a processor for a thousand of them, and
callers would wait meanwhile.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from icalendar import vText
from icalendar.parser import Contentline

from ivr.vocabulary import Language

ON_LEAVE = {Language.FRENCH: "Congé", Language.ENGLISH: "Leave"}
LONGEST_LINE = 75
"""Bytes; what is longer is folded."""
NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: instants in UTC, or local dates of whole days, the last of them not included."""

    uid: str
    start: datetime | date
    end: datetime | date
    summary: str
    is_tentative: bool = False


@dataclass(frozen=True, slots=True)
class AgendaShown:
    """What the calendar of one practitioner shows."""

    name: str
    entries: Sequence[Entry]

    @property
    def mark(self) -> str:
        """The same for the same entries, whenever they are asked for."""
        return hashlib.sha256(self.text(NEVER)).hexdigest()[:32]

    def text(self, now: datetime) -> bytes:
        """The document, made at `now` (UTC)."""
        return "".join(f"{line}\r\n" for line in self._lines(_value(now))).encode()

    def _lines(self, stamp: str) -> Iterator[str]:
        yield from (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//ivr//agenda//FR",
            _text_line("X-WR-CALNAME", self.name),
        )
        for entry in self.entries:
            yield from _event_lines(entry, stamp)
        yield "END:VCALENDAR"


def _event_lines(entry: Entry, stamp: str) -> Iterator[str]:
    kind = "" if isinstance(entry.start, datetime) else ";VALUE=DATE"
    yield "BEGIN:VEVENT"
    yield _text_line("UID", entry.uid)
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART{kind}:{_value(entry.start)}"
    yield f"DTEND{kind}:{_value(entry.end)}"
    yield _text_line("SUMMARY", entry.summary)
    yield "STATUS:TENTATIVE" if entry.is_tentative else "STATUS:CONFIRMED"
    yield "END:VEVENT"


@lru_cache(maxsize=10_000)
def _text_line(name: str, text: str) -> str:
    line = f"{name}:{vText(text).to_ical().decode()}"
    return line if len(line.encode()) <= LONGEST_LINE else str(Contentline(line).to_ical().decode())  # type: ignore[no-untyped-call]


def _value(moment: datetime | date) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return moment.strftime("%Y%m%d")
