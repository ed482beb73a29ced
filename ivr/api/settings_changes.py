"""Changing settings for a program: proven as for a page, refused as a problem."""

import re
from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import Connection

from ivr.actions.changing import Asked, Change, Desk, OvertakenError, StrandedError, in_practitioner, save_settings
from ivr.actions.practice_rows import read_settings
from ivr.api.here import here, note, read, switchboard_here, write
from ivr.api.problems import Fault, Kind, ProblemError, not_found
from ivr.practice_files.faults import FaultyFileError
from ivr.practice_files.schema import PractitionerPart
from ivr.practice_files.writing import as_table

OF_A_PRACTITIONER = re.compile(r"^practitioners\[\d+\](?: \([^)]*\))?\.?")
INDEX = re.compile(r"\[(\d+)\](?: \([^)]*\))?")


def practitioner_part(connection: Connection, key: str) -> PractitionerPart:
    """The settings of a practitioner of the practice. Raises ProblemError."""
    parts = read_settings(connection, here().id).practitioners
    found = next((part for part in parts if part.key == key), None)
    if found is None:
        raise not_found()
    return found


def save(asked: Asked, within: Callable[[Connection], None] = lambda _: None) -> None:
    """Save a change that strands nobody; `within` is done in its transaction. Raises ProblemError."""

    def noted(connection: Connection, subject: str) -> None:
        note(connection, "changed", subject)
        within(connection)

    desk = Desk(here(), read(), write(), switchboard_here, current_app.extensions["ivr.snapshots"], noted)
    try:
        save_settings(asked, desk)
    except FaultyFileError as error:
        faults = tuple(Fault(pointer=_pointer(fault.where), detail=fault.problem) for fault in error.faults)
        raise ProblemError(Kind.INVALID, errors=faults) from None
    except StrandedError as error:
        told = f"The change would leave a caller without an answer: {error}. Change it so that everybody gets one."
        raise ProblemError(Kind.CONFLICT, told) from None
    except OvertakenError:
        raise ProblemError(Kind.CONFLICT, "Others are saving settings; send it again in a moment.") from None


def change_practitioner(practitioner: str, change: Change, subject: str) -> None:
    """Save a change to the table of a practitioner. Raises ProblemError."""
    practitioner_table(practitioner)
    save(Asked(in_practitioner(practitioner, change), subject))


def practitioner_table(practitioner: str) -> dict[str, Any]:
    """The settings of a practitioner as they are written. Raises ProblemError."""
    with read()() as connection:
        return as_table(practitioner_part(connection, practitioner))


def _pointer(where: str) -> str:
    """Where it lies in what a program sends: the entry of the practitioner is left away."""
    inside = INDEX.sub(r".\1", OF_A_PRACTITIONER.sub("", where))
    return "/" + inside.replace(".", "/") if inside else ""
