"""Practice files for tests, and the `ivr` command that loads them."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from click.testing import CliRunner, Result
from sqlalchemy import event
from sqlalchemy.pool import Pool

from ivr.cli import main
from ivr.practice_files.faults import Fault, FaultyFileError
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.schema import PracticeFile

Table = dict[str, Any]

BASE: Table = {
    "practice": {"key": "pasteur", "name": "Cabinet Pasteur", "lines": ["01 99 00 12 34"]},
    "practitioners": [
        {
            "key": "martin",
            "name": "Martin",
            "phone": "06 39 98 00 01",
            "working_hours": {"mon": ["09:00-12:00"]},
            "acts": [{"key": "consultation", "name": "Consultation", "minutes": 15}],
        }
    ],
    "patients": [
        {"key": "durand", "first_name": "Jeanne", "last_name": "Durand", "phones": [{"number": "06 39 98 11 11"}]}
    ],
}
INSTEAD = {"name": "Docteur Petit", "phone": "01 99 00 55 55"}


def a_file(**changes: Any) -> Table:
    """A small practice file; `practice__name="X"` changes one setting, a list or table replaces a section."""
    document = deepcopy(BASE)
    for name, value in changes.items():
        section, _, setting = name.partition("__")
        if not setting:
            document[section] = value
        elif isinstance(document[section], list):
            document[section][0][setting] = value
        else:
            document[section][setting] = value
    return document


def checked(document: Table) -> PracticeFile:
    return parse_practice(tomli_w.dumps(document), "a.toml").check()


def faults_of(document: Table | str) -> tuple[Fault, ...]:
    text = document if isinstance(document, str) else tomli_w.dumps(document)
    with pytest.raises(FaultyFileError) as caught:
        parse_practice(text, "a.toml").check()
    return caught.value.faults


@contextmanager
def connections_closed() -> Iterator[None]:
    """A command ends its connections with its process; here the process goes on, so they are closed."""
    opened: list[Any] = []

    def note(connection: Any, _record: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", note)
    try:
        yield
    finally:
        event.remove(Pool, "connect", note)
        for connection in opened:
            connection.close()


@dataclass
class Installation:
    """The `ivr` command on one database."""

    url: str
    folder: Path

    def run(self, *arguments: str) -> Result:
        env = {"IVR_DATABASE_URL": self.url, "IVR_DATA_DIR": str(self.folder / "data")}
        with connections_closed():
            return CliRunner().invoke(main, arguments, env=env)

    def write(self, document: Table | str, name: str = "a.toml") -> str:
        file = self.folder / name
        file.write_text(document if isinstance(document, str) else tomli_w.dumps(document), encoding="utf-8")
        return str(file)

    def load(self, document: Table | str, *more: str) -> Result:
        return self.run("load", self.write(document), *more)

    def refused(self, document: Table | str) -> str:
        """What is said about a file that cannot be taken."""
        result = self.load(document)
        assert (result.exit_code, result.stdout) == (1, "")
        return result.stderr

    def taken(self, document: Table | str) -> str:
        """What changed by a file that can be taken."""
        result = self.load(document)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    def dump(self, practice: str = "pasteur") -> str:
        result = self.run("dump", practice)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout
