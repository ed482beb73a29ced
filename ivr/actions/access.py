"""The access log: who opened, took out or erased what is personal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from db.models.access import AccessRow


@dataclass(frozen=True, slots=True)
class Made:
    """Who gives an exception, as the log names them, and when (UTC)."""

    at: datetime
    by: str

    @property
    def columns(self) -> dict[str, datetime | str]:
        """As the tables of exceptions keep it."""
        return {"since_at": self.at, "made_by": self.by}


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
