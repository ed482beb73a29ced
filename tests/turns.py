"""Tests of pages and recorded calls meet the two databases by turns: each runs on one of them, always the same."""

from zlib import crc32

import pytest

BY_TURNS = ("tests/site/", "tests/space/", "tests/calls/test_recorded_calls.py")
DATABASES = ("sqlite", "postgresql")
JOURNEYS, SIZES = ("tests/browser/test_journeys.py", "tests/browser/test_desk_journeys.py"), ("phone", "desk")
"""In French, whose pictures the guide shows, a journey is walked at both sizes; in English at one of them, by turns."""


def by_turns(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Which of the tests run, and which do not since their other half does."""
    run: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        (left if _is_anothers_turn(item) else run).append(item)
    return run, left


def _is_anothers_turn(item: pytest.Item) -> bool:
    if item.nodeid.startswith(BY_TURNS):
        return _is_other(item, DATABASES)
    is_english = item.nodeid.startswith(JOURNEYS) and "[en-" in item.nodeid
    return is_english and _is_other(item, SIZES)


def _is_other(item: pytest.Item, choices: tuple[str, str]) -> bool:
    """Whether the test has one of two choices, and it is the other's turn."""
    _, _, parameters = item.nodeid.partition("[")
    chosen = next((one for one in choices if one in parameters.rstrip("]").split("-")), None)
    test = item.nodeid.replace(chosen, "") if chosen else ""
    return chosen is not None and choices[crc32(test.encode()) % len(choices)] != chosen
