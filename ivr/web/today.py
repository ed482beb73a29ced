"""Aujourd’hui: what is to be done, who called, and the messages to hear."""

from datetime import timedelta
from typing import Any

import structlog
from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from db.queries.journal import calls_since, count_calls_since
from db.queries.practices import practitioner_names
from db.queries.today import count_open_tasks, done_tasks, find_sound, names_by_number, open_tasks
from ivr.actions.tasks import do_task, hand_over, open_task_again
from ivr.clock import start_of_day
from ivr.security.guard import needs
from ivr.vault import VaultError
from ivr.vocabulary import Permission
from ivr.web.here import here, note, read, switchboard_here, write

UNDO_FOR = timedelta(minutes=30)
MOST_CALLS = 50

log = structlog.get_logger()
today = Blueprint("today", __name__, url_prefix="/admin")


@today.get("/")
@needs(Permission.TASKS)
def page() -> str:
    """The page of the day."""
    with read()() as connection:
        secretaries = [secretary.key for secretary in switchboard_here(connection).practice.secretaries]
    return render_template("site/today.html", secretaries=secretaries, **_shown())


@today.get("/today/live")
@needs(Permission.TASKS)
def live() -> str:
    """The part that changes by itself."""
    return render_template("site/_today.html", **_shown())


@today.post("/tasks/<row:task_id>/done")
@needs(Permission.TASKS)
def done(task_id: int) -> Any:
    """It is done: seen, called back."""
    with write()() as connection:
        if do_task(connection, here().id, task_id, here().now):
            note(connection, "done", f"task {task_id}")
    return _back()


@today.post("/tasks/<row:task_id>/open")
@needs(Permission.TASKS)
def undo(task_id: int) -> Any:
    """Not done after all."""
    with write()() as connection:
        if open_task_again(connection, here().id, task_id):
            note(connection, "reopened", f"task {task_id}")
    return _back()


@today.post("/tasks/<row:task_id>/owner")
@needs(Permission.TASKS)
def give(task_id: int) -> Any:
    """A colleague does it."""
    with write()() as connection:
        if hand_over(connection, here().id, task_id, request.form.get("practitioner") or None):
            note(connection, "handed over", f"task {task_id}")
            flash(gettext("C’est transmis."))
    return _back()


@today.get("/messages/<row:message_id>/sound")
@needs(Permission.TASKS)
def sound(message_id: int) -> Response:
    """A voice message, to be heard in the page; who opened it is noted before it is sent."""
    with read()() as connection:
        found = find_sound(connection, here().id, message_id)
    if found is None:
        abort(404)
    try:
        heard = current_app.extensions["ivr.archive"].read(found.file)
    except (OSError, VaultError) as error:
        log.error("message_not_read", message=message_id, reason=str(error))
        abort(404)
    if request.range is None or request.range.ranges[0][0] == 0:
        with write()() as connection:
            note(connection, "opened", f"task {found.task_id}")
    response = Response(heard, mimetype="audio/wav")
    response.make_conditional(request, accept_ranges=True, complete_length=len(heard))
    return response


def _shown() -> dict[str, Any]:
    practice = here()
    midnight = start_of_day(practice.zone, practice.today)
    with read()() as connection:
        tasks = open_tasks(connection, practice.id)
        done = done_tasks(connection, practice.id, practice.now - UNDO_FOR)
        calls = calls_since(connection, practice.id, midnight, most=MOST_CALLS)
        numbers = {row.caller for row in (*tasks, *done, *calls) if row.caller is not None}
        names = names_by_number(connection, practice.id, numbers)
        practitioners = practitioner_names(connection, practice.id)
        counts = {
            "tasks": count_open_tasks(connection, practice.id),
            "calls": count_calls_since(connection, practice.id, midnight),
        }
    shown = {"tasks": tasks, "done": done, "calls": calls}
    return shown | {"counts": counts, "names": names, "practitioners": practitioners}


def _back() -> Any:
    """The changed part for htmx, the whole page without script."""
    if request.headers.get("HX-Request"):
        return live()
    return redirect(url_for("today.page"), code=303)
