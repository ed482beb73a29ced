"""What a turn leaves behind, written in the turn's own transaction."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, select, update

from db.models.calls import CallRow
from db.models.promises import DeliveryRow
from ivr.actions.ledger import Ledger, new_token
from ivr.actions.proofs import note_failed_proof
from ivr.actions.visits import LINK_TEXTS
from ivr.flows.scene import Scene
from ivr.flows.turns import (
    Accepted,
    ActsWeighed,
    AlertDoctor,
    Decided,
    Effect,
    MessageLeft,
    NewTask,
    NothingSaid,
    ProofFailed,
    SendText,
    TaskKind,
)
from ivr.phones import can_receive_text, national
from ivr.speech import written_time

ALERTS_MERGE = timedelta(minutes=10)
"""Calls of one number within this time make one alert (ROUTING.md case 20)."""
ALERT_WAITS_FOR_MESSAGE = timedelta(minutes=3)
"""An alert says whether a message was left; it goes out at the latest when that can no longer come."""


def apply_effects(
    connection: Connection, scene: Scene, practice_id: int, call_id: int, effects: Sequence[Effect]
) -> None:
    """Write each effect of a turn of that call."""
    if not effects:
        return
    ledger = Ledger(connection, practice_id, call_id, scene.caller.phone, scene.now)
    for effect in effects:
        _apply(ledger, scene, effect)


def _apply(ledger: Ledger, scene: Scene, effect: Effect) -> None:
    match effect:
        case NewTask():
            ledger.add_task(effect)
        case MessageLeft(recording, seconds, task):
            ledger.keep_message(recording, seconds, task)
        case NothingSaid():
            _mark_call(ledger, left_nothing=True)
            ledger.release_alerts()
        case Accepted():
            _mark_call(ledger, was_accepted=True)
        case AlertDoctor():
            _alert_doctor(ledger, scene, effect)
        case SendText():
            _promise_text(ledger, scene, effect)
        case ProofFailed(tried):
            note_failed_proof(ledger.connection, ledger.practice_id, tried, ledger.now)
        case Decided() | ActsWeighed():
            """Kept in the journal."""


def _mark_call(ledger: Ledger, **columns: bool) -> None:
    ledger.connection.execute(update(CallRow).where(CallRow.id == ledger.call_id).values(**columns))


def _alert_doctor(ledger: Ledger, scene: Scene, alert: AlertDoctor) -> None:
    """SMS-MISSED to the doctor; a second call of the number within ten minutes adds none."""
    practitioner = scene.on_duty(alert.practitioner)
    if practitioner.phone is None or ledger.caller is None:
        return
    key = f"missed:{alert.practitioner}:{ledger.caller}"
    if _was_alerted(ledger, key):
        return
    task = ledger.add_task(NewTask(TaskKind.MISSED, alert.practitioner, is_urgent=True))
    if not can_receive_text(practitioner.phone):
        return
    language = scene.practice.languages[0]
    fields = {
        "reach": alert.reach.word,
        "time": written_time(scene.local_now, language),
        "caller": ", ".join(scene.caller.first_names[:2]),
        "number": national(ledger.caller, scene.practice.country),
        "message": "no",
    }
    due_at = scene.now + ALERT_WAITS_FOR_MESSAGE
    key = f"{key}:call:{ledger.call_id}"
    ledger.promise(key, practitioner.phone, "SMS-MISSED", language, fields, due_at, task.token)


def _was_alerted(ledger: Ledger, key: str) -> bool:
    recent = select(DeliveryRow.id).where(
        DeliveryRow.practice_id == ledger.practice_id,
        DeliveryRow.dedupe_key.startswith(f"{key}:"),
        DeliveryRow.created_at > ledger.now - ALERTS_MERGE,
    )
    return ledger.connection.execute(recent).first() is not None


def _promise_text(ledger: Ledger, scene: Scene, text: SendText) -> None:
    if ledger.caller is None:
        return
    practice = scene.practice
    fields = dict(text.fields) | {"tel": national(scene.line, practice.country), "emergency": practice.emergency}
    key = f"call:{ledger.call_id}:{text.template}"
    token = new_token() if text.template in LINK_TEXTS else None
    ledger.promise(
        key, ledger.caller, text.template, scene.language, fields, scene.now, token, appointment=text.appointment
    )
