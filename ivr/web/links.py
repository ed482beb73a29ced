"""The page behind the link of an SMS to a doctor, `/t/…`."""

from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, url_for

from db.engine import reading
from ivr.actions.access import note_access
from ivr.actions.links import find_task, see_task
from ivr.clock import local, zone_named
from ivr.phones import national
from ivr.speech import spoken_digits, written_moment
from ivr.vocabulary import Language

links = Blueprint("links", __name__)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


@links.get("/t/<token>")
def task(token: str) -> Response:
    """A missed call, and the button that marks it seen."""
    with reading(current_app.extensions["ivr.engine"])() as connection:
        found = find_task(connection, token)
    if found is None:
        return _page("gone.html", 404, language="fr")
    _note(found.practice_id, "opened", f"task {found.id}")
    language = Language(found.languages[0])
    created = local(zone_named(found.timezone), found.created_at)
    return _page(
        "task.html",
        language=language.value,
        task=found,
        when=written_moment(created, language),
        number=spoken_digits(national(found.caller, "FR")).replace(",", "") if found.caller else None,
        dial=found.caller,
    )


@links.post("/t/<token>")
def seen(token: str) -> Any:
    """Mark it seen; nothing happens by merely opening the link, as a preview may do."""
    with current_app.extensions["ivr.engine"].begin() as connection:
        see_task(connection, token, current_app.extensions["ivr.clock"]())
    return redirect(url_for("links.task", token=token), code=303)


def _note(practice_id: int, action: str, subject: str) -> None:
    """Who has the link opened it; nobody else is known here."""
    with current_app.extensions["ivr.engine"].begin() as connection:
        note_access(connection, practice_id, "link", action, subject, current_app.extensions["ivr.clock"]())


def _page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that nobody keeps, frames or sends on."""
    response = make_response(render_template(template, **values), status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
