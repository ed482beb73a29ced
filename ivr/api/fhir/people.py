"""Who there is, in FHIR: patients, practitioners and their schedules; and what the service can do."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Row

from db.queries.listings import numbers_of, patients_after
from db.queries.patients import phones_of
from ivr.api.fhir import documents
from ivr.api.fhir.answers import base, bundle_of, doctor_here, doctors_here, given, reading
from ivr.api.fhir.capability import capability
from ivr.api.fhir.documents import Resource
from ivr.api.fhir.searching import PatientSearch, PractitionerSearch, ScheduleSearch, Search
from ivr.api.here import here, note_read, read
from ivr.api.pages import after
from ivr.api.resources.patients import patient_here
from ivr.names import folded
from ivr.phones import PhoneNumber, read_number
from ivr.practice import Practitioner

fhir_people = Blueprint("fhir_people", __name__, url_prefix="/fhir")


@fhir_people.get("/metadata")
@reading("fhir_metadata")
def metadata() -> Response:
    """What can be read and looked for here."""
    return given(capability(base(), here().now.isoformat(timespec="seconds")))


@fhir_people.get("/Patient")
@reading("fhir_search_patients", PatientSearch)
def search_patients(query: PatientSearch) -> Response:
    """Look for patients."""
    asked, number = after(query.page, int), _number(query.phone)
    rows: Sequence[Row[Any]] = ()
    with read()() as connection:
        if number is not None or query.phone is None:
            rows = patients_after(
                connection,
                here().id,
                asked[0] if asked else None,
                query.count,
                name=query.name,
                number=number,
                born=query.birthdate,
                keys=query.keys,
            )
        phones = numbers_of(connection, [row.id for row in rows])
    note_read("listed", "patients", [row.id for row in rows[: query.count]])
    return bundle_of(query, rows, lambda row: _patient(row, phones.get(row.id, ())), lambda row: (row.id,))


@fhir_people.get("/Patient/<key:patient>")
@reading("fhir_read_patient")
def read_patient(patient: str) -> Response:
    """Read a patient."""
    with read()() as connection:
        row = patient_here(connection, patient)
        found = _patient(row, phones_of(connection, row.id))
    note_read("opened", f"patient {row.id}")
    return given(found)


@fhir_people.get("/Practitioner")
@reading("fhir_search_practitioners", PractitionerSearch)
def search_practitioners(query: PractitionerSearch) -> Response:
    """Look for practitioners."""
    words = folded(query.name or "").split()
    found = [
        one
        for one in doctors_here()
        if (not query.keys or query.keys == {one.key}) and all(f" {word}" in folded(one.name) for word in words)
    ]
    return _page_of_doctors(query, found, documents.practitioner)


@fhir_people.get("/Practitioner/<key:practitioner>")
@reading("fhir_read_practitioner")
def read_practitioner(practitioner: str) -> Response:
    """Read a practitioner."""
    return given(documents.practitioner(doctor_here(practitioner)))


@fhir_people.get("/Schedule")
@reading("fhir_search_schedules", ScheduleSearch)
def search_schedules(query: ScheduleSearch) -> Response:
    """Look for schedules: each practitioner has one."""
    wanted = {key for key in (query.id, query.actor) if key is not None}
    return _page_of_doctors(query, [one for one in doctors_here() if wanted <= {one.key}], documents.schedule)


@fhir_people.get("/Schedule/<key:schedule>")
@reading("fhir_read_schedule")
def read_schedule(schedule: str) -> Response:
    """Read the schedule of a practitioner."""
    return given(documents.schedule(doctor_here(schedule)))


def _page_of_doctors(
    query: Search, found: Sequence[Practitioner], as_resource: Callable[[Practitioner], Resource]
) -> Response:
    asked = after(query.page, str)
    rest = [one for one in sorted(found, key=lambda one: one.key) if asked is None or one.key > asked[0]]
    return bundle_of(query, rest[: query.count + 1], as_resource, lambda one: (one.key,))


def _number(written: str | None) -> PhoneNumber | None:
    """The number that is looked for, in national form too; None for what is none."""
    try:
        return read_number(written, here().country) if written else None
    except ValueError:
        return None


def _patient(row: Row[Any], phones: Sequence[Row[Any]]) -> Resource:
    numbers = [phone.number.e164 for phone in phones]
    return documents.patient(row.key, row.first_name, row.last_name, row.born_on, numbers, row.language)
