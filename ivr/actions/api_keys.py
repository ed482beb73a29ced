"""Keys of the API: made, found by what a program sends, listed and revoked. The secret itself is kept nowhere."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from db.models.api import ApiKeyRow
from db.models.practices import PracticeRow
from ivr.actions.access import Made
from ivr.actions.ledger import token_hash
from ivr.vocabulary import Scope

BEGINS = "ivr_"
SECRET_BYTES = 32
LONGEST_NAME, LETTERS_SHOWN = 100, len(BEGINS) + 6
LONGEST_SENT = 200
USED_LATELY = timedelta(minutes=1)
"""How exactly one is told when a key was used last: a write for every read would be too much."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was made now; `secret` is shown once and never again."""

    id: int
    secret: str


class KeyNameError(ValueError):
    """A name that nobody could tell the key by."""


def make_key(
    connection: Connection,
    practice_id: int,
    name: str,
    scopes: Collection[Scope],
    made: Made,
    expires_on: date | None = None,
) -> NewKey:
    """A key of that practice, good through the local date `expires_on`, for good without one. Raises KeyNameError."""
    called = " ".join(name.split())
    if not any(map(str.isalnum, called)) or len(called) > LONGEST_NAME or not called.isprintable():
        raise KeyNameError(called)
    secret = BEGINS + secrets.token_urlsafe(SECRET_BYTES)
    columns = {
        "practice_id": practice_id,
        "name": called,
        "shown": secret[:LETTERS_SHOWN],
        "secret_hash": token_hash(secret),
        "scopes": [scope.value for scope in Scope if scope in scopes],
        "created_at": made.at,
        "created_by": made.by,
        "expires_on": expires_on,
    }
    new = insert(ApiKeyRow).values(columns).returning(ApiKeyRow.id)
    return NewKey(connection.execute(new).scalar_one(), secret)


def find_key(connection: Connection, secret: str) -> Row[Any] | None:
    """The key with that secret, with its practice, unless it is revoked; whether its day is over is for the caller."""
    if not secret.startswith(BEGINS) or len(secret) > LONGEST_SENT:
        return None
    practice = (
        PracticeRow.key.label("practice"),
        PracticeRow.name.label("practice_name"),
        PracticeRow.country,
        PracticeRow.timezone,
    )
    query = select(ApiKeyRow.__table__, *practice).join(PracticeRow, PracticeRow.id == ApiKeyRow.practice_id)
    its = (ApiKeyRow.secret_hash == token_hash(secret), ApiKeyRow.revoked_at.is_(None))
    return connection.execute(query.where(*its)).first()


def is_used_lately(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether it is told exactly enough when the key was used last."""
    return last_used_at is not None and now - USED_LATELY < last_used_at <= now


def note_use(connection: Connection, key_id: int, now: datetime) -> None:
    """The key was used now; once is enough of those that tell it at the same time."""
    long_ago = or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at <= now - USED_LATELY)
    connection.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id, long_ago).values(last_used_at=now))


def keys_of(connection: Connection, practice_id: int) -> Sequence[Row[Any]]:
    """Every key of a practice that is not revoked, the latest first."""
    its = (ApiKeyRow.practice_id == practice_id, ApiKeyRow.revoked_at.is_(None))
    return connection.execute(select(ApiKeyRow.__table__).where(*its).order_by(ApiKeyRow.id.desc())).all()


def revoke_key(connection: Connection, practice_id: int, key_id: int, now: datetime) -> bool:
    """It opens nothing any more; False where the practice has no such key."""
    its = (ApiKeyRow.practice_id == practice_id, ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
    return connection.execute(update(ApiKeyRow).where(*its).values(revoked_at=now)).rowcount == 1
