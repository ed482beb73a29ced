"""Whether the names of a practice file leave an SMS its one part; a name too long for it would be cut off."""

from collections.abc import Iterator
from datetime import datetime

from ivr.phones import PhoneNumber, national
from ivr.practice_files.faults import Fault
from ivr.practice_files.raw import Table, country, head, numbers, placed, table
from ivr.speech import text_start
from ivr.texts import FRENCH_EMERGENCY, letters_too_many
from ivr.vocabulary import Language

ABOUT_APPOINTMENTS = ("SMS-BOOK", "SMS-CANCEL", "SMS-REMIND", "SMS-FREE")
FIRST_NAME = "Catherine"
"""Nine letters, as most first names have at most; beside a longer one the end of a name may be cut off."""
LONGEST_START = datetime(2026, 12, 30, 23, 59)  # noqa: DTZ001 a Wednesday by the clock of any practice
"""No day, date and time take more letters."""


def text_faults(document: Table) -> Iterator[Fault]:
    """Names of doctors and replacements that would lose their end in an SMS."""
    lines = _written(document, head(document).get("lines"))
    emergency = {"emergency": str(head(document).get("emergency", FRENCH_EMERGENCY))}
    for where, practitioner in placed(document, "practitioners"):
        name = practitioner.get("name")
        if not isinstance(name, str):
            continue
        about = {"name": name, "first_name": FIRST_NAME, "tel": max(lines, key=len, default="")} | emergency
        yield from _too_long(f"{where}.name", ABOUT_APPOINTMENTS, about)
        for place, leave in placed(practitioner, "leave", where):
            instead = table(leave.get("instead"))
            phones = _written(document, [instead.get("phone")])
            if isinstance(instead.get("name"), str) and phones:
                about = {"name": name, "locum": instead["name"], "number": phones[0]} | emergency
                yield from _too_long(f"{place}.instead.name", ("SMS-LEAVE",), about)


def _too_long(where: str, templates: tuple[str, ...], about: dict[str, str]) -> Iterator[Fault]:
    surplus = max(
        letters_too_many(template, language, about | _times(language))
        for template in templates
        for language in Language
    )
    if surplus:
        letters = "1 letter" if surplus == 1 else f"{surplus} letters"
        yield Fault(where, f"an SMS with it would need two parts; shorten it by {letters}")


def _times(language: Language) -> dict[str, str]:
    start = text_start(LONGEST_START, language)
    return start | {"until": start["time"]}


def _written(document: Table, found: object) -> list[str]:
    """Numbers as an SMS of this practice writes them."""
    read = numbers(found, country(document))
    return [national(PhoneNumber(number), country(document)) for number in read]
