"""What is wrong with a practice file: where, what was found, and what would do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong. `where` is a key path, or a line for text that is no TOML."""

    where: str
    problem: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"


class FaultyFileError(Exception):
    """A practice file with faults; nothing of it was taken."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        super().__init__(f"{file} has {len(self.faults)} faults")


SENTENCES = {
    "missing": "this is missing; add it",
    "extra_forbidden": "there is no such setting; correct its name or take it out",
    "bool_type": "found {input}; write true or false",
    "bool_parsing": "found {input}; write true or false",
    "int_type": "found {input}; write a whole number",
    "int_parsing": "found {input}; write a whole number",
    "int_from_float": "found {input}; write a whole number",
    "string_type": "found {input}; write text in quotes",
    "string_too_short": "found {input}; it must not be empty",
    "string_too_long": "this is too long; {max_length} characters at most",
    "string_pattern_mismatch": "found {input}; write two capital letters, such as FR",
    "list_type": "found {input}; write a list in [ ]",
    "dict_type": "found {input}; write a table in {{ }}",
    "model_type": "found {input}; write a table in {{ }}",
    "too_short": "at least one is needed; add one",
    "enum": "found {input}; write {expected}",
    "literal_error": "found {input}; write {expected}",
    "greater_than_equal": "found {input}; {ge} at least",
    "less_than_equal": "found {input}; {le} at most",
}
"""Our sentence for each kind of error the validator knows."""


def faults_of(error: ValidationError, document: Mapping[str, Any]) -> Iterator[Fault]:
    """Each error of the validator as a fault, entries of lists named by their keys."""
    for details in error.errors():
        yield Fault(key_path(details["loc"], document), _sentence(details))


def key_path(location: Sequence[int | str], document: Mapping[str, Any]) -> str:
    """`practitioners[0] (martin).phone`: places count from 0, as in most tools, and keys help the eye."""
    path = ""
    value: Any = document
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
            value = value[part] if isinstance(value, list) and part < len(value) else None
            path += f" ({value['key']})" if isinstance(value, dict) and "key" in value else ""
        elif isinstance(value, dict) and (part in value or not path.endswith(part)):
            path += f".{part}" if path else part
            value = value.get(part)
    return path


def _sentence(details: ErrorDetails) -> str:
    if details["type"] == "value_error":
        return str(details["ctx"]["error"])
    pattern = SENTENCES.get(details["type"], "found {input}; " + details["msg"])
    return pattern.format(input=_shown(details["input"]), **details.get("ctx", {}))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 a line of a terminal
