"""Addresses that are told of events: added, given a new secret, told again after trouble, taken off."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from db.models.webhooks import WebhookEventRow, WebhookRow
from db.queries.practices import lock_practice
from ivr.actions.access import Made
from ivr.vocabulary import EventKind

MOST = 10
"""Addresses of one practice."""
SALT_BYTES = 16
BOTH_SIGN = timedelta(days=1)
"""How long the old secret signs beside the new one."""
EVENTS_KEPT = timedelta(days=7)


class TooManyError(Exception):
    """The practice has as many addresses as it may."""


def add_webhook(
    connection: Connection, practice_id: int, address: str, kinds: Collection[EventKind], made: Made
) -> Row[Any]:
    """Tell that address of these from now on. Raises TooManyError."""
    lock_practice(connection, practice_id)
    its = WebhookRow.practice_id == practice_id
    if connection.execute(select(func.count()).where(its)).scalar_one() >= MOST:
        raise TooManyError
    columns = {
        "practice_id": practice_id,
        "address": address,
        "kinds": [kind.value for kind in EventKind if kind in kinds],
        "salt": _salt(),
        "created_at": made.at,
        "created_by": made.by,
    }
    new = insert(WebhookRow).values(columns).returning(*WebhookRow.__table__.columns)
    return connection.execute(new).one()


def webhooks_of(connection: Connection, practice_id: int) -> Sequence[Row[Any]]:
    """All of a practice, by id."""
    query = select(WebhookRow.__table__).where(WebhookRow.practice_id == practice_id)
    return connection.execute(query.order_by(WebhookRow.id)).all()


def find_webhook(connection: Connection, practice_id: int, webhook: int) -> Row[Any] | None:
    """One of that practice; nobody else changes it until the transaction ends."""
    its = (WebhookRow.practice_id == practice_id, WebhookRow.id == webhook)
    return connection.execute(select(WebhookRow.__table__).where(*its).with_for_update()).first()


def rotate_secret(connection: Connection, webhook: Row[Any], now: datetime) -> str:
    """The salt of a new secret; the old one signs, too, for a day, so that the program can be changed meanwhile."""
    salt = _salt()
    values = {"salt": salt, "old_salt": webhook.salt, "old_until_at": now + BOTH_SIGN}
    connection.execute(update(WebhookRow).where(WebhookRow.id == webhook.id).values(values))
    return salt


def resume(connection: Connection, webhook: int) -> None:
    """Tell it again of what happens from now on."""
    well = {"failing_since": None, "trouble": None}
    connection.execute(update(WebhookRow).where(WebhookRow.id == webhook).values(well))


def remove_webhook(connection: Connection, webhook: int) -> None:
    """Tell it nothing any more, nor what waits."""
    connection.execute(delete(WebhookRow).where(WebhookRow.id == webhook))


def forget_events(connection: Connection, now: datetime, most: int) -> int:
    """Delete what happened long enough ago, told or not, `most` at once; how many that was."""
    old = select(WebhookEventRow.id).where(WebhookEventRow.happened_at <= now - EVENTS_KEPT).limit(most)
    return connection.execute(delete(WebhookEventRow).where(WebhookEventRow.id.in_(old))).rowcount


def _salt() -> str:
    return secrets.token_hex(SALT_BYTES)
