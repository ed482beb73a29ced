"""What a log must not tell: names, numbers, keys, secrets; and what each line of it must be."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ivr.demo import DEMO_FILE
from ivr.practice_files.reading import parse_practice
from tests.lines import TOKEN

PRACTICES = Path(__file__).parents[1] / "fixtures" / "practices"
NUMBER = re.compile(r"(?<![\w.:-])(?:(?:\+|%2B)\d{8,15}|0[1-9](?:[ .]?\d\d){4})(?![\w-])")
KEYS = re.compile(r"\b[Dd]igits\b['\"=: ]+\d|Digits\(")
ANNOUNCEMENT = "The line answers at "
"""The one line for the person who starts the service."""


@cache
def names() -> frozenset[str]:
    """First and last names of everybody in the practices of the tests."""
    files = [DEMO_FILE, *PRACTICES.glob("*.toml")]
    patients = [patient for file in files for patient in parse_practice(file, file.name).check().patients]
    told = {name for patient in patients for name in (patient.first_name, patient.last_name)}
    return frozenset(name for name in told if len(name) > 2)


def indiscretions(log: Path) -> list[str]:
    """Lines that tell too much, or are no JSON object of ours, each with what is wrong."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return [f"{fault}: {line[:400]}" for line in lines for fault in faults_of(line)]


def faults_of(line: str) -> Iterator[str]:
    """What is wrong with one line of a log."""
    if line.startswith(ANNOUNCEMENT):
        return
    if TOKEN in line:
        yield "a secret"
    if NUMBER.search(line):
        yield "a number"
    if KEYS.search(line):
        yield "keys"
    if any(re.search(rf"\b{re.escape(name)}\b", line) for name in names()):
        yield "a name"
    yield from _shape(line)


def _shape(line: str) -> Iterator[str]:
    try:
        entry: dict[str, Any] = json.loads(line)
    except ValueError:
        yield "no JSON"
        return
    missing = {"event", "level", "timestamp"} - entry.keys()
    if missing:
        yield f"no {', '.join(sorted(missing))}"
    if entry.get("event") in OF_A_CALL and "call" not in entry:
        yield "no call"


OF_A_CALL = frozenset(
    {
        "turn_answered", "call_held", "call_in_trouble", "fallback_answered", "line_unknown", "leg_without_call",
        "text_sent", "text_failed", "recording_fetched", "recording_not_fetched",
    }
)  # fmt: skip
"""Events that belong to a call and must name it."""
