"""Values for tests: sensible by default, so that a test names only what matters to it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from ivr.hours import WeeklyHours, weekly
from ivr.phones import PhoneNumber, Withheld
from ivr.practice import (
    Caller,
    Leave,
    Override,
    Practice,
    Practitioner,
    Replacement,
    Secretary,
    WallSpan,
)
from ivr.vocabulary import OverrideKind, Reach, TakesCalls

DOCTORS_PHONE = PhoneNumber("+33639980001")
SECRETARYS_PHONE = PhoneNumber("+33199001240")
PATIENTS_PHONE = PhoneNumber("+33639981111")
PATIENTS_LANDLINE = PhoneNumber("+33199007777")
HIDDEN = Withheld()

PETIT = Replacement("Docteur Petit", PhoneNumber("+33199005555"))

WORKING_HOURS = weekly(
    {
        "mon": ["09:00-12:00", "14:00-18:00"],
        "tue": ["09:00-12:00", "14:00-18:00"],
        "wed": ["09:00-12:00", "14:00-18:00"],
        "thu": ["09:00-12:00"],
        "fri": ["09:00-12:00", "14:00-18:00"],
    }
)
"""Lunch from 12 to 14, Thursday afternoons off, weekends closed."""

SECRETARYS_HOURS = weekly({day: ["08:30-18:30"] for day in ("mon", "tue", "wed", "thu", "fri")})


def a_practice(**changes: Any) -> Practice:
    """A mainland practice of one practitioner, without secretary."""
    usual = Practice(
        key="pasteur",
        name="Cabinet Pasteur",
        lines=(PhoneNumber("+33199001234"),),
        practitioners=(a_practitioner(),),
    )
    return replace(usual, **changes)


def a_practitioner(**changes: Any) -> Practitioner:
    """Doctor Martin, in `WORKING_HOURS`, reached by calls and messages."""
    usual = Practitioner(key="martin", name="Martin", phone=DOCTORS_PHONE, working_hours=WORKING_HOURS)
    return replace(usual, **changes)


def a_secretary(**changes: Any) -> Secretary:
    """The front desk, Monday to Friday from 8:30 to 18:30 without a break."""
    return replace(Secretary(key="accueil", phone=SECRETARYS_PHONE, hours=SECRETARYS_HOURS), **changes)


def a_caller(**changes: Any) -> Caller:
    """Jeanne, a patient on no list, from her mobile."""
    return replace(Caller(number=PATIENTS_PHONE, first_names=("Jeanne",)), **changes)


def on_list(reach: Reach, practitioner: str = "martin", **changes: Any) -> Caller:
    """Jeanne on a list of one practitioner."""
    return a_caller(reaches={practitioner: reach}, **changes)


def assisted(reach: Reach = Reach.NONE, practitioner: str = "martin", **changes: Any) -> Caller:
    """Jeanne, assisted with one practitioner."""
    return a_caller(reaches={practitioner: reach}, assisted_with=frozenset({practitioner}), **changes)


def a_stranger(number: str = "+33639982222") -> Caller:
    """A number shown to the practice, which no patient has."""
    return a_caller(number=PhoneNumber(number), first_names=())


def a_hidden_caller() -> Caller:
    """Somebody whose number is withheld."""
    return a_caller(number=HIDDEN, first_names=())


def a_leave(start: str, end: str, takes_calls: TakesCalls | None = None) -> Leave:
    """A leave in wall times; written as dates alone it covers whole days. A locum may take the calls."""
    return Leave(a_span(start, end), replace(PETIT, takes_calls=takes_calls))


def an_override(kind: OverrideKind, start: str, end: str) -> Override:
    """A temporary act of the practitioner, in wall times."""
    return Override(kind, a_span(start, end))


def a_span(start: str, end: str) -> WallSpan:
    """A span in wall times of the practice; `2026-12-24` alone is that whole day."""
    return WallSpan(datetime.fromisoformat(start), datetime.fromisoformat(end), whole_days="T" not in start)


def every_day(*ranges: str) -> WeeklyHours:
    """The same ranges on the seven days of the week."""
    return weekly(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ranges))


def table(**days: Iterable[str]) -> WeeklyHours:
    """A weekly table by its open days: `table(sat=["09:00-12:00"])`."""
    written: Mapping[str, Iterable[str]] = days
    return weekly(written)


def paris(wall: str) -> datetime:
    """The UTC instant of a wall time in Paris; with an offset, of that pass of the double hour."""
    shown = datetime.fromisoformat(wall)
    return (shown if shown.tzinfo else shown.replace(tzinfo=zone("Europe/Paris"))).astimezone(UTC)


@cache
def zone(name: str) -> ZoneInfo:
    """A zone of the standard library, from the zone files the project ships, whatever the machine has."""
    with (files("pytz") / "zoneinfo" / name).open("rb") as stored:
        return ZoneInfo.from_file(stored, key=name)
