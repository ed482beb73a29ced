"""The SMS of the telephone, promised for what people of the practice book, move or cancel."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from ivr.actions.ledger import Ledger
from ivr.actions.texting import TextedAt
from ivr.clock import local
from ivr.phones import national
from ivr.routing import Switchboard
from ivr.speech import text_start

BOOK, CANCEL = "SMS-BOOK", "SMS-CANCEL"


def promise_desk_text(
    connection: Connection,
    switchboard: Switchboard,
    practice_id: int,
    template: str,
    appointment: Row[Any],
    to: TextedAt,
    now: datetime,
) -> None:
    """SMS-BOOK or SMS-CANCEL about the appointment as it stands now, in the language of who has the number."""
    practice, zone = switchboard.practice, switchboard.calendar.zone
    language = practice.language_for(to.language)
    fields = {
        "name": appointment.doctor,
        "first_name": appointment.first_name,
        "tel": national(practice.lines[0], practice.country),
        "emergency": practice.emergency,
        **text_start(local(zone, appointment.start_at), language),
    }
    key = f"desk:{appointment.id}:{template}:{fields['start']}:{now.timestamp():.0f}"
    ledger = Ledger(connection, practice_id, None, None, now)
    ledger.promise(key, to.number, template, language, fields, now, appointment=appointment.id)
