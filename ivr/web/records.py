"""La fiche: a new patient, a corrected name, another number, and who may book for whom."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from sqlalchemy import Connection, Row

from db.queries.patients import find_patient, lists_of, phones_of
from ivr.actions.records import (
    add_number,
    create_patient,
    let_book,
    no_longer_let_book,
    remove_number,
    rename_patient,
)
from ivr.actions.visits import invite_to_space
from ivr.patient_files import Entry, Refusal, Trouble, read_entry
from ivr.phones import read_number
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.desk import text_about
from ivr.web.here import here, note, read, switchboard_here, write
from ivr.web.words import TROUBLES

records = Blueprint("records", __name__, url_prefix="/admin")


@records.get("/new-patient")
@needs(Permission.RECORDS)
def new() -> str:
    """An empty sheet."""
    return _sheet(None)


@records.post("/new-patient")
@needs(Permission.RECORDS)
def create() -> Any:
    """A patient of that name, unless the same one is there already."""
    entry = _entry()
    if isinstance(entry, Refusal):
        return _refused(entry.trouble, None)
    with write()() as connection:
        created = create_patient(connection, here().id, entry)
        if isinstance(created, Trouble):
            return _refused(created, None)
        note(connection, "created", f"patient {created.id}")
    flash(gettext("Le patient est ajouté."))
    return _back(created.key)


@records.get("/patients/<key>/name")
@needs(Permission.RECORDS)
def name(key: str) -> str:
    """The name and birth date, to be corrected."""
    with read()() as connection:
        return _sheet(_patient(connection, key))


@records.post("/patients/<key>/name")
@needs(Permission.RECORDS)
def rename(key: str) -> Any:
    """Correct them."""
    entry = _entry()
    with write()() as connection:
        patient = _patient(connection, key)
        if isinstance(entry, Refusal):
            return _refused(entry.trouble, patient)
        rename_patient(connection, patient.id, entry)
        _note(connection, patient, "name", f"{patient.last_name} {patient.first_name}", entry.name)
    flash(gettext("C’est enregistré."))
    return _back(key)


@records.post("/patients/<key>/numbers")
@needs(Permission.RECORDS)
def give_number(key: str) -> Any:
    """Another number."""
    with write()() as connection:
        patient = _patient(connection, key)
        try:
            number = read_number(request.form.get("number", ""), here().country)
        except ValueError:
            trouble: Trouble | None = Trouble.BAD_NUMBER
        else:
            trouble = add_number(connection, here().id, patient.id, number)
        if trouble is None:
            _note(connection, patient, "number", "", number.e164)
    _tell(trouble)
    return _back(key)


@records.post("/patients/<key>/numbers/<row:phone_id>/removed")
@needs(Permission.RECORDS)
def take_number(key: str, phone_id: int) -> Any:
    """One number less; only who may give lists takes one that is on a list."""
    with write()() as connection:
        patient = _patient(connection, key)
        phone = next((one for one in phones_of(connection, patient.id) if one.id == phone_id), None) or abort(404)
        if lists_of(connection, [phone_id], here().today) and not current_user.may(Permission.EXCEPTIONS):
            flash(gettext("Ce numéro est sur une liste : le docteur seul peut le retirer."), "error")
            return _back(key)
        remove_number(connection, phone_id)
        _note(connection, patient, "number", phone.number.e164, "")
    flash(gettext("C’est enregistré."))
    return _back(key)


@records.post("/patients/<key>/bookers/<booker>")
@needs(Permission.RECORDS)
def relate(key: str, booker: str) -> Any:
    """Let somebody book for the patient, or no longer."""
    with write()() as connection:
        patient, relative = _patient(connection, key), _patient(connection, booker)
        is_removed = bool(request.form.get("remove"))
        change = no_longer_let_book if is_removed else let_book
        is_changed = change(connection, relative.id, patient.id)
        if is_changed:
            before, after = ("yes", "") if is_removed else ("", "yes")
            _note(connection, patient, "booker", before, after)
    _tell(None if is_changed else Trouble.REPEATED)
    return _back(key)


@records.post("/patients/<key>/space-link")
@needs(Permission.RECORDS)
def send_link(key: str) -> Any:
    """The link to the patient space, by SMS; only a number the practice knows gets one."""
    with write()() as connection:
        patient = _patient(connection, key)
        to = text_about(connection, patient.id)
        is_sent = to is not None and invite_to_space(
            connection, here().id, to, switchboard_here(connection).practice, here().now
        )
        if is_sent:
            note(connection, "invited", f"patient {patient.id}")
    if is_sent:
        flash(gettext("Le lien part par SMS : il mène à l’espace du patient, après sa date de naissance."))
    else:
        flash(gettext("Aucun lien n’est parti : aucun numéro ne reçoit de SMS, ou il en a déjà reçu trois."), "error")
    return _back(key)


def _patient(connection: Connection, key: str) -> Row[Any]:
    return find_patient(connection, here().id, key) or abort(404)


def _entry() -> Entry | Refusal:
    """What the sheet says."""
    written = {name: request.form.get(name, "").strip() for name in ("last", "first", "born", "number")}
    return read_entry(1, {name: [text] for name, text in written.items() if text}, here().country, here().today)


def _sheet(patient: Row[Any] | None) -> str:
    stored = {}
    if patient is not None:
        stored = {"last": patient.last_name, "first": patient.first_name, "born": patient.born_on or ""}
    return render_template("site/record.html", patient=patient, written=request.form or stored or request.args)


def _refused(trouble: Trouble, patient: Row[Any] | None) -> tuple[str, int]:
    _tell(trouble)
    return _sheet(patient), 400


def _tell(trouble: Trouble | None) -> None:
    """What became of it, in a sentence."""
    if trouble is None:
        flash(gettext("C’est enregistré."))
    elif trouble is Trouble.REPEATED:
        flash(gettext("C’est déjà enregistré."), "error")
    else:
        flash(gettext("Rien n’a été enregistré : %(why)s.", why=TROUBLES[trouble]), "error")


def _note(connection: Connection, patient: Row[Any], what: str, before: str, after: str) -> None:
    note(connection, "changed", f"patient {patient.id}", {"what": what, "before": before, "after": after})


def _back(key: str) -> Any:
    return redirect(url_for("patients.page", key=key), code=303)
