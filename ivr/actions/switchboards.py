"""Practices and callers as the decisions need them; a practice is remembered by its version."""

from collections.abc import Iterable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Row

from db.queries.callers import line_and_number_rows, number_rows
from db.queries.practices import PracticeVersion
from ivr.actions.practice_rows import read_settings
from ivr.phones import CallerNumber, PhoneNumber, Withheld
from ivr.practice import Caller, TemporaryList
from ivr.practice_files.values import as_practice
from ivr.routing import Switchboard
from ivr.slots import Slots
from ivr.vocabulary import Language, Reach

MOST_KEPT = 500


class Switchboards:
    """Switchboards by practice. What is kept is only ever used for the version it was made from."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, Switchboard]] = {}
        self._slots: WeakKeyDictionary[Switchboard, Slots] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, connection: Connection, practice: PracticeVersion) -> Switchboard:
        """The switchboard of that version, read in the caller's transaction when it is not yet known."""
        version, switchboard = self._kept.get(practice.id, (None, None))
        if switchboard is None or version != practice.version:
            switchboard = Switchboard(as_practice(read_settings(connection, practice.id)))
            with self._lock:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[practice.id] = (practice.version, switchboard)
        return switchboard

    def slots(self, switchboard: Switchboard) -> Slots:
        """The starts of that version of a practice, remembered as long as its switchboard is."""
        with self._lock:
            return self._slots.setdefault(switchboard, Slots(switchboard.calendar))


def read_caller_of(connection: Connection, practice_id: int, number: CallerNumber) -> Caller:
    """Who calls, as far as the number tells; a withheld number is never looked up."""
    if isinstance(number, Withheld):
        return Caller(number)
    return caller_from(number, number_rows(connection, practice_id, number))


def read_line_and_caller(
    connection: Connection, line: PhoneNumber, number: CallerNumber
) -> tuple[PracticeVersion, Caller] | None:
    """Whose line that is and who calls it, in one query; None when it is nobody's."""
    looked_up = None if isinstance(number, Withheld) else number
    rows = line_and_number_rows(connection, line, looked_up)
    if not rows:
        return None
    return PracticeVersion(rows[0].id, rows[0].version), caller_from(number, rows)


def caller_from(number: CallerNumber, rows: Iterable[Row[Any]]) -> Caller:
    """The caller that the rows of a number describe; widest reach, any "assisted" wins (ROUTING.md case 11)."""
    names: dict[int, str] = {}
    reaches: dict[str, Reach] = {}
    assisted: set[str] = set()
    temporary: list[TemporaryList] = []
    languages: set[str | None] = set()
    is_slow = False
    for row in rows:
        if row.patient_id is None:
            continue
        names[row.patient_id] = row.first_name
        languages.add(row.phone_language or row.patient_language)
        is_slow |= row.is_slow
        if row.practitioner is None:
            continue
        if row.until_on is not None:
            temporary.append(TemporaryList(row.practitioner, Reach(row.reach), row.is_assisted, row.until_on))
        else:
            reaches[row.practitioner] = max(Reach(row.reach), reaches.get(row.practitioner, Reach.NONE))
            if row.is_assisted:
                assisted.add(row.practitioner)
    language = languages.pop() if len(languages) == 1 else None
    return Caller(
        number=number,
        first_names=tuple(names[patient] for patient in sorted(names)),
        reaches=reaches,
        assisted_with=frozenset(assisted),
        temporary=tuple(temporary),
        is_slow=is_slow,
        language=Language(language) if language else None,
    )
