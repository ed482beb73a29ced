"""What calls leave behind, in words: for records, terminals and tests."""

from sqlalchemy import Engine, select

from db.engine import reading
from db.models.calls import CallRow
from db.models.promises import DeliveryRow, TaskRow, VoiceMessageRow


def leavings(engine: Engine, call: str | None = None) -> dict[str, list[str]]:
    """Tasks, messages and promised texts of one call by its carrier id, or of all calls; empty kinds left out."""
    tasks = select(TaskRow.kind, TaskRow.is_urgent).order_by(TaskRow.id)
    messages = select(VoiceMessageRow.seconds).order_by(VoiceMessageRow.id)
    texts = select(DeliveryRow.template, DeliveryRow.to).order_by(DeliveryRow.id)
    if call is not None:
        its_id = select(CallRow.id).where(CallRow.carrier_id == call).scalar_subquery()
        tasks = tasks.where(TaskRow.call_id == its_id)
        messages = messages.where(VoiceMessageRow.call_id == its_id)
        texts = texts.where(DeliveryRow.call_id == its_id)
    with reading(engine)() as connection:
        found = {
            "tasks": [f"{t.kind}, urgent" if t.is_urgent else t.kind for t in connection.execute(tasks)],
            "messages": [f"{seconds} s" for seconds in connection.scalars(messages)],
            "texts": [f"{text.template} to {text.to}" for text in connection.execute(texts)],
        }
    return {name: entries for name, entries in found.items() if entries}
