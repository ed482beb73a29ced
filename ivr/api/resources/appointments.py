"""Appointments: read, booked, moved, cancelled, confirmed and restored by the rules of the desk."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, url_for
from sqlalchemy import Connection, Row

from db.queries.agenda import appointments_after, find_appointment
from db.queries.practices import act_ids
from ivr.actions.bookings import lock_agenda
from ivr.actions.desk_bookings import (
    Done,
    Refused,
    as_noted,
    book_at_desk,
    cancel_at_desk,
    claim_at_desk,
    confirm_at_desk,
    move_at_desk,
    restore_at_desk,
)
from ivr.actions.desk_texts import BOOK, CANCEL, promise_desk_text
from ivr.actions.texting import whom_to_text
from ivr.api.answers import check_mark, created, marked
from ivr.api.here import here, note, note_read, read, switchboard_here, write
from ivr.api.hindrance_words import told
from ivr.api.once import once
from ivr.api.operations import Operation, operation
from ivr.api.pages import after, page
from ivr.api.problems import Kind, ProblemError, not_found
from ivr.api.resources.exceptions import check_whom, practitioner_here
from ivr.api.resources.patients import patient_here
from ivr.api.shapes.appointments import (
    Appointment,
    AppointmentPage,
    AppointmentQuery,
    Move,
    NewAppointment,
    Telling,
)
from ivr.api.shapes.common import as_instant
from ivr.hindrances import is_final
from ivr.practice import Act, Practitioner
from ivr.routing import Switchboard
from ivr.vocabulary import Scope

TAG = "Appointments"
READ, WRITE = Scope.APPOINTMENTS_READ, Scope.APPOINTMENTS_WRITE
IS_NOT_SO = "The appointment is past, or stands otherwise than that; read it again."

appointments = Blueprint("appointments", __name__, url_prefix="/appointments")


def _change(name: str, body: Any) -> Operation:
    return Operation(name, WRITE, TAG, Appointment, body=body, has_mark=True, needs_mark=True, conflicts=True)


@appointments.get("")
@operation(Operation("list_appointments", READ, TAG, AppointmentPage, query=AppointmentQuery, has_pages=True))
def list_appointments(query: AppointmentQuery) -> Response:
    """List appointments.

    Cancelled ones too, unless a status is asked for.
    """
    since = after(query, str, int)
    with read()() as connection:
        check_whom(connection, query.patient, query.practitioner)
        rows = appointments_after(
            connection,
            here().id,
            None if since is None else (as_instant(since[0]), since[1]),
            query.limit,
            practitioner=query.practitioner,
            patient=query.patient,
            start=query.start,
            end=query.until,
            status=query.status,
        )
    note_read("listed", "appointments", [row.id for row in rows[: query.limit]])
    return page(AppointmentPage, query, rows, _shown, lambda row: (row.start_at.isoformat(), row.id))


@appointments.get("/<row:appointment>")
@operation(Operation("get_appointment", READ, TAG, Appointment, has_mark=True))
def get(appointment: int) -> Response:
    """Read an appointment."""
    with read()() as connection:
        row = _found(connection, appointment)
    note_read("opened", f"patient {row.patient_id}")
    return marked(_shown(row))


@appointments.post("")
@operation(
    Operation("book_appointment", WRITE, TAG, Appointment, 201, body=NewAppointment, creates=True, has_mark=True)
)
def book(body: NewAppointment) -> Response:
    """Book an appointment.

    One that the patient has at that very time already is answered as if it were new. A time that is not free is a
    conflict whose detail says why; most can be booked all the same with `overbook`.
    """

    def work(connection: Connection) -> Response:
        board, patient = switchboard_here(connection), patient_here(connection, body.patient)
        doctor, act, ids = _act(connection, board, body.practitioner, body.act)
        claim = claim_at_desk(board, doctor, act, body.start, (*ids, patient.id))
        outcome = book_at_desk(connection, board, claim, here().now, anyway=body.overbook)
        done = _done(outcome, doctor, is_overbooking=body.overbook)
        row = _found(connection, done.appointment)
        if done.is_new:
            _leave_behind(connection, board, row, "booked", BOOK, is_told=body.tell)
        return created(_shown(row), url_for("appointments.get", appointment=row.id))

    return once(work)


@appointments.post("/<row:appointment>/move")
@operation(_change("move_appointment", Move))
def move(appointment: int, body: Move) -> Response:
    """Move an appointment to another time.

    It stays with its practitioner, act and patient.
    """

    def work(connection: Connection, row: Row[Any], board: Switchboard) -> None:
        doctor, act, ids = _act(connection, board, row.practitioner, row.act)
        claim = claim_at_desk(board, doctor, act, body.start, (*ids, row.patient_id), row.id)
        outcome = move_at_desk(connection, board, claim, row.start_at, here().now, anyway=body.overbook)
        _done(outcome, doctor, is_overbooking=body.overbook)
        moved = _found(connection, row.id)
        _leave_behind(connection, board, moved, "moved", BOOK, is_told=body.tell, before=row.start_at)

    return _changed(appointment, work)


@appointments.post("/<row:appointment>/cancel")
@operation(_change("cancel_appointment", Telling))
def cancel(appointment: int, body: Telling) -> Response:
    """Cancel an appointment.

    Its time is free again, for callers and for those who wait.
    """

    def work(connection: Connection, row: Row[Any], board: Switchboard) -> None:
        _check_done(is_done=cancel_at_desk(connection, row, here().now))
        _leave_behind(connection, board, row, "cancelled", CANCEL, is_told=body.tell)

    return _changed(appointment, work)


@appointments.post("/<row:appointment>/confirm")
@operation(_change("confirm_appointment", Telling))
def confirm(appointment: int, body: Telling) -> Response:
    """Confirm an appointment that was pending."""

    def work(connection: Connection, row: Row[Any], board: Switchboard) -> None:
        _check_done(is_done=confirm_at_desk(connection, row, here().now))
        _leave_behind(connection, board, row, "confirmed", BOOK, is_told=body.tell)

    return _changed(appointment, work)


@appointments.post("/<row:appointment>/restore")
@operation(_change("restore_appointment", Telling))
def restore(appointment: int, body: Telling) -> Response:
    """Restore a cancelled appointment, if nobody has its time."""

    def work(connection: Connection, row: Row[Any], board: Switchboard) -> None:
        doctor, act, ids = _act(connection, board, row.practitioner, row.act)
        claim = claim_at_desk(board, doctor, act, row.start_at, (*ids, row.patient_id))
        outcome = restore_at_desk(connection, board, claim, row, here().now)
        _check_done(is_done=_done(outcome, doctor, is_overbooking=True).is_new)
        _leave_behind(connection, board, row, "restored", BOOK, is_told=body.tell)

    return _changed(appointment, work)


def _changed(appointment: int, work: Callable[[Connection, Row[Any], Switchboard], None]) -> Response:
    """Change an appointment that the program has seen as it is, alone in its agenda. Raises ProblemError."""
    with write()() as connection:
        lock_agenda(connection, _found(connection, appointment).practitioner_id)
        row = _found(connection, appointment)
        check_mark(_shown(row))
        work(connection, row, switchboard_here(connection))
        return marked(_shown(_found(connection, appointment)))


def _leave_behind(
    connection: Connection,
    board: Switchboard,
    row: Row[Any],
    did: str,
    template: str,
    *,
    is_told: bool,
    before: datetime | None = None,
) -> None:
    """A line in the access log, and an SMS where one was asked for and can be sent."""
    note(connection, "changed", f"patient {row.patient_id}", as_noted(row, did, before))
    to = whom_to_text(connection, here().id, row.patient_id, row.phone) if is_told else None
    if to is not None:
        promise_desk_text(connection, board, here().id, template, row, to, here().now)


def _done(outcome: Done | Refused, doctor: Practitioner, *, is_overbooking: bool) -> Done:
    if isinstance(outcome, Done):
        return outcome
    words = told(outcome, doctor.name, here().zone)
    remedy = "Choose another time." if is_overbooking or is_final(outcome) else "Send overbook: true to book it anyway."
    raise ProblemError(Kind.CONFLICT, f"{words} {remedy}")


def _check_done(*, is_done: bool) -> None:
    if not is_done:
        raise ProblemError(Kind.CONFLICT, IS_NOT_SO)


def _found(connection: Connection, appointment: int) -> Row[Any]:
    found = find_appointment(connection, here().id, appointment)
    if found is None:
        raise not_found()
    return found


def _shown(row: Row[Any]) -> Appointment:
    return Appointment.of(row, here().zone)


def _act(
    connection: Connection, board: Switchboard, practitioner: str, act: str
) -> tuple[Practitioner, Act, tuple[int, int]]:
    """Who does what, with their ids. Raises ProblemError."""
    owner = practitioner_here(connection, practitioner)
    doctor, act_id = board.practice.practitioner(practitioner), act_ids(connection, here().id).get((practitioner, act))
    if act_id is None:
        raise not_found()
    return doctor, doctor.act(act), (owner, act_id)
