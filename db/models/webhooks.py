"""Where a practice's programs are told of what happens, and what they are still to be told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Json, UtcDateTime


class WebhookRow(Base):
    """An address that is told of some kinds of events.

    Its secret is kept nowhere: it is made of the installation's and of `salt`. After a rotation the one made of
    `old_salt` signs, too, until `old_until_at`. `failing_since` is set when it took nothing for a day: then it is told
    nothing more until somebody says so.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(Json)
    salt: Mapped[str] = mapped_column(String(32))
    old_salt: Mapped[str | None] = mapped_column(String(32))
    old_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(64))
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(String(100))


class WebhookEventRow(Base):
    """Something that happened, to be told to one address: its kind, and ids of what it is about.

    `state`: waiting, sent, or lost (the address took it never, or is failing).
    """

    __tablename__ = "webhook_events"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "webhook_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    about: Mapped[dict[str, int]] = mapped_column(Json)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
