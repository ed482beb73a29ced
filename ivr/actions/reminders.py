"""Reminders of the next day's appointments, promised once each from the practice's hour on (CALLS.md 14)."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, select

from db.engine import Transaction
from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow
from db.models.practices import PracticeRow, PractitionerRow
from db.models.promises import DeliveryRow
from db.queries.practices import PracticeVersion
from ivr.actions.ledger import Ledger
from ivr.actions.switchboards import Switchboards
from ivr.actions.texting import whom_to_text
from ivr.clock import local, start_of_day
from ivr.phones import national
from ivr.routing import Switchboard
from ivr.slots import ONE_DAY
from ivr.speech import text_start
from ivr.vocabulary import AppointmentStatus

LATEST = time(21)
"""Nobody is reminded at night; what could not be said until then is not said."""
TOLD = ("SMS-REMIND", "SMS-BOOK")
"""Somebody who was told of the appointment today needs no reminder of it."""
AT_ONCE = 100


def promise_reminders(reading: Transaction, writing: Transaction, switchboards: Switchboards, now: datetime) -> int:
    """Promise every reminder that is due and not promised yet; how many."""
    with reading() as connection:
        due = list(_due(connection, switchboards, now))
    promised = 0
    for start in range(0, len(due), AT_ONCE):
        with writing() as connection:
            promised += sum(_promise(connection, *one, now) for one in due[start : start + AT_ONCE])
    return promised


def _due(
    connection: Connection, switchboards: Switchboards, now: datetime
) -> Iterator[tuple[Switchboard, int, Row[Any]]]:
    reminding = select(PracticeRow.id, PracticeRow.version).where(PracticeRow.reminder_time.is_not(None))
    for practice in connection.execute(reminding).all():
        switchboard = switchboards.get(connection, PracticeVersion(practice.id, practice.version))
        there = local(switchboard.calendar.zone, now)
        begins = switchboard.practice.reminder_time
        if begins is not None and begins <= there.time() < LATEST:
            for row in _untold(connection, practice.id, switchboard, there):
                yield switchboard, practice.id, row


def _untold(connection: Connection, practice_id: int, switchboard: Switchboard, there: datetime) -> list[Any]:
    """Tomorrow's booked appointments of which nobody was told today."""
    table, zone = AppointmentRow, switchboard.calendar.zone
    today, tomorrow, after = (start_of_day(zone, there.date() + n * ONE_DAY) for n in range(3))
    query = (
        select(
            table.id,
            table.start_at,
            table.phone,
            table.patient_id,
            PatientRow.first_name,
            PractitionerRow.name,
        )
        .join(PatientRow, PatientRow.id == table.patient_id)
        .join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
        .where(
            PractitionerRow.practice_id == practice_id,
            table.status == AppointmentStatus.BOOKED,
            table.start_at >= tomorrow,
            table.start_at < after,
        )
        .order_by(table.start_at)
    )
    rows = list(connection.execute(query))
    told = _told(connection, [row.id for row in rows], today)
    return [row for row in rows if (row.id, f"{row.start_at.timestamp():.0f}") not in told]


def _told(connection: Connection, appointments: list[int], today: datetime) -> set[tuple[int, str]]:
    """Of which appointments, at which times, somebody was told today."""
    table = DeliveryRow
    told = (table.appointment_id.in_(appointments), table.template.in_(TOLD), table.created_at >= today)
    rows = connection.execute(select(table.appointment_id, table.fields).where(*told))
    return {(row.appointment_id, row.fields["start"]) for row in rows}


def _promise(connection: Connection, switchboard: Switchboard, practice_id: int, row: Row[Any], now: datetime) -> bool:
    found = whom_to_text(connection, practice_id, row.patient_id, row.phone)
    if found is None:
        return False
    practice, zone = switchboard.practice, switchboard.calendar.zone
    number, language = found.number, practice.language_for(found.language)
    start = local(zone, row.start_at)
    fields = {
        "name": row.name,
        "first_name": row.first_name,
        "tel": national(practice.lines[0], practice.country),
        "before": f"{start_of_day(zone, start.date()).timestamp():.0f}",
        **text_start(start, language),
    }
    key = f"remind:{row.id}:{row.start_at.timestamp():.0f}"
    ledger = Ledger(connection, practice_id, None, None, now)
    ledger.promise(key, number, "SMS-REMIND", language, fields, now, appointment=row.id)
    return True
