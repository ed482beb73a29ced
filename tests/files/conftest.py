"""An installation whose practices come from files."""

from pathlib import Path

import pytest

from ivr.proving import Proof
from tests.files.documents import Installation


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Installation:
    return Installation(database_url, tmp_path)


@pytest.fixture(autouse=True)
def proven_elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is about what it says; that it strands nobody takes seconds and is proven where that is asked about."""
    if request.node.get_closest_marker("proven") is None:
        monkeypatch.setattr("ivr.commands.files.prove", lambda *_: Proof(0, 0, 0, ()))
