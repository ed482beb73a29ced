"""Telephone numbers, parsed once at the edge into values that cannot be wrong."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from ivr.vocabulary import LineType


@dataclass(frozen=True, slots=True, order=True)
class PhoneNumber:
    """A dialable number in E.164, such as `+33199001234`."""

    e164: str

    def __str__(self) -> str:
        return self.e164


@dataclass(frozen=True, slots=True)
class Withheld:
    """The caller's number is hidden, or the carrier passed nothing usable."""

    def __str__(self) -> str:
        return "withheld"


CallerNumber: TypeAlias = PhoneNumber | Withheld

WITHHELD_SENDER = "anonymous"
"""How the carrier names a hidden number."""
WITHHELD_WORDS = frozenset(
    {"anonymous", "restricted", "unavailable", "unknown", "private", "blocked", "withheld", "hidden"}
)
WITHHELD_DIGITS = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE typed on a keypad (WIRE.md 3)."""

HOME_COUNTRY = "FR"
"""Read numbers that come without a country, from carriers that do not send E.164, as French ones."""

FRENCH_COUNTRIES = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM"})
FRENCH_LENGTH = 10
MAINLAND_FICTION = "063998"
"""Kept for fiction on the mainland, inside the 0639 of Mayotte."""

OVERSEAS_CODES = {
    "0590": "590", "0690": "590", "0691": "590",
    "0594": "594", "0694": "594",
    "0596": "596", "0696": "596", "0697": "596",
    "0262": "262", "0692": "262", "0693": "262", "0269": "262", "0639": "262",
}  # fmt: skip
"""Ten-digit beginnings that belong to an overseas country code (FRANCE.md 15)."""

SAINT_PIERRE = "508"
"""Saint-Pierre-et-Miquelon: its code is also the beginning of its ten digits, 0508 41 22 33 is +508 41 22 33."""

TELEMARKETING_PREFIXES = (
    "0162", "0163", "0270", "0271", "0377", "0378", "0424", "0425", "0568", "0569", "0948", "0949",
    "09475", "09476", "09477", "09478", "09479",
)  # fmt: skip
"""Numbers that telemarketing platforms must call from in France (FRANCE.md 16)."""

FRENCH_CODES = frozenset({33, 590, 594, 596, 262, 508})
FRENCH_MOBILE = re.compile(r"\+(?:33|262|590|594|596)[67]\d{8}")
"""06 and 07 are mobile wherever the national plan holds; new ranges come before the metadata."""
LINE_TYPES = {
    PhoneNumberType.MOBILE: LineType.MOBILE,
    PhoneNumberType.FIXED_LINE: LineType.LANDLINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: LineType.EITHER,
}
SURCHARGED = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
SEPARATORS = re.compile(r"[\s.\-()\u00a0\u202f]+")


def read_number(raw: str, country: str) -> PhoneNumber:
    """A number as a person writes it, national form read by the plan of `country` (ISO code).

    Asks whether a number is possible, not whether it is in service: new ranges come before the metadata.

    Raises:
        ValueError: this cannot be a telephone number of that country.
    """
    number = _parse(raw, country)
    if number is None:
        message = f"{raw!r} is not a telephone number; write it like 01 99 00 12 34 or +33199001234"
        raise ValueError(message)
    return number


def read_caller(raw: str, country: str) -> CallerNumber:
    """The caller as the carrier names it; anything that is not a plausible number is withheld."""
    text = raw.strip()
    if text.lower() in WITHHELD_WORDS or text in WITHHELD_DIGITS:
        return Withheld()
    return _parse(text, country) or Withheld()


def read_line(to: str) -> PhoneNumber | None:
    """The number that was dialled, None when it cannot be one."""
    number = read_caller(to, HOME_COUNTRY)
    return None if isinstance(number, Withheld) else number


def is_telemarketing(number: PhoneNumber) -> bool:
    """Whether the number lies in a range telemarketers must use in France (ROUTING.md L4)."""
    parsed = phonenumbers.parse(number.e164)
    if parsed.country_code not in FRENCH_CODES:
        return False
    return f"0{parsed.national_number}".startswith(TELEMARKETING_PREFIXES)


def is_surcharged(number: PhoneNumber) -> bool:
    """Whether a call there costs more than others (in France 081, 082 and 089)."""
    return phonenumbers.number_type(phonenumbers.parse(number.e164)) in SURCHARGED


def can_receive_text(number: CallerNumber) -> bool:
    """Whether an SMS may be sent: never to a landline, never to a hidden number."""
    return isinstance(number, PhoneNumber) and line_type(number) in {LineType.MOBILE, LineType.EITHER}


def line_type(number: PhoneNumber) -> LineType:
    """The kind of line, by the number plan of the country or territory it belongs to."""
    if FRENCH_MOBILE.fullmatch(number.e164):
        return LineType.MOBILE
    return LINE_TYPES.get(phonenumbers.number_type(phonenumbers.parse(number.e164)), LineType.SPECIAL)


def national(number: PhoneNumber, country: str) -> str:
    """The number as people in `country` read it, digits only, or with its code when it is foreign."""
    parsed = phonenumbers.parse(number.e164)
    french = country in FRENCH_COUNTRIES and parsed.country_code in FRENCH_CODES
    if french:
        own = SAINT_PIERRE if str(parsed.country_code) == SAINT_PIERRE else ""
        return f"0{own}{parsed.national_number}"
    if phonenumbers.country_code_for_region(country) == parsed.country_code:
        written = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
        return re.sub(r"\D", "", written)
    return number.e164


def masked(number: CallerNumber) -> str:
    """The number as logs may show it: `+336…78`."""
    if isinstance(number, Withheld):
        return "withheld"
    return f"{number.e164[:4]}…{number.e164[-2:]}"


@lru_cache(maxsize=8192)
def _parse(raw: str, country: str) -> PhoneNumber | None:
    digits = SEPARATORS.sub("", raw)
    if not re.fullmatch(r"\+?[0-9]{6,17}", digits):
        return None
    if country in FRENCH_COUNTRIES:
        if re.fullmatch(r"0[1-9][0-9]*", digits) and len(digits) != FRENCH_LENGTH:
            return None
        digits = _overseas(digits)
    try:
        parsed = phonenumbers.parse(digits, country)
        number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        again = phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return None
    return PhoneNumber(number) if number == again and phonenumbers.is_possible_number(parsed) else None


def _overseas(digits: str) -> str:
    """Ten national digits under the code of their own territory, wherever in France they were written."""
    if len(digits) == FRENCH_LENGTH and digits.startswith("0"):
        if digits.startswith(f"0{SAINT_PIERRE}"):
            return f"+{digits[1:]}"
        code = "33" if digits.startswith(MAINLAND_FICTION) else OVERSEAS_CODES.get(digits[:4], "33")
        return f"+{code}{digits[1:]}"
    if not digits.startswith(("+", "0")) and len(digits) > 9:  # noqa: PLR2004 a code without its plus
        return f"+{digits}"
    return digits
