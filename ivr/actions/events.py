"""Telling a practice's programs what happened: a row for each address, in the transaction of what happened.

No health data and no names leave the practice so: a program is told kinds and ids, and asks with its key for the rest.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select

from db.models.appointments import AppointmentRow
from db.models.practices import PractitionerRow
from db.models.webhooks import WebhookEventRow, WebhookRow
from ivr.vocabulary import EventKind

TOKEN_BYTES = 18


def tell(connection: Connection, practice_id: int, kind: EventKind, about: Mapping[str, int], now: datetime) -> None:
    """Promise to tell it; nothing is written where nobody asked for it. `now` is UTC."""
    _promise(connection, WebhookRow.practice_id == practice_id, kind, about, now)


def tell_of_appointment(connection: Connection, appointment: int, kind: EventKind, now: datetime) -> None:
    """Promise to tell what became of an appointment."""
    agenda = (AppointmentRow.id == appointment, AppointmentRow.practitioner_id == PractitionerRow.id)
    practice = select(PractitionerRow.practice_id).where(*agenda).scalar_subquery()
    _promise(connection, WebhookRow.practice_id == practice, kind, {"appointment": appointment}, now)


def _promise(
    connection: Connection, whose: ColumnElement[bool], kind: EventKind, about: Mapping[str, int], now: datetime
) -> None:
    asked = connection.execute(select(WebhookRow.id, WebhookRow.kinds).where(whose, WebhookRow.failing_since.is_(None)))
    rows = [_event(row.id, kind, about, now) for row in asked if kind in row.kinds]
    if rows:
        connection.execute(insert(WebhookEventRow), rows)


def _event(webhook_id: int, kind: EventKind, about: Mapping[str, int], now: datetime) -> dict[str, object]:
    return {
        "webhook_id": webhook_id,
        "token": f"msg_{secrets.token_urlsafe(TOKEN_BYTES)}",
        "kind": kind.value,
        "about": dict(about),
        "happened_at": now,
        "state": "waiting",
        "attempts": 0,
        "due_at": now,
    }
