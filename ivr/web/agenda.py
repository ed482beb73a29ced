"""L’agenda: one practitioner's week, drawn and as a list of each day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from sqlalchemy import Connection, Row

from db.queries.agenda import agenda_rows
from db.queries.calendars import busy_rows
from db.queries.practices import practitioner_ids
from ivr.actions.practice_here import PracticeHere
from ivr.clock import local, start_of_day
from ivr.intervals import Interval
from ivr.practice import Practitioner
from ivr.routing import Switchboard
from ivr.security.guard import needs
from ivr.slots import Block
from ivr.speech import written_time
from ivr.vocabulary import HoldStatus, Language, Permission
from ivr.web.agenda_drawing import draw
from ivr.web.agenda_week import Entry, lay_out
from ivr.web.here import date_asked, here, note, read, seen_lately, switchboard_here, write
from ivr.web.wording import spoken_here

FAR_AWAY = timedelta(days=3660)
ONE_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)

agenda = Blueprint("agenda", __name__, url_prefix="/admin/agenda")


@agenda.get("")
@needs(Permission.APPOINTMENTS)
def page() -> str:
    """A week, around the day that is asked for."""
    on = date_asked("on", FAR_AWAY)
    monday = on - on.weekday() * ONE_DAY
    with read()() as connection:
        board = switchboard_here(connection)
        ids = practitioner_ids(connection, here().id)
        doctor = doctor_asked(board, ids)
        entries = _entries(connection, ids[doctor.key], monday)
        subject = f"agenda {ids[doctor.key]} {monday}"
        is_noted = seen_lately(connection, "opened", subject)
    if not is_noted:
        with write()() as connection:
            note(connection, "opened", subject)
    week = lay_out(board.calendar, doctor, monday, entries, on)
    there = local(here().zone, here().now)
    return render_template(
        "site/agenda.html",
        board=board,
        doctor=doctor,
        doctors=board.practice.practitioners,
        monday=monday,
        chosen=on,
        one_day=ONE_DAY,
        a_week=A_WEEK,
        week=week,
        drawing=draw(week, here().today, there.hour * 60 + there.minute),
    )


def doctor_asked(board: Switchboard, ids: Mapping[str, int], name: str = "practitioner") -> Practitioner:
    """The practitioner the address or form names, else the user's own, else the first; 404 for one of elsewhere."""
    doctors = {doctor.key: doctor for doctor in board.practice.practitioners}
    wanted = request.values.get(name, "")
    if wanted:
        return doctors.get(wanted) or abort(404)
    own = next((key for key, one in ids.items() if one == current_user.practitioner_id), "")
    return doctors.get(own) or board.practice.practitioners[0]


@dataclass(frozen=True, slots=True)
class Written:
    """One thing in the agenda in words; they are put on the page twice.

    `address` is its page; a hold and what is elsewhere have none.
    """

    at: str
    who: str
    act: str
    status: str
    is_overbooked: bool
    is_over: bool
    address: str | None

    @property
    def kinds(self) -> str:
        """The classes by which it is drawn."""
        return f"{self.status}{' overbooked' if self.is_overbooked else ''}{' over' if self.is_over else ''}"


def _entries(connection: Connection, practitioner_id: int, monday: date) -> list[Entry]:
    practice, language, page_of = here(), spoken_here(), url_for("agenda.page")
    start, end = (start_of_day(practice.zone, on) for on in (monday, monday + A_WEEK))
    rows = agenda_rows(connection, practitioner_id, start, end, practice.now)
    planned = [Entry(row.start_at, row.end_at, _written(row, practice, language, page_of)) for row in rows]
    busy = busy_rows(connection, practitioner_id, int(start.timestamp()), int(end.timestamp()))
    return planned + [_elsewhere(Block(row.block_start, row.block_end).span, practice, language) for row in busy]


def _elsewhere(span: Interval, practice: PracticeHere, language: Language) -> Entry:
    """A time taken in the other calendar, which tells no more of it."""
    at, is_over = written_time(local(practice.zone, span.start), language), span.end <= practice.now
    return Entry(span.start, span.end, Written(at, gettext("pris ailleurs"), "", "elsewhere", False, is_over, None))


def _written(row: Row[Any], practice: PracticeHere, language: Language, page_of: str) -> Written:
    return Written(
        written_time(local(practice.zone, row.start_at), language),
        f"{row.first_name} {row.last_name}",
        row.act,
        row.status,
        row.is_overbooked,
        row.end_at <= practice.now,
        None if row.status == HoldStatus.HELD else f"{page_of}/{row.id}",
    )
