"""Finding practices and reading their tables."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from db.base import Base
from db.models.practices import ActRow, LineRow, PracticeRow, PractitionerRow
from db.models.users import UserRow


class PracticeVersion(NamedTuple):
    """A practice, and the version of it that a cache may hold."""

    id: int
    version: int


def find_practice(connection: Connection, key: str) -> PracticeVersion | None:
    """The practice with that key."""
    query = select(PracticeRow.id, PracticeRow.version).where(PracticeRow.key == key)
    row = connection.execute(query).first()
    return None if row is None else PracticeVersion(*row)


def practice_keys(connection: Connection) -> list[str]:
    """The keys of all practices, in order."""
    return list(connection.scalars(select(PracticeRow.key).order_by(PracticeRow.key)))


def owned_rows(connection: Connection, table: type[Base], owner: Any, owners: Sequence[int]) -> Sequence[Row[Any]]:
    """All columns of the rows that belong to `owners` by the column `owner`, in their written order."""
    columns = table.__table__.columns
    order = [columns[name] for name in ("position", "on", "id") if name in columns]
    return connection.execute(select(table.__table__).where(owner.in_(owners)).order_by(*order)).all()


def lock_practice(connection: Connection, practice_id: int) -> None:
    """Whoever else would change this practice waits until the transaction ends, and then reads what it made of it."""
    connection.execute(select(PracticeRow.id).where(PracticeRow.id == practice_id).with_for_update()).one()


def practitioner_ids(connection: Connection, practice_id: int) -> dict[str, int]:
    """The practitioners of a practice, by key."""
    query = select(PractitionerRow.key, PractitionerRow.id).where(PractitionerRow.practice_id == practice_id)
    return {row.key: row.id for row in connection.execute(query)}


def act_ids(connection: Connection, practice_id: int) -> dict[tuple[str, str], int]:
    """The acts of a practice, by the keys of practitioner and act."""
    query = select(PractitionerRow.key.label("practitioner"), ActRow.key.label("act"), ActRow.id)
    query = query.join(ActRow, ActRow.practitioner_id == PractitionerRow.id)
    rows = connection.execute(query.where(PractitionerRow.practice_id == practice_id))
    return {(row.practitioner, row.act): row.id for row in rows}


def practitioner_names(connection: Connection, practice_id: int) -> dict[str, str]:
    """The names of a practice's practitioners by key, in their written order."""
    query = select(PractitionerRow.key, PractitionerRow.name).where(PractitionerRow.practice_id == practice_id)
    return {row.key: row.name for row in connection.execute(query.order_by(PractitionerRow.position))}


def practices_served(connection: Connection) -> Sequence[Row[Any]]:
    """Every practice by name: its key, and how many lines and people it has."""
    lines = select(func.count()).where(LineRow.practice_id == PracticeRow.id).scalar_subquery()
    people = select(func.count()).where(UserRow.practice_id == PracticeRow.id).scalar_subquery()
    columns = (PracticeRow.key, PracticeRow.name, lines.label("lines"), people.label("people"))
    found: Any = connection.execute(select(*columns).order_by(PracticeRow.name, PracticeRow.id)).all()
    return found  # type: ignore[no-any-return]
