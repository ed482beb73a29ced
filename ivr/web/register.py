"""Le registre des exceptions: who has what, why, since when, until when and by whom; to renew, end or take along."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from db.queries.patients import find_patient, phones_of
from db.queries.practices import practitioner_ids
from ivr.actions.act_switches import ALL, switches_of
from ivr.actions.contacts import Contact, ContactError, details, set_contacts
from ivr.actions.register import Exempted, Kind, Standing, Wanted, register
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.act_switches import save_switches
from ivr.web.here import DATE_REFUSED, here, made, note, read, switchboard_here, until_chosen, write
from ivr.web.patients import told_of
from ivr.web.profile import save_documents
from ivr.web.wording import exempted_words, moment, number

exceptions = Blueprint("exceptions", __name__, url_prefix="/admin/exceptions")

AT_ONCE = 100
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula."""


@exceptions.get("")
@needs(Permission.PATIENTS)
def page() -> str:
    """The register."""
    wanted = _wanted()
    with read()() as connection:
        found = register(connection, here().id, wanted, here().today)
        doctors = switchboard_here(connection).practice.practitioners
    first = min(_first(), max(len(found) - 1, 0) // AT_ONCE * AT_ONCE)
    return render_template(
        "site/exceptions.html",
        found=found[first : first + AT_ONCE],
        count=len(found),
        first=first,
        at_once=AT_ONCE,
        wanted=wanted,
        filters=_filters(wanted),
        doctors=doctors,
    )


@exceptions.get("/register.csv")
@needs(Permission.PATIENTS)
def as_csv() -> Response:
    """The same as a table for spreadsheets."""
    with write()() as connection:
        found = register(connection, here().id, _wanted(), here().today)
        note(connection, "exported", "register of exceptions")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(_head())
    writer.writerows([_safe(cell) for cell in _row(one)] for one in found)
    name = f"exceptions-{here().key}-{here().today}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@exceptions.post("/<what>")
@needs(Permission.EXCEPTIONS)
def change(what: str) -> Any:
    """Renew it until a day, for good without one, or end it; one that is no more is told."""
    try:
        until = None if request.form.get("end") else until_chosen("exception")
    except ValueError:
        flash(DATE_REFUSED, "error")
        return _back()
    try:
        with write()() as connection:
            every = register(connection, here().id, Wanted(), here().today)
            about = request.form.get("about", "")
            one = next((one for one in every if one.kind == what and one.about == about), None) or abort(404)
            if one.kind is Kind.DOCUMENTS and not until and not request.form.get("end"):
                abort(400)
            CHANGES[one.kind](connection, one, until, ends=bool(request.form.get("end")))
    except ContactError as error:
        flash(told_of(error), "error")
        return _back()
    flash(gettext("C’est enregistré."))
    return _back()


def _change_list(connection: Connection, one: Exempted, until: date | None, *, ends: bool) -> None:
    patient = find_patient(connection, here().id, one.patient) or abort(404)
    phone = next(phone for phone in phones_of(connection, patient.id) if phone.number == one.number)
    kept = replace(one.contact or Contact(), until_on=until)
    wanted = {one.practitioner: Contact() if ends else kept}
    changes = set_contacts(connection, here().id, phone.id, wanted, made(), here().today)
    for detail in details(changes, phone.number.e164):
        note(connection, "changed", f"patient {patient.id}", detail)


def _change_act(connection: Connection, one: Exempted, until: date | None, *, ends: bool) -> None:
    patient = find_patient(connection, here().id, one.patient) or abort(404)
    owner = practitioner_ids(connection, here().id)[one.practitioner]
    act = one.switch.act if one.switch else ALL
    switches = switches_of(connection, patient.id, owner)
    old = switches.pop(act)
    wanted = switches if ends else switches | {act: replace(old, until_on=until)}
    save_switches(connection, patient.id, one.practitioner, wanted)


def _change_documents(connection: Connection, one: Exempted, until: date | None, *, ends: bool) -> None:
    patient = find_patient(connection, here().id, one.patient) or abort(404)
    save_documents(connection, patient.id, one.practitioner, None if ends else until)


CHANGES: dict[Kind, Callable[..., None]] = {
    Kind.LIST: _change_list,
    Kind.ACT: _change_act,
    Kind.DOCUMENTS: _change_documents,
}


def _wanted() -> Wanted:
    asked = request.args
    kind, standing = asked.get("kind", ""), asked.get("standing", "")
    return Wanted(
        kind=Kind(kind) if kind in set(Kind) else None,
        practitioner=asked.get("practitioner") or None,
        standing=Standing(standing) if standing in set(Standing) else None,
    )


def _head() -> Iterator[str]:
    who = (gettext("Patient"), gettext("Praticien"), gettext("Exception"), gettext("Numéro"))
    why = (gettext("Motif"), gettext("Depuis"), gettext("Jusqu’au"), gettext("Par"))
    yield from map(str, (*who, *why))


def _row(one: Exempted) -> Iterator[str]:
    yield f"{one.last_name} {one.first_name}"
    yield one.doctor
    yield exempted_words(one)
    yield number(one.number) if one.number else ""
    yield one.reason or ""
    yield moment(one.since_at) if one.since_at else ""
    yield one.until_on.isoformat() if one.until_on else ""
    yield one.made_by or ""


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _back() -> Any:
    return redirect(url_for("exceptions.page", **_filters(_wanted())), code=303)


def _first() -> int:
    """The place of the first entry that is shown."""
    try:
        return max(int(request.args.get("first", "0")), 0) // AT_ONCE * AT_ONCE
    except ValueError:
        return 0


def _filters(wanted: Wanted) -> dict[str, Any]:
    """What is looked for, as addresses tell it."""
    told = {"kind": wanted.kind, "practitioner": wanted.practitioner, "standing": wanted.standing}
    return {name: value for name, value in told.items() if value}
