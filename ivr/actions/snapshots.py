"""A copy of each line's practice as a file, for the answers that must come without the database.

A snapshot is a practice file without patients, written at every save, read only in trouble.
"""

import os
import tempfile
from pathlib import Path

from sqlalchemy import Engine

from ivr.actions.load_practice import load_practice
from ivr.phones import PhoneNumber
from ivr.practice_files.changes import Change
from ivr.practice_files.faults import FaultyFileError
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.schema import PracticeFile
from ivr.practice_files.values import as_practice
from ivr.practice_files.writing import write_practice
from ivr.routing import Switchboard

FOLDER = "snapshots"


class Snapshots:
    """The snapshots below a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def write(self, practice: PracticeFile) -> None:
        """One file for each line, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = practice.model_copy(update={"patients": [], "appointments": []})
        for line in practice.practice.lines:
            descriptor, draft = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(write_practice(settings))
            os.replace(draft, self._file(line))

    def find(self, line: PhoneNumber | None) -> Switchboard | None:
        """The practice that had the line when it was last saved; None when there is no usable snapshot."""
        if line is None:
            return None
        try:
            return Switchboard(as_practice(parse_practice(self._file(line), str(line)).check()))
        except (OSError, FaultyFileError):
            return None

    def _file(self, line: PhoneNumber) -> Path:
        return self._folder / f"{line.e164}.toml"


def save_practice(engine: Engine, snapshots: Snapshots, practice: PracticeFile) -> list[Change]:
    """Load a practice file in a transaction of its own, then renew the snapshots of its lines."""
    with engine.begin() as connection:
        changes = load_practice(connection, practice)
    snapshots.write(practice)
    return changes
