"""Mes proches: for whom the visitor may book, and another one where the practice lets them be added."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from ivr.actions.patient_rows import patient_ids
from ivr.actions.relatives import Declared, declare_relative, may_declare
from ivr.patient_files import Entry, Refusal, read_entry
from ivr.web.here import here, read, write
from ivr.web.space.guest import guest, note_shown, note_visit, people, writing_in_turn
from ivr.web.space.shelf import own_books
from ivr.web.words import DECLARED, TROUBLES

relatives = Blueprint("relatives", __name__, url_prefix="/p/relatives")


@relatives.get("")
def page() -> str:
    """Who they are; the practice's notice and the form where one may be added."""
    with read()() as connection:
        own, *others = people(connection)
        books = own_books(connection)
        ids = patient_ids(connection, here().id, [one.key for one in others])
    with write()() as connection:
        note_shown(connection, ids.values())
    return render_template(
        "space/relatives.html",
        relatives=others,
        may_add=may_declare(own, books),
        notice=books.books.scene.practice.relatives_notice,
        written=request.form,
    )


@relatives.post("")
def declare() -> Any:
    """Add one, or say why not."""
    entry = _entry()
    if isinstance(entry, Refusal):
        flash(gettext("Rien n’a été enregistré : %(why)s.", why=TROUBLES[entry.trouble]), "error")
        return page(), 400
    if entry.born is None:
        flash(gettext("Donnez aussi la date de naissance."), "error")
        return page(), 400
    with writing_in_turn() as connection:
        own, *_ = people(connection)
        declared = declare_relative(connection, own_books(connection), own, guest().id, entry)
        note_visit(connection, "declared", f"patient {guest().id}", {"what": "declared", "became": declared.value})
    flash(str(DECLARED[declared]), "message" if declared is Declared.ADDED else "error")
    return redirect(url_for("relatives.page"), code=303)


def _entry() -> Entry | Refusal:
    """What the form says; three fields make the birth date."""
    written = {name: request.form.get(name, "").strip() for name in ("last", "first")}
    parts = [request.form.get(name, "").strip() for name in ("day", "month", "year")]
    if any(parts):
        written["born"] = "/".join(parts)
    return read_entry(1, {name: [text] for name, text in written.items() if text}, here().country, here().today)
