"""Sending what was promised, once: a row is claimed with a lease, sent outside any transaction, settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row, select, update
from structlog.contextvars import bound_contextvars

from db.engine import Transaction
from db.models.appointments import AppointmentRow
from db.models.practices import LineRow
from db.models.promises import OPEN_DELIVERIES, DeliveryRow
from ivr.actions.journal import carrier_id_of
from ivr.actions.texting import has_refused_texts, refuse_texts, tell_not_sent
from ivr.actions.visits import LINK_TEXTS
from ivr.carrier import CarrierClient, CarrierError
from ivr.delivery.attempts import next_attempt
from ivr.meters import meters
from ivr.texts import compose
from ivr.vocabulary import AppointmentStatus, HoldStatus, Language

LEASE = timedelta(minutes=2)
CLOCKS_APART = timedelta(days=1)
"""How far our clock may have been ahead of the carrier's when an SMS was promised."""
LOOK_AFTER = timedelta(minutes=2)
"""How long the carrier has to list a text of which we do not know whether it took it."""
BOOKED = frozenset({AppointmentStatus.BOOKED.value, AppointmentStatus.PENDING.value})
STANDING_IN = {
    "SMS-BOOK": BOOKED,
    "SMS-CANCEL": frozenset({AppointmentStatus.CANCELLED.value}),
    "SMS-REMIND": BOOKED,
    "SMS-FREE": frozenset({HoldStatus.HELD.value}),
}
"""How the appointment must stand that a text is about, when it is sent."""
LINKS = {"SMS-MISSED": "t"} | dict.fromkeys(LINK_TEXTS, "p")
"""Where the link of a text leads: a task for the doctor, the patient space."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the carrier, the name or number shown, and where receipts and links lead."""

    client: CarrierClient
    shown: str | None
    public_url: str


def deliver_one(transaction: Transaction, sender: Sender, now: datetime) -> bool:
    """Send the delivery that has waited longest; False when none is due."""
    with transaction() as connection:
        claimed = claim_due(connection, now)
        if claimed is None:
            return False
        if not _is_still_so(connection, claimed, now):
            _settle(connection, claimed, {"state": "dropped", "due_at": None})
            _count(claimed, "dropped")
            return True
        if has_refused_texts(connection, claimed.practice_id, claimed.to):
            _give_up(connection, claimed, "the person wrote STOP", now)
            _count(claimed, "refused")
            return True
        shown = sender.shown or _line_of(connection, claimed.practice_id)
        call = carrier_id_of(connection, claimed.call_id)
    with bound_contextvars(call=call):
        _send(transaction, sender, claimed, shown, now)
    return True


def _send(transaction: Transaction, sender: Sender, claimed: Row[Any], shown: str, now: datetime) -> None:
    """Send what was claimed, outside any transaction, and settle it."""
    text = compose(claimed.template, Language(claimed.language), _links(claimed, sender.public_url))
    receipts = f"{sender.public_url}/twilio/sms/status?delivery={claimed.id}"
    try:
        sent = _sent_before(transaction, sender, claimed, text) or sender.client.send_text(
            claimed.to, shown, text, receipts
        )
    except CarrierError as error:
        _settle_failure(transaction, claimed, error, now)
        return
    with transaction() as connection:
        _settle(connection, claimed, {"state": "sent", "carrier_id": sent, "sent_at": now, "due_at": None})
    _count(claimed, "sent")
    log.info("text_sent", delivery=claimed.id, template=claimed.template)


def _count(claimed: Row[Any], outcome: str) -> None:
    meters().deliveries.labels(claimed.template, outcome).inc()


def _sent_before(transaction: Transaction, sender: Sender, claimed: Row[Any], text: str) -> str | None:
    """What an earlier attempt sent after all: a POST without a good answer is looked up before it is made again.

    The same words that another delivery sent are another SMS.
    """
    if claimed.attempts == 1:
        return None
    found = sender.client.find_texts(claimed.to, text, claimed.created_at - CLOCKS_APART)
    with transaction() as connection:
        others = select(DeliveryRow.carrier_id).where(DeliveryRow.carrier_id.in_(found))
        taken = set(connection.execute(others).scalars())
    return next((message for message in found if message not in taken), None)


def claim_due(connection: Connection, now: datetime) -> Row[Any] | None:
    """Lease one due row to this worker: it is nobody else's until the lease runs out."""
    due = (
        select(DeliveryRow.id)
        .where(DeliveryRow.state.in_(OPEN_DELIVERIES), DeliveryRow.due_at <= now)
        .order_by(DeliveryRow.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = (
        update(DeliveryRow)
        .where(DeliveryRow.id == due, DeliveryRow.state.in_(OPEN_DELIVERIES), DeliveryRow.due_at <= now)
        .values(due_at=now + LEASE, attempts=DeliveryRow.attempts + 1)
        .returning(*DeliveryRow.__table__.columns)
    )
    return connection.execute(claimed).first()


def _settle_failure(transaction: Transaction, claimed: Row[Any], error: CarrierError, now: datetime) -> None:
    """Try again later, or give up with a task; what may have been sent is looked up first, when it must be listed."""
    again = next_attempt(now, claimed.attempts, error)
    is_unsure = error.was_sent or claimed.state == "unsure"
    state = "unsure" if is_unsure else "waiting" if again else "refused"
    if is_unsure and again is not None:
        again = max(again, now + LOOK_AFTER)
    with transaction() as connection:
        values = {"state": state, "due_at": again, "failure": str(error)[:500]}
        if _settle(connection, claimed, values) and again is None:
            tell_not_sent(connection, claimed, now)
        if error.is_unwanted:
            refuse_texts(connection, claimed.practice_id, claimed.to, now)
    _count(claimed, state)
    log.warning("text_failed", delivery=claimed.id, state=state, error=str(error))


def _settle(connection: Connection, claimed: Row[Any], values: dict[str, Any]) -> bool:
    """Write how it went, unless the lease ran out and another worker went on."""
    own = (DeliveryRow.id == claimed.id, DeliveryRow.state == claimed.state, DeliveryRow.attempts == claimed.attempts)
    return connection.execute(update(DeliveryRow).where(*own).values(values)).rowcount == 1


def _give_up(connection: Connection, claimed: Row[Any], failure: str, now: datetime) -> None:
    """Not sent at all, and the practice knows."""
    if _settle(connection, claimed, {"state": "refused", "due_at": None, "failure": failure}):
        tell_not_sent(connection, claimed, now)


def _is_still_so(connection: Connection, claimed: Row[Any], now: datetime) -> bool:
    """Whether it still is as the text says: neither moved, cancelled nor given back, and tomorrow still tomorrow."""
    standing = STANDING_IN.get(claimed.template)
    if standing is None or claimed.appointment_id is None:
        return True
    query = select(AppointmentRow.status, AppointmentRow.start_at, AppointmentRow.hold_until_at)
    row = connection.execute(query.where(AppointmentRow.id == claimed.appointment_id)).one()
    is_held = row.hold_until_at is None or row.hold_until_at > now
    is_in_time = now.timestamp() < float(claimed.fields.get("before", "inf"))
    is_at_that_time = f"{row.start_at.timestamp():.0f}" == claimed.fields["start"]
    return row.status in standing and is_held and is_in_time and is_at_that_time


def _line_of(connection: Connection, practice_id: int) -> str:
    first = select(LineRow.number).where(LineRow.practice_id == practice_id).order_by(LineRow.position).limit(1)
    return connection.execute(first).scalar_one().e164


def link_to(public_url: str, template: str, token: str | None) -> str:
    """The address that a text of that template tells."""
    return f"{public_url}/{LINKS.get(template, '')}/{token}"


def _links(claimed: Row[Any], public_url: str) -> dict[str, str]:
    """The fields of the text, with the address its token opens."""
    return dict(claimed.fields) | {"link": link_to(public_url, claimed.template, claimed.token)}
