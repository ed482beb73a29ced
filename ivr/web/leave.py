"""Les congés: planned, with whom patients turn to meanwhile; what changes is shown before one is saved."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Connection

from db.queries.appointments import booked_between
from db.queries.practices import practitioner_ids
from ivr.actions.changing import Asked, in_practitioner
from ivr.actions.leaves import LeaveTrouble, LeaveWish, span_of, span_trouble, trouble_beside
from ivr.phones import read_number
from ivr.practice import Practitioner
from ivr.routing import Switchboard
from ivr.security.guard import needs
from ivr.vocabulary import Permission, TakesCalls
from ivr.web.changing import Prospect, RefusedError, chosen, is_confirmed, look_ahead, save
from ivr.web.here import FIRST_DAY, LAST_DAY, here, read, switchboard_here
from ivr.web.impact import affected
from ivr.web.wording import instant

LONGEST_NAME = 100

leave = Blueprint("leave", __name__, url_prefix="/admin/leave")


TROUBLES = {
    LeaveTrouble.MIXED: lazy_gettext("Donnez une heure au début et à la fin, ou à aucun des deux."),
    LeaveTrouble.BACKWARDS: lazy_gettext("Ce congé finit avant de commencer."),
    LeaveTrouble.PAST: lazy_gettext("Ce congé est déjà passé."),
    LeaveTrouble.TOO_LONG: lazy_gettext("Ce congé dure plus d’un an."),
    LeaveTrouble.GONE: lazy_gettext("Ce congé n’existe plus."),
    LeaveTrouble.OVERLAPPING: lazy_gettext("Un autre congé de ce praticien est déjà prévu ces jours-là."),
}


@leave.get("")
@needs(Permission.PATIENTS)
def page() -> str:
    """The leaves to come, and a form for another."""
    return _page()


@leave.post("")
@needs(Permission.EXCEPTIONS)
def change() -> Any:
    """Add a leave or take one out: what it changes is shown, and saved when that was confirmed."""
    try:
        with read()() as connection:
            wish = _wish(connection)
        if is_confirmed():
            save(_asked(wish))
            flash(gettext("Le congé est enregistré.") if wish.is_added else gettext("Le congé est supprimé."))
            return redirect(url_for("leave.page"), code=303)
        with read()() as connection:
            return _preview(connection, wish, look_ahead(connection, _asked(wish)))
    except RefusedError as error:
        flash(str(error), "error")
        return _page(), 400


def _preview(connection: Connection, wish: LeaveWish, prospect: Prospect) -> str:
    doctor, (start, end) = _meant(prospect.after if wish.is_added else prospect.before, wish)
    coming = max(start, here().now)
    ids = practitioner_ids(connection, here().id)
    return render_template(
        "site/change_preview.html",
        about=_about(wish, doctor, start, end),
        planned=booked_between(connection, ids[wish.practitioner], coming, end) if wish.is_added else (),
        planned_heading=gettext("Rendez-vous prévus pendant ce congé"),
        affected=affected(prospect.before, prospect.after, [doctor], coming, end),
        chosen=chosen(),
        address=url_for("leave.change"),
        back=url_for("leave.page"),
        save_words=gettext("Enregistrer le congé") if wish.is_added else gettext("Supprimer le congé"),
    )


def _about(wish: LeaveWish, doctor: Practitioner, start: datetime, end: datetime) -> str:
    what = gettext("congé") if wish.is_added else gettext("congé supprimé")
    span = gettext("du %(start)s au %(end)s", start=instant(start), end=instant(end))
    return f"{gettext('Dr %(name)s', name=doctor.name)} · {what} · {span}"


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
        table_of=span_of,
    )


def _wish(connection: Connection) -> LeaveWish:
    """What the form says. Raises RefusedError."""
    form = request.form
    practitioner = form.get("practitioner", "")
    if practitioner not in practitioner_ids(connection, here().id):
        abort(404)
    if form.get("remove"):
        return LeaveWish(practitioner, {"from": form.get("from", ""), "until": form.get("until", "")}, is_added=False)
    start, end = _wall("from"), _wall("until")
    _refuse(span_trouble(start, end, here().today))
    return LeaveWish(practitioner, {"from": start, "until": end, "instead": _instead()}, is_added=True)


def _instead() -> dict[str, str]:
    name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME]
    if not name:
        raise RefusedError(gettext("Dites qui appeler pendant ce congé : un nom et un téléphone."))
    try:
        number = read_number(request.form.get("phone", ""), here().country)
    except ValueError:
        raise RefusedError(gettext("Le téléphone de la personne à appeler n’est pas lisible.")) from None
    instead = {"name": name, "phone": number.e164}
    takes = request.form.get("takes_calls", "")
    return instead | ({"takes_calls": takes} if takes in set(TakesCalls) else {})


def _wall(name: str) -> str:
    """A date of the form, with its time if one is given. Raises RefusedError."""
    try:
        day = date.fromisoformat(request.form.get(name, ""))
        at = request.form.get(f"{name}-time", "")
        wall = day.isoformat() if not at else datetime.fromisoformat(f"{day}T{at}").strftime("%Y-%m-%dT%H:%M")
    except ValueError:
        raise RefusedError(gettext("Donnez le premier et le dernier jour du congé.")) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise RefusedError(gettext("Donnez le premier et le dernier jour du congé."))
    return wall


def _meant(switchboard: Switchboard, wish: LeaveWish) -> tuple[Practitioner, tuple[datetime, datetime]]:
    """Whose leave it is, and from when to when (UTC)."""
    doctor = switchboard.practice.practitioner(wish.practitioner)
    meant = next((one for one in doctor.leaves if wish.is_it(span_of(one))), None) or abort(404)
    span = switchboard.calendar.span(meant.span)
    return doctor, (span.start, span.end)


def _asked(wish: LeaveWish) -> Asked:
    def check(switchboard: Switchboard) -> None:
        _refuse(trouble_beside(switchboard, wish))

    return Asked(in_practitioner(wish.practitioner, wish.change), wish.subject, check)


def _refuse(trouble: LeaveTrouble | None) -> None:
    """Raises RefusedError where there is some."""
    if trouble is not None:
        raise RefusedError(str(TROUBLES[trouble]))
