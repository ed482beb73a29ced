"""Patients: looking for one, and the page on which lists are given to each number (Profil > Coordonnées)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection, Row

from db.queries.patients import find_patient, history_of, lists_of, owner_ids, phones_of, search_patients
from db.queries.practices import practitioner_ids
from db.queries.today import names_by_number
from ivr.actions.contacts import Contact, ContactError, details, set_contacts, slow_details
from ivr.actions.switchboards import read_caller_of
from ivr.clock import start_of_day
from ivr.impact import Side, differences
from ivr.phones import PhoneNumber, read_number
from ivr.practice import Caller
from ivr.security.guard import needs
from ivr.vocabulary import Permission, Reach
from ivr.web.act_switches import acts_for
from ivr.web.here import (
    DATE_REFUSED,
    date_asked,
    here,
    made,
    note,
    read,
    reason_chosen,
    switchboard_here,
    tried,
    until_chosen,
    write,
)
from ivr.web.impact import WEEKS_SHOWN, Affected, lines_of
from ivr.web.profile import profile_of
from ivr.web.week import week_of
from ivr.web.wording import number

HISTORY = timedelta(days=365)
FAR_AWAY = timedelta(days=366)
LONGEST_SEARCH = 100

patients = Blueprint("patients", __name__, url_prefix="/admin/patients")


@patients.get("")
@needs(Permission.PATIENTS)
def search() -> str:
    """Patients by name or number; nobody before something is looked for."""
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found: Any = ()
    if wanted:
        with read()() as connection:
            found = search_patients(connection, here().id, wanted)
    template = "site/_patients.html" if request.headers.get("HX-Request") else "site/patients.html"
    return render_template(template, wanted=wanted, found=found)


@patients.get("/<key>")
@needs(Permission.PATIENTS)
def page(key: str) -> str:
    """One patient: numbers with their lists, and what was changed."""
    practice = here()
    with read()() as connection:
        patient = find_patient(connection, practice.id, key) or abort(404)
        phones = phones_of(connection, patient.id)
        lists = lists_of(connection, [phone.id for phone in phones], practice.today)
        sharing = names_by_number(connection, practice.id, {phone.number for phone in phones})
        history = history_of(connection, practice.id, patient.id, practice.now - HISTORY)
        ids = practitioner_ids(connection, practice.id)
        doctors = switchboard_here(connection).practice.practitioners
        acts = acts_for(connection, patient.id)
        rest = profile_of(connection, patient.id)
        wanted = request.args.get("booker", "").strip()[:LONGEST_SEARCH]
        possible = search_patients(connection, practice.id, wanted) if wanted else ()
    with write()() as connection:
        note(connection, "opened", f"patient {patient.id}")
    return render_template(
        "site/patient.html",
        patient=patient,
        phones=phones,
        lists=lists,
        sharing=sharing,
        history=history,
        doctors=doctors,
        doctor_ids=ids,
        acts=acts,
        profile=rest,
        wanted_booker=wanted,
        possible_bookers=[one for one in possible if one.id != patient.id],
        Reach=Reach,
    )


@patients.post("/<key>/phones/<row:phone_id>")
@needs(Permission.EXCEPTIONS)
def give_lists(key: str, phone_id: int) -> Any:
    """The lists of one number, as they were chosen."""
    practice = here()
    try:
        with write()() as connection:
            patient = find_patient(connection, practice.id, key) or abort(404)
            phones = phones_of(connection, patient.id)
            if phone_id not in {phone.id for phone in phones}:
                abort(404)
            wanted = {doctor: _chosen(doctor) for doctor in practitioner_ids(connection, practice.id)}
            slow = {phone_id: request.form.get("slow") == "on"}
            for one in (phone for phone in phones if _is_meant(phone, phone_id)):
                changes = set_contacts(
                    connection, practice.id, one.id, wanted, made(), practice.today, is_slow=slow.get(one.id)
                )
                said = slow_details(one, is_slow=slow.get(one.id, one.is_slow))
                for detail in (*details(changes, one.number.e164), *said):
                    note(connection, "changed", f"patient {patient.id}", detail)
        flash(gettext("C’est enregistré."))
    except ValueError:
        flash(DATE_REFUSED, "error")
    except ContactError as error:
        flash(told_of(error), "error")
    return redirect(url_for("patients.page", key=key), code=303)


@patients.post("/<key>/phones/<row:phone_id>/preview")
@needs(Permission.EXCEPTIONS)
def preview_lists(key: str, phone_id: int) -> Any:
    """What these lists would change for who calls from these numbers; nothing is saved."""
    practice = here()
    with read()() as connection:
        patient = find_patient(connection, practice.id, key) or abort(404)
        phones = [row for row in phones_of(connection, patient.id) if _is_meant(row, phone_id)]
        switchboard = switchboard_here(connection)
        before = {phone.id: read_caller_of(connection, practice.id, phone.number) for phone in phones}
    doctors = switchboard.practice.practitioners
    try:
        wanted = {doctor.key: _chosen(doctor.key) for doctor in doctors}
        with tried() as connection:
            for phone in phones:
                set_contacts(connection, practice.id, phone.id, wanted, made(), practice.today)
            after = {phone.id: read_caller_of(connection, practice.id, phone.number) for phone in phones}
    except (ValueError, ContactError):
        return give_lists(key, phone_id)  # which refuses it, and says why
    span = practice.now, practice.now + WEEKS_SHOWN
    affected = []
    for phone in phones:
        sides = Side(switchboard, before[phone.id]), Side(switchboard, after[phone.id])
        for doctor in doctors:
            lines = lines_of(differences(*sides, doctor.key, *span))
            affected.append(Affected(number(phone.number), doctor.name, lines))
    chosen = [(name, value) for name, value in request.form.items() if name != "csrf_token"]
    return render_template(
        "site/list_preview.html",
        patient=patient,
        phone_id=phone_id,
        affected=[one for one in affected if one.lines],
        chosen=chosen,
    )


def _is_meant(phone: Row[Any], phone_id: int) -> bool:
    """Whether the form is about that number: its own, or all of the patient's."""
    return phone.id == phone_id or request.form.get("others") == "on"


def told_of(error: ContactError) -> str:
    """Why a list cannot be given."""
    return str(gettext("Le Dr %(name)s n’a pas d’autre téléphone à faire sonner : rien n’a été changé.", name=error))


@patients.get("/<key>/week")
@needs(Permission.PATIENTS)
def week(key: str) -> str:
    """When each number of the patient reaches a practitioner, in one week; beside it those of somebody else."""
    practice = here()
    on = date_asked("on", FAR_AWAY)
    monday = on - timedelta(days=on.weekday())
    wanted = request.args.get("beside", "").strip()[:100]
    with read()() as connection:
        patient = find_patient(connection, practice.id, key) or abort(404)
        switchboard = switchboard_here(connection)
        people = [_callers_of(connection, patient), *_beside(connection, wanted)]
        seen = {number for _, callers in people for number, _ in callers}
        shown = {one for number in seen for one in owner_ids(connection, practice.id, number)}
    with write()() as connection:
        for one in sorted({patient.id, *shown}):
            note(connection, "opened", f"patient {one}")
    doctors = switchboard.practice.practitioners
    doctor = next((one for one in doctors if one.key == request.args.get("practitioner")), doctors[0])
    inside = start_of_day(practice.zone, monday)
    weeks = [
        (name, number, week_of(switchboard, caller, doctor, inside))
        for name, callers in people
        for number, caller in callers
    ]
    return render_template(
        "site/week.html",
        patient=patient,
        weeks=weeks,
        doctor=doctor,
        doctors=doctors,
        monday=monday,
        days=timedelta(7),
        beside=wanted,
        is_found=not wanted or len(people) > 1,
    )


def _callers_of(connection: Connection, patient: Row[Any]) -> tuple[str, list[tuple[PhoneNumber, Caller]]]:
    """A patient's name and numbers, with what each number is to the practice."""
    numbers = [phone.number for phone in phones_of(connection, patient.id)]
    callers = [(number, read_caller_of(connection, here().id, number)) for number in numbers]
    return f"{patient.first_name} {patient.last_name}", callers


def _beside(connection: Connection, wanted: str) -> Iterator[tuple[str, list[tuple[PhoneNumber, Caller]]]]:
    """The one patient of that name, or whoever calls from that number; nobody where it could be several."""
    try:
        number = read_number(wanted, here().country)
        yield gettext("Ce numéro"), [(number, read_caller_of(connection, here().id, number))]
    except ValueError:
        found = search_patients(connection, here().id, wanted) if wanted else ()
        if len(found) == 1:
            yield _callers_of(connection, found[0])


def _chosen(doctor: str) -> Contact:
    """What the form says about one practitioner; anything else than a list is none. Raises ValueError for its end."""
    word = request.form.get(f"reach-{doctor}", "").upper()
    reach = Reach[word] if word in Reach.__members__ else Reach.NONE
    is_assisted = request.form.get(f"assisted-{doctor}") == "on"
    return Contact(reach, is_assisted, until_chosen(doctor), reason_chosen(doctor))
