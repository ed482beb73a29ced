"""What the practice must do and what the worker must send or fetch: tasks, voice messages, deliveries."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import E164, Json, UtcDateTime
from ivr.phones import PhoneNumber


class TaskRow(Base):
    """Something to do, owned by a practitioner or, without one, by the practice.

    `state` is open or done; a task made by a silent recording is closed with `outcome` silent. `note` is what the
    patient wrote. `token` opens the task from an SMS.
    """

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "practice_id", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id", ondelete="SET NULL"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    caller: Mapped[PhoneNumber | None] = mapped_column(E164)
    is_urgent: Mapped[bool]
    state: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    note: Mapped[str | None] = mapped_column(Text)


class VoiceMessageRow(Base):
    """A recording on its way from the carrier to the data folder.

    `state`: waiting, stored, silent (dropped) or lost (the carrier has it no more).
    """

    __tablename__ = "voice_messages"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), unique=True)
    recording: Mapped[str] = mapped_column(String(64), unique=True)
    seconds: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    file: Mapped[str | None] = mapped_column(String(200))
    is_at_carrier: Mapped[bool]
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeliveryRow(Base):
    """A promise to send one SMS, written with the decision that made it and kept once by its key.

    `state`: waiting, sent, refused (will never pass) or unsure (a time-out after sending). `token` names what the
    link in the text opens, where there is one.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="SET NULL"))
    token: Mapped[str | None] = mapped_column(String(32), unique=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    to: Mapped[PhoneNumber] = mapped_column(E164)
    template: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    fields: Mapped[dict[str, str]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    carrier_id: Mapped[str | None] = mapped_column(String(64), index=True)
    carrier_status: Mapped[str | None] = mapped_column(String(24))
    failure: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
