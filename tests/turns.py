"""Most tests that ask over HTTP meet the two databases by turns: each runs on one of them, always the same."""

from zlib import crc32

import pytest

BY_TURNS = ("tests/site/", "tests/space/", "tests/api/", "tests/delivery/", "tests/calls/test_recorded_calls.py")
ON_BOTH = "at_once"
"""In the name of a test whose subject is what many do at the same moment: there the databases differ."""
DATABASES = ("sqlite", "postgresql")
JOURNEYS, SIZES = ("tests/browser/test_journeys.py", "tests/browser/test_desk_journeys.py"), ("phone", "desk")
"""In French, whose pictures the guide shows, a journey is walked at both sizes; in English at one of them, by turns."""


def by_turns(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Which of the tests run, and which do not since their other half does."""
    run: list[pytest.Item] = []
    left: list[pytest.Item] = []
    known = {item.nodeid for item in items}
    for item in items:
        (left if _other_half(item) in known else run).append(item)
    return run, left


def _other_half(item: pytest.Item) -> str | None:
    """The same test with the other choice, when it is that one's turn. It may not exist: then there are no turns."""
    if item.nodeid.startswith(BY_TURNS) and ON_BOTH not in item.name:
        return _with_other(item, DATABASES)
    is_english = item.nodeid.startswith(JOURNEYS) and "[en-" in item.nodeid
    return _with_other(item, SIZES) if is_english else None


def _with_other(item: pytest.Item, choices: tuple[str, str]) -> str | None:
    test, _, parameters = item.nodeid.partition("[")
    parts = parameters.removesuffix("]").split("-")
    chosen = next((one for one in choices if one in parts), None)
    if chosen is None:
        return None
    turn = choices[crc32(item.nodeid.replace(chosen, "").encode()) % len(choices)]
    written = "-".join(turn if part == chosen else part for part in parts)
    return None if turn == chosen else f"{test}[{written}]"
