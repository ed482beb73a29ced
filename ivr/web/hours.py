"""Les horaires: when a practitioner works and takes calls; what changes is shown before it is saved."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from db.queries.appointments import booked_between
from db.queries.practices import practitioner_ids
from ivr.actions.changing import Asked, in_practitioner, on_a_date
from ivr.actions.practice_rows import read_settings
from ivr.clock import start_of_day
from ivr.hours import WeeklyHours, written
from ivr.impact import put_out_of_hours
from ivr.intervals import Interval
from ivr.practice import PRIORITY_HOURS, Practitioner
from ivr.practice_files.writing import as_table
from ivr.security.guard import needs
from ivr.vocabulary import WEEKDAYS, Permission
from ivr.web.changing import (
    Prospect,
    RefusedError,
    chosen,
    fingerprint,
    is_confirmed,
    look_ahead,
    refuse_stale,
    save,
)
from ivr.web.here import FIRST_DAY, LAST_DAY, here, read, switchboard_here
from ivr.web.impact import WEEKS_SHOWN, affected
from ivr.web.settings import practitioner_part
from ivr.web.wording import day, spoken_here, weekday_name
from ivr.written_hours import EXAMPLE, read_written_day, write_day

MOST_WEEKS = 8
"""How many weeks the page offers between two; a practice file may say more."""
DATED = frozenset({"dated", "undated"})
TABLES = {"working": ("working_hours", "weeks"), "contact": ("contact_hours",), "priority": ("priority_hours",)}
"""The settings that each form of the page holds."""
WEEKS = {str(every) for every in range(2, 54)}
FAR_AHEAD = timedelta(days=400)
"""Nobody books further ahead than that."""

hours = Blueprint("hours", __name__, url_prefix="/admin/hours")


@hours.get("")
@needs(Permission.PATIENTS)
def page() -> str:
    """The hours of one practitioner, and forms to change them."""
    return _page(request.args.get("practitioner", ""))


@hours.post("")
@needs(Permission.EXCEPTIONS)
def change() -> Any:
    """Change one table of hours, or the hours of a date."""
    key = request.form.get("practitioner", "")
    with read()() as connection:
        _doctor(switchboard_here(connection).practice.practitioners, key)
    try:
        asked = _asked(key)
        if is_confirmed():
            save(asked)
            flash(gettext("Les horaires sont enregistrés."))
            return redirect(url_for("hours.page", practitioner=key), code=303)
        with read()() as connection:
            return _preview(connection, key, look_ahead(connection, asked))
    except RefusedError as error:
        flash(str(error), "error")
        return _page(key), 400


def _page(key: str) -> str:
    with read()() as connection:
        doctors = switchboard_here(connection).practice.practitioners
        doctor = _doctor(doctors, key) if key else doctors[0]
        part = as_table(practitioner_part(read_settings(connection, here().id), doctor.key))
    return render_template(
        "site/hours.html",
        doctors=doctors,
        doctor=doctor,
        coming=[one for one in doctor.dated_hours if one.on >= here().today],
        stored=_stored(doctor),
        seen={what: fingerprint(part, places) for what, places in TABLES.items()},
        sent=request.form,
        has_usual_priority=doctor.priority_hours == PRIORITY_HOURS,
        weekdays=WEEKDAYS,
        most_weeks=max(MOST_WEEKS, doctor.weeks.every if doctor.weeks else 1),
        by_hand=lambda ranges: write_day(map(str, ranges), spoken_here()),
    )


def _preview(connection: Connection, key: str, prospect: Prospect) -> str:
    doctor = prospect.after.practice.practitioner(key)
    start, end = here().now, here().now + WEEKS_SHOWN
    on = request.form.get("date", "")
    if request.form.get("what") in DATED:
        start, end = (start_of_day(here().zone, date.fromisoformat(on) + timedelta(days=more)) for more in (0, 1))
    owner = practitioner_ids(connection, here().id)[key]
    rows = booked_between(connection, owner, here().now, here().now + FAR_AHEAD)
    is_out = put_out_of_hours(prospect.before, prospect.after, key)
    return render_template(
        "site/change_preview.html",
        about=gettext("Dr %(name)s", name=doctor.name) + " · " + _about(),
        planned=[row for row in rows if is_out(Interval(row.start_at, row.end_at))],
        planned_heading=gettext("Rendez-vous pris hors de ces nouveaux horaires"),
        affected=affected(prospect.before, prospect.after, [doctor], max(start, here().now), end),
        chosen=chosen(),
        address=url_for("hours.change"),
        back=url_for("hours.page", practitioner=key),
        save_words=gettext("Enregistrer les horaires"),
    )


def _about() -> str:
    """Which hours, in words."""
    told = {
        "working": gettext("heures de travail"),
        "contact": gettext("heures de contact"),
        "priority": gettext("heures des Prioritaires"),
    }
    what = request.form.get("what", "")
    return str(told.get(what) or gettext("horaires du %(day)s", day=day(date.fromisoformat(request.form["date"]))))


def _asked(key: str) -> Asked:
    """What the form says. Raises RefusedError."""
    what = request.form.get("what", "")
    if what in DATED:
        return _asked_for_a_date(key, is_added=what == "dated")
    settings, seen = _settings(what), request.form.get("seen", "")

    def change_part(part: dict[str, Any]) -> None:
        refuse_stale(part, settings, seen)
        part.update(settings)

    return Asked(in_practitioner(key, change_part), f"practice {what} hours")


def _settings(what: str) -> dict[str, Any]:
    """The settings of the practitioner that one table of the page holds."""
    match what:
        case "working":
            return _working()
        case "contact":
            return {"contact_hours": _week() if request.form.get("own") else "working"}
        case "priority":
            return {"priority_hours": _week() if request.form.get("own") else None}
    return abort(400)


def _asked_for_a_date(key: str, *, is_added: bool) -> Asked:
    on = _date("date")
    change_date = on_a_date(str(on), _dated(on) if is_added else None)
    return Asked(in_practitioner(key, change_date), "practice dated hours")


def _working() -> dict[str, Any]:
    every = request.form.get("every", "1")
    if every == "1":
        return {"working_hours": _week(), "weeks": None}
    start = _date("weeks-from")
    if start.weekday():
        raise RefusedError(gettext("Les semaines alternées se comptent à partir d’un lundi."))
    if every not in WEEKS:
        abort(400)
    return {"working_hours": _week(), "weeks": {"every": int(every), "from": start.isoformat()}}


def _week() -> dict[str, list[str]]:
    return {weekday: found for weekday in WEEKDAYS if (found := _day(weekday, weekday_name(weekday)))}


def _dated(on: date) -> dict[str, Any]:
    if on < here().today:
        raise RefusedError(gettext("Ce jour est déjà passé."))
    is_holiday = bool(request.form.get("holiday"))
    return {"date": str(on), "hours": _day("hours", day(on)), "holiday": is_holiday}


def _day(name: str, told: str) -> list[str]:
    """The hours in a field of the form. Raises RefusedError, which tells the day."""
    try:
        return read_written_day(request.form.get(name, ""))
    except ValueError:
        refused = gettext(
            "Ces heures ne sont pas lisibles (%(day)s). Écrivez par exemple %(example)s.",
            day=told,
            example=write_day(EXAMPLE, spoken_here()),
        )
        raise RefusedError(refused) from None


def _date(name: str) -> date:
    try:
        found = date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        found = date.max
    if not FIRST_DAY <= found <= LAST_DAY:
        raise RefusedError(gettext("Donnez une date."))
    return found


def _doctor(doctors: tuple[Practitioner, ...], key: str) -> Practitioner:
    return next((doctor for doctor in doctors if doctor.key == key), None) or abort(404)


def _stored(doctor: Practitioner) -> dict[str, dict[str, str]]:
    """The tables as one types them: of the form `what`, by weekday."""
    tables = {"working": doctor.working_hours, "priority": doctor.priority_hours}
    tables["contact"] = doctor.contact_hours or doctor.working_hours
    return {what: _by_weekday(table) for what, table in tables.items()}


def _by_weekday(table: WeeklyHours) -> dict[str, str]:
    return {weekday: write_day(ranges, spoken_here()) for weekday, ranges in written(table).items()}
