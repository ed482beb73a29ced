"""Practitioners, their acts and hours: read, and changed where no caller is stranded by it."""

from datetime import date
from typing import Any

from flask import Blueprint, Response

from ivr.actions.changing import on_a_date
from ivr.actions.practice_rows import read_settings
from ivr.api.answers import answered, check_mark, done, marked
from ivr.api.here import here, read
from ivr.api.operations import Operation, operation
from ivr.api.pages import PageQuery, after, page
from ivr.api.problems import Kind, ProblemError, not_found
from ivr.api.settings_changes import change_practitioner, practitioner_part, practitioner_table
from ivr.api.shapes.settings import (
    Act,
    ActList,
    DatedHours,
    DatedHoursPage,
    DayHours,
    Practitioner,
    PractitionerList,
    WeekHours,
)
from ivr.vocabulary import Scope

READ, WRITE = Scope.SETTINGS_READ, Scope.SETTINGS_WRITE
PRACTITIONERS, HOURS = "Practitioners", "Hours"
practitioners = Blueprint("practitioners", __name__, url_prefix="/practitioners")


@practitioners.get("")
@operation(Operation("list_practitioners", READ, PRACTITIONERS, PractitionerList))
def list_practitioners() -> Response:
    """List the practitioners of the practice."""
    with read()() as connection:
        parts = read_settings(connection, here().id).practitioners
    return answered(PractitionerList(items=[Practitioner.of(part) for part in parts]))


@practitioners.get("/<key:practitioner>")
@operation(Operation("get_practitioner", READ, PRACTITIONERS, Practitioner, has_mark=True))
def get(practitioner: str) -> Response:
    """Read a practitioner."""
    with read()() as connection:
        return marked(Practitioner.of(practitioner_part(connection, practitioner)))


@practitioners.get("/<key:practitioner>/acts")
@operation(Operation("list_acts", READ, PRACTITIONERS, ActList))
def list_acts(practitioner: str) -> Response:
    """List the acts of a practitioner."""
    with read()() as connection:
        part = practitioner_part(connection, practitioner)
    return answered(ActList(items=[Act.of(practitioner, act) for act in part.acts]))


@practitioners.get("/<key:practitioner>/acts/<key:act>")
@operation(Operation("get_act", READ, PRACTITIONERS, Act, has_mark=True))
def get_act(practitioner: str, act: str) -> Response:
    """Read an act."""
    with read()() as connection:
        part = practitioner_part(connection, practitioner)
    found = next((one for one in part.acts if one.key == act), None)
    if found is None:
        raise not_found()
    return marked(Act.of(practitioner, found))


@practitioners.get("/<key:practitioner>/hours")
@operation(Operation("get_hours", READ, HOURS, WeekHours, has_mark=True))
def get_hours(practitioner: str) -> Response:
    """Read when a practitioner works and takes calls."""
    return marked(WeekHours.of(practitioner_table(practitioner)))


@practitioners.put("/<key:practitioner>/hours")
@operation(
    Operation("put_hours", WRITE, HOURS, WeekHours, body=WeekHours, has_mark=True, needs_mark=True, conflicts=True)
)
def put_hours(practitioner: str, body: WeekHours) -> Response:
    """Change when a practitioner works and takes calls.

    It takes seconds: every path of keys is walked, and hours that would strand a caller are refused. Appointments that
    fall out of the new hours stay.
    """

    def change(part: dict[str, Any]) -> None:
        check_mark(WeekHours.of(part))
        part.update(body.table)

    change_practitioner(practitioner, change, "practice working hours")
    return marked(WeekHours.of(practitioner_table(practitioner)))


@practitioners.get("/<key:practitioner>/days")
@operation(Operation("list_days", READ, HOURS, DatedHoursPage, query=PageQuery, has_pages=True))
def list_days(practitioner: str, query: PageQuery) -> Response:
    """List the dates on which a practitioner has hours of their own."""
    since = after(query, str)
    entries = [DatedHours.of(one) for one in practitioner_table(practitioner).get("dated_hours", ())]
    rest = [one for one in sorted(entries, key=_place_of_day) if since is None or _place_of_day(one) > since]
    return page(DatedHoursPage, query, rest[: query.limit + 1], lambda one: one, _place_of_day)


@practitioners.get("/<key:practitioner>/days/<day:day>")
@operation(Operation("get_day", READ, HOURS, DatedHours, has_mark=True))
def get_day(practitioner: str, day: str) -> Response:
    """Read the hours of a date."""
    return marked(_day(practitioner_table(practitioner), day))


@practitioners.put("/<key:practitioner>/days/<day:day>")
@operation(
    Operation("put_day", WRITE, HOURS, DatedHours, body=DayHours, has_mark=True, may_need_mark=True, conflicts=True)
)
def put_day(practitioner: str, day: str, body: DayHours) -> Response:
    """Give a date hours of its own.

    `If-Match` is needed where it has some already.
    """
    if _date(day) < here().today:
        raise ProblemError(Kind.CONFLICT, "That day is past; choose today or later.")
    entry = {"date": day, "hours": body.hours, "holiday": body.holiday}

    def change(part: dict[str, Any]) -> None:
        if any(one["date"] == day for one in part.get("dated_hours", ())):
            check_mark(_day(part, day))
        on_a_date(day, entry)(part)

    change_practitioner(practitioner, change, "practice dated hours")
    return marked(_day(practitioner_table(practitioner), day))


@practitioners.delete("/<key:practitioner>/days/<day:day>")
@operation(Operation("delete_day", WRITE, HOURS, None, 204, needs_mark=True, conflicts=True))
def delete_day(practitioner: str, day: str) -> Response:
    """Give a date its weekly hours again."""

    def change(part: dict[str, Any]) -> None:
        check_mark(_day(part, day))
        on_a_date(day, None)(part)

    change_practitioner(practitioner, change, "practice dated hours")
    return done()


def _day(table: dict[str, Any], day: str) -> DatedHours:
    found = next((one for one in table.get("dated_hours", ()) if one["date"] == day), None)
    if found is None:
        raise not_found()
    return DatedHours.of(found)


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise not_found() from None


def _place_of_day(one: DatedHours) -> tuple[str]:
    return (one.day.isoformat(),)
