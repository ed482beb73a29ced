"""Changing the settings of a practice: checked as a file is, and proven like one, before they are loaded."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Connection

from ivr.actions.load_practice import conflicts
from ivr.actions.practice_rows import read_settings
from ivr.practice_files.faults import Fault, FaultyFileError
from ivr.practice_files.reading import Draft
from ivr.practice_files.schema import PracticeFile
from ivr.practice_files.values import as_practice
from ivr.practice_files.writing import as_table
from ivr.proving import prove
from ivr.routing import Switchboard

POLITE = 10
"""How far calls go before it on a busy machine."""
ALONE = get_context("spawn")
"""A process that shares nothing with the one that answers calls."""


def changed_settings(
    connection: Connection, practice_id: int, change: Callable[[dict[str, Any]], None], today: date
) -> PracticeFile:
    """The settings with that change made to their tables (INTERFACE.md 5); nothing is saved.

    Raises:
        FaultyFileError: with every fault of what comes of it.
    """
    table = as_table(read_settings(connection, practice_id))
    change(table)
    file = Draft("settings", table).check((), today)
    if faults := conflicts(connection, file):
        raise FaultyFileError("settings", faults)
    return file


def stranded(file: PracticeFile, now: datetime) -> list[str]:
    """How these settings would strand a caller, the shortest way first; none when all is well.

    It takes seconds of a processor, and so a process of its own: nobody who calls meanwhile waits for it.
    """
    with ProcessPoolExecutor(1, mp_context=ALONE, initializer=os.nice, initargs=(POLITE,)) as alone:
        return alone.submit(_offences, file, now).result()


def say(faults: list[str] | tuple[Fault, ...]) -> str:
    """In one line, for who cannot do anything about it but tell somebody."""
    return "; ".join(str(fault) for fault in faults)


def _offences(file: PracticeFile, now: datetime) -> list[str]:
    return [str(offence) for offence in prove(Switchboard(as_practice(file)), now).offences]
