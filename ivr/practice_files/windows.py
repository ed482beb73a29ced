"""Whether the hours of a practice file say each thing once (decision 20)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from ivr.hours import MOST_A_DAY, DayHours, Window, overlaps, read_range
from ivr.practice_files.faults import Fault
from ivr.practice_files.raw import Table, placed, table, tables
from ivr.vocabulary import WEEKDAYS

OWN_TABLES = ("contact_hours", "priority_hours")
"""Weekly tables of a practitioner that hold in every week."""


def window_faults(document: Table) -> Iterator[Fault]:
    """Windows of a day that overlap, or that the night before runs into; dates that are written twice."""
    for where, secretary in placed(document, "secretaries"):
        yield from _weekly_faults(f"{where}.hours", secretary.get("hours"))
    for where, practitioner in placed(document, "practitioners"):
        every = table(practitioner.get("weeks")).get("every", 1)
        yield from _weekly_faults(f"{where}.working_hours", practitioner.get("working_hours"), is_every_week=every == 1)
        for name in OWN_TABLES:
            yield from _weekly_faults(f"{where}.{name}", practitioner.get(name))
        for place, act in placed(practitioner, "acts", where):
            yield from _weekly_faults(f"{place}.hours", act.get("hours"))
        yield from _dated_faults(where, practitioner)


def _weekly_faults(where: str, written: object, *, is_every_week: bool = True) -> Iterator[Fault]:
    week = [_read_day(table(written).get(day)) for day in WEEKDAYS]
    for first, second in overlaps(week, is_circle=is_every_week):
        yield Fault(f"{where}.{WEEKDAYS[second.day]}", _told(first, second))


def _dated_faults(where: str, practitioner: Table) -> Iterator[Fault]:
    """Each date for itself: its hours cut off the night before."""
    dates = Counter(str(hours.get("date")) for hours in tables(practitioner, "dated_hours"))
    for date, times in dates.items():
        if times > 1:
            yield Fault(f"{where}.dated_hours", f"{date} is written {times} times; write it once")
    for place, dated in placed(practitioner, "dated_hours", where):
        for first, second in overlaps([_read_day(dated.get("hours"))]):
            yield Fault(f"{place}.hours", _told(first, second))


def _read_day(written: object) -> DayHours:
    """Those of a day's windows that are windows, in order; the others are faults found elsewhere."""
    found = []
    for text in written[:MOST_A_DAY] if isinstance(written, list) else []:
        with suppress(ValueError):
            found.append(read_range(str(text)))
    return tuple(sorted(found))


def _told(first: Window, second: Window) -> str:
    if first == second:
        return f"{first.hours} is written twice; write it once"
    of_day = "" if first.day == second.day else f" of {WEEKDAYS[first.day]}"
    return f"{first.hours}{of_day} and {second.hours} overlap; write them as one window, or correct one of the two"
