"""Run by Alembic; `db.upgrade` hands it the connection."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import db.models  # noqa: F401 every table is known to the metadata
from db.base import Base
from db.types import E164, Json, UtcDateTime

PLAIN_TYPES = {
    UtcDateTime: "sa.DateTime(timezone=True)",
    E164: "sa.String(20)",
    type(Json): 'sa.JSON().with_variant(JSONB(), "postgresql")',
}


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Migrations name plain column types: they must not change when this code does."""
    plain = PLAIN_TYPES.get(type(item)) if kind == "type" else None
    if plain is None:
        return False
    if "JSONB" in plain:
        autogen.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
    return plain


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
