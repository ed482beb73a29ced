"""Whether the dates of a practice file can be meant: leaves that contradict each other, births still to come."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import combinations

from pydantic import ValidationError

from ivr.practice_files.faults import Fault
from ivr.practice_files.raw import Table, head, placed, table
from ivr.practice_files.schema import SpanPart
from ivr.practice_files.values import as_span

A_DAY = timedelta(days=1)
EARLIEST_BIRTH = date(1900, 1, 1)


def date_faults(document: Table, today: date) -> Iterator[Fault]:
    """Leaves of one doctor that name two replacements for one moment, births after `today` or long ago.

    And days that are open and shut at once.
    """
    for where, practitioner in placed(document, "practitioners"):
        yield from _leave_faults(where, practitioner)
    for where, patient in placed(document, "patients"):
        yield from _birth_faults(where, patient, today)
    opened, closed = (head(document).get(name, []) for name in ("open_holidays", "closed_days"))
    for day in opened if isinstance(opened, list) and isinstance(closed, list) else ():
        if day in closed:
            yield Fault("practice.closed_days", f"{day} stands among open_holidays too; take it out of one of the two")


def _leave_faults(where: str, practitioner: Table) -> Iterator[Fault]:
    spans = []
    for place, leave in placed(practitioner, "leave", where):
        with suppress(ValidationError):
            spans.append((place, _span(leave), table(leave.get("instead"))))
    for (_, (start, end), instead), (place, (other_start, other_end), other) in combinations(spans, 2):
        if start < other_end and other_start < end and instead != other:
            told = f"another leave until {end:%Y-%m-%d %H:%M} sends patients to somebody else; correct one of the two"
            yield Fault(place, told)


def _span(leave: Table) -> tuple[datetime, datetime]:
    """Its first moment and the one after its last. Raises ValidationError, which is told elsewhere."""
    span = as_span(SpanPart.model_validate({name: leave.get(name) for name in ("from", "until")}))
    return span.start, span.end + A_DAY if span.whole_days else span.end


def _birth_faults(where: str, patient: Table, today: date) -> Iterator[Fault]:
    born = patient.get("born")
    with suppress(ValueError):
        born = date.fromisoformat(born) if isinstance(born, str) else born
    if isinstance(born, date) and not isinstance(born, datetime) and not EARLIEST_BIRTH <= born <= today:
        yield Fault(f"{where}.born", f"nobody here is born on {born}; write a day from 1900 to today")
