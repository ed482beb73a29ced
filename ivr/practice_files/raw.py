"""A practice file before it is checked: whatever in it has the right shape, so that no fault hides another."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from ivr.phones import read_number

Table: TypeAlias = Mapping[str, Any]


def tables(document: Table, kind: str) -> list[Table]:
    """The tables of one kind that are tables at all; others are faults found elsewhere."""
    found = document.get(kind, [])
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def placed(document: Table, kind: str, within: str = "") -> Iterator[tuple[str, Table]]:
    """The tables of one kind, each with its key path: `practitioners[0] (martin)`."""
    for place, entry in enumerate(tables(document, kind)):
        named = f" ({entry['key']})" if "key" in entry else ""
        yield f"{within}{'.' if within else ''}{kind}[{place}]{named}", entry


def head(document: Table) -> Table:
    """The `[practice]` table, empty when there is none."""
    return table(document.get("practice"))


def table(found: object) -> Table:
    """What was found, or an empty table where it is none."""
    return found if isinstance(found, dict) else {}


def country(document: Table) -> str:
    """The country whose national form the numbers have."""
    return str(head(document).get("country", "FR"))


def numbers(written: object, country: str) -> list[str]:
    """Those of a list that are numbers, in E.164; the others are faults found elsewhere."""
    found = []
    for text in written if isinstance(written, list) else []:
        with suppress(ValueError):
            found.append(read_number(str(text), country).e164)
    return found
