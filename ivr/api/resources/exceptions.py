"""What is excepted for one patient: the lists of a number, acts switched on or off, documents; and the register."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Connection, Row

from db.queries.patients import documents_of, lists_of
from db.queries.practices import practitioner_ids
from ivr.actions.act_switches import details as switch_details
from ivr.actions.act_switches import holding, set_switches, switches_of, with_ended
from ivr.actions.contacts import ContactError, details, set_contacts, slow_details
from ivr.actions.profile import allow_documents
from ivr.actions.register import Exempted, Wanted, register
from ivr.api.answers import check_mark, marked
from ivr.api.here import here, made, note, note_read, read, shown_at, switchboard_here, write
from ivr.api.operations import Operation, operation
from ivr.api.pages import after, page
from ivr.api.problems import Kind, ProblemError, invalid, not_found
from ivr.api.resources.patients import locked_patient, patient_here, phone_here
from ivr.api.shapes.exceptions import (
    ActSwitches,
    Documents,
    ExceptionEntry,
    ExceptionPage,
    ExceptionQuery,
    ListedNumber,
    NumberLists,
)
from ivr.vocabulary import Scope

TAG = "Exceptions"
READ, WRITE = Scope.EXCEPTIONS_READ, Scope.EXCEPTIONS_WRITE

lists = Blueprint("lists", __name__, url_prefix="/patients/<key:patient>/phones/<row:phone>")
switches = Blueprint("switches", __name__, url_prefix="/patients/<key:patient>/acts/<key:practitioner>")
documents = Blueprint("documents", __name__, url_prefix="/patients/<key:patient>/documents/<key:practitioner>")
exceptions = Blueprint("exceptions", __name__, url_prefix="/exceptions")


@lists.get("")
@operation(Operation("get_number_lists", READ, TAG, ListedNumber, has_mark=True))
def get(patient: str, phone: int) -> Response:
    """Read a number with its lists.

    A list that has ended is not among them.
    """
    with read()() as connection:
        row = patient_here(connection, patient)
        found = _listed(connection, phone_here(connection, row, phone))
    note_read("opened", f"patient {row.id}")
    return marked(found)


@lists.put("")
@operation(
    Operation(
        "put_number_lists", WRITE, TAG, ListedNumber, body=NumberLists, has_mark=True, needs_mark=True, conflicts=True
    )
)
def put(patient: str, phone: int, body: NumberLists) -> Response:
    """Give a number exactly these lists.

    With a practitioner who is not named it has none any more.
    """
    with write()() as connection:
        row = locked_patient(connection, patient)
        doctors = practitioner_ids(connection, here().id)
        number = phone_here(connection, row, phone)
        check_mark(_listed(connection, number))
        _check_known(body.named, doctors, "/reach")
        _check_days(body.until.values())
        wanted = body.wanted(doctors)
        try:
            changes = set_contacts(connection, here().id, phone, wanted, made(), here().today, is_slow=body.slow)
        except ContactError as error:
            told = f"Doctor {error} has no other telephone that could ring; give that practitioner one first."
            raise ProblemError(Kind.CONFLICT, told) from None
        for detail in (*details(changes, number.number.e164), *slow_details(number, is_slow=body.slow)):
            note(connection, "changed", f"patient {row.id}", detail)
        found = _listed(connection, phone_here(connection, row, phone))
    return marked(found)


@switches.get("")
@operation(Operation("get_act_switches", READ, TAG, ActSwitches, has_mark=True))
def get_switches(patient: str, practitioner: str) -> Response:
    """Read which acts are switched on or off for a patient.

    Switches that have ended are not among them.
    """
    with read()() as connection:
        row, owner = patient_here(connection, patient), practitioner_here(connection, practitioner)
        found = _switched(connection, row.id, owner)
    note_read("opened", f"patient {row.id}")
    return marked(found)


@switches.put("")
@operation(Operation("put_act_switches", WRITE, TAG, ActSwitches, body=ActSwitches, has_mark=True, needs_mark=True))
def put_switches(patient: str, practitioner: str, body: ActSwitches) -> Response:
    """Switch exactly these acts on and off for a patient."""
    with write()() as connection:
        row, owner = locked_patient(connection, patient), practitioner_here(connection, practitioner)
        check_mark(_switched(connection, row.id, owner))
        doctor = switchboard_here(connection).practice.practitioner(practitioner)
        _check_switches(body, {act.key for act in doctor.acts})
        stored = switches_of(connection, row.id, owner)
        wanted = with_ended(stored, body.switches, here().today)
        for detail in switch_details(set_switches(connection, row.id, owner, wanted, made()), practitioner):
            note(connection, "changed", f"patient {row.id}", detail)
        found = _switched(connection, row.id, owner)
    return marked(found)


@documents.get("")
@operation(Operation("get_documents", READ, TAG, Documents, has_mark=True))
def get_documents(patient: str, practitioner: str) -> Response:
    """Read until when a patient may hand in documents."""
    with read()() as connection:
        row, owner = patient_here(connection, patient), practitioner_here(connection, practitioner)
        found = _documents(connection, row.id, owner)
    note_read("opened", f"patient {row.id}")
    return marked(found)


@documents.put("")
@operation(Operation("put_documents", WRITE, TAG, Documents, body=Documents, has_mark=True, needs_mark=True))
def put_documents(patient: str, practitioner: str, body: Documents) -> Response:
    """Let a patient hand in documents until a day, or no longer."""
    with write()() as connection:
        row, owner = locked_patient(connection, patient), practitioner_here(connection, practitioner)
        check_mark(_documents(connection, row.id, owner))
        _check_days([body.until] if body.until else [])
        before = allow_documents(connection, row.id, owner, body.until)
        if before != body.until:
            told = {"before": str(before or ""), "after": str(body.until or "")}
            detail = {"what": "documents", "practitioner": practitioner} | told
            note(connection, "changed", f"patient {row.id}", detail)
    return marked(body)


@exceptions.get("")
@operation(Operation("list_exceptions", READ, TAG, ExceptionPage, query=ExceptionQuery, has_pages=True))
def list_exceptions(query: ExceptionQuery) -> Response:
    """List every exception there is: who has what with whom, why and until when."""
    since = after(query, str, int)
    with read()() as connection:
        if query.practitioner is not None:
            practitioner_here(connection, query.practitioner)
        wanted = Wanted(query.kind, query.practitioner, query.standing)
        found = sorted(register(connection, here().id, wanted, here().today), key=_place)
    rest = [one for one in found if since is None or _place(one) > since][: query.limit + 1]
    note_read("listed", "exceptions", [one.id for one in rest[: query.limit]])
    return page(ExceptionPage, query, rest, lambda one: ExceptionEntry.of(one, shown_at(one.since_at)), _place)


def check_whom(connection: Connection, patient: str | None, practitioner: str | None) -> None:
    """Those whom a list is asked about are of the practice. Raises ProblemError."""
    if patient is not None:
        patient_here(connection, patient)
    if practitioner is not None:
        practitioner_here(connection, practitioner)


def practitioner_here(connection: Connection, key: str) -> int:
    """The id of a practitioner of the practice. Raises ProblemError."""
    found = practitioner_ids(connection, here().id).get(key)
    if found is None:
        raise not_found()
    return found


def _place(one: Exempted) -> tuple[str, int]:
    return one.kind.value, one.id


def _listed(connection: Connection, phone: Row[Any]) -> ListedNumber:
    keys = {identity: key for key, identity in practitioner_ids(connection, here().id).items()}
    rows = lists_of(connection, [phone.id], here().today)
    return ListedNumber.of(phone, {keys[owner]: row for (_, owner), row in sorted(rows.items(), key=lambda e: e[0])})


def _switched(connection: Connection, patient_id: int, owner: int) -> ActSwitches:
    return ActSwitches.of(holding(switches_of(connection, patient_id, owner), here().today))


def _documents(connection: Connection, patient_id: int, owner: int) -> Documents:
    return Documents(until=documents_of(connection, patient_id).get(owner))


def _check_switches(body: ActSwitches, acts: set[str]) -> None:
    """What the shape alone cannot say. Raises ProblemError."""
    _check_known(body.acts, acts, "/on")
    if len(set(body.acts)) < len(body.acts):
        raise invalid("/off", "names an act twice; switch each once")
    if body.all_off is not None and body.off:
        raise invalid("/off", "must be empty where all_off is given")
    _check_days(body.days)


def _check_known(named: Iterable[str], known: Iterable[str], pointer: str) -> None:
    unknown = sorted(set(named) - set(known))
    if unknown:
        raise invalid(pointer, f"names {unknown[0]}, which is none; known: {', '.join(sorted(known))}")


def _check_days(days: Iterable[date]) -> None:
    if any(day < here().today for day in days):
        raise invalid("/until", f"is past; write {here().today} or later, or leave it out")
