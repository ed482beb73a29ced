"""Ce qui va changer: what a change does to callers in the weeks to come, in lines that can be read at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext

from ivr.impact import Difference, Side, differences
from ivr.intervals import Interval
from ivr.phones import PhoneNumber
from ivr.practice import Caller, Practitioner
from ivr.routing import Switchboard
from ivr.vocabulary import Outcome, Reach

WEEKS_SHOWN = timedelta(weeks=4)
ANYBODY = PhoneNumber("+33639980000")
"""A number of nobody's, from the range kept for fiction."""


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


def affected(
    before: Switchboard, after: Switchboard, doctors: Iterable[Practitioner], start: datetime, end: datetime
) -> list[Affected]:
    """Each kind of caller for whom something changes from `start` to `end` (UTC), towards each of these doctors."""
    found = []
    for doctor in doctors if start < end else ():
        for who, caller in _kinds(doctor.key).items():
            sides = Side(before, caller), Side(after, caller)
            if lines := lines_of(differences(*sides, doctor.key, start, end)):
                found.append(Affected(who, doctor.name, lines))
    return found


def _kinds(doctor: str) -> dict[str, Caller]:
    """One caller of each kind, by what pages call them."""
    known = ("",)
    return {
        str(gettext("Numéro inconnu ou masqué")): Caller(ANYBODY),
        str(gettext("Patient sans liste")): Caller(ANYBODY, known),
        str(gettext("Contacter Prioritaires")): Caller(ANYBODY, known, {doctor: Reach.PRIORITY}),
        str(gettext("Contacter 24 h/24")): Caller(ANYBODY, known, {doctor: Reach.ALWAYS}),
    }
