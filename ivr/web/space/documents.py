"""Mes documents: sent to a practitioner who takes them, photos from a telephone or PDF; never shown again."""

from collections.abc import Sequence
from typing import Any

import structlog
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection, Row
from werkzeug.datastructures import FileStorage

from ivr.actions.documents import (
    Depositor,
    examine,
    keep_document,
    may_deposit_more,
    rights_of,
    shown_documents,
)
from ivr.actions.patient_rows import patient_ids
from ivr.deposits import MOST_BYTES, DepositRight, DocumentKind, Objection, plain_name
from ivr.patients import Patient
from ivr.vault import VaultError
from ivr.web.here import here, read, switchboard_here, write
from ivr.web.space.guest import guest, note_shown, people, writing_in_turn
from ivr.web.space.shelf import patient_asked
from ivr.web.words import OBJECTIONS

MOST_AT_ONCE = 2 * MOST_BYTES + 1024 * 1024
"""Bytes of one request: with script each file has its own."""
MOST_FILES = 10
LONGEST_TOLD = 60
"""Of a name, when it is told what became of the file: a cookie brings it to the next page, and holds 4 KB."""
LARGE_ENDPOINTS = frozenset({"documents.deposit"})

log = structlog.get_logger()
documents = Blueprint("documents", __name__, url_prefix="/p/documents")


@documents.get("")
def page() -> str:
    """For whom and to whom something may be sent, and what was."""
    with read()() as connection:
        patients = people(connection)
        ids = patient_ids(connection, here().id, [patient.key for patient in patients])
        shown = [
            (patient, _rights(connection, ids[patient.key]), _sent(connection, ids[patient.key]))
            for patient in patients
        ]
        doctors = {one.key: one.name for one in switchboard_here(connection).practice.practitioners}
    with write()() as connection:
        note_shown(connection, ids.values())
    return render_template("space/documents.html", shown=shown, doctors=doctors, most=MOST_BYTES)


@documents.post("/<patient>")
def deposit(patient: str) -> Any:
    """Take what is harmless and allowed, and tell of each of the others why not."""
    with read()() as connection:
        who = patient_asked(people(connection), patient)
        depositor = _depositor(connection, who)
    doctor = request.form.get("practitioner", "")
    files = [file for file in request.files.getlist("file") if file.filename]
    told = [(plain_name(file.filename or ""), _taken(file, depositor, doctor)) for file in files[:MOST_FILES]]
    if request.headers.get("Accept") == "application/json":
        return {"told": [_words(*one) for one in told], "is_taken": all(one is None for _, one in told)}
    if not files:
        flash(gettext("Choisissez un fichier."), "error")
    for name, objection in told:
        flash(_words(name, objection), "message" if objection is None else "error")
    if len(files) > MOST_FILES:
        flash(gettext("Les autres n’ont pas été pris : envoyez dix fichiers au plus à la fois."), "error")
    return redirect(url_for("documents.page"), code=303)


def _taken(file: FileStorage, depositor: Depositor, doctor: str) -> Objection | None:
    """Keep one file, or why not. It is looked at before the database has to wait, and not without a right."""
    with read()() as connection:
        objection = _objection(connection, depositor, doctor)
    if objection is not None:
        return objection
    content = file.read()
    kind = examine(content, current_app.extensions["ivr.scanner"])
    if isinstance(kind, Objection):
        return kind
    try:
        with writing_in_turn() as connection:
            return _kept(connection, depositor, doctor, file.filename or "", kind, content)
    except (OSError, VaultError) as error:
        log.error("document_not_kept", reason=str(error))
        abort(503)


def _kept(
    connection: Connection, depositor: Depositor, doctor: str, name: str, kind: DocumentKind, content: bytes
) -> Objection | None:
    objection = _objection(connection, depositor, doctor)
    if objection is not None:
        return objection
    archive = current_app.extensions["ivr.documents"]
    keep_document(connection, archive, depositor, doctor, name, kind, content, here().now)
    return None


def _objection(connection: Connection, depositor: Depositor, doctor: str) -> Objection | None:
    """Why nothing is taken, whatever it is."""
    if doctor not in {right.practitioner for right in _rights(connection, depositor.patient)}:
        return Objection.NOT_ALLOWED
    if not may_deposit_more(connection, depositor.patient, here().now):
        return Objection.TOO_MANY
    return None


def _sent(connection: Connection, patient_id: int) -> Sequence[Row[Any]]:
    """What was sent about the visitor; about relatives what the visitor sent, since a name alone tells much."""
    return shown_documents(connection, patient_id, None if patient_id == guest().id else guest().id)


def _rights(connection: Connection, patient_id: int) -> tuple[DepositRight, ...]:
    return rights_of(connection, here().id, patient_id, here().zone, here().now)


def _depositor(connection: Connection, who: Patient) -> Depositor:
    patient_id = patient_ids(connection, here().id, [who.key])[who.key]
    return Depositor(here().id, guest().id, patient_id, who.key, guest().number)


def _words(name: str, objection: Objection | None) -> str:
    name = name[:LONGEST_TOLD]
    if objection is None:
        return str(gettext("%(name)s : envoyé.", name=name))
    return str(gettext("%(name)s : %(why)s", name=name, why=OBJECTIONS[objection]))
