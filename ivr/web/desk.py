"""What a change of an appointment leaves behind: a line in the access log, and an SMS where one was asked for."""

from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import Connection, Row

from ivr.actions.desk_bookings import as_noted
from ivr.actions.desk_texts import BOOK, promise_desk_text
from ivr.actions.texting import TextedAt, whom_to_text
from ivr.routing import Switchboard
from ivr.web.here import here, note


def text_about(connection: Connection, patient_id: int, appointment: Row[Any] | None = None) -> TextedAt | None:
    """Where the patient can be told of an appointment by SMS, if anywhere."""
    return whom_to_text(connection, here().id, patient_id, appointment.phone if appointment else None)


def leave_behind(
    connection: Connection,
    board: Switchboard,
    appointment: Row[Any],
    did: str,
    template: str = BOOK,
    before: datetime | None = None,
) -> None:
    """Note what was done with the appointment as it stands now, and promise the SMS if the form asks for it."""
    note(connection, "changed", f"patient {appointment.patient_id}", as_noted(appointment, did, before))
    to = text_about(connection, appointment.patient_id, appointment)
    if request.form.get("tell") == "on" and to is not None:
        promise_desk_text(connection, board, here().id, template, appointment, to, here().now)
