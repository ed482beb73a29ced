"""Practitioners, their acts, hours and leave: read, and changed where no caller is stranded by it."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, url_for

from ivr.actions.changing import Asked, in_practitioner, on_a_date
from ivr.actions.leaves import LeaveTrouble, LeaveWish, span_trouble, trouble_beside
from ivr.actions.practice_rows import read_settings
from ivr.api.answers import answered, check_mark, created, done, marked
from ivr.api.here import here, read
from ivr.api.once import once_saved
from ivr.api.operations import Operation, operation
from ivr.api.pages import PageQuery, after, page
from ivr.api.problems import Kind, ProblemError, invalid, not_found
from ivr.api.settings_changes import practitioner_part, save
from ivr.api.shapes.settings import (
    Act,
    ActList,
    DatedHours,
    DatedHoursPage,
    DayHours,
    Leave,
    LeavePage,
    NewLeave,
    Practitioner,
    PractitionerList,
    WeekHours,
)
from ivr.practice_files.writing import as_table
from ivr.routing import Switchboard
from ivr.vocabulary import Scope

READ, WRITE = Scope.SETTINGS_READ, Scope.SETTINGS_WRITE
PRACTITIONERS, HOURS, LEAVE = "Practitioners", "Hours", "Leave"
TROUBLES = {
    LeaveTrouble.MIXED: "needs a time as the other end has one, or neither of them",
    LeaveTrouble.BACKWARDS: "ends before it begins",
    LeaveTrouble.PAST: "is past",
    LeaveTrouble.TOO_LONG: "is more than a year after the beginning",
}
OVER_ANOTHER = "Another leave of this practitioner lies there; take that one out, or choose other days."

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
    return marked(WeekHours.of(_table(practitioner)))


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

    _change(practitioner, change, "practice working hours")
    return marked(WeekHours.of(_table(practitioner)))


@practitioners.get("/<key:practitioner>/days")
@operation(Operation("list_days", READ, HOURS, DatedHoursPage, query=PageQuery, has_pages=True))
def list_days(practitioner: str, query: PageQuery) -> Response:
    """List the dates on which a practitioner has hours of their own."""
    since = after(query, str)
    entries = [DatedHours.of(one) for one in _table(practitioner).get("dated_hours", ())]
    rest = [one for one in sorted(entries, key=_place_of_day) if since is None or _place_of_day(one) > since]
    return page(DatedHoursPage, query, rest[: query.limit + 1], lambda one: one, _place_of_day)


@practitioners.get("/<key:practitioner>/days/<day:day>")
@operation(Operation("get_day", READ, HOURS, DatedHours, has_mark=True))
def get_day(practitioner: str, day: str) -> Response:
    """Read the hours of a date."""
    return marked(_day(_table(practitioner), day))


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

    _change(practitioner, change, "practice dated hours")
    return marked(_day(_table(practitioner), day))


@practitioners.delete("/<key:practitioner>/days/<day:day>")
@operation(Operation("delete_day", WRITE, HOURS, None, 204, needs_mark=True, conflicts=True))
def delete_day(practitioner: str, day: str) -> Response:
    """Give a date its weekly hours again."""

    def change(part: dict[str, Any]) -> None:
        check_mark(_day(part, day))
        on_a_date(day, None)(part)

    _change(practitioner, change, "practice dated hours")
    return done()


@practitioners.get("/<key:practitioner>/leave")
@operation(Operation("list_leave", READ, LEAVE, LeavePage, query=PageQuery, has_pages=True))
def list_leave(practitioner: str, query: PageQuery) -> Response:
    """List the leaves of a practitioner."""
    since = after(query, str)
    entries = sorted((Leave.of(one) for one in _table(practitioner).get("leave", ())), key=lambda one: one.id)
    rest = [one for one in entries if since is None or one.id > since[0]]
    return page(LeavePage, query, rest[: query.limit + 1], lambda one: one, lambda one: (one.id,))


@practitioners.get("/<key:practitioner>/leave/<leave:leave>")
@operation(Operation("get_leave", READ, LEAVE, Leave, has_mark=True))
def get_leave(practitioner: str, leave: str) -> Response:
    """Read a leave."""
    return marked(_leave(_table(practitioner), leave))


@practitioners.post("/<key:practitioner>/leave")
@operation(Operation("plan_leave", WRITE, LEAVE, Leave, 201, body=NewLeave, creates=True, has_mark=True))
def plan_leave(practitioner: str, body: NewLeave) -> Response:
    """Plan a leave.

    It needs somebody to call meanwhile, and lies beside the others. Appointments in it stay.
    """
    trouble = span_trouble(body.start, body.until, here().today)
    if trouble is not None:
        raise invalid("/until", TROUBLES[trouble])
    wish, planned = LeaveWish(practitioner, body.table, is_added=True), Leave.of(body.table)

    def check(switchboard: Switchboard) -> None:
        if trouble_beside(switchboard, wish) is not None:
            raise ProblemError(Kind.CONFLICT, OVER_ANOTHER)

    def change(part: dict[str, Any]) -> None:
        if any(wish.is_it(one) for one in part.get("leave", ())):
            raise ProblemError(Kind.CONFLICT, OVER_ANOTHER)
        wish.change(part)

    _table(practitioner)
    asked = Asked(in_practitioner(practitioner, change), wish.subject, check)
    address = url_for("practitioners.get_leave", practitioner=practitioner, leave=planned.id)
    return once_saved(lambda within: save(asked, within), lambda: created(planned, address))


@practitioners.delete("/<key:practitioner>/leave/<leave:leave>")
@operation(Operation("delete_leave", WRITE, LEAVE, None, 204, needs_mark=True, conflicts=True))
def delete_leave(practitioner: str, leave: str) -> Response:
    """Take out a leave."""

    def change(part: dict[str, Any]) -> None:
        found = _leave(part, leave)
        check_mark(found)
        LeaveWish(practitioner, {"from": found.start, "until": found.until}, is_added=False).change(part)

    _change(practitioner, change, "practice leave removed")
    return done()


def _change(practitioner: str, change: Any, subject: str) -> None:
    _table(practitioner)
    save(Asked(in_practitioner(practitioner, change), subject))


def _table(practitioner: str) -> dict[str, Any]:
    """The settings of a practitioner as they are written. Raises ProblemError."""
    with read()() as connection:
        return as_table(practitioner_part(connection, practitioner))


def _day(table: dict[str, Any], day: str) -> DatedHours:
    found = next((one for one in table.get("dated_hours", ()) if one["date"] == day), None)
    if found is None:
        raise not_found()
    return DatedHours.of(found)


def _leave(table: dict[str, Any], leave: str) -> Leave:
    found = next((one for entry in table.get("leave", ()) if (one := Leave.of(entry)).id == leave), None)
    if found is None:
        raise not_found()
    return found


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise not_found() from None


def _place_of_day(one: DatedHours) -> tuple[str]:
    return (one.day.isoformat(),)
