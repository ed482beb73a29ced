"""What status callbacks bring: the end of a call, a finished recording, the fate of an SMS."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from db.models.calls import CallRow, TurnRow
from db.models.promises import DeliveryRow, VoiceMessageRow
from ivr.actions.bookings import release_holds
from ivr.actions.events import tell
from ivr.actions.journal import is_finished
from ivr.actions.ledger import Ledger
from ivr.actions.texting import refuse_texts, tell_not_sent, tell_sent_after_all
from ivr.carrier import ReceiptEvent, RecordingEvent, StatusEvent
from ivr.flows.dialogue import read_state
from ivr.flows.message import SHORTEST_SECONDS, Recording
from ivr.flows.turns import NewTask, TaskKind
from ivr.vocabulary import EventKind

FAILED_RECEIPTS = frozenset({"undelivered", "failed"})
FINAL_RECEIPTS = FAILED_RECEIPTS | {"delivered", "canceled"}


def end_call(connection: Connection, event: StatusEvent, now: datetime) -> None:
    """The call is over; the first final status stays, what it held is free again.

    An unfinished dialogue was left at its last prompt.
    """
    call = _locked_call(connection, event.call)
    if call is None or call.status is not None:
        return
    left_at = None if is_finished(read_state(call.state)) else _last_prompt(connection, call.id)
    ending = {"status": event.status, "ended_at": now, "seconds": event.seconds, "abandoned_at": left_at}
    connection.execute(update(CallRow).where(CallRow.id == call.id).values(ending))
    Ledger(connection, call.practice_id, call.id, call.caller, now).release_alerts()
    release_holds(connection, call.id)
    if call.parent is None:
        tell(connection, call.practice_id, EventKind.CALL_ENDED, {"call": call.id}, now)


def note_recording(connection: Connection, event: RecordingEvent, now: datetime) -> None:
    """The file is there: fetch it now. Absent: there is nothing to fetch.

    When the request that ended the recording was lost, this one brings the message.
    """
    waiting = update(VoiceMessageRow).where(
        VoiceMessageRow.recording == event.recording, VoiceMessageRow.state == "waiting"
    )
    if event.is_absent:
        gone = {"state": "lost", "is_at_carrier": False, "due_at": None, "failure": "absent at the carrier"}
        connection.execute(waiting.values(gone))
        return
    in_nobodys_hands = (VoiceMessageRow.attempts == 0) | VoiceMessageRow.failure.is_not(None)
    connection.execute(waiting.where(in_nobodys_hands).values(due_at=now, seconds=event.seconds))
    call = _locked_call(connection, event.call)
    if call is not None and event.seconds >= SHORTEST_SECONDS:
        state = read_state(call.state)
        task = state.task if isinstance(state, Recording) else NewTask(TaskKind.MESSAGE)
        ledger = Ledger(connection, call.practice_id, call.id, call.caller, now)
        ledger.keep_message(event.recording, event.seconds, task)


def note_receipt(connection: Connection, event: ReceiptEvent, now: datetime) -> None:
    """How far an SMS got; a late `sent` never undoes a final status. One that failed is a task for the practice."""
    _settle_by_receipt(connection, event, now)
    is_open = DeliveryRow.carrier_status.is_(None) | DeliveryRow.carrier_status.not_in(FINAL_RECEIPTS)
    named = DeliveryRow.carrier_id == event.message
    values = {"carrier_status": event.status}
    if event.error:
        values["failure"] = f"carrier error {event.error}"
    noted = update(DeliveryRow).where(named, is_open).values(values).returning(*DeliveryRow.__table__.columns)
    for row in connection.execute(noted).all():
        if event.status in FAILED_RECEIPTS:
            tell_not_sent(connection, row, now)
        elif event.status == "delivered":
            tell_sent_after_all(connection, row, now)
        if event.is_unwanted:
            refuse_texts(connection, row.practice_id, row.to, now)


def _settle_by_receipt(connection: Connection, event: ReceiptEvent, now: datetime) -> None:
    """A receipt proves that a text went out of which we have no id: yet, or because the carrier's answer was lost."""
    if event.delivery is None:
        return
    unnamed = (DeliveryRow.id == event.delivery, DeliveryRow.carrier_id.is_(None), DeliveryRow.attempts > 0)
    sent = {"state": "sent", "carrier_id": event.message, "sent_at": now, "due_at": None}
    connection.execute(update(DeliveryRow).where(*unnamed).values(sent))


def _locked_call(connection: Connection, carrier_id: str) -> Row[Any] | None:
    query = select(CallRow.__table__).where(CallRow.carrier_id == carrier_id)
    return connection.execute(query.with_for_update()).first()


def _last_prompt(connection: Connection, call_id: int) -> str | None:
    query = select(TurnRow.prompts).where(TurnRow.call_id == call_id).order_by(TurnRow.step.desc()).limit(1)
    prompts: list[str] = connection.execute(query).scalar_one()
    return prompts[-1] if prompts else None
