"""Whether the words of a practice file can be said by the voice and written in an SMS."""

import unicodedata
from collections.abc import Iterator, Mapping

from ivr.flows.wording import (
    key_faults,
    notice_faults,
    said_faults,
    spoken_name_faults,
    wording_faults,
)
from ivr.practice import doctors_name
from ivr.practice_files.faults import Fault
from ivr.practice_files.raw import Table, head, placed, table, tables
from ivr.vocabulary import Language

TAGS = "<>"
BREAKS = "\n\r\t"
LAST_OF_LATIN_1 = "\xff"
"""Signs up to here are written in ordinary texts, such as ° and ®."""
SAID_BY_NAME = ("G1", "D1", "A1", "A2")
"""Prompts that name a doctor whatever is planned; those about a time are proven when the file is loaded."""


def word_faults(document: Table) -> Iterator[Fault]:
    """Texts nobody can read, names and notices nobody can say, wording beyond the limits of the call script."""
    yield from _letter_faults("", document)
    yield from _notice_faults(document)
    yield from _name_faults(document)
    for where, practitioner in placed(document, "practitioners"):
        yield from _replacement_faults(where, practitioner, _languages(document))
    yield from _prompt_faults(document)


def _letter_faults(where: str, value: object) -> Iterator[Fault]:
    """Texts with characters that are no part of any writing, and names with those of a web page."""
    if isinstance(value, str):
        signs = TAGS if where.endswith("name") else ""
        found = next((letter for letter in value if letter in signs or not is_writing(letter)), None)
        if found is not None:
            yield Fault(where, f"it holds the character {_shown(found)}, which nobody can say; take it out")
        elif where.endswith("name") and value.strip() and not any(letter.isalnum() for letter in value):
            yield Fault(where, f"{value!r} is no name; write at least one letter")
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _letter_faults(f"{where}.{name}" if where else str(name), entry)
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            named = f" ({entry['key']})" if isinstance(entry, dict) and "key" in entry else ""
            yield from _letter_faults(f"{where}[{place}]{named}", entry)


def is_writing(letter: str) -> bool:
    """False for control characters, code points without a meaning, and pictures such as emoji."""
    kind = unicodedata.category(letter)
    if kind == "So":
        return letter <= LAST_OF_LATIN_1
    return kind not in {"Cc", "Cn", "Co"} or letter in BREAKS


def _shown(letter: str) -> str:
    return f"“{letter}”" if letter.isprintable() else f"U+{ord(letter):04X}"


def _notice_faults(document: Table) -> Iterator[Fault]:
    """Notices that are read out as they are written, and the words of when somebody is called back."""
    practice = head(document)
    notices = {
        "announcement.text": table(practice.get("announcement")).get("text"),
        "relatives_notice": practice.get("relatives_notice"),
    }
    for name, text in notices.items():
        if isinstance(text, str):
            yield from (Fault(f"practice.{name}", problem) for problem in notice_faults(text))
    for language, delay in table(practice.get("call_back_delay")).items():
        if language in set(Language) and isinstance(delay, str):
            where = f"practice.call_back_delay.{language}"
            yield from _said_faults(where, {"delay": delay}, ("S3", "S4"), [Language(language)])


def _name_faults(document: Table) -> Iterator[Fault]:
    """Names that are read out in the greeting, while ringing and among the keys."""
    practice = head(document).get("name")
    if len(tables(document, "practitioners")) > 1 and isinstance(practice, str):
        yield from _said_faults("practice.name", {"practice_name": practice}, ("G1n",), _languages(document))
    for where, practitioner in placed(document, "practitioners"):
        name = practitioner.get("name")
        if isinstance(name, str):
            among_keys = [Fault(f"{where}.name", problem) for problem in spoken_name_faults(name)]
            prompts = (*SAID_BY_NAME, "D4") if tables(practitioner, "leave") else SAID_BY_NAME
            said = _said_faults(f"{where}.name", {"name": name}, prompts, _languages(document))
            yield from among_keys or said
        for place, act in placed(practitioner, "acts", where):
            if isinstance(act.get("name"), str):
                yield from (Fault(f"{place}.name", problem) for problem in spoken_name_faults(act["name"]))


def _replacement_faults(where: str, practitioner: Table, languages: list[Language]) -> Iterator[Fault]:
    """Whom callers are told to call during a leave."""
    for place, leave in placed(practitioner, "leave", where):
        name = table(leave.get("instead")).get("name")
        if isinstance(name, str):
            person = doctors_name(name)
            prompt, said = ("D4b", {"service": name}) if person is None else ("D4", {"locum": person})
            yield from _said_faults(f"{place}.instead.name", said, (prompt,), languages)


def _said_faults(
    where: str, fields: Mapping[str, str], prompts: tuple[str, ...], languages: list[Language]
) -> Iterator[Fault]:
    """The first of these prompts that cannot be said with these fields: one fault is enough to shorten them."""
    keys = [Fault(where, problem) for text in fields.values() for problem in key_faults(text)]
    said = (
        Fault(where, f"{prompt} in {language}: {problem}")
        for language in languages
        for prompt in prompts
        for problem in said_faults(prompt, language, fields)
    )
    yield from keys or [fault for fault in [next(said, None)] if fault is not None]


def _prompt_faults(document: Table) -> Iterator[Fault]:
    """Reworded prompts, tried with the longest names of this practice."""
    names = _longest_names(document)
    for language, wordings in table(document.get("prompts")).items():
        if language not in set(Language) or not isinstance(wordings, dict):
            continue
        for prompt, text in wordings.items():
            if isinstance(text, str):
                for problem in wording_faults(prompt, Language(language), text, names):
                    yield Fault(f"prompts.{language}.{prompt}", problem)


def _longest_names(document: Table) -> dict[str, str]:
    """By field, the name of this practice that takes the most words to say."""
    names: dict[str, list[object]] = {"practice_name": [head(document).get("name")]}
    names["name"] = [practitioner.get("name") for practitioner in tables(document, "practitioners")]
    spoken = {field: [name for name in found if isinstance(name, str)] for field, found in names.items()}
    return {field: max(found, key=lambda name: len(name.split())) for field, found in spoken.items() if found}


def _languages(document: Table) -> list[Language]:
    """Those the practice speaks, as far as they are written."""
    written = head(document).get("languages", [Language.FRENCH])
    return [language for language in Language if isinstance(written, list) and language.value in written]
