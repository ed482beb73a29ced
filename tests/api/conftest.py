"""What tests of the API share."""

import pytest

from tests.api.program import Program, program
from tests.lines import Line


@pytest.fixture
def ours(line: Line) -> Program:
    """A program of the demo practice with a key that may do everything."""
    return program(line)
