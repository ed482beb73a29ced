"""Whether what a practice writes can be stored, read out among keys, and said within the limits of the call script."""

from collections.abc import Iterator

from ivr.flows.wording import limit_faults, spoken_name_faults, wording_faults
from ivr.practice_files.faults import Fault
from ivr.practice_files.raw import Table, head, placed, table
from ivr.vocabulary import Language


def word_faults(document: Table) -> Iterator[Fault]:
    """Names, notices and prompts that cannot be said, texts that cannot be stored."""
    yield from _nul_faults("", document)
    for where, practitioner in placed(document, "practitioners"):
        for place, named in ((where, practitioner), *placed(practitioner, "acts", where)):
            if isinstance(named.get("name"), str):
                yield from (Fault(f"{place}.name", problem) for problem in spoken_name_faults(named["name"]))
    yield from _notice_faults(document)
    yield from _prompt_faults(document)


def _nul_faults(where: str, value: object) -> Iterator[Fault]:
    """Texts with the character NUL, which no database keeps."""
    if isinstance(value, str) and "\0" in value:
        yield Fault(where, "it holds the character NUL; take it out")
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _nul_faults(f"{where}.{name}" if where else str(name), entry)
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            named = f" ({entry['key']})" if isinstance(entry, dict) and "key" in entry else ""
            yield from _nul_faults(f"{where}[{place}]{named}", entry)


def _notice_faults(document: Table) -> Iterator[Fault]:
    """Notices that are read out as they are written, beyond the limits of the call script."""
    announced = table(head(document).get("announcement")).get("text")
    for where, text in (
        ("announcement.text", announced),
        ("relatives_notice", head(document).get("relatives_notice")),
    ):
        for problem in limit_faults(text) if isinstance(text, str) else ():
            yield Fault(f"practice.{where}", problem)


def _prompt_faults(document: Table) -> Iterator[Fault]:
    for language, wordings in table(document.get("prompts")).items():
        if language not in set(Language) or not isinstance(wordings, dict):
            continue
        for prompt, text in wordings.items():
            if isinstance(text, str):
                for problem in wording_faults(prompt, Language(language), text):
                    yield Fault(f"prompts.{language}.{prompt}", problem)
