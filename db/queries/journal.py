"""The journal of calls: those of a span of time, and all that happened in one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from db.models.calls import CallRow, TurnRow
from ivr.phones import PhoneNumber

MOST_CALLS = 500


def calls_between(
    connection: Connection, practice_id: int, start: datetime, end: datetime, caller: PhoneNumber | None = None
) -> Sequence[Row[Any]]:
    """Callers' calls that began in that span (UTC, half-open), the latest first; of one number if it is given."""
    began = (CallRow.practice_id == practice_id, CallRow.started_at >= start, CallRow.started_at < end)
    query = select(CallRow.__table__).where(*began, CallRow.parent.is_(None))
    if caller is not None:
        query = query.where(CallRow.caller == caller)
    return connection.execute(query.order_by(CallRow.started_at.desc(), CallRow.id.desc()).limit(MOST_CALLS)).all()


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
