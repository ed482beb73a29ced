"""Leave as the settings write it: planned beside the others, with whom patients turn to meanwhile."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from ivr.practice import Leave
from ivr.practice_files.schema import SpanPart
from ivr.practice_files.values import as_span
from ivr.routing import Switchboard

LONGEST = timedelta(days=366)


class LeaveTrouble(StrEnum):
    """Why a leave cannot be."""

    MIXED = "mixed"
    """One end is a date and the other one has a time."""
    BACKWARDS = "backwards"
    PAST = "past"
    TOO_LONG = "too-long"
    GONE = "gone"
    OVERLAPPING = "overlapping"


@dataclass(frozen=True, slots=True)
class LeaveWish:
    """One leave of one practitioner (a key), as the settings write it, to be added or taken out."""

    practitioner: str
    table: dict[str, Any]
    is_added: bool

    @property
    def subject(self) -> str:
        """As the access log calls it."""
        return f"practice leave {'added' if self.is_added else 'removed'}"

    def change(self, part: dict[str, Any]) -> None:
        """Make it so in the table of the practitioner."""
        leaves = [one for one in part.get("leave", []) if not self.is_it(one)]
        part["leave"] = [*leaves, self.table] if self.is_added else leaves

    def is_it(self, other: dict[str, Any]) -> bool:
        """Whether that leave is this one: no two of a practitioner begin and end together."""
        return (other["from"], other["until"]) == (self.table["from"], self.table["until"])


def span_trouble(start: str, end: str, today: date) -> LeaveTrouble | None:
    """What is wrong with a span of wall times by itself, on that local date."""
    if ("T" in start) != ("T" in end):
        return LeaveTrouble.MIXED
    if end < start or ("T" in start and end == start):
        return LeaveTrouble.BACKWARDS
    if end[:10] < today.isoformat():
        return LeaveTrouble.PAST
    if date.fromisoformat(end[:10]) - date.fromisoformat(start[:10]) > LONGEST:
        return LeaveTrouble.TOO_LONG
    return None


def trouble_beside(switchboard: Switchboard, wish: LeaveWish) -> LeaveTrouble | None:
    """What is removed must be there, what is added must lie beside the others."""
    doctor, calendar = switchboard.practice.practitioner(wish.practitioner), switchboard.calendar
    same = [one for one in doctor.leaves if wish.is_it(span_of(one))]
    if not wish.is_added:
        return None if same else LeaveTrouble.GONE
    span = calendar.span(as_span(SpanPart.model_validate({name: wish.table[name] for name in ("from", "until")})))
    others = [calendar.span(one.span) for one in doctor.leaves if one not in same]
    is_over = any(span.start < other.end and other.start < span.end for other in others)
    return LeaveTrouble.OVERLAPPING if is_over else None


def span_of(one: Leave) -> dict[str, str]:
    """How the settings write the span of a leave."""
    form = "%Y-%m-%d" if one.span.whole_days else "%Y-%m-%dT%H:%M"
    return {"from": one.span.start.strftime(form), "until": one.span.end.strftime(form)}
