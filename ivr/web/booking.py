"""Prendre ou déplacer un rendez-vous: for whom, with whom, for what, then the next free times or any other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection, Row

from db.queries.patients import find_patient, search_patients
from db.queries.practices import act_ids, practitioner_ids
from ivr.actions.agenda import Agenda, find_slots, for_staff
from ivr.actions.desk_bookings import GONE, Done, Refused, book_at_desk, claim_at_desk, move_at_desk
from ivr.clock import Edge, instant, local, read_local
from ivr.hindrances import is_final
from ivr.practice import Act, Practitioner
from ivr.routing import Switchboard
from ivr.security.guard import needs
from ivr.slots import Slot
from ivr.vocabulary import AppointmentStatus, Permission
from ivr.web.act_switches import acts_for
from ivr.web.agenda import doctor_asked
from ivr.web.agenda_wording import hindrance_words
from ivr.web.appointment import asked_appointment, is_as_seen
from ivr.web.desk import leave_behind, text_about
from ivr.web.here import FIRST_DAY, LAST_DAY, here, read, switchboard_here, write
from ivr.web.wording import wall_time

ONE_DAY = timedelta(days=1)
DAYS_SHOWN, MOST_FOUND = 4, 160
LONGEST_QUERY, LONGEST_ID = 100, 9
BUTTON = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00[+-]\d{2}:\d{2}")
"""How a button names its time."""

booking = Blueprint("booking", __name__, url_prefix="/admin/agenda/new")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address or the form says so far; of an appointment that moves all but its time is known."""

    board: Switchboard
    doctor: Practitioner
    practitioner_id: int
    patient: Row[Any] | None
    act: Act | None
    moved: Row[Any] | None

    @property
    def asked(self) -> dict[str, Any]:
        """What addresses and forms hold of it."""
        if self.moved is not None:
            return {"moved": self.moved.id, "seen": request.values.get("seen") or wall_time(self.moved.start_at)}
        told = {
            "practitioner": self.doctor.key,
            "patient": self.patient.key if self.patient else "",
            "act": self.act.key if self.act else "",
            "on": request.values.get("on", "")[:10],
            "at": request.values.get("at", "")[:5],
        }
        return {name: value for name, value in told.items() if value}


@booking.get("")
@needs(Permission.APPOINTMENTS)
def new() -> Any:
    """What is chosen, what is still to be chosen, and the times."""
    with read()() as connection:
        wanted = _wanted(connection)
        if wanted.moved is not None and not _may_move(wanted.moved):
            flash(gettext("Ce rendez-vous est passé ou annulé : il ne peut plus être déplacé."), "error")
            return redirect(url_for("appointment.page", appointment=wanted.moved.id), code=303)
        return _page(connection, wanted)


@booking.post("")
@needs(Permission.APPOINTMENTS)
def book() -> Any:
    """Book or move, or say why not; passed over with the checkbox."""
    with write()() as connection:
        wanted = _wanted(connection)
        start = _start()
        if wanted.patient is None or wanted.act is None or start is None:
            flash(gettext("Choisissez le patient, l’acte, puis un jour et une heure."), "error")
            return _page(connection, wanted), 400
        outcome = _write(connection, wanted, wanted.act, start)
        if not isinstance(outcome, Done):
            return _page(connection, wanted, start, outcome), 409
    flash(gettext("Le rendez-vous est pris.") if wanted.moved is None else gettext("Le rendez-vous est déplacé."))
    return redirect(url_for("appointment.page", appointment=outcome.appointment), code=303)


def _write(connection: Connection, wanted: Wanted, act: Act, start: datetime) -> Done | Refused:
    """The booking or the move, with what it leaves behind."""
    act_id = act_ids(connection, here().id)[wanted.doctor.key, act.key]
    patient_id = wanted.patient.id if wanted.patient is not None else 0
    moved, now, anyway = wanted.moved, here().now, request.form.get("anyway") == "on"
    ids = wanted.practitioner_id, act_id, patient_id
    claim = claim_at_desk(wanted.board, wanted.doctor, act, start, ids, moved.id if moved is not None else None)
    if moved is not None and not is_as_seen(moved):
        return GONE
    if moved is None:
        outcome = book_at_desk(connection, wanted.board, claim, now, anyway=anyway)
    else:
        outcome = move_at_desk(connection, wanted.board, claim, moved.start_at, now, anyway=anyway)
    if isinstance(outcome, Done) and outcome.is_new:
        row = asked_appointment(connection, outcome.appointment)
        did, before = ("booked", None) if moved is None else ("moved", moved.start_at)
        leave_behind(connection, wanted.board, row, did, before=before)
    return outcome


def _wanted(connection: Connection) -> Wanted:
    """Read what is asked for; 404 for what another practice has."""
    board, ids = switchboard_here(connection), practitioner_ids(connection, here().id)
    moved = _moved(connection)
    if moved is not None:
        doctor = board.practice.practitioner(moved.practitioner)
        patient = find_patient(connection, here().id, moved.patient)
        return Wanted(board, doctor, ids[doctor.key], patient, doctor.act(moved.act), moved)
    doctor = doctor_asked(board, ids)
    key, act = request.values.get("patient", ""), request.values.get("act", "")
    patient = (find_patient(connection, here().id, key) or abort(404)) if key else None
    chosen = next((one for one in doctor.acts if one.key == act), None)
    if act and chosen is None:
        abort(404)
    return Wanted(board, doctor, ids[doctor.key], patient, chosen, None)


def _moved(connection: Connection) -> Row[Any] | None:
    """The appointment that would move, if the address names one."""
    written = request.values.get("moved", "")
    if not written:
        return None
    is_id = written.isdecimal() and len(written) <= LONGEST_ID
    return asked_appointment(connection, int(written)) if is_id else abort(404)


def _may_move(row: Row[Any]) -> bool:
    return bool(row.start_at > here().now and row.status != AppointmentStatus.CANCELLED)


def _start() -> datetime | None:
    """The time of the button that was pressed, else the one that was typed (UTC); None where it is none."""
    pressed, zone = request.form.get("start", ""), here().zone
    try:
        if pressed and not BUTTON.fullmatch(pressed):
            return None
        on = date.fromisoformat(pressed[:10] or request.form.get("on", ""))
        if not FIRST_DAY <= on <= LAST_DAY:
            return None
        if pressed:
            return read_local(zone, pressed)
        at = datetime.strptime(request.form.get("at", ""), "%H:%M").time()  # noqa: DTZ007 a wall time
    except ValueError:
        return None
    return instant(zone, datetime.combine(on, at), Edge.START)


def _page(connection: Connection, wanted: Wanted, start: datetime | None = None, refused: Refused = ()) -> str:
    looked_for = request.args.get("q", "").strip()[:LONGEST_QUERY]
    patient = wanted.patient
    is_chosen = patient is not None and wanted.act is not None
    free = _free(connection, wanted, wanted.act) if is_chosen and wanted.act is not None else ()
    return render_template(
        "site/booking.html",
        wanted=wanted,
        doctors=wanted.board.practice.practitioners,
        looked_for=looked_for,
        found=search_patients(connection, here().id, looked_for) if looked_for and patient is None else (),
        rulings=_rulings(connection, wanted),
        text=text_about(connection, patient.id, wanted.moved) if patient is not None else None,
        is_chosen=is_chosen,
        free=free,
        later=(free[-1][0] + ONE_DAY) if free else None,
        start=start,
        typed=_typed(wanted, start),
        refused=[hindrance_words(wanted.board, wanted.doctor.name, start, one) for one in refused] if start else (),
        is_final=is_final(refused),
    )


def _rulings(connection: Connection, wanted: Wanted) -> Any:
    """The acts of the practitioner as they stand for the patient; nothing before there is one."""
    if wanted.patient is None:
        return ()
    return next(one.rulings for one in acts_for(connection, wanted.patient.id) if one.doctor.key == wanted.doctor.key)


def _free(connection: Connection, wanted: Wanted, act: Act) -> Sequence[tuple[date, list[Slot]]]:
    """The next free times by day; notice and horizon of the act are for callers."""
    zone, moved = here().zone, wanted.moved
    slots = current_app.extensions["ivr.switchboards"].slots(wanted.board)
    agenda = Agenda(slots, wanted.doctor, wanted.practitioner_id, moved_id=moved.id if moved is not None else None)
    found = find_slots(
        connection,
        agenda,
        for_staff(act),
        here().now,
        MOST_FOUND,
        since=_since(),
        is_wanted=lambda slot: moved is None or slot.start != moved.start_at,
    )
    days = [(on, list(some)) for on, some in groupby(found, lambda slot: local(zone, slot.start).date())]
    return days[:DAYS_SHOWN]


def _since() -> date | None:
    """From which day free times are looked for, if the address says one."""
    try:
        return date.fromisoformat(request.values.get("since") or request.values.get("on", ""))
    except ValueError:
        return None


def _typed(wanted: Wanted, start: datetime | None) -> tuple[str, str]:
    """Date and time as the fields hold them."""
    if start is None:
        return wanted.asked.get("on", ""), wanted.asked.get("at", "")
    shown = local(here().zone, start)
    return shown.date().isoformat(), f"{shown:%H:%M}"
