"""Importer des patients: what a file would do is shown first, and done when it is confirmed."""

import base64
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from ivr.actions.import_patients import Plan, carry_out, plan_import
from ivr.patient_files import FileTrouble, PatientFileError, read_patient_file
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.here import here, note, read, write
from ivr.web.words import FILE_TROUBLES

MOST_BYTES = 600_000
MOST_SHOWN = 200

imports = Blueprint("imports", __name__, url_prefix="/admin/import")


@imports.get("")
@needs(Permission.EXCEPTIONS)
def page() -> str:
    """Which file."""
    return render_template("site/import.html", plan=None)


@imports.post("")
@needs(Permission.EXCEPTIONS)
def preview() -> Any:
    """What it would do."""
    sent = request.files.get("file")
    content = sent.read(MOST_BYTES + 1) if sent else b""
    try:
        if len(content) > MOST_BYTES:
            raise PatientFileError(FileTrouble.TOO_LONG)
        with read()() as connection:
            plan = _plan(connection, content)
    except PatientFileError as error:
        flash(str(FILE_TROUBLES[error.trouble]), "error")
        return redirect(url_for("imports.page"), code=303)
    kept = base64.b64encode(content).decode()
    return render_template("site/import.html", plan=plan, content=kept, most=MOST_SHOWN)


@imports.post("/confirmed")
@needs(Permission.EXCEPTIONS)
def confirm() -> Any:
    """Do it; what has changed since the preview counts as it is now."""
    try:
        content = base64.b64decode(request.form.get("content", ""), validate=True)
        with write()() as connection:
            plan = _plan(connection, content)
            for patient_id in carry_out(connection, here().id, plan):
                note(connection, "imported", f"patient {patient_id}")
    except (PatientFileError, ValueError):
        abort(400)
    told = {"created": len(plan.created), "changed": len(plan.changed), "refused": len(plan.refused)}
    flash(gettext("Patients créés : %(created)s, complétés : %(changed)s, refusés : %(refused)s.", **told))
    return redirect(url_for("patients.search"), code=303)


def _plan(connection: Connection, content: bytes) -> Plan:
    entries = read_patient_file(content, here().country, here().today)
    return plan_import(connection, here().id, entries)
