"""The register of exceptions as one list: who has what with whom, why, since when, until when, by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row

from db.queries.exceptions import act_rows, document_rows, list_rows
from ivr.actions.contacts import Contact
from ivr.acts import ActSwitch
from ivr.names import folded
from ivr.phones import PhoneNumber
from ivr.vocabulary import Reach

SOON = timedelta(days=30)


class Kind(StrEnum):
    """What is excepted."""

    LIST = "list"
    ACT = "act"
    DOCUMENTS = "documents"


class Standing(StrEnum):
    """How an exception stands on a day."""

    HOLDS = "holds"
    ENDS_SOON = "ends-soon"
    """It holds, for thirty days at most."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Exempted:
    """One exception of a patient (a key): a `contact` of a number, a `switch` of an act, or documents.

    `since_at` is UTC; it and `made_by`, a name, are empty for what a file brought.
    """

    kind: Kind
    id: int
    patient: str
    first_name: str
    last_name: str
    practitioner: str
    doctor: str
    until_on: date | None
    reason: str | None = None
    since_at: datetime | None = None
    made_by: str | None = None
    number: PhoneNumber | None = None
    contact: Contact | None = None
    switch: ActSwitch | None = None
    act_name: str | None = None

    @property
    def about(self) -> str:
        """What it excepts, as nothing else of the practice is called: ids are given again to what comes later."""
        what = self.number.e164 if self.number else (self.switch.act or "all") if self.switch else ""
        return f"{self.patient}:{self.practitioner}:{what}"

    def standing(self, on: date) -> Standing:
        """How it stands on that local date."""
        if self.until_on is None or self.until_on > on + SOON:
            return Standing.HOLDS
        return Standing.ENDS_SOON if self.until_on >= on else Standing.ENDED


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None where anything goes."""

    kind: Kind | None = None
    practitioner: str | None = None
    standing: Standing | None = None

    def takes(self, one: Exempted, on: date) -> bool:
        """Whether it is among what is looked for, as it stands on that local date."""
        return (
            self.kind in {None, one.kind}
            and self.practitioner in {None, one.practitioner}
            and _stands(self.standing, one.standing(on))
        )


def register(connection: Connection, practice_id: int, wanted: Wanted, on: date) -> list[Exempted]:
    """The exceptions of a practice as they stand on that local date, by patient's name."""
    found = [*_lists(connection, practice_id), *_acts(connection, practice_id), *_documents(connection, practice_id)]
    kept = [one for one in found if wanted.takes(one, on)]
    return sorted(kept, key=lambda one: (folded(one.last_name), folded(one.first_name), one.patient))


def _stands(wanted: Standing | None, standing: Standing) -> bool:
    """What ends soon still holds."""
    if wanted is Standing.HOLDS:
        return standing is not Standing.ENDED
    return wanted in {None, standing}


def _lists(connection: Connection, practice_id: int) -> Iterator[Exempted]:
    for row in list_rows(connection, practice_id):
        contact = Contact(Reach(row.reach), row.is_assisted, row.until_on, row.reason)
        yield Exempted(Kind.LIST, *_who(row), *_why(row), number=row.number, contact=contact)


def _acts(connection: Connection, practice_id: int) -> Iterator[Exempted]:
    for row in act_rows(connection, practice_id):
        switch = ActSwitch(row.act, row.is_on, row.reason, row.until_on)
        yield Exempted(Kind.ACT, *_who(row), *_why(row), switch=switch, act_name=row.act_name)


def _documents(connection: Connection, practice_id: int) -> Iterator[Exempted]:
    for row in document_rows(connection, practice_id):
        yield Exempted(Kind.DOCUMENTS, *_who(row), row.until_on)


def _who(row: Row[Any]) -> tuple[int, str, str, str, str, str]:
    return row.id, row.patient, row.first_name, row.last_name, row.practitioner, row.doctor


def _why(row: Row[Any]) -> tuple[date | None, str | None, datetime | None, str | None]:
    return row.until_on, row.reason, row.since_at, row.made_by
