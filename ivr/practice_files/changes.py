"""What differs between two versions of a practice file, setting by setting."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One setting, before and after; None stands for nothing."""

    where: str
    before: object
    after: object

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.where}: {_shown(self.after)}"
        if self.after is None:
            return f"{self.where}: {_shown(self.before)} is taken away"
        return f"{self.where}: {_shown(self.before)} → {_shown(self.after)}"


def changes_between(before: BaseModel, after: BaseModel) -> list[Change]:
    """Every setting that differs, entries with a key compared by their keys."""
    return list(_compare("", _plain(before), _plain(after)))


def _plain(part: BaseModel) -> dict[str, Any]:
    return part.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude_none=True)


def _compare(where: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _compare(f"{where}.{name}" if where else name, before.get(name), after.get(name))
    elif _is_keyed(before) and _is_keyed(after):
        yield from _compare(where, _by_key(before), _by_key(after))
        if [entry["key"] for entry in before] != [entry["key"] for entry in after]:
            yield from _order(where, before, after)
    else:
        yield Change(where, before, after)


def _is_keyed(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and "key" in v for v in value)


def _by_key(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {entry["key"]: entry for entry in entries}


def _order(where: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Change]:
    old, new = [entry["key"] for entry in before], [entry["key"] for entry in after]
    if sorted(old) == sorted(new):
        yield Change(f"{where} in order", ", ".join(old), ", ".join(new))


def _shown(value: object) -> str:
    if isinstance(value, dict) and "key" in value:
        return f"{value['key']}"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
