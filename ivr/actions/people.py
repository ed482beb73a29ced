"""The people who sign in: invited by a link that works once, locked out, taken off."""

import secrets
from datetime import datetime, timedelta

from email_validator import validate_email
from sqlalchemy import Connection, Row, case, delete, insert, literal, select, update

from db.models.users import UserRow
from db.types import UtcDateTime
from ivr.actions.ledger import token_hash
from ivr.vocabulary import Language, Role

INVITED_FOR = timedelta(days=3)
MOST_FAILURES = 10
LOCKED_FOR = timedelta(minutes=15)


def read_email(text: str) -> str:
    """An e-mail address as sign-in compares it: in small letters, since nobody remembers how it was written.

    Raises:
        ValueError: it is none, with the reason.
    """
    return validate_email(text, check_deliverability=False).normalized.lower()


def add_user(
    connection: Connection,
    email: str,
    name: str,
    role: Role,
    now: datetime,
    practice_id: int | None = None,
    practitioner_id: int | None = None,
    language: Language = Language.FRENCH,
) -> int:
    """Somebody who may sign in once they have chosen a password; their id.

    Raises:
        IntegrityError: somebody has that address already.
    """
    user = {
        "practice_id": practice_id,
        "practitioner_id": practitioner_id,
        "role": role.value,
        "name": name,
        "email": email,
        "active": True,
        "language": language.value,
        "fs_uniquifier": secrets.token_hex(32),
        "failures": 0,
        "created_at": now,
    }
    return connection.execute(insert(UserRow).values(user).returning(UserRow.id)).scalar_one()


def invite(connection: Connection, user_id: int, now: datetime) -> str:
    """A token that signs that user in once within three days; an earlier one is void. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    values = {"invitation": token_hash(token), "invited_until_at": now + INVITED_FOR}
    connection.execute(update(UserRow).where(UserRow.id == user_id).values(values))
    return token


def find_invited(connection: Connection, token: str, now: datetime) -> Row[int, str] | None:
    """Who may sign in with the token now: id and name."""
    valid = (UserRow.invitation == token_hash(token), UserRow.invited_until_at > now, UserRow.active)
    return connection.execute(select(UserRow.id, UserRow.name).where(*valid)).first()


def use_invitation(connection: Connection, token: str, now: datetime) -> int | None:
    """The user who signs in with it; None when it was used, is too old or never was."""
    valid = (UserRow.invitation == token_hash(token), UserRow.invited_until_at > now, UserRow.active)
    used = update(UserRow).where(*valid).values(invitation=None, invited_until_at=None).returning(UserRow.id)
    return connection.execute(used).scalar_one_or_none()


def count_attempt(connection: Connection, user_id: int, now: datetime, *, is_right: bool) -> bool:
    """Count one password tried; False when the account is locked, so that not even the right one signs in.

    One statement, since guesses come many at a time.
    """
    row = UserRow
    is_free = (row.id == user_id, row.locked_until_at.is_(None) | (row.locked_until_at <= now))
    is_last = row.failures + 1 >= MOST_FAILURES
    wrong = {
        "failures": case((is_last, 0), else_=row.failures + 1),
        "locked_until_at": case((is_last, literal(now + LOCKED_FOR, UtcDateTime)), else_=None),
    }
    right = {"failures": 0, "locked_until_at": None}
    return connection.execute(update(row).where(*is_free).values(right if is_right else wrong)).rowcount == 1


def end_sessions(connection: Connection, user_id: int) -> None:
    """Whoever is signed in as that user is not any more, on any machine."""
    connection.execute(update(UserRow).where(UserRow.id == user_id).values(fs_uniquifier=secrets.token_hex(32)))


def give_role(connection: Connection, user_id: int, role: Role) -> None:
    """What that user may do from the next page on."""
    connection.execute(update(UserRow).where(UserRow.id == user_id).values(role=role.value))


def remove_user(connection: Connection, user_id: int) -> None:
    """Take somebody off; they are signed out at once."""
    connection.execute(delete(UserRow).where(UserRow.id == user_id))
