"""Calls and their journal."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, column, table, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_of
from db.types import E164, Json, UtcDateTime
from ivr.phones import PhoneNumber


def _only(condition: str) -> dict[str, Any]:
    """An index of few rows: every call is written while somebody waits, so each index must be worth it."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class CallRow(Base):
    """A call, or a leg to a called person (`parent`), where its dialogue stands and how it ended.

    `step` is the number of the next request. `status` stays empty until the carrier says the call is over;
    the first final status is never undone. `caller` is empty for a hidden number, and when it was kept long enough:
    `caller_shown` is then what is left of it.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_parent", "parent", **_only("parent IS NOT NULL")),
        Index(None, "practice_id", "started_at"),
        Index("ix_calls_open", "started_at", **_only("status IS NULL")),
        Index("ix_calls_left_nothing", "practice_id", "caller", "started_at", **_only("left_nothing")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    carrier_id: Mapped[str] = mapped_column(String(64), unique=True)
    parent: Mapped[str | None] = mapped_column(String(64))
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"))
    line: Mapped[PhoneNumber] = mapped_column(E164)
    caller: Mapped[PhoneNumber | None] = mapped_column(E164)
    language: Mapped[str] = mapped_column(String(2))
    step: Mapped[int]
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str | None] = mapped_column(String(16))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[int | None]
    was_accepted: Mapped[bool]
    left_nothing: Mapped[bool]
    abandoned_at: Mapped[str | None] = mapped_column(String(32))
    caller_shown: Mapped[str | None] = mapped_column(String(20))


class TurnRow(Base):
    """One entry of the call's journal: what was heard, said and decided, and the answer that was sent.

    `decision` is about key 2; `acts` tells which acts were open to a patient and why.
    A request delivered again finds its row by (call, step, heard) and gets the same bytes.
    """

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("call_id", "step", "heard"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    step: Mapped[int]
    heard: Mapped[str] = mapped_column(String(200))
    prompts: Mapped[list[str]] = mapped_column(Json)
    decision: Mapped[dict[str, Any] | None] = mapped_column(Json)
    acts: Mapped[dict[str, Any] | None] = mapped_column(Json)
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


CALLS, TURNS = table_of(CallRow), table_of(TurnRow)

OPENING_CALL = (
    "carrier_id",
    "parent",
    "practice_id",
    "line",
    "caller",
    "language",
    "step",
    "state",
    "started_at",
    "was_accepted",
    "left_nothing",
)
OPENING_TURN = ("step", "heard", "prompts", "decision", "acts", "answer", "at")
OPENINGS = table(
    "openings",
    *(column(f"call_{name}", CALLS.c[name].type) for name in OPENING_CALL),
    *(column(f"turn_{name}", TURNS.c[name].type) for name in OPENING_TURN),
)
"""A call with its first turn as one row to insert: on SQLite a view that is empty, and a trigger that keeps both."""
