"""The practice file as TOML text; what equals its default is left out."""

import re
from typing import Any

import tomli_w
from pydantic import BaseModel

from ivr.practice_files.schema import PracticeFile

SHORT_LIST = re.compile(r'\[\n((?:    "[^"\\\n]*",\n)+)\]')
"""A list of plain texts, which the library spreads over lines of their own."""
LONGEST_LINE = 100


def write_practice(practice: PracticeFile) -> str:
    """TOML that `read_practice` reads back as the same practice."""
    table = as_table(practice)
    ordered = {name: table[name] for name in PracticeFile.model_fields if name in table}
    head = {"practice": ordered.pop("practice")}
    texts = [tomli_w.dumps(head), *(_sections(name, value) for name, value in ordered.items())]
    return SHORT_LIST.sub(_on_one_line, "\n".join(texts))


def as_table(part: BaseModel) -> dict[str, Any]:
    """The file, or a section of it, as plain tables, by the names the file uses."""
    table: dict[str, Any] = part.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)
    return table


def _sections(name: str, value: Any) -> str:
    """One kind of tables, each with a heading of its own: the library would put short ones on one line."""
    if not isinstance(value, list):
        return tomli_w.dumps({name: value})
    return "\n".join(tomli_w.dumps({name: entry}).replace(f"[{name}]", f"[[{name}]]", 1) for entry in value)


def _on_one_line(found: re.Match[str]) -> str:
    inside = ", ".join(line.strip().rstrip(",") for line in found[1].splitlines())
    return f"[{inside}]" if len(inside) <= LONGEST_LINE else found[0]
