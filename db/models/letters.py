"""What patients and practitioners write to each other."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import E164, UtcDateTime
from ivr.phones import PhoneNumber


class LetterRow(Base):
    """A letter from a patient to a practitioner, or the answer to one.

    `author` is an actor of the access log, `number` where the patient came in by; an answer is announced there.
    `read_at` is when the other side first saw it.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index(None, "patient_id", "practitioner_id", "created_at"),
        Index(None, "practice_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id", ondelete="CASCADE"), index=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id", ondelete="CASCADE"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="SET NULL"), index=True)
    is_answer: Mapped[bool]
    author: Mapped[str] = mapped_column(String(64))
    number: Mapped[PhoneNumber] = mapped_column(E164)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
