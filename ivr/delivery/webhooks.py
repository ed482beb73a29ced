"""Telling programs of events: claimed with a lease, sent outside any transaction, settled; retried with pauses."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import requests
import structlog
from sqlalchemy import Connection, Row, select, update

from db.engine import Transaction
from db.models.webhooks import WebhookEventRow, WebhookRow
from ivr.delivery.network import CONNECT_SECONDS, PUBLIC, READ_SECONDS, Network, NotAllowedError
from ivr.webhook_signatures import secret_from, sign

LEASE = timedelta(minutes=2)
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=8),
    timedelta(hours=8),
)
"""After each failure in turn: about a day together."""
GONE = 410
"""The program wants nothing any more."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it goes out."""

    address: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How the other side answered; no status where it did not."""

    status: int | None
    trouble: str = ""

    @property
    def is_well(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004


Post: TypeAlias = Callable[[Message], Taken]


def tell_one(transaction: Transaction, installation: str, now: datetime, post: Post) -> bool:
    """Tell the event that has waited longest; False when none is due. `installation` is what secrets are made of.

    What nobody has taken so far comes after what was not tried: a program that is away must not hold up the others.
    """
    with transaction() as connection:
        claimed = _claim_due(connection, now)
    if claimed is None:
        return False
    taken = post(message_of(claimed, installation, now))
    with transaction() as connection:
        _settle(connection, claimed, taken, now)
    log.info("webhook_told", webhook=claimed.webhook_id, message=claimed.token, status=taken.status, why=taken.trouble)
    return True


def message_of(event: Row[Any], installation: str, now: datetime) -> Message:
    """The event with its signature; for a day after a rotation with that of the old secret, too."""
    told = {"type": event.kind, "timestamp": event.happened_at.isoformat(), "data": event.about}
    body = json.dumps(told, separators=(",", ":"))
    salts = [event.salt]
    if event.old_salt is not None and now < event.old_until_at:
        salts.append(event.old_salt)
    signatures = (sign(secret_from(installation, salt), event.token, now, body) for salt in salts)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "ivr",
        "webhook-id": event.token,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return Message(event.address, headers, body)


def post_outside(message: Message, network: Network = PUBLIC) -> Taken:
    """Send it over the public internet and nowhere else; redirects are not followed, the answer's body is not read."""
    try:
        network.check_scheme(message.address)
        with network.session() as session, session.no_longer(network.seconds):
            answer = session.post(
                message.address,
                data=message.body.encode(),
                headers=message.headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            )
            answer.close()
    except NotAllowedError:
        return Taken(None, "the address leads to a place that must not be asked")
    except (requests.exceptions.RequestException, OSError, ValueError) as error:  # its words hold the address
        return Taken(None, type(error).__name__)
    return Taken(answer.status_code)


def _claim_due(connection: Connection, now: datetime) -> Row[Any] | None:
    """Lease one due event to this worker, with the address it goes to."""
    event = WebhookEventRow
    due = (
        select(event.id)
        .where(event.state == "waiting", event.due_at <= now)
        .order_by(event.attempts, event.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claim = update(event).where(event.id == due, event.state == "waiting", event.due_at <= now)
    claimed = connection.execute(
        claim.values(due_at=now + LEASE, attempts=event.attempts + 1).returning(event.id)
    ).scalar_one_or_none()
    if claimed is None:
        return None
    to = (WebhookRow.address, WebhookRow.salt, WebhookRow.old_salt, WebhookRow.old_until_at)
    query = select(event.__table__, *to).join(WebhookRow, WebhookRow.id == event.webhook_id)
    return connection.execute(query.where(event.id == claimed)).one()


def _settle(connection: Connection, claimed: Row[Any], taken: Taken, now: datetime) -> None:
    """What becomes of it; whoever's lease ran out has nothing to say any more."""
    event = WebhookEventRow
    mine = update(event).where(event.id == claimed.id, event.attempts == claimed.attempts, event.state == "waiting")
    if taken.is_well:
        connection.execute(mine.values(state="sent", due_at=None, settled_at=now))
    elif claimed.attempts <= len(PAUSES) and taken.status != GONE:
        connection.execute(mine.values(due_at=now + PAUSES[claimed.attempts - 1]))
    elif connection.execute(mine.values(state="lost", due_at=None, settled_at=now)).rowcount:
        _give_up(connection, claimed.webhook_id, taken, now)


def _give_up(connection: Connection, webhook: int, taken: Taken, now: datetime) -> None:
    """The address is failing: what waits for it is lost, and the practice sees it on its page."""
    event = WebhookEventRow
    waiting = update(event).where(event.webhook_id == webhook, event.state == "waiting")
    connection.execute(waiting.values(state="lost", due_at=None, settled_at=now))
    trouble = f"status {taken.status}" if taken.status is not None else taken.trouble
    failing = {"failing_since": now, "trouble": trouble[:100]}
    connection.execute(update(WebhookRow).where(WebhookRow.id == webhook).values(failing))
    log.warning("webhook_failing", webhook=webhook, why=trouble)
