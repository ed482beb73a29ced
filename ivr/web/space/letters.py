"""Mes messages: written to a practitioner who takes them now, and the answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from ivr.actions.letters import (
    LONGEST_LETTER,
    Correspondence,
    find_correspondence,
    keep_letter,
    letters_between,
    mark_read,
)
from ivr.actions.switchboards import read_caller_of
from ivr.practice import Practitioner
from ivr.web.here import here, read, switchboard_here, write
from ivr.web.space.guest import guest, note_visit, writing_in_turn
from ivr.writing import may_write, takes_letters

letters = Blueprint("letters", __name__, url_prefix="/p/messages")


@dataclass(frozen=True, slots=True)
class Window:
    """Whether the visitor may write to a practitioner now; else from when on, if that is known (UTC)."""

    doctor: Practitioner
    is_open: bool
    opens_at: datetime | None


@letters.get("")
def page() -> str:
    """The practitioners who answer in writing, and what was written with each."""
    with read()() as connection:
        windows = _all(connection)
        pairs = [_pair(connection, window.doctor.key) for window in windows]
        written = [letters_between(connection, pair) for pair in pairs]
        emergency = switchboard_here(connection).practice.emergency
    with write()() as connection:
        for pair in pairs:
            mark_read(connection, pair, here().now, answers=True)
        note_visit(connection, "opened", f"patient {guest().id}")
    shown = list(zip(windows, written, strict=True))
    return render_template("space/messages.html", shown=shown, emergency=emergency, longest=LONGEST_LETTER)


@letters.post("/<practitioner>")
def send(practitioner: str) -> Any:
    """Keep it, if the practitioner takes it now."""
    with writing_in_turn() as connection:
        window = next((one for one in _all(connection) if one.doctor.key == practitioner), None) or abort(404)
        pair, text = _pair(connection, practitioner), request.form.get("text", "")
        is_kept = window.is_open and keep_letter(connection, pair, text, guest().number, here().now) is not None
    if is_kept:
        flash(gettext("Votre message est arrivé. Un SMS vous préviendra de la réponse."))
    else:
        flash(
            gettext("Ce message n’a pas été pris : il est vide, ou ce n’est pas l’heure. Appelez le cabinet."), "error"
        )
    return redirect(url_for("letters.page"), code=303)


def _all(connection: Connection) -> list[Window]:
    """Every practitioner who answers in writing, with what a call from the visitor's number would get now."""
    board, now = switchboard_here(connection), here().now
    caller = read_caller_of(connection, here().id, guest().number)
    windows = []
    for doctor in board.practice.practitioners:
        if takes_letters(doctor):
            decision = board.decide(caller, doctor, now)
            windows.append(Window(doctor, may_write(doctor, decision), decision.next_opening))
    return windows


def _pair(connection: Connection, practitioner: str) -> Correspondence:
    return find_correspondence(connection, here().id, guest().key, practitioner) or abort(404)
