"""The way in: a link by SMS, a birth date, a code where the link was used before; a letter for who has no record."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from sqlalchemy import Connection, Row

from ivr.actions.sheets import LONGEST_SHEET, has_written, keep_sheet
from ivr.actions.visits import Link, begin_visit, end_visit, find_link, prove, send_code, send_new_link, use_code
from ivr.web.here import read, write
from ivr.web.space.guest import VISIT, guest

CODE = "code"
"""Where the cookie holds which code was sent."""
LONGEST_PART = 4

entry = Blueprint("entry", __name__, url_prefix="/p")


@entry.get("/")
def outside() -> Any:
    """Where one stands without a link: how to get one; a visitor goes on to their pages."""
    if "guest" in g:
        return redirect(url_for("planned.page"))
    return render_template("space/outside.html"), 401


@entry.get("/<token>")
def link(token: str) -> Any:
    """Asks for the birth date; nothing else is shown."""
    found = _link(token)
    if "guest" in g and guest().number == found.number and g.practice.id == found.practice:
        return redirect(url_for("planned.page"))
    return _asked(token, found)


@entry.post("/<token>")
def enter(token: str) -> Any:
    """In with the right birth date, or on to the code."""
    found, born, now = _link(token), _born(), _now()
    if not found.is_fresh:
        return redirect(url_for("entry.link", token=token), code=303)
    if born is None:
        flash(gettext("Cette date n’existe pas : écrivez le jour, le mois et l’année."), "error")
        return _asked(token, found), 400
    with write()() as connection:
        patients = prove(connection, found, born, now)
        if patients is None:
            return render_template("space/refused.html", link=found), 429
        chosen = _chosen(patients)
        if chosen is not None:
            return _let_in(connection, token, found, chosen)
    if patients:
        return render_template("space/which.html", link=found, patients=patients, born=born)
    flash(gettext("Nous ne trouvons pas de patient né ce jour-là pour ce numéro."), "error")
    return _asked(token, found), 403


@entry.get("/<token>/code")
def code(token: str) -> Any:
    """Asks for the code that was sent."""
    if CODE not in session:
        return redirect(url_for("entry.link", token=token))
    return render_template("space/code.html", link=_link(token), token=token)


@entry.post("/<token>/code")
def enter_code(token: str) -> Any:
    """In with the right code."""
    found = _link(token)
    written = "".join(request.form.get("code", "").split())
    sent = session.get(CODE)
    with write()() as connection:
        patient = use_code(connection, found, sent, written, _now()) if isinstance(sent, int) else None
        if patient is not None:
            return _begin(connection, found, patient)
    flash(gettext("Ce code n’est pas le bon, ou il n’est plus valable."), "error")
    return render_template("space/code.html", link=found, token=token), 403


@entry.post("/<token>/again")
def again(token: str) -> Any:
    """A new link by SMS to the same number, in place of one that is too old."""
    found = _link(token)
    with write()() as connection:
        is_sent = send_new_link(connection, found, _now())
    if not is_sent:
        return render_template("space/refused.html", link=found), 429
    return render_template("space/sent.html", link=found)


@entry.get("/<token>/letter")
def letter(token: str) -> Any:
    """A sheet to write on, for who is not known here; nothing is shown on it."""
    found = _link(token)
    if not found.is_fresh:
        return redirect(url_for("entry.link", token=token))
    with read()() as connection:
        is_written = has_written(connection, found.delivery)
    return render_template("space/letter.html", link=found, token=token, is_written=is_written, longest=LONGEST_SHEET)


@entry.post("/<token>/letter")
def send_letter(token: str) -> Any:
    """Keep what was written."""
    found = _link(token)
    with write()() as connection:
        if found.is_fresh:
            keep_sheet(connection, found, request.form.get("text", ""), _now())
    return redirect(url_for("entry.letter", token=token), code=303)


@entry.post("/leave")
def leave() -> Any:
    """The visit is over."""
    if "guest" in g:
        with write()() as connection:
            end_visit(connection, guest().visit, _now())
    session.clear()
    return render_template("space/left.html")


def _link(token: str) -> Link:
    """The link of the address; 404 for one that was never sent."""
    with read()() as connection:
        found = find_link(connection, token, _now()) or abort(404)
    g.link_language = found.language
    return found


def _asked(token: str, found: Link) -> str:
    if not found.is_fresh:
        return render_template("space/old.html", link=found, token=token)
    return render_template("space/birth.html", link=found, token=token)


def _born() -> date | None:
    """The date of the three fields; None where there is no such day."""
    written = [request.form.get(name, "").strip() for name in ("year", "month", "day")]
    if not all(part.isdecimal() and part.isascii() and len(part) <= LONGEST_PART for part in written):
        return None
    try:
        return date(*map(int, written))
    except ValueError:
        return None


def _chosen(patients: Sequence[Row[Any]]) -> Row[Any] | None:
    """The one who was born then, or who of several the form names."""
    if len(patients) == 1:
        return patients[0]
    key = request.form.get("patient", "")
    return next((patient for patient in patients if patient.key == key), None)


def _let_in(connection: Connection, token: str, found: Link, patient: Row[Any]) -> Any:
    """In at once by a link that nobody has used, else by a code."""
    if not found.was_used:
        return _begin(connection, found, patient.id)
    sent = send_code(connection, found, patient.id, _now())
    if sent is None:
        return render_template("space/refused.html", link=found), 429
    session[CODE] = sent
    return redirect(url_for("entry.code", token=token), code=303)


def _begin(connection: Connection, found: Link, patient_id: int) -> Any:
    session.clear()
    session[VISIT] = begin_visit(connection, found, patient_id, _now())
    return redirect(url_for("planned.page"), code=303)


def _now() -> datetime:
    now: datetime = current_app.extensions["ivr.clock"]()
    return now
