"""Les congés: planned, with whom patients turn to meanwhile; what changes is shown before one is saved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from db.queries.appointments import booked_between
from db.queries.practices import lock_practice, practitioner_ids
from ivr.actions.load_practice import load_practice
from ivr.actions.settings import changed_settings, say, stranded
from ivr.impact import Side, differences
from ivr.phones import PhoneNumber, read_number
from ivr.practice import Caller, Leave, Practitioner
from ivr.practice_files.faults import FaultyFileError
from ivr.practice_files.schema import PracticeFile, SpanPart
from ivr.practice_files.values import as_practice, as_span
from ivr.routing import Switchboard
from ivr.security.guard import needs
from ivr.vocabulary import Permission, Reach, TakesCalls
from ivr.web.here import LAST_DAY, here, note, read, switchboard_here, write
from ivr.web.impact import Affected, lines_of

LONGEST = timedelta(days=366)
LONGEST_NAME = 100
ANYBODY = PhoneNumber("+33639980000")
"""A number of nobody's, from the range kept for fiction."""

leave = Blueprint("leave", __name__, url_prefix="/admin/leave")

Change = Callable[[dict[str, Any]], None]


class LeaveError(ValueError):
    """A leave that cannot be, in a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One leave of one practitioner (a key), as the settings write it, to be added or taken out."""

    practitioner: str
    table: dict[str, Any]
    is_added: bool

    def change(self, settings: dict[str, Any]) -> None:
        """Make it so in the tables of the settings."""
        for part in settings["practitioners"]:
            if part["key"] == self.practitioner:
                leaves = [one for one in part.get("leave", []) if not self.is_it(one)]
                part["leave"] = [*leaves, self.table] if self.is_added else leaves

    def is_it(self, other: dict[str, Any]) -> bool:
        """Whether that leave is this one: no two of a practitioner begin and end together."""
        return (other["from"], other["until"]) == (self.table["from"], self.table["until"])


@leave.get("")
@needs(Permission.PATIENTS)
def page() -> str:
    """The leaves to come, and a form for another."""
    return _page()


@leave.post("")
@needs(Permission.EXCEPTIONS)
def preview() -> Any:
    """What a leave would change, or taking one out."""
    try:
        with read()() as connection:
            asked = _asked(connection)
            before = switchboard_here(connection)
            _check(before, asked)
            file = changed_settings(connection, here().id, asked.change, here().today)
            after = Switchboard(as_practice(file))
            doctor, (start, end) = _meant(after if asked.is_added else before, asked)
            coming = max(start, here().now)
            ids = practitioner_ids(connection, here().id)
            planned = booked_between(connection, ids[asked.practitioner], coming, end) if asked.is_added else ()
    except (LeaveError, FaultyFileError) as error:
        flash(_told(error), "error")
        return _page(), 400
    return render_template(
        "site/leave_preview.html",
        asked=asked,
        doctor=doctor,
        span=(start, end),
        planned=planned,
        affected=_affected(before, after, doctor, coming, end),
        chosen=[(name, value) for name, value in request.form.items() if name != "csrf_token"],
    )


@leave.post("/confirmed")
@needs(Permission.EXCEPTIONS)
def confirm() -> Any:
    """Save it, when no caller would be stranded."""
    try:
        with read()() as connection:
            asked = _asked(connection)
            _check(switchboard_here(connection), asked)
            file = changed_settings(connection, here().id, asked.change, here().today)
        if offences := stranded(file, here().now):
            raise LeaveError(say(offences))
        with write()() as connection:
            lock_practice(connection, here().id)
            file = changed_settings(connection, here().id, asked.change, here().today)
            load_practice(connection, file)
            note(connection, "changed", f"practice leave {'added' if asked.is_added else 'removed'}")
    except (LeaveError, FaultyFileError) as error:
        flash(_told(error), "error")
        return _page(), 400
    _copy(file)
    flash(gettext("Le congé est enregistré.") if asked.is_added else gettext("Le congé est supprimé."))
    return redirect(url_for("leave.page"), code=303)


def _page() -> str:
    with read()() as connection:
        switchboard = switchboard_here(connection)
    coming = [
        (doctor, one, span)
        for doctor in switchboard.practice.practitioners
        for one in doctor.leaves
        if (span := switchboard.calendar.span(one.span)).end > here().now
    ]
    coming.sort(key=lambda entry: entry[2].start)
    return render_template(
        "site/leave.html",
        coming=coming,
        doctors=switchboard.practice.practitioners,
        chosen=request.form,
        table_of=_table_of,
    )


def _asked(connection: Connection) -> Asked:
    """What the form says. Raises LeaveError."""
    form = request.form
    practitioner = form.get("practitioner", "")
    if practitioner not in practitioner_ids(connection, here().id):
        abort(404)
    if form.get("remove"):
        return Asked(practitioner, {"from": form.get("from", ""), "until": form.get("until", "")}, is_added=False)
    start, end = _wall("from"), _wall("until")
    if ("T" in start) != ("T" in end):
        raise LeaveError(gettext("Donnez une heure au début et à la fin, ou à aucun des deux."))
    if end < start or ("T" in start and end == start):
        raise LeaveError(gettext("Ce congé finit avant de commencer."))
    if end[:10] < here().today.isoformat():
        raise LeaveError(gettext("Ce congé est déjà passé."))
    if date.fromisoformat(end[:10]) - date.fromisoformat(start[:10]) > LONGEST:
        raise LeaveError(gettext("Ce congé dure plus d’un an."))
    return Asked(practitioner, {"from": start, "until": end, "instead": _instead()}, is_added=True)


def _instead() -> dict[str, str]:
    name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME]
    if not name:
        raise LeaveError(gettext("Dites qui appeler pendant ce congé : un nom et un téléphone."))
    try:
        number = read_number(request.form.get("phone", ""), here().country)
    except ValueError:
        raise LeaveError(gettext("Le téléphone de la personne à appeler n’est pas lisible.")) from None
    instead = {"name": name, "phone": number.e164}
    takes = request.form.get("takes_calls", "")
    return instead | ({"takes_calls": takes} if takes in set(TakesCalls) else {})


def _wall(name: str) -> str:
    """A date of the form, with its time if one is given. Raises LeaveError."""
    try:
        day = date.fromisoformat(request.form.get(name, ""))
        at = request.form.get(f"{name}-time", "")
        wall = day.isoformat() if not at else datetime.fromisoformat(f"{day}T{at}").strftime("%Y-%m-%dT%H:%M")
    except ValueError:
        raise LeaveError(gettext("Donnez le premier et le dernier jour du congé.")) from None
    if day > LAST_DAY:
        raise LeaveError(gettext("Donnez le premier et le dernier jour du congé."))
    return wall


def _meant(switchboard: Switchboard, asked: Asked) -> tuple[Practitioner, tuple[datetime, datetime]]:
    """Whose leave it is, and from when to when (UTC)."""
    doctor = switchboard.practice.practitioner(asked.practitioner)
    meant = next((one for one in doctor.leaves if asked.is_it(_table_of(one))), None) or abort(404)
    span = switchboard.calendar.span(meant.span)
    return doctor, (span.start, span.end)


def _check(switchboard: Switchboard, asked: Asked) -> None:
    """What is removed must be there, what is added must lie beside the others. Raises LeaveError."""
    doctor, calendar = switchboard.practice.practitioner(asked.practitioner), switchboard.calendar
    same = [one for one in doctor.leaves if asked.is_it(_table_of(one))]
    if not asked.is_added:
        if not same:
            raise LeaveError(gettext("Ce congé n’existe plus."))
        return
    span = calendar.span(as_span(SpanPart.model_validate({name: asked.table[name] for name in ("from", "until")})))
    others = [calendar.span(one.span) for one in doctor.leaves if one not in same]
    if any(span.start < other.end and other.start < span.end for other in others):
        raise LeaveError(gettext("Un autre congé de ce praticien est déjà prévu ces jours-là."))


def _affected(
    before: Switchboard, after: Switchboard, doctor: Practitioner, start: datetime, end: datetime
) -> list[Affected]:
    """Each kind of caller for whom something changes from `start` to `end` (UTC)."""
    found = []
    for who, caller in _kinds(doctor.key).items():
        sides = Side(before, caller), Side(after, caller)
        if start < end and (lines := lines_of(differences(*sides, doctor.key, start, end))):
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


def _table_of(one: Leave) -> dict[str, str]:
    """How the settings write the span of a leave."""
    form = "%Y-%m-%d" if one.span.whole_days else "%Y-%m-%dT%H:%M"
    return {"from": one.span.start.strftime(form), "until": one.span.end.strftime(form)}


def _told(error: LeaveError | FaultyFileError) -> str:
    if isinstance(error, FaultyFileError):
        places = {fault.where.rpartition(".")[2] for fault in error.faults}
        if places == {"phone"}:
            return str(gettext("Ce téléphone ne va pas : c’est le cabinet, le docteur absent ou un numéro surtaxé."))
        if places == {"name"}:
            return str(gettext("Ce nom ne va pas : écrivez-le court, en lettres."))
        return str(gettext("Ces réglages ne vont pas ensemble : %(faults)s", faults=say(error.faults)))
    return str(error)


def _copy(file: PracticeFile) -> None:
    """The copies for the fallback."""
    current_app.extensions["ivr.snapshots"].write(file)
