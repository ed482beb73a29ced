"""Making what is kept of a call tell of nobody: where it led stays."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from db.models.calls import CallRow, TurnRow
from db.models.promises import VoiceMessageRow
from ivr.actions.archive import Archive
from ivr.flows.dialogue import write_state
from ivr.flows.turns import Ended
from ivr.phones import PhoneNumber, masked

MASKED_KEYS = "digits:masked:"


def mask_call(connection: Connection, call_id: int, caller: PhoneNumber | None) -> None:
    """No number but its ends, no key typed, no name said. A call that goes on must not be masked."""
    shown = masked(caller) if caller else "withheld"
    told: dict[str, Any] = {"caller": None, "caller_shown": shown, "state": write_state(Ended())}
    connection.execute(update(CallRow).where(CallRow.id == call_id).values(told))
    query = select(TurnRow.id, TurnRow.heard, TurnRow.decision).where(TurnRow.call_id == call_id)
    for turn in connection.execute(query).all():
        heard = f"{MASKED_KEYS}{turn.id}" if turn.heard.startswith("digits:") else turn.heard
        decision = turn.decision and turn.decision | {"from": shown}
        values = {"heard": heard, "decision": decision, "acts": None, "answer": ""}
        connection.execute(update(TurnRow).where(TurnRow.id == turn.id).values(values))


def forget_sound(connection: Connection, archive: Archive, message: Row[Any], now: datetime) -> None:
    """The file of a voice message goes, then its name; at the carrier the worker deletes what is still there."""
    if message.file is not None:
        archive.remove(message.file)
    gone = {"state": "purged", "file": None, "due_at": now if message.is_at_carrier else None}
    connection.execute(update(VoiceMessageRow).where(VoiceMessageRow.id == message.id).values(gone))
