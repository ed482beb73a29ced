"""Who may be sent an SMS: a number that can receive one and whose owner has not refused them."""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from db.models.promises import TextRefusalRow
from ivr.phones import CallerNumber, PhoneNumber, can_receive_text


def takes_texts(connection: Connection, practice_id: int, number: CallerNumber | None) -> bool:
    """Whether the practice may send an SMS there: never to a landline, a hidden number, or after STOP."""
    if not isinstance(number, PhoneNumber) or not can_receive_text(number):
        return False
    refused = select(TextRefusalRow.id).where(
        TextRefusalRow.practice_id == practice_id, TextRefusalRow.number == number
    )
    return connection.execute(refused).first() is None


def refuse_texts(connection: Connection, practice_id: int, number: PhoneNumber, now: datetime) -> None:
    """The owner wants no more of them (STOP)."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    refusal = {"practice_id": practice_id, "number": number, "since_at": now}
    connection.execute(make(TextRefusalRow).values(refusal).on_conflict_do_nothing())


def allow_texts(connection: Connection, practice_id: int, number: PhoneNumber) -> None:
    """The owner wants them again (START)."""
    refused = (TextRefusalRow.practice_id == practice_id, TextRefusalRow.number == number)
    connection.execute(delete(TextRefusalRow).where(*refused))
