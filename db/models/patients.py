"""Patients, their numbers, and every exception made for them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import E164, UtcDateTime
from ivr.phones import PhoneNumber


class PatientRow(Base):
    """A patient of one practice; `folded` is the name as it is looked for."""

    __tablename__ = "patients"
    __table_args__ = (UniqueConstraint("practice_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    born_on: Mapped[date | None]
    language: Mapped[str | None] = mapped_column(String(2))
    relatives: Mapped[str] = mapped_column(String(16))
    folded: Mapped[str] = mapped_column(String(420), server_default="")


class PhoneRow(Base):
    """A number of a patient; several patients may share one."""

    __tablename__ = "phones"
    __table_args__ = (UniqueConstraint("patient_id", "number"), Index(None, "practice_id", "number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"))
    position: Mapped[int]
    number: Mapped[PhoneNumber] = mapped_column(E164)
    is_slow: Mapped[bool]
    language: Mapped[str | None] = mapped_column(String(2))


class ContactExceptionRow(Base):
    """The list of a number with one practitioner: how far it reaches, whether it is assisted.

    It holds until the end of the local date `until_on`, for good without one. `since_at` and `made_by`, an actor of
    the access log, are empty for what a file brought.
    """

    __tablename__ = "contact_exceptions"
    __table_args__ = (UniqueConstraint("phone_id", "practitioner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id", ondelete="CASCADE"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"), index=True)
    reach: Mapped[int]
    is_assisted: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    until_on: Mapped[date | None]
    since_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_by: Mapped[str | None] = mapped_column(String(64))


class ActExceptionRow(Base):
    """An act switched on or off for one patient; no act means all of that practitioner's.

    It holds until the end of the local date `until_on`, for good without one.
    """

    __tablename__ = "act_exceptions"
    __table_args__ = (Index(None, "patient_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"), index=True)
    act_id: Mapped[int | None] = mapped_column(ForeignKey("acts.id", ondelete="CASCADE"))
    is_on: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    until_on: Mapped[date | None]
    since_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_by: Mapped[str | None] = mapped_column(String(64))


class DocumentPermissionRow(Base):
    """Documents may be deposited for this practitioner until the end of that local date."""

    __tablename__ = "document_permissions"
    __table_args__ = (UniqueConstraint("patient_id", "practitioner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"), index=True)
    until_on: Mapped[date]


class RelativeRow(Base):
    """`booker_id` may book for `patient_id`."""

    __tablename__ = "relatives"
    __table_args__ = (UniqueConstraint("patient_id", "booker_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"))
    booker_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"), index=True)
