"""The agenda for calendars elsewhere: whoever has the address has it, and sees when and which act, never who."""

from flask import Blueprint, Response, abort, current_app, request

from ivr.actions.calendar_feeds import find_agenda_shown
from ivr.web.here import read

feed = Blueprint("feed", __name__, url_prefix="/calendar")


@feed.get("/<token>.ics")
def agenda(token: str) -> Response:
    """The whole agenda, or that it is as it was."""
    now, switchboards = current_app.extensions["ivr.clock"](), current_app.extensions["ivr.switchboards"]
    with read()() as connection:
        shown = find_agenda_shown(connection, switchboards, token, request.host, now) or abort(404)
    response = Response(mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(shown.mark, weak=True)  # of two answers only the time they were made at differs
    if not request.if_none_match.contains_weak(shown.mark):
        response.set_data(shown.text(now))
    response.make_conditional(request)
    return response
