"""Who signs in to the site of a practice."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from db.models.practices import PractitionerRow
from db.models.users import UserRow

_COLUMNS = (
    UserRow.id,
    UserRow.name,
    UserRow.email,
    UserRow.role,
    UserRow.password.is_not(None).label("has_password"),
    UserRow.tf_primary_method,
    UserRow.invited_until_at,
    UserRow.locked_until_at,
    PractitionerRow.key.label("practitioner"),
)


def users_of(connection: Connection, practice_id: int) -> Sequence[Row[Any]]:
    """Everybody of a practice, by name; `practitioner` is the key of whom they are, if anybody."""
    query = select(*_COLUMNS).outerjoin(PractitionerRow, PractitionerRow.id == UserRow.practitioner_id)
    found: Any = connection.execute(query.where(UserRow.practice_id == practice_id).order_by(UserRow.name, UserRow.id))
    return found.all()  # type: ignore[no-any-return]


def find_user(connection: Connection, practice_id: int, user_id: int) -> Row[Any] | None:
    """Somebody of that practice."""
    its = (UserRow.practice_id == practice_id, UserRow.id == user_id)
    found: Any = connection.execute(select(UserRow.id, UserRow.name, UserRow.role).where(*its)).first()
    return found  # type: ignore[no-any-return]
