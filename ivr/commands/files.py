"""`ivr load` and `ivr dump`: practices as text."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

import click
from sqlalchemy import Connection, Engine

from db.engine import reading
from db.queries.practices import find_practice
from ivr.actions.load_practice import conflicts, dump_practice, load_practice
from ivr.actions.patient_rows import patient_ids
from ivr.actions.practice_rows import read_settings
from ivr.actions.snapshots import Snapshots
from ivr.clock import system_clock
from ivr.commands.common import (
    DOES_NOT_HOLD,
    Refused,
    find_practice_or_refuse,
    json_option,
    note_export,
    open_database,
    print_json,
    settings,
)
from ivr.practice_files.changes import Change
from ivr.practice_files.faults import Fault, FaultyFileError
from ivr.practice_files.reading import Draft, parse_practice
from ivr.practice_files.schema import PracticeFile
from ivr.practice_files.values import as_practice
from ivr.practice_files.writing import as_table, write_practice
from ivr.proving import prove
from ivr.routing import Switchboard

Read: TypeAlias = Callable[[Path], Draft]
"""Reads each file once: what is loaded is what was proven."""


class _FaultyFilesError(Exception):
    """Takes the transaction back when the faults of all files were gathered."""

    def __init__(self, faulty: list[FaultyFileError]) -> None:
        super().__init__(faulty)
        self.faulty = faulty


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE…", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@json_option
def load(files: tuple[Path, ...], as_json: bool) -> None:
    """Create or update practices from practice files, all or nothing, and show what changed.

    Example: ivr load pasteur.toml
    """
    configured = settings()
    engine = open_database(configured)
    read = cache(lambda path: parse_practice(path, str(path)))
    try:
        changes = _take(engine, files, read, _not_proven(engine, files, read), Snapshots(configured.data_dir))
    except _FaultyFilesError as error:
        _report_faults(error.faulty, as_json)
        raise click.exceptions.Exit(DOES_NOT_HOLD) from None
    if as_json:
        print_json({file: [str(change) for change in found] for file, found in changes.items()})
        return
    for name, found in changes.items():
        click.echo(f"{name}: {len(found)} changes" if found else f"{name}: nothing to change")
        for change in found:
            click.echo(f"  {change}")


@click.command()
@click.argument("practice", required=False, metavar="PRACTICE")
@json_option
def dump(practice: str | None, as_json: bool) -> None:
    """Print a practice as a practice file; loading it back changes nothing. The access log tells who did it.

    Example: ivr dump pasteur > pasteur.toml
    """
    engine = open_database(settings())
    _, found = find_practice_or_refuse(engine, practice)
    with reading(engine)() as connection:
        file = dump_practice(connection, found.id)
    note_export(engine, found.id, "practice file")
    if as_json:
        print_json(as_table(file))
    else:
        click.echo(write_practice(file), nl=False)


def _take(
    engine: Engine, files: tuple[Path, ...], read: Read, not_proven: list[FaultyFileError], snapshots: Snapshots
) -> dict[str, list[Change]]:
    """What all files changed, in one transaction. Raises _FaultyFilesError when none is taken."""
    loaded: list[PracticeFile] = []
    changes: dict[str, list[Change]] = {}
    faulty = list(not_proven)
    try:
        with engine.begin() as connection:
            for path in files:
                try:
                    practice, changes[str(path)] = _load_one(connection, path, read)
                    loaded.append(practice)
                except FaultyFileError as error:
                    faulty.append(error)
            if faulty:
                raise _FaultyFilesError(faulty)
            for practice in loaded:
                snapshots.write(practice)
    except OSError as error:
        raise Refused(f"IVR_DATA_DIR: cannot write {error.filename}: {error.strerror}; nothing was loaded") from None
    return changes


def _not_proven(engine: Engine, files: tuple[Path, ...], read: Read) -> list[FaultyFileError]:
    """Files whose new settings would strand a caller. It takes seconds, so it is found before callers have to wait."""
    faulty: list[FaultyFileError] = []
    for path in files:
        try:
            with reading(engine)() as connection:
                file = _checked(connection, path, read)
                is_new = _has_new_settings(connection, file)
        except FaultyFileError:
            continue  # told when it is loaded
        faults = _stranded(file) if is_new else []
        if faults:
            faulty.append(FaultyFileError(str(path), faults))
    return faulty


def _checked(connection: Connection, path: Path, read: Read) -> PracticeFile:
    """A file without faults of its own. Raises FaultyFileError."""
    draft = read(path)
    known = find_practice(connection, draft.key)
    patients = patient_ids(connection, known.id, draft.patients_named()) if known else {}
    return draft.check(patients, system_clock().date())


def _has_new_settings(connection: Connection, file: PracticeFile) -> bool:
    """Whether the file has other settings than the stored ones; patients and appointments leave the dialogues alone."""
    known = find_practice(connection, file.practice.key)
    settings_alone = file.model_copy(update={"patients": [], "appointments": []})
    return known is None or read_settings(connection, known.id) != settings_alone


def _load_one(connection: Connection, path: Path, read: Read) -> tuple[PracticeFile, list[Change]]:
    """One file and its changes. Raises FaultyFileError when it cannot be taken."""
    file = _checked(connection, path, read)
    faults = conflicts(connection, file)
    if faults:
        raise FaultyFileError(str(path), faults)
    return file, load_practice(connection, file)


def _stranded(file: PracticeFile) -> list[Fault]:
    """Settings are only taken when no path of keys strands a caller: each way one would be, the shortest first."""
    proof = prove(Switchboard(as_practice(file)), system_clock())
    return [Fault("calls", f"{offence}; mend the settings named there") for offence in proof.offences]


def _report_faults(faulty: list[FaultyFileError], as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "faults": [
                    {"file": error.file, "where": fault.where, "problem": fault.problem}
                    for error in faulty
                    for fault in error.faults
                ]
            }
        )
    for error in faulty:
        count = "1 fault" if len(error.faults) == 1 else f"{len(error.faults)} faults"
        click.echo(f"{error.file}: {count}, nothing was changed", err=True)
        for fault in error.faults:
            click.echo(f"  {fault}", err=True)
