"""Column types that refuse what would be read back as something else."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from ivr.phones import PhoneNumber


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Naive values are refused, since SQLite forgets zones; what is read back is in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value} has no zone; instants are stored in UTC"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value if value.tzinfo else value.replace(tzinfo=UTC)
        return instant.astimezone(UTC)


LARGEST_ID = 2**31 - 1
"""Of a row, in every table."""


class E164(TypeDecorator[PhoneNumber]):
    """A telephone number, as its E.164 text."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: PhoneNumber | None, dialect: Dialect) -> str | None:
        return None if value is None else value.e164

    def process_result_value(self, value: str | None, dialect: Dialect) -> PhoneNumber | None:
        return None if value is None else PhoneNumber(value)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
