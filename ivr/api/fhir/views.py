"""FHIR R4 for programs that speak it: read and search, never write."""

from collections.abc import Callable, Sequence
from datetime import datetime
from heapq import merge
from typing import Any, TypeVar

from flask import Blueprint, Response, json, request
from sqlalchemy import Connection, Row

from db.queries.agenda import appointments_after, find_appointment
from db.queries.listings import numbers_of, patients_after
from db.queries.patients import phones_of
from db.queries.practices import practitioner_ids
from db.queries.work import find_task, tasks_after
from ivr.actions.agenda import Agenda, find_slots
from ivr.api.fhir import documents
from ivr.api.fhir.capability import capability
from ivr.api.fhir.documents import Resource, read_slot_id
from ivr.api.fhir.searching import (
    AppointmentSearch,
    Between,
    PatientSearch,
    PractitionerSearch,
    ScheduleSearch,
    Search,
    SlotSearch,
    TaskSearch,
    between,
)
from ivr.api.here import here, note_read, read, shown_at, switchboard_here, switchboards
from ivr.api.operations import FHIR_JSON, Operation, Shape, operation
from ivr.api.pages import after, cursor_of, next_address
from ivr.api.problems import not_found
from ivr.api.resources.patients import patient_here
from ivr.api.shapes.common import LARGEST_ID, as_instant
from ivr.clock import local
from ivr.names import folded
from ivr.phones import PhoneNumber, read_number
from ivr.practice import Act, Practitioner
from ivr.slots import Slot
from ivr.vocabulary import AppointmentStatus, Scope

BASE = "/api/v1/fhir"
STATES = {"requested": "open", "completed": "done"}
T = TypeVar("T")

fhir = Blueprint("fhir", __name__, url_prefix="/fhir")


def _operation(name: str, query: Shape | None = None) -> Callable[..., Any]:
    return operation(Operation(name, Scope.FHIR_READ, "FHIR", None, query=query, media_type=FHIR_JSON))


@fhir.get("/metadata")
@_operation("fhir_metadata")
def metadata() -> Response:
    """What can be read and looked for here."""
    return _given(capability(_base(), here().now.isoformat(timespec="seconds")))


@fhir.get("/Patient")
@_operation("fhir_search_patients", PatientSearch)
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
    return _page(query, rows, lambda row: _patient(row, phones.get(row.id, ())), lambda row: (row.id,))


@fhir.get("/Patient/<key:patient>")
@_operation("fhir_read_patient")
def read_patient(patient: str) -> Response:
    """Read a patient."""
    with read()() as connection:
        row = patient_here(connection, patient)
        found = _patient(row, phones_of(connection, row.id))
    note_read("opened", f"patient {row.id}")
    return _given(found)


@fhir.get("/Practitioner")
@_operation("fhir_search_practitioners", PractitionerSearch)
def search_practitioners(query: PractitionerSearch) -> Response:
    """Look for practitioners."""
    words = folded(query.name or "").split()
    found = [
        one
        for one in _doctors()
        if (not query.keys or query.keys == {one.key}) and all(f" {word}" in folded(one.name) for word in words)
    ]
    return _page_of_doctors(query, found, documents.practitioner)


@fhir.get("/Practitioner/<key:practitioner>")
@_operation("fhir_read_practitioner")
def read_practitioner(practitioner: str) -> Response:
    """Read a practitioner."""
    return _given(documents.practitioner(_doctor(practitioner)))


@fhir.get("/Schedule")
@_operation("fhir_search_schedules", ScheduleSearch)
def search_schedules(query: ScheduleSearch) -> Response:
    """Look for schedules: each practitioner has one."""
    wanted = {key for key in (query.id, query.actor) if key is not None}
    return _page_of_doctors(query, [one for one in _doctors() if wanted <= {one.key}], documents.schedule)


@fhir.get("/Schedule/<key:schedule>")
@_operation("fhir_read_schedule")
def read_schedule(schedule: str) -> Response:
    """Read the schedule of a practitioner."""
    return _given(documents.schedule(_doctor(schedule)))


@fhir.get("/Slot")
@_operation("fhir_search_slots", SlotSearch)
def search_slots(query: SlotSearch) -> Response:
    """Look for free times of a schedule, as callers are offered them."""
    asked = after(query.page, str, str)
    last = None if asked is None else (as_instant(asked[0]), str(asked[1]))
    doctor = _doctor(query.schedule)
    acts = {act.key: act for act in doctor.acts if _is_offered(act, query.service_type)}
    span = between(query.start, here().zone)
    with read()() as connection:
        each = [_free(connection, doctor, act, span, last, query.count + 1) for act in acts.values()]
    found = list(merge(*each, key=_place_of_slot))[: query.count + 1]
    return _page(query, found, lambda one: _slot(one, acts[one.act]), lambda one: (one.start.isoformat(), one.act))


@fhir.get("/Slot/<slot:slot>")
@_operation("fhir_read_slot")
def read_slot(slot: str) -> Response:
    """Read a time that is free still."""
    try:
        key, act_key, start = read_slot_id(slot)
    except (ValueError, OverflowError, OSError):
        raise not_found() from None
    doctor = _doctor(key)
    act = next((one for one in doctor.acts if one.key == act_key and _is_offered(one, act_key)), None)
    if act is None:
        raise not_found()
    with read()() as connection:
        found = _free(connection, doctor, act, Between(start), None, 1)
    if not found or found[0].start != start:
        raise not_found()
    return _given(_slot(found[0], act))


@fhir.get("/Appointment")
@_operation("fhir_search_appointments", AppointmentSearch)
def search_appointments(query: AppointmentSearch) -> Response:
    """Look for appointments."""
    asked, span = after(query.page, str, int), between(query.dates, here().zone)
    with read()() as connection:
        rows = appointments_after(
            connection,
            here().id,
            None if asked is None else (as_instant(asked[0]), asked[1]),
            query.count,
            practitioner=query.practitioner,
            patient=query.patient,
            start=span.start,
            end=span.end,
            status=AppointmentStatus(query.status) if query.status else None,
            identity=_identity(query.id),
        )
    note_read("listed", "appointments", [row.id for row in rows[: query.count]])
    return _page(query, rows, _appointment, lambda row: (row.start_at.isoformat(), row.id))


@fhir.get("/Appointment/<row:appointment>")
@_operation("fhir_read_appointment")
def read_appointment(appointment: int) -> Response:
    """Read an appointment."""
    with read()() as connection:
        row = find_appointment(connection, here().id, appointment)
    if row is None:
        raise not_found()
    note_read("opened", f"patient {row.patient_id}")
    return _given(_appointment(row))


@fhir.get("/Task")
@_operation("fhir_search_tasks", TaskSearch)
def search_tasks(query: TaskSearch) -> Response:
    """Look for tasks."""
    asked = after(query.page, int)
    state = STATES[query.status] if query.status else None
    with read()() as connection:
        rows = tasks_after(
            connection,
            here().id,
            asked[0] if asked else None,
            query.count,
            state=state,
            practitioner=query.owner,
            patient=query.patient,
            identity=_identity(query.id),
        )
    note_read("listed", "tasks", [row.id for row in rows[: query.count]])
    return _page(query, rows, _task, lambda row: (row.id,))


@fhir.get("/Task/<row:task>")
@_operation("fhir_read_task")
def read_task(task: int) -> Response:
    """Read a task."""
    with read()() as connection:
        row = find_task(connection, here().id, task)
    if row is None:
        raise not_found()
    note_read("opened", f"task {task}")
    return _given(_task(row))


def _given(resource: Resource) -> Response:
    return Response(json.dumps(resource), content_type=FHIR_JSON)


def _page(
    query: Search, rows: Sequence[T], as_resource: Callable[[T], Resource], place: Callable[[T], tuple[Any, ...]]
) -> Response:
    shown = rows[: query.count]
    following = next_address(cursor_of(place(shown[-1]))) if len(rows) > query.count else None
    return _given(documents.bundle(_base(), map(as_resource, shown), request.url, following))


def _page_of_doctors(
    query: Search, found: Sequence[Practitioner], as_resource: Callable[[Practitioner], Resource]
) -> Response:
    asked = after(query.page, str)
    rest = [one for one in sorted(found, key=lambda one: one.key) if asked is None or one.key > asked[0]]
    return _page(query, rest[: query.count + 1], as_resource, lambda one: (one.key,))


def _base() -> str:
    return f"{request.url_root.rstrip('/')}{BASE}"


def _doctors() -> tuple[Practitioner, ...]:
    with read()() as connection:
        return switchboard_here(connection).practice.practitioners


def _doctor(key: str) -> Practitioner:
    found = next((one for one in _doctors() if one.key == key), None)
    if found is None:
        raise not_found()
    return found


def _number(written: str | None) -> PhoneNumber | None:
    """The number that is looked for, in national form too; None for what is none."""
    try:
        return read_number(written, here().country) if written else None
    except ValueError:
        return None


def _identity(written: str | None) -> int | None:
    return None if written is None else min(int(written), LARGEST_ID)


def _is_offered(act: Act, wanted: str | None) -> bool:
    """Whether everybody may book it; what is open to some patients only is not offered to all."""
    return act.is_visible and not act.asks_first and wanted in {None, act.key}


def _free(
    connection: Connection,
    doctor: Practitioner,
    act: Act,
    span: Between,
    last: tuple[datetime, str] | None,
    most: int,
) -> list[Slot]:
    def is_wanted(one: Slot) -> bool:
        return span.holds(one.start) and (last is None or _place_of_slot(one) > last)

    owner = practitioner_ids(connection, here().id)[doctor.key]
    agenda = Agenda(switchboards().slots(switchboard_here(connection)), doctor, owner)
    first = last[0] if last else span.start
    day = None if first is None else local(here().zone, first).date()
    return find_slots(connection, agenda, act, here().now, most, since=day, is_wanted=is_wanted)


def _place_of_slot(one: Slot) -> tuple[datetime, str]:
    return one.start, one.act


def _patient(row: Row[Any], phones: Sequence[Row[Any]]) -> Resource:
    numbers = [phone.number.e164 for phone in phones]
    return documents.patient(row.key, row.first_name, row.last_name, row.born_on, numbers, row.language)


def _slot(one: Slot, act: Act) -> Resource:
    return documents.slot(one, act, shown_at(one.start), shown_at(one.end))


def _appointment(row: Row[Any]) -> Resource:
    doctor, act = (row.practitioner, row.doctor), (row.act, row.act_name)
    start, end = shown_at(row.start_at), shown_at(row.end_at)
    return documents.appointment(row.id, AppointmentStatus(row.status), start, end, row.patient, doctor, act)


def _task(row: Row[Any]) -> Resource:
    return documents.task(
        row.id,
        row.kind,
        row.state,
        is_urgent=row.is_urgent,
        created=shown_at(row.created_at),
        due=shown_at(row.due_at),
        done=shown_at(row.done_at),
        patient_key=row.patient,
        practitioner_key=row.practitioner,
        note=row.note,
    )
