"""What all shapes are made of, and what ids and keys in addresses look like."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from db.types import LARGEST_ID
from ivr.api.problems import Kind, ProblemError
from ivr.phones import PhoneNumber, read_number
from ivr.practice_files.fields import FIRST_YEAR, LAST_YEAR
from ivr.practice_files.words import is_writing

KEY = "^[a-z0-9-]{1,64}$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
WALL = "[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?"
PATTERNS: Mapping[str, str] = {
    "patient": KEY,
    "practitioner": KEY,
    "act": KEY,
    "day": DAY,
    "leave": f"^{WALL}_{WALL}$",
    "schedule": KEY,
    "slot": "^[a-z0-9.-]{1,200}$",
}
"""Parts of addresses that are no ids of rows."""
EXAMPLES: dict[str, Any] = {}
"""Bodies that work with the demo practice, by operation."""


class Shape(BaseModel):
    """What is answered, or sent as a body: nothing but what it says."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Query(BaseModel):
    """Parameters of an address."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _is_written(value: str) -> str:
    if not all(map(is_writing, value)):
        message = "holds characters that are no writing; leave them out"
        raise ValueError(message)
    return value


def _is_dialled(value: str) -> str:
    return read_number(value, "").e164


def _is_near(value: datetime) -> datetime:
    if not FIRST_YEAR < value.year < LAST_YEAR:
        message = f"is not between {FIRST_YEAR + 1} and {LAST_YEAR - 1}"
        raise ValueError(message)
    return value.astimezone(UTC)


def _is_near_day(value: date) -> date:
    if not FIRST_YEAR < value.year < LAST_YEAR:
        message = f"is not between {FIRST_YEAR + 1} and {LAST_YEAR - 1}"
        raise ValueError(message)
    return value


Key: TypeAlias = Annotated[str, Field(pattern=KEY, examples=["martin"])]
Id: TypeAlias = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Words: TypeAlias = Annotated[str, AfterValidator(_is_written)]
PersonName: TypeAlias = Annotated[Words, Field(min_length=1, max_length=100)]
Reason: TypeAlias = Annotated[Words, Field(min_length=1, max_length=500)]
Number: TypeAlias = Annotated[
    str, Field(pattern=r"^\+[1-9][0-9]{5,14}$", examples=["+33639981111"]), AfterValidator(_is_dialled)
]
"""A telephone number in E.164."""
Shown: TypeAlias = Annotated[str, Field(description="In E.164.", examples=["+33639981111"])]
"""A number as it is answered."""
Instant: TypeAlias = Annotated[AwareDatetime, AfterValidator(_is_near)]
"""An instant that is sent, with any offset: without one it would be read in the wrong zone twice a year."""
Day: TypeAlias = Annotated[date, AfterValidator(_is_near_day)]


def as_instant(text: Any) -> datetime:
    """The instant in a cursor. Raises ProblemError."""
    try:
        found = datetime.fromisoformat(str(text))
        return _is_near(found) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ProblemError(Kind.BAD_CURSOR) from None


def number_of(text: str) -> PhoneNumber:
    """The number of a shape, which has been looked at."""
    return PhoneNumber(text)


def e164(number: PhoneNumber | None) -> str | None:
    """As it is answered."""
    return None if number is None else number.e164
