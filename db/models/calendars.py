"""Calendars elsewhere: the address that shows an agenda to them, and the one whose busy times we read."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import UtcDateTime


class CalendarFeedRow(Base):
    """The secret address of a practitioner's agenda, of which only the hash of its token is kept."""

    __tablename__ = "calendar_feeds"

    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))


class OutsideCalendarRow(Base):
    """A practitioner's other calendar. Its address is a secret: whoever has it reads that calendar.

    The worker reads it when it is `due_at`. `read_at` is when that last succeeded, with the `etag` it had then;
    `failed_since` and `trouble` tell of reading that has failed since.
    """

    __tablename__ = "outside_calendars"

    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    etag: Mapped[str | None] = mapped_column(String(200))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(String(16))


class BusyTimeRow(Base):
    """A time that is taken in the practitioner's other calendar; seconds since 1970, as in `appointments`."""

    __tablename__ = "busy_times"
    __table_args__ = (Index("ix_busy_times_blocks", "practitioner_id", "block_start", "block_end"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"))
    block_start: Mapped[int] = mapped_column(BigInteger)
    block_end: Mapped[int] = mapped_column(BigInteger)
