"""Field types of the practice file: each parses one written form and says what would do."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Annotated, Any, TypeAlias

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BeforeValidator, PlainSerializer, StringConstraints, ValidationInfo

from ivr.clock import zone_named
from ivr.hours import MOST_A_DAY, read_range
from ivr.phones import PhoneNumber, national, read_number
from ivr.public_holidays import check_territory
from ivr.vocabulary import WEEKDAYS

KEY = re.compile(r"[a-z0-9-]{1,64}")
WALL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""A time beyond is a slip, and calculations with it would leave the calendar."""
CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
SPECIAL_NUMBER = re.compile(r"[0-9]{2,6}")


def _read_key(value: Any) -> str:
    if isinstance(value, str) and KEY.fullmatch(value):
        return value
    message = f"{value!r} is not a key; use small letters, digits and dashes, 64 at most, as in cabinet-pasteur"
    raise ValueError(message)


def _read_phone(value: Any, info: ValidationInfo) -> PhoneNumber:
    if isinstance(value, PhoneNumber):
        return value
    if not isinstance(value, str):
        message = f'{value!r} is not text; write the number in quotes, such as "01 99 00 12 34"'
        raise ValueError(message)
    return read_number(value, country_of(info))


def country_of(info: ValidationInfo) -> str:
    """The country of the practice whose file is being read."""
    return str((info.context or {}).get("country", "FR"))


def written_phone(number: PhoneNumber) -> str:
    """E.164, which reads back the same in every country."""
    return number.e164


def _read_wall(value: Any) -> str:
    """A local date, or date and time, as `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM[:SS]`."""
    text = value.isoformat() if isinstance(value, date | datetime) else value
    if isinstance(text, str) and WALL_TIME.fullmatch(text.strip()):
        text = text.strip().replace(" ", "T")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR:
            return moment.isoformat() if moment.second else text[:16]
    message = f"{value!r} is not a local time; write 2026-12-24T12:00, or 2026-12-24 for the whole day"
    raise ValueError(message)


def _read_zone(value: Any) -> str:
    zone_named(str(value))
    return str(value)


def _read_territory(value: Any) -> str:
    check_territory(str(value))
    return str(value)


def _read_hours(value: Any) -> str:
    return str(read_range(str(value)))


def _read_clock_time(value: Any) -> str:
    text = value.isoformat() if isinstance(value, time) else str(value)
    if CLOCK_TIME.fullmatch(text[:5]) and text[5:] in {"", ":00"}:
        return text[:5]
    message = f'{value!r} is not a time of day; write it like "18:00"'
    raise ValueError(message)


def _read_date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        message = f"{value!r} is not a date; write it like 2026-12-04"
        raise ValueError(message) from None


def _read_weekly(value: Any) -> dict[str, list[str]]:
    """A weekly table; closed days are left out."""
    if not isinstance(value, dict):
        message = f'{value!r} is not a weekly table; write it like {{ mon = ["09:00-12:00"] }}'
        raise ValueError(message)
    unknown = sorted(set(value) - set(WEEKDAYS))
    if unknown:
        message = f"{unknown[0]!r} is not a day; the days are {', '.join(WEEKDAYS)}"
        raise ValueError(message)
    table: dict[str, list[str]] = {}
    for day in WEEKDAYS:
        ranges = value.get(day, [])
        if not isinstance(ranges, list):
            message = f'{day} = {ranges!r} is not a list; write it like {day} = ["09:00-12:00"]'
            raise ValueError(message)
        if len(ranges) > MOST_A_DAY:
            message = f"{day} has {len(ranges)} ranges, {MOST_A_DAY} at most; join those that touch"
            raise ValueError(message)
        if ranges:
            table[day] = sorted(str(read_range(str(text))) for text in ranges)
    return table


def _read_special(value: Any, info: ValidationInfo) -> str:
    """A short number such as 15 or 116117, or an ordinary one in national form."""
    text = re.sub(r"[\s.]", "", str(value))
    if SPECIAL_NUMBER.fullmatch(text):
        return text
    return national(read_number(text, country_of(info)), country_of(info))


Key: TypeAlias = Annotated[str, BeforeValidator(_read_key)]
Phone: TypeAlias = Annotated[PhoneNumber, BeforeValidator(_read_phone), PlainSerializer(written_phone)]
Wall: TypeAlias = Annotated[str, BeforeValidator(_read_wall)]
Day: TypeAlias = Annotated[date, BeforeValidator(_read_date)]
ZoneName: TypeAlias = Annotated[str, BeforeValidator(_read_zone)]
Territory: TypeAlias = Annotated[str, BeforeValidator(_read_territory)]
Hours: TypeAlias = Annotated[str, BeforeValidator(_read_hours)]
Weekly: TypeAlias = Annotated[dict[str, list[str]], BeforeValidator(_read_weekly)]
ClockTime: TypeAlias = Annotated[str, BeforeValidator(_read_clock_time)]
SpecialNumber: TypeAlias = Annotated[str, BeforeValidator(_read_special)]


def _read_country(value: Any) -> str:
    if isinstance(value, str) and value in SUPPORTED_REGIONS:
        return value
    message = f"{value!r} is not a country; write two capital letters, such as FR"
    raise ValueError(message)


Country: TypeAlias = Annotated[str, BeforeValidator(_read_country)]


def _composed(value: str) -> str:
    """Letters with their accents as one character each, however they were typed."""
    return unicodedata.normalize("NFC", value)


PersonName: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_composed)
]
Name: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_composed)
]
Reason: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
