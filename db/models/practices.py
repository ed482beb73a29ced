"""A practice and what belongs to it alone: lines, secretaries, practitioners, acts, hours, leave."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import E164, Json
from ivr.phones import PhoneNumber

JsonValue = dict[str, object]


class PracticeRow(Base):
    """Owns all its data. `version` grows with every change of what a call may look at."""

    __tablename__ = "practices"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    territory: Mapped[str] = mapped_column(String(16))
    good_friday: Mapped[bool]
    open_holidays: Mapped[list[str]] = mapped_column(Json)
    closed_days: Mapped[list[str]] = mapped_column(Json)
    timezone: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[str]] = mapped_column(Json)
    emergency: Mapped[str] = mapped_column(String(16))
    on_duty: Mapped[str | None] = mapped_column(String(32))
    unknown_callers: Mapped[str] = mapped_column(String(16))
    secretary_first: Mapped[bool]
    accepts_new_patients: Mapped[bool]
    relatives: Mapped[str] = mapped_column(String(16))
    checks_birthday: Mapped[bool]
    reminder_time: Mapped[str | None] = mapped_column(String(5))
    relatives_notice: Mapped[str | None] = mapped_column(Text)
    telemarketing_filter: Mapped[bool]
    announcement_text: Mapped[str | None] = mapped_column(Text)
    announcement_until_on: Mapped[date | None]
    fallback: Mapped[PhoneNumber | None] = mapped_column(E164)
    call_back_delay: Mapped[JsonValue] = mapped_column(Json)
    keeps_recordings_at_carrier: Mapped[bool]
    prompts: Mapped[JsonValue] = mapped_column(Json)
    retention: Mapped[dict[str, int]] = mapped_column(Json, server_default="{}")


class LineRow(Base):
    """A number patients dial; it belongs to one practice in the whole installation."""

    __tablename__ = "lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    number: Mapped[PhoneNumber] = mapped_column(E164, unique=True)


class NuisanceRow(Base):
    """A number the practice does not want to hear."""

    __tablename__ = "nuisance_numbers"
    __table_args__ = (UniqueConstraint("practice_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    position: Mapped[int]
    number: Mapped[PhoneNumber] = mapped_column(E164)


class SecretaryRow(Base):
    """Somebody, or a service, who answers for the practice."""

    __tablename__ = "secretaries"
    __table_args__ = (UniqueConstraint("practice_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    phone: Mapped[PhoneNumber] = mapped_column(E164)
    hours: Mapped[JsonValue] = mapped_column(Json)
    absences: Mapped[list[dict[str, str]]] = mapped_column(Json)


class PractitionerRow(Base):
    """A practitioner; weekly tables and booking limits are kept as the practice file writes them."""

    __tablename__ = "practitioners"
    __table_args__ = (UniqueConstraint("practice_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[PhoneNumber | None] = mapped_column(E164)
    ring_seconds: Mapped[int]
    contact: Mapped[str] = mapped_column(String(16))
    working_hours: Mapped[JsonValue] = mapped_column(Json)
    contact_hours: Mapped[JsonValue | None] = mapped_column(Json)
    priority_hours: Mapped[JsonValue | None] = mapped_column(Json)
    weeks_every: Mapped[int]
    weeks_from: Mapped[date | None]
    notice_minutes: Mapped[int]
    horizon_days: Mapped[int]
    step_minutes: Mapped[int]
    at_once: Mapped[int]


class DatedHoursRow(Base):
    """Hours of one date in place of the weekly ones."""

    __tablename__ = "dated_hours"
    __table_args__ = (UniqueConstraint("practitioner_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"))
    on: Mapped[date]
    hours: Mapped[list[str]] = mapped_column(Json)
    for_holiday: Mapped[bool]


class LeaveRow(Base):
    """A planned absence in wall time, written as dates alone or with times, and whom to call instead."""

    __tablename__ = "leaves"
    __table_args__ = (Index(None, "practitioner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"))
    position: Mapped[int]
    from_time: Mapped[str] = mapped_column(String(19))
    until_time: Mapped[str] = mapped_column(String(19))
    instead_name: Mapped[str] = mapped_column(String(200))
    instead_phone: Mapped[PhoneNumber] = mapped_column(E164)
    instead_takes_calls: Mapped[str | None] = mapped_column(String(8))


class OverrideRow(Base):
    """A temporary act of the practitioner, in wall time."""

    __tablename__ = "overrides"
    __table_args__ = (Index(None, "practitioner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    from_time: Mapped[str] = mapped_column(String(19))
    until_time: Mapped[str] = mapped_column(String(19))


class ActRow(Base):
    """A kind of appointment of one practitioner; empty limits are the practitioner's."""

    __tablename__ = "acts"
    __table_args__ = (UniqueConstraint("practitioner_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    is_visible: Mapped[bool]
    ask_first: Mapped[bool]
    place: Mapped[str] = mapped_column(String(16))
    step_minutes: Mapped[int | None]
    notice_minutes: Mapped[int | None]
    horizon_days: Mapped[int | None]
    before_minutes: Mapped[int]
    after_minutes: Mapped[int]
    hours: Mapped[JsonValue | None] = mapped_column(Json)
    cancel_minutes: Mapped[int | None]
