"""A copy of each line's practice as a file, for the answers that must come without the database.

A snapshot is a practice file without patients, written at every save, read only in trouble.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from db.engine import Transaction
from db.models.practices import PracticeRow
from ivr.actions.load_practice import load_practice
from ivr.actions.practice_rows import read_settings
from ivr.phones import PhoneNumber
from ivr.practice_files.changes import Change
from ivr.practice_files.faults import FaultyFileError
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.schema import PracticeFile
from ivr.practice_files.values import as_practice
from ivr.practice_files.writing import write_practice
from ivr.routing import Switchboard
from ivr.whole_files import replace_file

FOLDER = "snapshots"
VERSIONS = "versions.json"
MOST_AT_ONCE = 200


class Snapshots:
    """The snapshots below a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def write(self, practice: PracticeFile) -> None:
        """One file for each line, whole or not at all."""
        settings = practice.model_copy(update={"patients": [], "appointments": []})
        for line in practice.practice.lines:
            replace_file(self._file(line), write_practice(settings).encode())

    def find(self, line: PhoneNumber | None) -> Switchboard | None:
        """The practice that had the line when it was last saved; None when there is no usable snapshot."""
        if line is None:
            return None
        try:
            return Switchboard(as_practice(parse_practice(self._file(line), str(line)).as_saved()))
        except (OSError, FaultyFileError):
            return None

    def versions(self) -> dict[str, int]:
        """Which version of each practice (by id) was last copied by `renew_snapshots`; none known without the file."""
        try:
            known: dict[str, int] = json.loads((self._folder / VERSIONS).read_text())
        except (OSError, ValueError):
            return {}
        return known

    def keep_versions(self, versions: dict[str, int]) -> None:
        """The copies are of these versions, as of now."""
        replace_file(self._folder / VERSIONS, json.dumps(versions).encode())

    def renewed_at(self) -> datetime | None:
        """When this machine last looked whether its copies are up to date (UTC); None when it never did."""
        try:
            return datetime.fromtimestamp((self._folder / VERSIONS).stat().st_mtime, UTC)
        except OSError:
            return None

    def _file(self, line: PhoneNumber) -> Path:
        return self._folder / f"{line.e164}.toml"


def save_practice(engine: Engine, snapshots: Snapshots, practice: PracticeFile) -> list[Change]:
    """Load a practice file in a transaction of its own, then renew the snapshots of its lines."""
    with engine.begin() as connection:
        changes = load_practice(connection, practice)
    snapshots.write(practice)
    return changes


def renew_snapshots(reading: Transaction, snapshots: Snapshots) -> int:
    """Copy what was changed elsewhere, by another machine or process; how many practices that was."""
    known, renewed = snapshots.versions(), 0
    with reading() as connection:
        stored = {str(row.id): row.version for row in connection.execute(select(PracticeRow.id, PracticeRow.version))}
        for practice, version in stored.items():
            if known.get(practice) != version and renewed < MOST_AT_ONCE:
                snapshots.write(read_settings(connection, int(practice)))
                known[practice] = version
                renewed += 1
    snapshots.keep_versions({practice: known[practice] for practice in stored if practice in known})
    return renewed
