"""Le journal: who called on a day, and why each call went where it went."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request

from db.queries.journal import calls_since, find_call, last_decisions, turns_of
from db.queries.today import names_by_number
from ivr.clock import start_of_day
from ivr.phones import PhoneNumber, read_number
from ivr.security.guard import needs
from ivr.vocabulary import Outcome, Permission
from ivr.web.here import date_asked, here, note, read, write
from ivr.web.story import story_of

FAR_AWAY = timedelta(days=1830)
ONE_DAY, A_MONTH = timedelta(days=1), timedelta(days=31)

calls = Blueprint("calls", __name__, url_prefix="/admin/calls")


@calls.get("")
@needs(Permission.TASKS)
def journal() -> str:
    """The calls of one day; of a month where one number is looked for."""
    practice, wanted = here(), request.args.get("number", "").strip()[:40]
    number = _read_number(wanted)
    day = date_asked("on", FAR_AWAY)
    first = day - A_MONTH if number else day
    start, end = (start_of_day(practice.zone, on) for on in (first, day + ONE_DAY))
    outcome = request.args.get("outcome", "")
    with read()() as connection:
        found: Any = calls_since(connection, practice.id, start, end, number) if number or not wanted else ()
        decisions = last_decisions(connection, [call.id for call in found])
        names = names_by_number(connection, practice.id, {call.caller for call in found if call.caller})
    if outcome in set(Outcome):
        found = [call for call in found if decisions.get(call.id, {}).get("outcome") == outcome]
    return render_template(
        "site/calls.html",
        calls=found,
        decisions=decisions,
        names=names,
        day=day,
        one_day=ONE_DAY,
        wanted=wanted,
        is_number=number is not None,
        outcome=outcome,
    )


@calls.get("/<row:call_id>")
@needs(Permission.TASKS)
def story(call_id: int) -> str:
    """One call, step by step."""
    with read()() as connection:
        call = find_call(connection, here().id, call_id) or abort(404)
        scenes = list(story_of(turns_of(connection, call)))
        names = names_by_number(connection, here().id, {call.caller} if call.caller else set())
    with write()() as connection:
        note(connection, "opened", f"call {call.id}")
    can_ring = call.caller is not None or call.caller_shown is None
    return render_template("site/call.html", call=call, scenes=scenes, names=names, can_ring=can_ring)


def _read_number(wanted: str) -> PhoneNumber | None:
    try:
        return read_number(wanted, here().country) if wanted else None
    except ValueError:
        return None
