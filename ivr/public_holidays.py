"""Public holidays of a territory, by the `holidays` package, with the practice's own corrections."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import holidays
from dateutil.easter import easter

from ivr.vocabulary import Language

ALIASES = {"FR-GF": "FR-973", "FR-67": "FR-6AE", "FR-68": "FR-6AE"}
"""Names people use that the package does not know."""

GOOD_FRIDAY_TERRITORIES = frozenset({"FR-57", "FR-67", "FR-68", "FR-6AE"})
"""Only communes with a Protestant or shared church keep it there, so it is a switch (SCHEDULING.md 2)."""

GOOD_FRIDAY = {Language.FRENCH: "Vendredi saint", Language.ENGLISH: "Good Friday"}
CLOSED_DAY = {Language.FRENCH: "jour de fermeture", Language.ENGLISH: "closing day"}


def check_territory(territory: str) -> None:
    """Accept what the package knows, such as FR, FR-57 or FR-GP.

    Raises:
        ValueError: the package has no such territory.
    """
    try:
        _calendar(territory, 2026, None)
    except NotImplementedError:
        message = f"{territory!r} has no calendar of holidays; write a territory such as FR, FR-57 or FR-GP"
        raise ValueError(message) from None


@lru_cache(maxsize=256)
def public_holidays(territory: str, year: int, good_friday: bool) -> frozenset[date]:
    """The dates of one year on which the territory is on holiday."""
    days = set(_calendar(territory, year, None))
    friday = easter(year) - timedelta(days=2)
    if good_friday:
        days.add(friday)
    elif territory in GOOD_FRIDAY_TERRITORIES:
        days.discard(friday)
    return frozenset(days)


@lru_cache(maxsize=256)
def holiday_name(territory: str, day: date, language: Language) -> str:
    """What that day is called; a day the practice closed by itself is simply a closing day."""
    name = _calendar(territory, day.year, language).get(day)
    if name is None and day == easter(day.year) - timedelta(days=2):
        name = GOOD_FRIDAY[language]
    return (name or CLOSED_DAY[language]).replace("'", "’")


def _calendar(territory: str, year: int, language: Language | None) -> Mapping[date, str]:
    country, _, subdivision = ALIASES.get(territory, territory).partition("-")
    wanted = {Language.FRENCH: "fr", Language.ENGLISH: "en_US", None: None}[language]
    found: Mapping[date, str] = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language=wanted
    )
    return found
