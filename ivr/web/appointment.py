"""One appointment: who, when and how it came about; confirmed, cancelled and restored here."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection, Row

from db.queries.agenda import find_appointment
from db.queries.patients import history_of, phones_of
from db.queries.practices import act_ids
from ivr.actions.desk_bookings import Done, cancel_at_desk, claim_at_desk, confirm_at_desk, restore_at_desk
from ivr.actions.desk_texts import CANCEL
from ivr.security.guard import needs
from ivr.vocabulary import AppointmentStatus, Permission
from ivr.web.agenda_wording import hindrance_words
from ivr.web.desk import leave_behind, text_about
from ivr.web.here import here, note, read, switchboard_here, write
from ivr.web.wording import wall_time

HISTORY = timedelta(days=365)

appointment = Blueprint("appointment", __name__, url_prefix="/admin/agenda")


@appointment.get("/<row:appointment>")
@needs(Permission.APPOINTMENTS)
def page(appointment: int) -> str:
    """What is known of it, and what can be done."""
    with read()() as connection:
        row = asked_appointment(connection, appointment)
        changes = _changes(connection, row)
        phones = phones_of(connection, row.patient_id)
        text = text_about(connection, row.patient_id, row)
    with write()() as connection:
        note(connection, "opened", f"patient {row.patient_id}")
    return render_template(
        "site/appointment.html",
        one=row,
        changes=changes,
        booked=next((change for change in reversed(changes) if change.detail["did"] == "booked"), None),
        phones=phones,
        text=text,
        is_past=row.start_at <= here().now,
        is_standing=row.status != AppointmentStatus.CANCELLED,
    )


@appointment.post("/<row:appointment>/cancel")
@needs(Permission.APPOINTMENTS)
def cancel(appointment: int) -> Any:
    """Its time is free again, for callers and for those who wait."""
    with write()() as connection:
        row = asked_appointment(connection, appointment)
        is_done = is_as_seen(row) and cancel_at_desk(connection, row, here().now)
        if is_done:
            leave_behind(connection, switchboard_here(connection), row, "cancelled", CANCEL)
    return _told(appointment, is_done, gettext("Le rendez-vous est annulé. Vous pouvez le rétablir."))


@appointment.post("/<row:appointment>/confirm")
@needs(Permission.APPOINTMENTS)
def confirm(appointment: int) -> Any:
    """It was to be confirmed, and stands."""
    with write()() as connection:
        row = asked_appointment(connection, appointment)
        is_done = is_as_seen(row) and confirm_at_desk(connection, row, here().now)
        if is_done:
            leave_behind(connection, switchboard_here(connection), row, "confirmed")
    return _told(appointment, is_done, gettext("Le rendez-vous est confirmé."))


@appointment.post("/<row:appointment>/restore")
@needs(Permission.APPOINTMENTS)
def restore(appointment: int) -> Any:
    """It was cancelled, and stands again if nobody has its time."""
    with write()() as connection:
        row, board = asked_appointment(connection, appointment), switchboard_here(connection)
        doctor = board.practice.practitioner(row.practitioner)
        ids = row.practitioner_id, act_ids(connection, here().id)[row.practitioner, row.act], row.patient_id
        claim = claim_at_desk(board, doctor, doctor.act(row.act), row.start_at, ids)
        outcome = restore_at_desk(connection, board, claim, row, here().now)
        if isinstance(outcome, Done) and outcome.is_new:
            leave_behind(connection, board, row, "restored")
    if isinstance(outcome, Done):
        return _told(appointment, outcome.is_new, gettext("Le rendez-vous est rétabli."))
    for hindrance in outcome:
        flash(hindrance_words(board, doctor.name, row.start_at, hindrance), "error")
    return redirect(url_for("appointment.page", appointment=appointment), code=303)


def asked_appointment(connection: Connection, appointment: int) -> Row[Any]:
    """The appointment of the practice here with that id, else 404."""
    return find_appointment(connection, here().id, appointment) or abort(404)


def is_as_seen(appointment: Row[Any]) -> bool:
    """Whether it is still at the time that the page showed, if its form tells."""
    return request.values.get("seen", "") in {"", wall_time(appointment.start_at)}


def _changes(connection: Connection, row: Row[Any]) -> list[Row[Any]]:
    """What people of the practice did with it, the latest first."""
    history = history_of(connection, here().id, row.patient_id, here().now - HISTORY)
    return [one for one in history if one.detail["what"] == "appointment" and one.detail["id"] == str(row.id)]


def _told(appointment: int, is_done: bool, words: str) -> Any:
    if is_done:
        flash(words)
    else:
        flash(gettext("Rien n’a changé : ce rendez-vous est passé, ou il n’est plus comme vous l’avez vu."), "error")
    return redirect(url_for("appointment.page", appointment=appointment), code=303)
