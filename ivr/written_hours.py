"""Hours of a day as people write them, `9h-12h, 14h-18h30`, and as practice files do, `09:00-12:00`."""

import re
from collections.abc import Iterable

from ivr.hours import MOST_A_DAY, read_range
from ivr.vocabulary import Language

TIME = r"([0-9]{1,2})\s*(?:[h:.]\s*([0-9]{2})?)?"
LAST = r"([0-9]{1,2})\s*(?:[h:.](?:\s*([0-9]{2})(?!\d|\s*(?:[h:.–—-]|à|to)))?)?"
"""In `9h-12h 14h-18h` the 14 are no minutes of the 12: another range begins there."""
RANGE = re.compile(rf"(?:de\s+|from\s+)?{TIME}\s*(?:-|–|—|à|to)\s*{LAST}")
BETWEEN = re.compile(r"[\s,;/+]*(?:(?:et|and|puis|then)\s+)?")
LONGEST = 1000
EXAMPLE = ("09:00-12:00", "14:00-18:30")
"""A day as pages show how to write one."""
SHUT = frozenset({"", "-", "–", "—", "fermé", "ferme", "closed"})


def read_written_day(text: str) -> list[str]:
    """The ranges of one day as practice files write them, in order; none when it is shut.

    Raises:
        ValueError: something of it is no range of hours.
    """
    rest = " ".join(text.lower().split())
    if rest in SHUT:
        return []
    found: list[str] = []
    while rest:
        written = RANGE.match(rest)
        if written is None or len(found) == MOST_A_DAY or len(text) > LONGEST:
            message = f"{rest!r} is no range of hours; write it like 9h-12h"
            raise ValueError(message)
        found.append(_as_in_files(*written.groups(default="00")))
        rest = rest[written.end() :]
        rest = rest[BETWEEN.match(rest).end() :]  # type: ignore[union-attr]  # it matches nothing at all too
    return sorted(found)


def write_day(ranges: Iterable[str], language: Language) -> str:
    """The ranges of a practice file as one writes them by hand; `read_written_day` reads them back."""
    return ", ".join("-".join(_by_hand(time, language) for time in one.split("-")) for one in ranges)


def _as_in_files(hour: str, minute: str, last_hour: str, last_minute: str) -> str:
    """A range that ends when it begins is a slip here; a practice file means the whole day by it."""
    written = read_range(f"{int(hour):02d}:{minute}-{int(last_hour):02d}:{last_minute}")
    if written.start == written.end:
        message = f"{str(written)!r} is no range of hours: it ends when it begins"
        raise ValueError(message)
    return str(written)


def _by_hand(time: str, language: Language) -> str:
    hour, minute = time.split(":")
    if language is Language.ENGLISH:
        return f"{int(hour)}:{minute}"
    return f"{int(hour)}h{minute if minute != '00' else ''}"
