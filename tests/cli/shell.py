"""A terminal for tests of the `ivr` command."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from ivr.cli import main

OK, DOES_NOT_HOLD, WRONG_USE = 0, 1, 2


@dataclass
class Shell:
    """A terminal with the settings of one installation."""

    folder: Path
    env: dict[str, str | None] = field(default_factory=dict)

    def ivr(self, *arguments: str, **env: str) -> Result:
        return CliRunner().invoke(main, arguments, env=self.env | env)

    def succeeds(self, *arguments: str) -> str:
        result = self.ivr(*arguments)
        assert (result.exit_code, result.stderr) == (OK, ""), result.exception
        return result.stdout

    def tells_json(self, *arguments: str) -> Any:
        """The one document on standard output."""
        return one_document(self.succeeds(*arguments, "--json"))

    def refuses(self, *arguments: str, status: int = WRONG_USE, **env: str) -> str:
        """The one sentence on standard error."""
        return sentence_of(self.ivr(*arguments, **env), status)

    def write(self, name: str, text: str) -> str:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return str(file)


def one_document(stdout: str) -> Any:
    assert stdout.endswith("\n")
    return json.loads(stdout)


def sentence_of(result: Result, status: int) -> str:
    """The last line of standard error, after click's usage; never a traceback."""
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == status
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    *usage, last = result.stderr.rstrip("\n").splitlines()
    assert all(line.startswith(("Usage: ", "Try ")) or not line for line in usage), result.stderr
    assert last.startswith("Error: ")
    return last.removeprefix("Error: ")
