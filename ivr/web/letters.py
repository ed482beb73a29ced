"""Messages écrits: what a patient and a practitioner wrote to each other, and the answer."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user

from db.queries.patients import find_patient
from ivr.actions.letters import LONGEST_LETTER, answer_letter, find_correspondence, letters_between, mark_read
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.here import here, note, read, switchboard_here, write

letters = Blueprint("letters", __name__, url_prefix="/admin/patients")


@letters.get("/<key>/messages/<practitioner>")
@needs(Permission.TASKS)
def page(key: str, practitioner: str) -> str:
    """What they wrote, and the sheet for the answer."""
    with read()() as connection:
        pair = find_correspondence(connection, here().id, key, practitioner) or abort(404)
        patient = find_patient(connection, here().id, key) or abort(404)
        written = letters_between(connection, pair)
    with write()() as connection:
        mark_read(connection, pair, here().now, answers=False)
        note(connection, "opened", f"patient {pair.patient}")
    return render_template("site/letters.html", patient=patient, pair=pair, letters=written, longest=LONGEST_LETTER)


@letters.post("/<key>/messages/<practitioner>")
@needs(Permission.TASKS)
def reply(key: str, practitioner: str) -> Any:
    """Keep the answer; the patient is told that there is one."""
    with write()() as connection:
        pair = find_correspondence(connection, here().id, key, practitioner) or abort(404)
        practice, author = switchboard_here(connection).practice, f"user {current_user.id}"
        answer = answer_letter(connection, practice, pair, request.form.get("text", ""), author, here().now)
        if answer is not None:
            note(connection, "answered", f"patient {pair.patient}")
    if answer is None:
        flash(gettext("Rien n’a été envoyé : écrivez une réponse à un message du patient."), "error")
    elif answer.is_told:
        flash(gettext("La réponse est envoyée : un SMS prévient le patient, sans la montrer."))
    else:
        flash(gettext("La réponse est gardée, mais aucun SMS ne peut prévenir le patient : rappelez-le."), "error")
    return redirect(url_for("letters.page", key=key, practitioner=practitioner), code=303)
