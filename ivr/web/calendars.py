"""Agendas ailleurs: the secret address that shows an agenda, and the other calendar whose busy times are read."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from db.queries.calendars import calendar_rows
from db.queries.practices import lock_practice, practitioner_ids, practitioner_names
from ivr.actions.calendar_feeds import delete_feed, make_feed
from ivr.actions.outside_calendars import AddressError, calendar_address, clear_address, set_address
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.here import here, made, note, public_address, read, write

calendars = Blueprint("calendars", __name__, url_prefix="/admin/calendar")


@calendars.get("")
@needs(Permission.EXCEPTIONS)
def page() -> str:
    """What each practitioner has."""
    return _page()


@calendars.post("/feed")
@needs(Permission.EXCEPTIONS)
def make() -> str:
    """A new address in the place of any other; it is shown in this one answer and never again."""
    doctor = _doctor()
    with write()() as connection:
        lock_practice(connection, here().id)
        token = make_feed(connection, doctor, made())
        note(connection, "changed", f"practitioner {doctor} calendar feed made")
    return _page(shown=(doctor, public_address("feed.agenda", token=token)))


@calendars.post("/feed/deleted")
@needs(Permission.EXCEPTIONS)
def delete() -> Any:
    """The address opens nothing any more."""
    doctor = _doctor()
    with write()() as connection:
        if delete_feed(connection, doctor):
            note(connection, "changed", f"practitioner {doctor} calendar feed deleted")
    flash(gettext("L’adresse est supprimée : elle n’ouvre plus rien."))
    return redirect(url_for("calendars.page"), code=303)


@calendars.post("/outside")
@needs(Permission.EXCEPTIONS)
def point() -> Any:
    """Read that calendar from now on."""
    doctor = _doctor()
    try:
        address = calendar_address(request.form.get("calendar", ""))
    except AddressError:
        flash(gettext("Cette adresse ne va pas : elle commence par https:// et contient le nom d’un site."), "error")
        return _page(refused=doctor), 400
    with write()() as connection:
        lock_practice(connection, here().id)
        if set_address(connection, doctor, address, here().now):
            note(connection, "changed", f"practitioner {doctor} outside calendar set")
    flash(gettext("L’adresse est enregistrée. L’agenda sera lu dans les minutes qui viennent."))
    return redirect(url_for("calendars.page"), code=303)


@calendars.post("/outside/cleared")
@needs(Permission.EXCEPTIONS)
def clear() -> Any:
    """That calendar is not read any more, and blocks nothing."""
    doctor = _doctor()
    with write()() as connection:
        if clear_address(connection, doctor):
            note(connection, "changed", f"practitioner {doctor} outside calendar cleared")
    flash(gettext("Cet agenda n’est plus lu et ne bloque plus rien."))
    return redirect(url_for("calendars.page"), code=303)


def _page(shown: tuple[int, str] | None = None, refused: int | None = None) -> str:
    """`shown` is whose address was made just now, and the address; `refused` whose other address did not do."""
    with read()() as connection:
        names = practitioner_names(connection, here().id)
        rows = calendar_rows(connection, here().id)
    return render_template(
        "site/calendars.html",
        doctors=[(key, name, rows[key]) for key, name in names.items()],
        host_of=_host_of,
        shown=shown,
        refused=refused,
        written=request.form.get("calendar", ""),
    )


def _doctor() -> int:
    """The practitioner that the form names, by the id of the table."""
    with read()() as connection:
        found = practitioner_ids(connection, here().id).get(request.form.get("practitioner", ""))
    return found or abort(404)


def _host_of(address: str) -> str:
    """What may be shown of an address that is a secret."""
    return urlsplit(address).hostname or ""
