"""Appointments of the agenda."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import UtcDateTime


class AppointmentRow(Base):
    """An appointment. The wall time is kept beside the instant, in case the law changes the clocks.

    `block_start_at` and `block_end_at` include the buffers, as they were when it was booked.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        Index(None, "practitioner_id", "block_start_at", "block_end_at"),
        Index(None, "patient_id", "start_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="RESTRICT"))
    act_id: Mapped[int] = mapped_column(ForeignKey("acts.id", ondelete="RESTRICT"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="RESTRICT"))
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    block_start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    block_end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wall_time: Mapped[str] = mapped_column(String(25))
    timezone: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
