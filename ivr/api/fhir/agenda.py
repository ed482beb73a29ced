"""The agenda and the work of the practice in FHIR: free times, appointments and tasks."""

from datetime import datetime
from heapq import merge
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Connection, Row

from db.queries.agenda import appointments_after, find_appointment
from db.queries.practices import practitioner_ids
from db.queries.work import find_task, tasks_after
from db.types import LARGEST_ID
from ivr.actions.agenda import Agenda, find_slots
from ivr.api.fhir import documents
from ivr.api.fhir.answers import bundle_of, doctor_here, given, reading
from ivr.api.fhir.documents import Resource, read_slot_id
from ivr.api.fhir.searching import AppointmentSearch, Between, SlotSearch, TaskSearch, between
from ivr.api.here import here, note_read, read, shown_at, switchboard_here, switchboards
from ivr.api.pages import after
from ivr.api.problems import not_found
from ivr.api.shapes.common import as_instant
from ivr.clock import local
from ivr.practice import Act, Practitioner
from ivr.slots import Slot
from ivr.vocabulary import AppointmentStatus

STATES = {"requested": "open", "completed": "done"}

fhir_agenda = Blueprint("fhir_agenda", __name__, url_prefix="/fhir")


@fhir_agenda.get("/Slot")
@reading("fhir_search_slots", SlotSearch)
def search_slots(query: SlotSearch) -> Response:
    """Look for free times of a schedule, as callers are offered them."""
    asked = after(query.page, str, str)
    last = None if asked is None else (as_instant(asked[0]), str(asked[1]))
    doctor = doctor_here(query.schedule)
    acts = {act.key: act for act in doctor.acts if _is_offered(act, query.service_type)}
    span = between(query.start, here().zone)
    with read()() as connection:
        each = [_free(connection, doctor, act, span, last, query.count + 1) for act in acts.values()]
    found = list(merge(*each, key=_place_of_slot))[: query.count + 1]
    return bundle_of(query, found, lambda one: _slot(one, acts[one.act]), lambda one: (one.start.isoformat(), one.act))


@fhir_agenda.get("/Slot/<slot:slot>")
@reading("fhir_read_slot")
def read_slot(slot: str) -> Response:
    """Read a time that is free still."""
    try:
        key, act_key, start = read_slot_id(slot)
    except (ValueError, OverflowError, OSError):
        raise not_found() from None
    doctor = doctor_here(key)
    act = next((one for one in doctor.acts if one.key == act_key and _is_offered(one, act_key)), None)
    if act is None:
        raise not_found()
    with read()() as connection:
        found = _free(connection, doctor, act, Between(start), None, 1)
    if not found or found[0].start != start:
        raise not_found()
    return given(_slot(found[0], act))


@fhir_agenda.get("/Appointment")
@reading("fhir_search_appointments", AppointmentSearch)
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
    return bundle_of(query, rows, _appointment, lambda row: (row.start_at.isoformat(), row.id))


@fhir_agenda.get("/Appointment/<row:appointment>")
@reading("fhir_read_appointment")
def read_appointment(appointment: int) -> Response:
    """Read an appointment."""
    with read()() as connection:
        row = find_appointment(connection, here().id, appointment)
    if row is None:
        raise not_found()
    note_read("opened", f"patient {row.patient_id}")
    return given(_appointment(row))


@fhir_agenda.get("/Task")
@reading("fhir_search_tasks", TaskSearch)
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
    return bundle_of(query, rows, _task, lambda row: (row.id,))


@fhir_agenda.get("/Task/<row:task>")
@reading("fhir_read_task")
def read_task(task: int) -> Response:
    """Read a task."""
    with read()() as connection:
        row = find_task(connection, here().id, task)
    if row is None:
        raise not_found()
    note_read("opened", f"task {task}")
    return given(_task(row))


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
