"""The journal of calls: those of a span of time, and all that happened in one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from db.models.calls import CallRow, TurnRow
from ivr.phones import PhoneNumber

MOST_CALLS = 500


def count_calls_since(connection: Connection, practice_id: int, start: datetime) -> int:
    """How many callers' calls began since then (UTC)."""
    its = (CallRow.practice_id == practice_id, CallRow.parent.is_(None), CallRow.started_at >= start)
    return connection.execute(select(func.count()).select_from(CallRow).where(*its)).scalar_one()


def calls_since(
    connection: Connection,
    practice_id: int,
    start: datetime,
    until: datetime | None = None,
    caller: PhoneNumber | None = None,
    most: int = MOST_CALLS,
) -> Sequence[Row[Any]]:
    """Callers' calls that began since then (UTC, `until` excluded), the latest first; of one number if it is given."""
    query = select(CallRow.__table__).where(CallRow.practice_id == practice_id, CallRow.parent.is_(None))
    query = query.where(CallRow.started_at >= start)
    if until is not None:
        query = query.where(CallRow.started_at < until)
    if caller is not None:
        query = query.where(CallRow.caller == caller)
    return connection.execute(query.order_by(CallRow.started_at.desc(), CallRow.id.desc()).limit(most)).all()


def last_decisions(connection: Connection, call_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What was decided last about key 2 in each of these calls; those without a decision are left out."""
    decided = (TurnRow.call_id.in_(call_ids), TurnRow.decision.is_not(None))
    rows = connection.execute(select(TurnRow.call_id, TurnRow.decision).where(*decided).order_by(TurnRow.id))
    return {row.call_id: row.decision for row in rows if row.decision is not None}


def find_call(connection: Connection, practice_id: int, call_id: int) -> Row[Any] | None:
    """A caller's call of that practice."""
    its = (CallRow.practice_id == practice_id, CallRow.id == call_id, CallRow.parent.is_(None))
    return connection.execute(select(CallRow.__table__).where(*its)).first()


def turns_of(connection: Connection, call: Row[Any]) -> Sequence[Row[Any]]:
    """Every turn of a call and of the legs to called persons (`parent` is set there), as they came."""
    query = select(TurnRow.__table__, CallRow.parent).join(CallRow, CallRow.id == TurnRow.call_id)
    query = query.where((CallRow.id == call.id) | (CallRow.parent == call.carrier_id))
    return connection.execute(query.order_by(TurnRow.at, TurnRow.id)).all()
