"""Actes: what one patient may book with each practitioner, beside what everybody may."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Request, abort, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from db.queries.patients import find_patient
from db.queries.practices import practitioner_ids
from ivr.actions.act_switches import ALL, Switches, details, holding, set_switches, switches_of, with_ended
from ivr.acts import ActRuling, ActSwitch, rule_acts
from ivr.practice import Practitioner
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.here import DATE_REFUSED, here, made, note, read, reason_chosen, switchboard_here, until_chosen, write

act_switches = Blueprint("act_switches", __name__, url_prefix="/admin/patients")


@dataclass(frozen=True, slots=True)
class DoctorsActs:
    """The acts of one practitioner as they stand for a patient, and what is switched (`None` for all of them)."""

    doctor: Practitioner
    rulings: tuple[ActRuling, ...]
    switches: Mapping[str | None, ActSwitch]


def acts_for(connection: Connection, patient_id: int) -> list[DoctorsActs]:
    """What that patient may book with each practitioner today."""
    ids = practitioner_ids(connection, here().id)
    found = []
    for doctor in switchboard_here(connection).practice.practitioners:
        stored = switches_of(connection, patient_id, ids[doctor.key])
        switches = holding(stored, here().today)
        rulings = rule_acts(doctor, list(switches.values()), here().today)
        found.append(DoctorsActs(doctor, rulings, switches))
    return found


@act_switches.post("/<key>/acts/<practitioner>")
@needs(Permission.EXCEPTIONS)
def switch(key: str, practitioner: str) -> Any:
    """The acts with one practitioner, as they were chosen."""
    with read()() as connection:
        doctors = {doctor.key: doctor for doctor in switchboard_here(connection).practice.practitioners}
    doctor = doctors.get(practitioner) or abort(404)
    try:
        wanted = dict(_chosen(request, doctor))
    except ValueError:
        flash(DATE_REFUSED, "error")
        return redirect(url_for("patients.page", key=key), code=303)
    with write()() as connection:
        patient = find_patient(connection, here().id, key) or abort(404)
        owner = practitioner_ids(connection, here().id)[practitioner]
        stored = switches_of(connection, patient.id, owner)
        save_switches(connection, patient.id, practitioner, with_ended(stored, wanted, here().today))
    flash(gettext("C’est enregistré."))
    return redirect(url_for("patients.page", key=key), code=303)


def save_switches(connection: Connection, patient_id: int, practitioner: str, wanted: Switches) -> None:
    """Make it exactly these, and tell the access log what changed."""
    owner = practitioner_ids(connection, here().id)[practitioner]
    for detail in details(set_switches(connection, patient_id, owner, wanted, made()), practitioner):
        note(connection, "changed", f"patient {patient_id}", detail)


def _chosen(sent: Request, doctor: Practitioner) -> Any:
    """The switches of the form. Raises ValueError for a date that is none, or past."""
    if sent.form.get("all") == "off":
        yield ALL, ActSwitch(None, is_on=False, reason=reason_chosen("all"), until_on=until_chosen("all"))
    for act in doctor.acts:
        state = sent.form.get(f"state-{act.key}", "")
        if state in {"on", "off"}:
            until, reason = until_chosen(act.key), reason_chosen(act.key)
            yield act.key, ActSwitch(act.key, is_on=state == "on", reason=reason, until_on=until)
