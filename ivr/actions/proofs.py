"""How often birth dates are tried: few wrong ones a day for a number, so that none is found by trying."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from db.models.promises import FailedProofRow
from ivr.phones import PhoneNumber

MOST_A_DAY = 6
"""Three calls with two wrong dates each; after that a person helps."""
A_DAY = timedelta(days=1)


def may_prove(connection: Connection, practice_id: int, number: PhoneNumber, now: datetime) -> bool:
    """Whether a birth date may still be tried for that number."""
    table = FailedProofRow
    lately = (table.practice_id == practice_id, table.number == number, table.at > now - A_DAY)
    failed: int = connection.execute(select(func.count()).select_from(table).where(*lately)).scalar_one()
    return failed < MOST_A_DAY


def note_failed_proof(connection: Connection, practice_id: int, number: PhoneNumber, now: datetime) -> None:
    """One more; those of yesterday are forgotten."""
    table = FailedProofRow
    old = (table.practice_id == practice_id, table.number == number, table.at <= now - A_DAY)
    connection.execute(delete(table).where(*old))
    connection.execute(insert(table).values(practice_id=practice_id, number=number, at=now))
