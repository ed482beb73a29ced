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


def intersection(some: Iterable[Interval], others: Iterable[Interval]) -> tuple[Interval, ...]:
    """The instants in both, in order."""
    kept = [*others]
    return union(Interval(max(a.start, b.start), min(a.end, b.end)) for a in some for b in kept)


def difference(spans: Iterable[Interval], holes: Iterable[Interval]) -> tuple[Interval, ...]:
    """The instants of `spans` that are in none of `holes`, in order."""
    left = union(spans)
    for hole in union(holes):
        left = union(
            piece
            for span in left
            for piece in (
                Interval(span.start, min(span.end, hole.start)),
                Interval(max(span.start, hole.end), span.end),
            )
        )
    return left


def union(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same instants as the fewest spans, in order; touching ones become one, empty ones go."""
    merged: list[Interval] = []
    for span in sorted(s for s in spans if not s.is_empty):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
