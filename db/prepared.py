"""Statements that run while a caller waits: compiled once, then run on the driver's own cursor.

SQLAlchemy writes the SQL and its column types convert the values, as everywhere; only its execution is left out,
which takes several times as long as what the database does here (decision 9).
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import CompoundSelect, Connection, Dialect, Insert, Select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler

from db.sqlite import service_connection

Convert: TypeAlias = Callable[[Any], Any] | None


class Prepared:
    """A statement of values given by name. What fails raises the driver's own error."""

    def __init__(
        self, statement: Insert | Select[Any] | CompoundSelect[Any], columns: Sequence[str] | None = None
    ) -> None:
        """`columns` are those that an insert fills; one that names its values itself needs none."""
        self._statement = statement
        self._columns = columns
        self._texts: dict[str, _Text] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> DBAPICursor:
        """Execute in the connection's transaction; the cursor has what the driver tells."""
        text = self._text(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(text.sql, text.bound(values))
        return cursor

    def change(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Execute in the connection's transaction; how many rows it changed, on SQLite by triggers too."""
        if connection.dialect.name != "sqlite":
            return self.run(connection, values).rowcount
        text = self._text(connection.dialect)
        return service_connection(connection.connection).change(text.sql, text.bound(values))

    def change_at_once(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """The same as a transaction of its own, on a connection of `db.engine.reading`; what it read is over."""
        if connection.dialect.name != "sqlite":
            return self.run(connection, values).rowcount
        text = self._text(connection.dialect)
        return service_connection(connection.connection).change_at_once(text.sql, text.bound(values))

    def _text(self, dialect: Dialect) -> "_Text":
        known = self._texts.get(dialect.name)
        if known is None:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
            known = self._texts[dialect.name] = _Text(compiled, dialect)
        return known


class PreparedSelect(Prepared):
    """A select, or several as one, whose rows come as named tuples."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        super().__init__(statement)
        self._columns_found = statement.selected_columns
        self._make: Callable[[list[Any]], Any] = namedtuple("Row", self._columns_found.keys())._make  # type: ignore[attr-defined]
        self._reads: dict[str, list[Convert]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """What is found."""
        reads = self._reads_of(connection.dialect)
        return [
            self._make([value if read is None else read(value) for value, read in zip(row, reads, strict=True)])
            for row in self.run(connection, values).fetchall()
        ]

    def _reads_of(self, dialect: Dialect) -> list[Convert]:
        known = self._reads.get(dialect.name)
        if known is None:
            kinds = [column.type.dialect_impl(dialect) for column in self._columns_found]
            known = self._reads[dialect.name] = [kind.result_processor(dialect, None) for kind in kinds]
        return known


class _Text:
    """A statement as one kind of database takes it, with what each value goes through."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        self.sql = str(compiled)
        self._is_positional = compiled.positiontup is not None
        self._binds: list[tuple[str, Convert]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or compiled.binds
        ]

    def bound(self, values: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        if self._is_positional:
            return [values[name] if convert is None else convert(values[name]) for name, convert in self._binds]
        return {name: values[name] if convert is None else convert(values[name]) for name, convert in self._binds}
