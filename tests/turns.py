"""Tests of pages and recorded calls meet the two databases by turns: each runs on one of them, always the same."""

from zlib import crc32

import pytest

BY_TURNS = ("tests/site/", "tests/space/", "tests/calls/test_recorded_calls.py")
DATABASES = ("sqlite", "postgresql")


def by_turns(items: list[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Which of the tests run, and which do not since their other half does."""
    run: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        (left if _is_anothers_turn(item) else run).append(item)
    return run, left


def _is_anothers_turn(item: pytest.Item) -> bool:
    database = item.callspec.params.get("database_url") if hasattr(item, "callspec") else None
    if database not in DATABASES or not item.nodeid.startswith(BY_TURNS):
        return False
    test = item.nodeid.replace(database, "")
    return DATABASES[crc32(test.encode()) % len(DATABASES)] != database
