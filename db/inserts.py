"""Inserting what may be there already, the same on both databases."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from db.base import Base


def insert_unless_there(connection: Connection, table: type[Base], values: dict[str, Any]) -> None:
    """A row, unless a unique one like it exists: then nothing."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(table).values(values).on_conflict_do_nothing())
