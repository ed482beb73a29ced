"""Appointments of the agenda."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import E164, UtcDateTime
from ivr.phones import PhoneNumber

ACTIVE = "status IN ('booked', 'pending', 'held')"


class AppointmentRow(Base):
    """An appointment, or a slot held during a call. The wall time is kept too, in case the law changes the clocks.

    `block_start` and `block_end` are seconds since 1970 and include the buffers, as they were when it was booked.
    A row that is booked, pending or held (until `hold_until_at`, by the call `call_id`) lets no other such row of
    the practitioner into its block, except where staff overbook; the database refuses it (migration 0003).
    `call_id` is the call that last changed it, `phone` the number it was booked from by telephone.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        Index(
            "ix_appointments_blocks",
            "practitioner_id",
            "block_start",
            "block_end",
            sqlite_where=text(ACTIVE),
            postgresql_where=text(ACTIVE),
        ),
        Index(None, "patient_id", "start_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="RESTRICT"))
    act_id: Mapped[int] = mapped_column(ForeignKey("acts.id", ondelete="RESTRICT"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="RESTRICT"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"), index=True)
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    block_start: Mapped[int] = mapped_column(BigInteger)
    block_end: Mapped[int] = mapped_column(BigInteger)
    wall_time: Mapped[str] = mapped_column(String(25))
    timezone: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    hold_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_overbooked: Mapped[bool]
    phone: Mapped[PhoneNumber | None] = mapped_column(E164)
