"""Patients: found, added and corrected; nobody is deleted here."""

from typing import Any

from flask import Blueprint, Response, url_for
from sqlalchemy import Connection, Row

from db.queries.listings import numbers_of, patients_after
from db.queries.patients import find_patient, lists_of, phones_of
from ivr.actions.profile import rule_relatives
from ivr.actions.records import add_number, create_patient, lock_patient, remove_number, rename_patient
from ivr.api.answers import CREATED, answered, check_mark, created, done, marked
from ivr.api.here import asking, here, note, note_read, read, write
from ivr.api.once import once
from ivr.api.operations import Operation, operation
from ivr.api.pages import after_id, page
from ivr.api.problems import Kind, ProblemError, invalid, not_found
from ivr.api.shapes.common import number_of
from ivr.api.shapes.patients import (
    NewNumber,
    NewPatient,
    Patient,
    PatientChange,
    PatientNumber,
    PatientPage,
    PatientQuery,
)
from ivr.patient_files import Entry, Refusal, Trouble, read_entry
from ivr.vocabulary import Scope

TAG = "Patients"
TROUBLES = {
    Trouble.REPEATED: "This is there already; read it instead.",
    Trouble.AMBIGUOUS: "Several patients have this name; give a birth date or a number that tells them apart.",
    Trouble.OUR_LINE: "This number is a line of the practice; give the patient's own.",
    Trouble.NUISANCE: "This number is on the practice's list of unwanted callers; take it off there first.",
    Trouble.TOO_MANY: "The patient has as many numbers as there may be; remove one first.",
}
PLACES = {Trouble.NO_NAME: "/last_name", Trouble.BAD_NAME: "/last_name", Trouble.BAD_DATE: "/born"}

patients = Blueprint("patients", __name__, url_prefix="/patients")


@patients.get("")
@operation(Operation("list_patients", Scope.PATIENTS_READ, TAG, PatientPage, query=PatientQuery, has_pages=True))
def list_patients(query: PatientQuery) -> Response:
    """List patients.

    All of them, or those with a name or a number.
    """
    number = number_of(query.number) if query.number else None
    with read()() as connection:
        rows = patients_after(connection, here().id, after_id(query), query.limit, name=query.name, number=number)
        phones = numbers_of(connection, [row.id for row in rows])
    note_read("listed", "patients", [row.id for row in rows[: query.limit]])
    return page(PatientPage, query, rows, lambda row: Patient.of(row, phones.get(row.id, ())), lambda row: (row.id,))


@patients.post("")
@operation(
    Operation("create_patient", Scope.PATIENTS_WRITE, TAG, Patient, 201, body=NewPatient, creates=True, has_mark=True)
)
def create(body: NewPatient) -> Response:
    """Add a patient.

    One with the same name and birth date, or a common number, is a conflict.
    """
    entry = _entry(body.last_name, body.first_name, body.born.isoformat() if body.born else None, body.phones)

    def work(connection: Connection) -> Response:
        found = create_patient(connection, here().id, entry)
        if isinstance(found, Trouble):
            raise conflict(found)
        note(connection, "created", f"patient {found.id}")
        return created(
            shown(connection, patient_here(connection, found.key)), url_for("patients.get", patient=found.key)
        )

    return once(work)


@patients.get("/<key:patient>")
@operation(Operation("get_patient", Scope.PATIENTS_READ, TAG, Patient, has_mark=True))
def get(patient: str) -> Response:
    """Read a patient."""
    with read()() as connection:
        row = patient_here(connection, patient)
        found = shown(connection, row)
    note_read("opened", f"patient {row.id}")
    return marked(found)


@patients.patch("/<key:patient>")
@operation(
    Operation("correct_patient", Scope.PATIENTS_WRITE, TAG, Patient, body=PatientChange, has_mark=True, needs_mark=True)
)
def correct(patient: str, body: PatientChange) -> Response:
    """Correct a patient's name, birth date or rule for relatives."""
    given = body.model_fields_set
    with write()() as connection:
        row = locked_patient(connection, patient)
        check_mark(shown(connection, row))
        last, first = body.last_name or row.last_name, body.first_name or row.first_name
        born = body.born if "born" in given else row.born_on
        entry = _entry(last, first, born.isoformat() if born else None, ())
        if (entry.last_name, entry.first_name, entry.born) != (row.last_name, row.first_name, row.born_on):
            rename_patient(connection, row.id, entry)
            note_change(connection, row.id, "name", f"{row.last_name} {row.first_name}", entry.name)
        if body.relatives is not None and body.relatives != row.relatives:
            before = rule_relatives(connection, row.id, body.relatives)
            note_change(connection, row.id, "relatives", before.value, body.relatives.value)
        found = shown(connection, patient_here(connection, patient))
    return marked(found)


@patients.post("/<key:patient>/phones")
@operation(Operation("add_number", Scope.PATIENTS_WRITE, TAG, PatientNumber, 201, body=NewNumber, creates=True))
def give_number(patient: str, body: NewNumber) -> Response:
    """Give a patient another number."""

    def work(connection: Connection) -> Response:
        row, number = locked_patient(connection, patient), number_of(body.number)
        trouble = add_number(connection, here().id, row.id, number)
        if trouble is not None:
            raise conflict(trouble)
        note_change(connection, row.id, "number", "", number.e164)
        phone = next(one for one in phones_of(connection, row.id) if one.number == number)
        address = url_for("lists.get", patient=patient, phone=phone.id)
        return answered(PatientNumber.of(phone), CREATED, {"Location": address})

    return once(work)


@patients.delete("/<key:patient>/phones/<row:phone>")
@operation(Operation("remove_number", Scope.PATIENTS_WRITE, TAG, None, 204, conflicts=True))
def take_number(patient: str, phone: int) -> Response:
    """Take a number from a patient.

    One that is on a list takes a key that may change exceptions, too.
    """
    with write()() as connection:
        row = locked_patient(connection, patient)
        found = phone_here(connection, row, phone)
        if lists_of(connection, [phone], here().today) and Scope.EXCEPTIONS_WRITE not in asking().scopes:
            told = f"The number is on a list; take it off with a key that has the scope {Scope.EXCEPTIONS_WRITE} too."
            raise ProblemError(Kind.NO_SCOPE, told)
        remove_number(connection, phone)
        note_change(connection, row.id, "number", found.number.e164, "")
    return done()


def patient_here(connection: Connection, key: str) -> Row[Any]:
    """The patient of the practice with that key. Raises ProblemError."""
    found = find_patient(connection, here().id, key)
    if found is None:
        raise not_found()
    return found


def locked_patient(connection: Connection, key: str) -> Row[Any]:
    """The same, and nobody else changes it until the transaction ends. Raises ProblemError."""
    lock_patient(connection, patient_here(connection, key).id)
    return patient_here(connection, key)


def phone_here(connection: Connection, patient: Row[Any], phone: int) -> Row[Any]:
    """A number of that patient. Raises ProblemError."""
    found = next((one for one in phones_of(connection, patient.id) if one.id == phone), None)
    if found is None:
        raise not_found()
    return found


def shown(connection: Connection, row: Row[Any]) -> Patient:
    """The patient as they are answered."""
    return Patient.of(row, phones_of(connection, row.id))


def note_change(connection: Connection, patient_id: int, what: str, before: str, after: str) -> None:
    """A change of a patient's record in the access log."""
    note(connection, "changed", f"patient {patient_id}", {"what": what, "before": before, "after": after})


def conflict(trouble: Trouble) -> ProblemError:
    """What the records have against it."""
    return ProblemError(Kind.CONFLICT, TROUBLES.get(trouble, ""))


def _entry(last: str, first: str, born: str | None, numbers: Any) -> Entry:
    """As the records take it. Raises ProblemError."""
    written = {"last": [last], "first": [first], "born": [born] if born else [], "number": list(numbers)}
    entry = read_entry(1, {name: texts for name, texts in written.items() if texts}, here().country, here().today)
    if isinstance(entry, Refusal):
        raise invalid(PLACES.get(entry.trouble, "/phones"), f"cannot be ({entry.trouble})")
    return entry
