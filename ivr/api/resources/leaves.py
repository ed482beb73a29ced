"""Leave: planned with whom to call meanwhile, and taken out."""

from typing import Any

from flask import Blueprint, Response, url_for

from ivr.actions.changing import Asked, in_practitioner
from ivr.actions.leaves import LeaveTrouble, LeaveWish, span_trouble, trouble_beside
from ivr.api.answers import check_mark, created, done, marked
from ivr.api.here import here
from ivr.api.once import once_saved
from ivr.api.operations import Operation, operation
from ivr.api.pages import PageQuery, after, page
from ivr.api.problems import Kind, ProblemError, invalid, not_found
from ivr.api.settings_changes import change_practitioner, practitioner_table, save
from ivr.api.shapes.settings import Leave, LeavePage, NewLeave
from ivr.routing import Switchboard
from ivr.vocabulary import Scope

READ, WRITE = Scope.SETTINGS_READ, Scope.SETTINGS_WRITE
LEAVE = "Leave"
TROUBLES = {
    LeaveTrouble.MIXED: "needs a time as the other end has one, or neither of them",
    LeaveTrouble.BACKWARDS: "ends before it begins",
    LeaveTrouble.PAST: "is past",
    LeaveTrouble.TOO_LONG: "is more than a year after the beginning",
}
OVER_ANOTHER = "Another leave of this practitioner lies there; take that one out, or choose other days."

leaves = Blueprint("leaves", __name__, url_prefix="/practitioners/<key:practitioner>/leave")


@leaves.get("")
@operation(Operation("list_leave", READ, LEAVE, LeavePage, query=PageQuery, has_pages=True))
def list_leave(practitioner: str, query: PageQuery) -> Response:
    """List the leaves of a practitioner."""
    since = after(query, str)
    entries = sorted(
        (Leave.of(one) for one in practitioner_table(practitioner).get("leave", ())), key=lambda one: one.id
    )
    rest = [one for one in entries if since is None or one.id > since[0]]
    return page(LeavePage, query, rest[: query.limit + 1], lambda one: one, lambda one: (one.id,))


@leaves.get("/<leave:leave>")
@operation(Operation("get_leave", READ, LEAVE, Leave, has_mark=True))
def get(practitioner: str, leave: str) -> Response:
    """Read a leave."""
    return marked(_leave(practitioner_table(practitioner), leave))


@leaves.post("")
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

    practitioner_table(practitioner)
    asked = Asked(in_practitioner(practitioner, change), wish.subject, check)
    address = url_for("leaves.get", practitioner=practitioner, leave=planned.id)
    return once_saved(lambda within: save(asked, within), lambda: created(planned, address))


@leaves.delete("/<leave:leave>")
@operation(Operation("delete_leave", WRITE, LEAVE, None, 204, needs_mark=True, conflicts=True))
def delete_leave(practitioner: str, leave: str) -> Response:
    """Take out a leave."""

    def change(part: dict[str, Any]) -> None:
        found = _leave(part, leave)
        check_mark(found)
        LeaveWish(practitioner, {"from": found.start, "until": found.until}, is_added=False).change(part)

    change_practitioner(practitioner, change, "practice leave removed")
    return done()


def _leave(table: dict[str, Any], leave: str) -> Leave:
    found = next((one for entry in table.get("leave", ()) if (one := Leave.of(entry)).id == leave), None)
    if found is None:
        raise not_found()
    return found
