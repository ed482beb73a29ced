"""The practice file as TOML text; what equals its default is left out."""

from typing import Any

import tomli_w

from ivr.practice_files.schema import PracticeFile

ALWAYS_WRITTEN = frozenset({"hours", "working_hours"})


def write_practice(practice: PracticeFile) -> str:
    """TOML that `read_practice` reads back as the same practice."""
    return tomli_w.dumps(as_table(practice), multiline_strings=False)


def as_table(practice: PracticeFile) -> dict[str, Any]:
    """The file as plain tables, by the names the file uses."""
    table: dict[str, Any] = practice.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)
    return table
