"""The README tells the truth: each of its `ivr` commands runs, in order, on the demo practice."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import main
from tests.cli.shell import OK, Shell

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^\.venv/bin/ivr (.+)$", re.MULTILINE)
SERVES = ("serve",)
"""Runs until it is stopped; `tests/http/test_service.py` runs it."""


def commands() -> list[str]:
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [command for block in blocks for command in COMMAND.findall(block) if not command.startswith(SERVES)]


def test_every_command_of_the_readme_runs(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shell.folder)
    found = commands()
    assert len(found) > 8
    for command in found:
        arguments, _, file = command.partition(" > ")
        result = CliRunner().invoke(main, shlex.split(arguments), env=shell.env, input="h\n")
        assert result.exit_code == OK, (command, result.output)
        if file:
            Path(file).write_text(result.stdout, encoding="utf-8")


def test_the_booking_of_the_readme_ends_with_a_booking(shell: Shell) -> None:
    (command,) = (command for command in commands() if "0639983333" in command)
    assert "appointments: booked martin consultation smith" in shell.succeeds(*shlex.split(command))
