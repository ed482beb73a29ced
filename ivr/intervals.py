"""Half-open spans of time: the start is in, the end is out, so neighbours touch without overlapping."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """The instants from `start` up to, not including, `end`; both aware."""

    start: datetime
    end: datetime

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    @property
    def is_empty(self) -> bool:
        return self.start >= self.end


def union(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same instants as the fewest spans, in order; touching ones become one, empty ones go."""
    merged: list[Interval] = []
    for span in sorted(s for s in spans if not s.is_empty):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
