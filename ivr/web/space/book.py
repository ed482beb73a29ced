"""Prendre ou déplacer: for whom, with whom, for what, then the times that the telephone would offer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from ivr.actions.own_bookings import OwnBooks, ask_practice, may_book_more, pass_on_late_change
from ivr.clock import local, read_local
from ivr.flows.acts import weigh_acts
from ivr.flows.books import FindAppointments, FindSlots, JoinWaitingList, Kind, Written
from ivr.flows.moving import is_late
from ivr.flows.planned import within_limits
from ivr.flows.scene import Scene
from ivr.flows.wish import Wish
from ivr.patients import Appointment, Patient
from ivr.practice import Practitioner
from ivr.slots import ONE_DAY, Slot
from ivr.web.here import FIRST_DAY, LAST_DAY, here, read
from ivr.web.space.guest import note_visit, people, subject_of, writing_in_turn
from ivr.web.space.shelf import own_books, patient_asked, planned_asked

DAYS_SHOWN, MOST_FOUND = 4, 60
LONGEST_ID = 9
ANY = "any"
BUTTON = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:00[+-]\d{2}:\d{2} [a-z0-9-]{1,64}")
"""How a button names its time and the practitioner."""

book = Blueprint("book", __name__, url_prefix="/p/book")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address says so far; a move begins with all but the time."""

    books: OwnBooks
    patients: Sequence[Patient]
    patient: Patient | None
    doctors: tuple[Practitioner, ...]
    """With whom the patient may book something."""
    with_whom: tuple[Practitioner, ...]
    """The one who was chosen, or all of them for who has no preference."""
    acts: dict[str, str]
    """What may be booked with them: names by key."""
    kinds: tuple[Kind, ...]
    """What would do, once an act is chosen."""
    moved: Appointment | None

    @property
    def scene(self) -> Scene:
        """As on the telephone."""
        return self.books.books.scene

    @property
    def act(self) -> str | None:
        """The act, once it is chosen."""
        return self.kinds[0][1] if self.kinds else None

    @property
    def asked(self) -> dict[str, Any]:
        """What addresses and forms hold of it."""
        if self.moved is not None:
            return {"moved": self.moved.id}
        whom = request.values.get("with") if self.with_whom else None
        told = {"for": self.patient.key if self.patient else None, "with": whom, "act": self.act}
        return {name: value for name, value in told.items() if value}


@book.get("")
def page() -> Any:
    """The next thing to choose."""
    with read()() as connection:
        return _page(_wanted(connection))


@book.post("")
def take() -> Any:
    """Book or move to the time of the button."""
    with writing_in_turn() as connection:
        wanted = _wanted(connection)
        slot = _slot(wanted)
        if wanted.patient is None or slot is None:
            abort(400)
        if wanted.moved is not None and wanted.moved.start == slot.start:
            return _taken(wanted)  # the first of two clicks has moved it
        if wanted.moved is not None and is_late(wanted.scene, wanted.moved):
            pass_on_late_change(wanted.books, wanted.moved)
            flash(gettext("Le cabinet est prévenu. Ce rendez-vous est proche : appelez aussi, par prudence."))
            return redirect(url_for("planned.page"), code=303)
        if not may_book_more(wanted.books):
            flash(gettext("C’est beaucoup de rendez-vous pour un jour : appelez le cabinet."), "error")
            return _page(wanted), 429
        written = wanted.books.book(slot, wanted.patient.key, wanted.moved)
        if not isinstance(written, Written):
            flash(gettext("Cette heure n’est plus libre. Choisissez-en une autre."), "error")
            return _page(wanted), 409
        return _taken(wanted)


def _taken(wanted: Wanted) -> Any:
    flash(gettext("Le rendez-vous est pris.") if wanted.moved is None else gettext("Le rendez-vous est déplacé."))
    return redirect(url_for("planned.page"), code=303)


@book.post("/request")
def ask_for() -> Any:
    """What the practice must decide itself: a task for it, as on the telephone."""
    with writing_in_turn() as connection:
        wanted = _wanted(connection)
        if wanted.patient is None or not wanted.kinds:
            abort(400)
        wish = Wish(wanted.patient, is_proven=True, kinds=wanted.kinds, moved=wanted.moved)
        if ask_practice(wanted.books, wish.as_task()):
            note_visit(connection, "asked", subject_of(connection, wanted.patient))
    flash(gettext("Votre demande est au cabinet, qui vous rappelle."))
    return redirect(url_for("planned.page"), code=303)


@book.post("/wait")
def wait() -> Any:
    """On the waiting list for these kinds, before the first time that is free now."""
    with writing_in_turn() as connection:
        wanted = _wanted(connection)
        allowed, _ = _allowed(wanted)
        kinds = _bookable(wanted, allowed)
        if wanted.patient is None or not kinds or wanted.moved is not None:
            abort(400)
        first = _free(wanted, kinds, count=1)
        before = first[0].start if first else None
        wanted.books.books.answer(JoinWaitingList(wanted.patient.key, kinds, before))
        note_visit(connection, "asked", subject_of(connection, wanted.patient))
    flash(gettext("C’est noté : vous recevrez un SMS si une place se libère."))
    return redirect(url_for("planned.page"), code=303)


def _wanted(connection: Connection) -> Wanted:
    """Read what is asked for; 404 for what is not the visitor's."""
    patients, books = people(connection), own_books(connection)
    practice = books.books.scene.practice
    written = request.values.get("moved", "")
    if written:
        is_id = written.isdecimal() and written.isascii() and len(written) <= LONGEST_ID
        moved = planned_asked(books, patients, int(written)) if is_id else abort(404)
        doctor = (practice.practitioner(moved.practitioner),)
        acts = {moved.act: doctor[0].act(moved.act).name}
        patient, kind = patient_asked(patients, moved.patient), (moved.practitioner, moved.act)
        return Wanted(books, patients, patient, doctor, doctor, acts, (kind,), moved)
    key = request.values.get("for", "")
    only = patients[0] if len(patients) == 1 else None
    patient_for = patient_asked(patients, key) if key else only
    if patient_for is None:
        return Wanted(books, patients, None, (), (), {}, (), None)
    return _for(books, patients, patient_for)


def _for(books: OwnBooks, patients: Sequence[Patient], patient: Patient) -> Wanted:
    scene = books.books.scene
    rulings = [ruling for ruling in weigh_acts(scene, patient) if ruling.is_open]
    doctors = tuple(one for one in scene.practice.practitioners if any(r.practitioner == one.key for r in rulings))
    key = request.values.get("with", "")
    chosen = doctors if key == ANY or len(doctors) == 1 else tuple(one for one in doctors if one.key == key)
    names = {one.key for one in chosen}
    acts: dict[str, str] = {}
    for ruling in rulings:
        if ruling.practitioner in names:
            acts.setdefault(ruling.act.key, ruling.act.name)
    act = request.values.get("act", "")
    if act and act not in acts:
        abort(404)
    kinds = tuple((r.practitioner, act) for r in rulings if r.practitioner in names and r.act.key == act)
    return Wanted(books, patients, patient, doctors, chosen, acts, kinds, None)


def _page(wanted: Wanted) -> str:
    is_late_now = wanted.moved is not None and is_late(wanted.scene, wanted.moved)
    allowed, planned = _allowed(wanted)
    bookable = () if is_late_now else _bookable(wanted, allowed)
    free = _free(wanted, bookable, MOST_FOUND) if bookable else ()
    zone = here().zone
    days = [(on, list(some)) for on, some in groupby(free, lambda slot: local(zone, slot.start).date())][:DAYS_SHOWN]
    return render_template(
        "space/book.html",
        wanted=wanted,
        practice_now=wanted.scene.practice,
        is_late=is_late_now,
        must_ask=bool(allowed) and not bookable,
        held_back=() if allowed else planned,
        days=days,
        later=days[-1][0] + ONE_DAY if days else None,
    )


def _allowed(wanted: Wanted) -> tuple[tuple[Kind, ...], tuple[Appointment, ...]]:
    """The kinds of those with whom fewer are planned than they allow, and what is planned (ROUTING.md P8).

    Who moves an appointment has no more of them afterwards.
    """
    if wanted.patient is None or wanted.moved is not None:
        return wanted.kinds, ()
    wish = Wish(wanted.patient, is_proven=True, kinds=wanted.kinds)
    question = FindAppointments((wanted.patient.key,), wish.practitioners)
    planned: tuple[Appointment, ...] = wanted.books.books.answer(question)
    return within_limits(wanted.scene, wish, planned).kinds, planned


def _bookable(wanted: Wanted, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """Those that are open and may be booked without asking the practice first (ROUTING.md P7, P11)."""
    if wanted.patient is None:
        return ()
    rulings = weigh_acts(wanted.scene, wanted.patient)
    bookable = {(one.practitioner, one.act.key) for one in rulings if one.is_open and not one.act.asks_first}
    return tuple(kind for kind in kinds if kind in bookable)


def _free(wanted: Wanted, kinds: tuple[Kind, ...], count: int) -> tuple[Slot, ...]:
    found: tuple[Slot, ...] = wanted.books.books.answer(FindSlots(kinds, count, since=_since(), moved=wanted.moved))
    return found


def _since() -> date | None:
    """From which day times are looked for, if the address says one."""
    try:
        since = date.fromisoformat(request.values.get("since", ""))
    except ValueError:
        return None
    return since if FIRST_DAY <= since <= LAST_DAY else None


def _slot(wanted: Wanted) -> Slot | None:
    """The time of the button; None where it names none that was asked for."""
    pressed = request.form.get("start", "")
    if not BUTTON.fullmatch(pressed):
        return None
    start, _, doctor_key = pressed.partition(" ")
    try:
        at: datetime = read_local(here().zone, start)
    except ValueError:
        return None
    if not FIRST_DAY <= at.date() <= LAST_DAY:
        return None
    practice = wanted.scene.practice
    for key, act in wanted.kinds:
        if key == doctor_key:
            doctor = practice.practitioner(key)
            return Slot.of(doctor, doctor.act(act), at)
    return None
