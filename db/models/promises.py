"""What the practice must do and what the worker must send or fetch: tasks, voice messages, deliveries."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import E164, Json, UtcDateTime
from ivr.phones import PhoneNumber


class TaskRow(Base):
    """Something to do, owned by a practitioner or, without one, by the practice.

    `state` is open or done; a task made by a silent recording is closed with `outcome` silent. `note` is what the
    patient wrote. `token` opens the task from an SMS. Patient, act, appointment and the SMS that did not arrive are
    named as far as it is about them.
    """

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "practice_id", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id", ondelete="SET NULL"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"), index=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patients.id", ondelete="SET NULL"))
    act_id: Mapped[int | None] = mapped_column(ForeignKey("acts.id", ondelete="SET NULL"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id", ondelete="SET NULL"))
    delivery_id: Mapped[int | None] = mapped_column(
        ForeignKey("deliveries.id", ondelete="SET NULL", use_alter=True), index=True
    )
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

    `state`: waiting, stored, silent (dropped), lost (the carrier has it no more) or purged (kept long enough).
    """

    __tablename__ = "voice_messages"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "practice_id", "created_at"))

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


OPEN_DELIVERIES = ("waiting", "unsure")
"""The states in which a delivery is still to be worked on."""


class DeliveryRow(Base):
    """A promise to send one SMS, written with the decision that made it and kept once by its key.

    `state`: waiting, sent, refused (will never pass), unsure (a time-out after sending) or dropped (what it says is
    no longer so). `token` names what the link in the text opens, where there is one.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "practice_id", "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="SET NULL"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id", ondelete="SET NULL"), index=True)
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


class TextRefusalRow(Base):
    """A number that wants no SMS from a practice: its owner wrote STOP, or the carrier said so (21610)."""

    __tablename__ = "text_refusals"
    __table_args__ = (UniqueConstraint("practice_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    number: Mapped[PhoneNumber] = mapped_column(E164)
    since_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WaitingRow(Base):
    """A patient who is told when a time becomes free, before `before_at` if that is set.

    `kinds` are pairs of practitioner and act keys, any of which would do. `state`: waiting, offered (the held slot is
    `appointment_id`, until `offered_until_at`), booked or ended. `phone` is empty for a hidden number.
    """

    __tablename__ = "waiting_list"
    __table_args__ = (Index(None, "state", "created_at"), Index(None, "patient_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"))
    phone: Mapped[PhoneNumber | None] = mapped_column(E164)
    language: Mapped[str] = mapped_column(String(2))
    kinds: Mapped[list[list[str]]] = mapped_column(Json)
    before_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id", ondelete="SET NULL"))
    offered_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offers: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FailedProofRow(Base):
    """A birth date that was not that of a patient with the number; too many in a day, and nobody is asked again."""

    __tablename__ = "failed_proofs"
    __table_args__ = (Index(None, "practice_id", "number", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    number: Mapped[PhoneNumber] = mapped_column(E164)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
