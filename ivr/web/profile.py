"""The rest of a patient's page: appointments, until when documents are taken, and relatives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection, Row

from db.queries.appointments import appointments_of
from db.queries.patients import documents_of, find_patient, relatives_of
from db.queries.practices import practitioner_ids
from ivr.actions.documents import shown_documents
from ivr.actions.letters import correspondents_of
from ivr.actions.profile import allow_documents, rule_relatives
from ivr.security.guard import needs
from ivr.vocabulary import AppointmentStatus, Permission, RelativesRule
from ivr.web.here import DATE_REFUSED, here, note, until_chosen, write

profile = Blueprint("profile", __name__, url_prefix="/admin/patients")


@dataclass(frozen=True, slots=True)
class Relatives:
    """Who may book for the patient, and for whom the patient may: rows with key and names."""

    bookers: Sequence[Row[Any]]
    booked_for: Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class ProfileOf:
    """Appointments, the coming ones nearest first, the past ones latest first; documents by practitioner's id."""

    planned: Sequence[Row[Any]]
    past: Sequence[Row[Any]]
    documents: Mapping[int, date]
    relatives: Relatives
    deposited: Sequence[Row[Any]]
    correspondents: Sequence[Row[Any]]

    def last_with(self, doctor: str) -> Row[Any] | None:
        """The last appointment that took place with a practitioner."""
        return next((one for one in self.past if one.practitioner == doctor and one.status == BOOKED), None)


BOOKED = AppointmentStatus.BOOKED.value


def profile_of(connection: Connection, patient_id: int) -> ProfileOf:
    """What the page shows beside lists and acts."""
    found = appointments_of(connection, patient_id)
    bookers, booked_for = relatives_of(connection, patient_id)
    return ProfileOf(
        planned=[one for one in reversed(found) if one.start_at > here().now],
        past=[one for one in found if one.start_at <= here().now],
        documents=documents_of(connection, patient_id),
        relatives=Relatives(bookers, booked_for),
        deposited=shown_documents(connection, patient_id),
        correspondents=correspondents_of(connection, patient_id),
    )


@profile.post("/<key>/documents/<practitioner>")
@needs(Permission.EXCEPTIONS)
def documents(key: str, practitioner: str) -> Any:
    """Autoriser, until a day; without one it is taken back."""
    try:
        until = until_chosen("documents")
    except ValueError:
        flash(DATE_REFUSED, "error")
        return _back(key)
    with write()() as connection:
        patient = find_patient(connection, here().id, key) or abort(404)
        if practitioner not in practitioner_ids(connection, here().id):
            abort(404)
        save_documents(connection, patient.id, practitioner, until)
    flash(gettext("C’est enregistré."))
    return _back(key)


@profile.post("/<key>/relatives")
@needs(Permission.EXCEPTIONS)
def relatives(key: str) -> Any:
    """Ajouter des proches: as the practice does, always, or never."""
    rules = {rule.value: rule for rule in RelativesRule}
    rule = rules.get(request.form.get("relatives", "")) or abort(400)
    with write()() as connection:
        patient = find_patient(connection, here().id, key) or abort(404)
        before = rule_relatives(connection, patient.id, rule)
        if before is not rule:
            told = {"what": "relatives", "before": before.value, "after": rule.value}
            note(connection, "changed", f"patient {patient.id}", told)
    flash(gettext("C’est enregistré."))
    return _back(key)


def save_documents(connection: Connection, patient_id: int, practitioner: str, until: date | None) -> None:
    """Take documents until then, or no more, and tell the access log what changed."""
    owner = practitioner_ids(connection, here().id)[practitioner]
    before = allow_documents(connection, patient_id, owner, until)
    if before != until:
        told = {"what": "documents", "practitioner": practitioner, "before": _iso(before), "after": _iso(until)}
        note(connection, "changed", f"patient {patient_id}", told)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _back(key: str) -> Any:
    return redirect(url_for("patients.page", key=key), code=303)
