"""Requests that may come again: the first one does it, the others are answered as it was (Idempotency-Key)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from db.inserts import insert_unless_there
from db.models.api import ApiAnswerRow

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may come again, by the token that its sender gave it."""

    key_id: int
    token: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Given:
    """What it was answered."""

    status: int
    headers: Mapping[str, str]
    body: str


class TokenReusedError(Exception):
    """The same token came with another request."""


def claim(connection: Connection, asked: Asked, now: datetime) -> Given | None:
    """What it was answered before; None for the first time, which must `keep` its answer in this transaction.

    Whoever sends it at the same time waits here until that transaction ends. Raises TokenReusedError.
    """
    row = ApiAnswerRow
    its = (row.key_id == asked.key_id, row.token == asked.token)
    connection.execute(delete(row).where(*its, row.at <= now - KEPT))
    columns = {"key_id": asked.key_id, "token": asked.token, "fingerprint": asked.fingerprint, "at": now}
    insert_unless_there(connection, row, columns)
    found = connection.execute(select(row.__table__).where(*its).with_for_update()).one()
    if found.fingerprint != asked.fingerprint:
        raise TokenReusedError
    return None if found.status is None else Given(found.status, found.headers, found.body)


def keep(connection: Connection, asked: Asked, given: Given) -> None:
    """What it is answered."""
    its = (ApiAnswerRow.key_id == asked.key_id, ApiAnswerRow.token == asked.token)
    told = {"status": given.status, "headers": dict(given.headers), "body": given.body}
    connection.execute(update(ApiAnswerRow).where(*its).values(told))


def forget_answers(connection: Connection, now: datetime, most: int) -> int:
    """Delete what was kept long enough, `most` at once; how many that was."""
    some = select(ApiAnswerRow.id).where(ApiAnswerRow.at <= now - KEPT).limit(most)
    return connection.execute(delete(ApiAnswerRow).where(ApiAnswerRow.id.in_(some))).rowcount
