"""En ce moment: what holds by one touch, shown on every page while it lasts, and the buttons that begin and end it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from ivr.actions.overrides import LONGEST, be_absent, be_back, end_override, override
from ivr.clock import start_of_day
from ivr.practice_files.schema import PracticeFile
from ivr.security.guard import needs
from ivr.vocabulary import OverrideKind, Permission
from ivr.web.here import here, note, practice_here, read, switchboard_here, write

MINUTES = {"30": 30, "60": 60, "120": 120, "240": 240}

overrides = Blueprint("overrides", __name__, url_prefix="/admin/now")


@dataclass(frozen=True, slots=True)
class InForce:
    """Something that holds for a while: for whom, what, until when (UTC), and the address that ends it."""

    name: str
    kind: str
    until: datetime
    end: str


@overrides.post("/practitioners/<key>")
@needs(Permission.OVERRIDES)
def begin(key: str) -> Any:
    """Pause, away or open now."""
    kinds = {kind.value: kind for kind in OverrideKind}
    kind = kinds.get(request.form.get("kind", "")) or abort(400)
    until = _until() if kind is OverrideKind.AWAY else min(_until(), here().now + LONGEST)
    return _save(lambda connection: override(connection, here().id, key, kind, until, here().now), kind.value)


@overrides.post("/practitioners/<key>/end")
@needs(Permission.OVERRIDES)
def end(key: str) -> Any:
    """As usual again."""
    return _save(lambda connection: end_override(connection, here().id, key, here().now), "usual")


@overrides.post("/secretaries/<key>")
@needs(Permission.OVERRIDES)
def absent(key: str) -> Any:
    """Nobody at the desk."""
    return _save(lambda connection: be_absent(connection, here().id, key, _until(), here().now), "absent")


@overrides.post("/secretaries/<key>/end")
@needs(Permission.OVERRIDES)
def back(key: str) -> Any:
    """Somebody is at the desk again."""
    return _save(lambda connection: be_back(connection, here().id, key, here().now), "usual")


def in_force() -> list[InForce]:
    """Everything that holds now by one touch, for every page of the practice."""
    if practice_here() is None:
        return []
    now = here().now
    with read()() as connection:
        switchboard = switchboard_here(connection)
    calendar, found = switchboard.calendar, []
    for doctor in switchboard.practice.practitioners:
        moment = calendar.moment(doctor, now)
        held = moment.away or moment.open_now or moment.pause
        if held is not None:
            until = calendar.span(held.span).end
            address = url_for("overrides.end", key=doctor.key)
            found.append(InForce(doctor.name, held.kind.value, until, address))
    for secretary in switchboard.practice.secretaries:
        spans = [calendar.span(absence) for absence in secretary.absences]
        ends = [span.end for span in spans if now in span]
        if ends:
            found.append(InForce(secretary.key, "absent", max(ends), url_for("overrides.back", key=secretary.key)))
    return found


def _until() -> datetime:
    """The end that was chosen: so many minutes, or midnight by the practice's clock."""
    chosen = request.form.get("for", "")
    if chosen in MINUTES:
        return here().now + timedelta(minutes=MINUTES[chosen])
    return start_of_day(here().zone, here().today + timedelta(days=1))


def _save(change: Callable[[Connection], PracticeFile], kind: str) -> Any:
    """The change and its entry in one transaction; then the copies for the fallback."""
    try:
        with write()() as connection:
            file = change(connection)
            note(connection, "changed", f"practice {kind}")
    except KeyError:
        abort(404)
    except ValueError:
        flash(gettext("Cela dure trop longtemps : pour plusieurs jours, déclarez un congé."), "error")
    else:
        current_app.extensions["ivr.snapshots"].write(file)
    return redirect(url_for("today.page"), code=303)
