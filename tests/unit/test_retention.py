"""Every column that could tell something of a person has a kind, and with it a time."""

from sqlalchemy import JSON, Column, Date, LargeBinary, String

import db.models
from db.base import Base
from db.types import E164
from ivr.retention import IMPERSONAL_TEXTS, PERSONAL

CAN_BE_PERSONAL = (String, Date, JSON, LargeBinary, E164)
assert db.models


def may_be_personal(column: Column[object]) -> bool:
    return isinstance(column.type, CAN_BE_PERSONAL) and not column.foreign_keys


def test_every_column_that_may_be_personal_is_named_with_its_kind_or_as_impersonal() -> None:
    unnamed = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if may_be_personal(column)
        and column.name not in PERSONAL.get(table.name, {})
        and column.name not in IMPERSONAL_TEXTS.get(table.name, ())
    ]
    assert unnamed == [], "name each in ivr/retention.py, and let ivr/actions/purge.py and erasure.py see to it"


def test_a_new_text_column_would_be_noticed() -> None:
    assert may_be_personal(Column("diagnosis", String(50)))
    assert may_be_personal(Column("number", E164))
    assert "diagnosis" not in PERSONAL["patients"]


def test_what_is_named_exists_and_is_named_once() -> None:
    columns = {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}
    for named in (PERSONAL, IMPERSONAL_TEXTS):
        assert [
            f"{table}.{name}" for table, names in named.items() for name in names if name not in columns[table]
        ] == []
    both = [table for table, names in PERSONAL.items() if set(names) & IMPERSONAL_TEXTS.get(table, frozenset())]
    assert both == []
