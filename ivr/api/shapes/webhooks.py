"""Addresses that are told of events."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Row

from ivr.api.here import shown_at
from ivr.api.shapes.common import EXAMPLES, Id, Shape
from ivr.vocabulary import EventKind

Kinds = Annotated[list[EventKind], Field(min_length=1, max_length=len(EventKind))]


class NewWebhook(Shape):
    """An address to be told: https, and on the public internet."""

    address: Annotated[str, Field(min_length=1, max_length=2000, examples=["https://agenda.example.org/hooks"])]
    events: Kinds


class Webhook(Shape):
    """An address that is told of events; one that is failing is told nothing until it is resumed."""

    id: Id
    address: str
    events: list[EventKind]
    created: datetime
    failing_since: datetime | None
    trouble: str | None

    @classmethod
    def of(cls, row: Row[Any]) -> "Webhook":
        return cls(
            id=row.id,
            address=row.address,
            events=row.kinds,
            created=shown_at(row.created_at),
            failing_since=shown_at(row.failing_since),
            trouble=row.trouble,
        )


class WebhookWithSecret(Webhook):
    """The same with the secret that its messages are signed with, which is shown this once."""

    secret: str = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class WebhookList(Shape):
    """All of the practice."""

    items: list[Webhook]
    next: None = None


EXAMPLES |= {
    "create_webhook": {"address": "https://agenda.example.org/hooks", "events": ["appointment.booked", "call.ended"]}
}
