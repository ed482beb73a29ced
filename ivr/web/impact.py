"""Ce qui va changer: what a change does to callers in the weeks to come, in lines that can be read at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.impact import Difference
from ivr.intervals import Interval
from ivr.vocabulary import Outcome

WEEKS_SHOWN = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of change, and when: `spans` are UTC, in order."""

    before: Outcome
    after: Outcome
    whom_before: str
    whom_after: str
    spans: tuple[Interval, ...]

    @property
    def start(self) -> datetime:
        """The first time it is so."""
        return self.spans[0].start

    @property
    def end(self) -> datetime:
        """The end of the last time."""
        return self.spans[-1].end


@dataclass(frozen=True, slots=True)
class Affected:
    """Who is affected, towards whom, and how."""

    who: str
    doctor: str
    lines: tuple[Line, ...]


def lines_of(found: Iterable[Difference]) -> tuple[Line, ...]:
    """The differences by what becomes of what."""
    spans: dict[tuple[Outcome, Outcome, str, str], list[Interval]] = {}
    for one in found:
        spans.setdefault((one.before, one.after, one.whom_before, one.whom_after), []).append(one.span)
    return tuple(Line(*what, tuple(when)) for what, when in spans.items())
