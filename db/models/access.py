"""Who looked at or changed what is personal, and when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Json, UtcDateTime


class AccessRow(Base):
    """One entry of the access log.

    `actor` is who did it: a user of the machine, or the holder of a link; `action` what (`opened`, `wrote`, `exported`,
    `erased`, `purged`); `subject` about whom or what, by id: keys are often names. `detail` is what was
    before and after a change.
    """

    __tablename__ = "access_log"
    __table_args__ = (Index(None, "practice_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(120))
    detail: Mapped[dict[str, str] | None] = mapped_column(Json)
