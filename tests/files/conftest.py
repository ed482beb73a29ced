"""An installation whose practices come from files."""

from pathlib import Path

import pytest

from tests.files.documents import Installation


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    return Installation(database_url, tmp_path)
