"""The access log: who opened, took out or erased what is personal."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert

from db.models.access import AccessRow


def note_access(
    connection: Connection,
    practice_id: int,
    actor: str,
    action: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, str] | None = None,
) -> None:
    """One entry, in the transaction of what was done. `subject` is told by id: keys are often names."""
    entry = {"practice_id": practice_id, "at": now, "actor": actor[:64], "action": action, "subject": subject[:120]}
    connection.execute(insert(AccessRow).values(entry | {"detail": None if detail is None else dict(detail)}))
