"""Mes rendez-vous: what is planned for the visitor and their relatives; cancelled here, or on to another time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from db.queries.waiting import kept_rows, waits_of
from ivr.actions.own_bookings import OwnBooks, is_cancelled, pass_on_late_change
from ivr.actions.patient_rows import patient_ids
from ivr.actions.waiting import leave_waiting_list
from ivr.flows.acts import weigh_acts
from ivr.flows.books import Written
from ivr.flows.moving import is_late
from ivr.patients import Appointment, Patient
from ivr.practice import Act, Practitioner
from ivr.web.here import here, read, write
from ivr.web.space.guest import note_shown, note_visit, people, writing_in_turn
from ivr.web.space.shelf import own_books, planned_asked, planned_for

planned = Blueprint("planned", __name__, url_prefix="/p/appointments")


@dataclass(frozen=True, slots=True)
class Shown:
    """An appointment as its patient sees it."""

    appointment: Appointment
    patient: Patient
    doctor: Practitioner
    act: Act
    is_late: bool
    """It begins so soon that the practice must hear of a change."""
    may_move: bool


@planned.get("")
def page() -> str:
    """What is planned, what is kept for them, and what they wait for."""
    with read()() as connection:
        patients, books = people(connection), own_books(connection)
        ids = patient_ids(connection, here().id, [patient.key for patient in patients])
        shown = [_shown(books, patients, one) for one in planned_for(books, patients)]
        kept = kept_rows(connection, list(ids.values()), here().now)
        waits = waits_of(connection, here().id, list(ids))
    with write()() as connection:
        note_shown(connection, ids.values())
    by_key = {patient.key: patient for patient in patients}
    by_id = {ids[key]: patient for key, patient in by_key.items()}
    board = books.books.scene.practice
    return render_template(
        "space/planned.html", shown=shown, kept=kept, waits=waits, by_key=by_key, by_id=by_id, board=board
    )


@planned.get("/<row:appointment>/cancel")
def ask_cancel(appointment: int) -> str:
    """Really?"""
    with read()() as connection:
        return render_template("space/cancel.html", one=_asked(connection, appointment))


@planned.post("/<row:appointment>/cancel")
def cancel(appointment: int) -> Any:
    """Cancel it; one that begins soon is passed on to the practice at once, as on the telephone."""
    with writing_in_turn() as connection:
        patients, books = people(connection), own_books(connection)
        ids = patient_ids(connection, here().id, [patient.key for patient in patients])
        if is_cancelled(connection, ids.values(), appointment):
            flash(gettext("Le rendez-vous est annulé."))
            return redirect(url_for("planned.page"), code=303)
        one = planned_asked(books, patients, appointment)
        if is_late(books.books.scene, one):
            pass_on_late_change(books, one)
            flash(gettext("Le cabinet est prévenu. Ce rendez-vous est proche : appelez aussi, par prudence."))
        elif isinstance(books.cancel(one), Written):
            flash(gettext("Le rendez-vous est annulé."))
        else:
            flash(gettext("Ce rendez-vous a changé entre-temps. Regardez ce qui est prévu."), "error")
    return redirect(url_for("planned.page"), code=303)


@planned.post("/waiting/<row:wait>/leave")
def wait_no_more(wait: int) -> Any:
    """Take the visitor, or a relative, off the waiting list."""
    with write()() as connection:
        mine = [patient.key for patient in people(connection)]
        is_gone = leave_waiting_list(connection, here().id, wait, mine)
        if is_gone:
            note_visit(connection, "asked", f"waiting {wait}")
    flash(gettext("Nous ne vous préviendrons plus pour cette demande."))
    return redirect(url_for("planned.page"), code=303)


def _asked(connection: Connection, appointment: int) -> Shown:
    patients, books = people(connection), own_books(connection)
    return _shown(books, patients, planned_asked(books, patients, appointment))


def _shown(books: OwnBooks, patients: Sequence[Patient], one: Appointment) -> Shown:
    scene = books.books.scene
    patient = next(patient for patient in patients if patient.key == one.patient)
    doctor = scene.practice.practitioner(one.practitioner)
    rulings = {(ruling.practitioner, ruling.act.key): ruling for ruling in weigh_acts(scene, patient)}
    ruling = rulings[one.practitioner, one.act]
    may_move = ruling.is_open and not ruling.act.asks_first
    return Shown(one, patient, doctor, ruling.act, is_late(scene, one), may_move)
