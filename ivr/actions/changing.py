"""A change of the settings: made, proven apart, made again under the lock, and written when that gives the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection

from db.engine import Transaction
from db.queries.practices import lock_practice
from ivr.actions.load_practice import load_practice
from ivr.actions.practice_here import PracticeHere
from ivr.actions.practice_rows import read_settings
from ivr.actions.settings import changed_settings, say, stranded
from ivr.actions.snapshots import Snapshots
from ivr.practice_files.changes import changes_between
from ivr.practice_files.schema import PracticeFile
from ivr.routing import Switchboard

MOST_TRIES = 6
"""How often a change is proven again because somebody saved another one meanwhile."""

Change: TypeAlias = Callable[[dict[str, Any]], None]
"""Makes the change in the tables of the settings (INTERFACE.md 5)."""


class StrandedError(Exception):
    """The change would leave a caller without an answer; how, in one line."""


class OvertakenError(Exception):
    """Others saved so many changes meanwhile that this one was never proven in time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that somebody asked for, and what the access log calls it.

    `check` raises for what is wrong with it beside the practice as it is.
    """

    change: Change
    subject: str
    check: Callable[[Switchboard], None] = lambda _: None
    is_proven: bool = True
    """Whether callers could be stranded by it: proving that none is takes seconds."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who changes which practice: `note` tells the access log, in the transaction of the change."""

    practice: PracticeHere
    reading: Transaction
    writing: Transaction
    switchboard: Callable[[Connection], Switchboard]
    snapshots: Snapshots
    note: Callable[[Connection, str], None]


def save_settings(asked: Asked, desk: Desk) -> None:
    """Save what was proven, and nothing else: whoever saved something meanwhile makes it proven again.

    Raises:
        FaultyFileError: with every fault of what comes of it.
        StrandedError: it would leave a caller without an answer.
        OvertakenError: others were quicker, time and again.
    """
    for _ in range(MOST_TRIES):
        with desk.reading() as connection:
            asked.check(desk.switchboard(connection))
            file = changed(connection, asked, desk.practice)
            if not changes_between(read_settings(connection, desk.practice.id), file):
                return
        if asked.is_proven and (offences := stranded(file, desk.practice.now)):
            raise StrandedError(say(offences))
        if _is_written(asked, desk, file):
            desk.snapshots.write(file)
            return
    raise OvertakenError


def changed(connection: Connection, asked: Asked, practice: PracticeHere) -> PracticeFile:
    """What the settings would be. Raises FaultyFileError."""
    return changed_settings(connection, practice.id, asked.change, practice.today)


def in_practitioner(key: str, change_part: Change) -> Change:
    """A change to the table of one practitioner, by key; none to the tables where that one is gone."""

    def change_tables(tables: dict[str, Any]) -> None:
        for part in tables["practitioners"]:
            if part["key"] == key:
                change_part(part)

    return change_tables


def on_a_date(day: str, entry: dict[str, Any] | None) -> Change:
    """A change to a practitioner's table that gives a date these hours, or the weekly ones again without an entry."""

    def change_date(part: dict[str, Any]) -> None:
        others = [one for one in part.get("dated_hours", ()) if one["date"] != day]
        part["dated_hours"] = others if entry is None else [*others, entry]

    return change_date


def _is_written(asked: Asked, desk: Desk, file: PracticeFile) -> bool:
    with desk.writing() as connection:
        lock_practice(connection, desk.practice.id)
        if changed(connection, asked, desk.practice) != file:
            return False
        load_practice(connection, file)
        desk.note(connection, asked.subject)
        return True
