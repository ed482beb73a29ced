"""Whether the windows of a practice file keep apart (decision 20). `08:00-08:00` is a whole day (SCHEDULING.md)."""

from collections.abc import Iterator, Sequence

from ivr.hours import DayHours, DayRange, overlaps, read_range
from ivr.practice_files.faults import Fault
from ivr.practice_files.raw import Table, placed
from ivr.vocabulary import WEEKDAYS

WEEKLY = ("working_hours", "contact_hours", "priority_hours")


def window_faults(document: Table) -> Iterator[Fault]:
    """Windows that overlap, in every table of hours; what is no range is a fault found elsewhere."""
    for where, secretary in placed(document, "secretaries"):
        yield from _weekly(f"{where}.hours", secretary.get("hours"))
    for where, practitioner in placed(document, "practitioners"):
        for name in WEEKLY:
            yield from _weekly(f"{where}.{name}", practitioner.get(name))
        for place, act in placed(practitioner, "acts", where):
            yield from _weekly(f"{place}.hours", act.get("hours"))
        for place, dated in placed(practitioner, "dated_hours", where):
            yield from _faults(f"{place}.hours", [""], [_day(dated.get("hours"))], is_circle=False)


def _weekly(where: str, table: object) -> Iterator[Fault]:
    if isinstance(table, dict):
        yield from _faults(where, WEEKDAYS, [_day(table.get(day)) for day in WEEKDAYS], is_circle=True)


def _faults(where: str, names: Sequence[str], days: list[DayHours], *, is_circle: bool) -> Iterator[Fault]:
    for first, second in overlaps(days, is_circle=is_circle):
        told = f"{first.hours} and {second.hours} overlap; write one window for both, or let the second begin later"
        yield Fault(_place(where, names[second.day]), told)


def _place(where: str, name: str) -> str:
    return f"{where}.{name}" if name else where


def _day(written: object) -> DayHours:
    return tuple(sorted(_ranges(written))) if isinstance(written, list) else ()


def _ranges(written: list[object]) -> Iterator[DayRange]:
    for text in written:
        try:
            yield read_range(str(text))
        except ValueError:
            continue
