"""The lists of a patient's number: how far it reaches each practitioner, and whether it is assisted (BRIEF.md 3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from db.models.patients import ContactExceptionRow, PhoneRow
from db.models.practices import PractitionerRow
from db.queries.patients import lists_of
from ivr.actions.access import Made
from ivr.phones import PhoneNumber
from ivr.vocabulary import Reach


@dataclass(frozen=True, slots=True)
class Contact:
    """The list of a number with one practitioner."""

    reach: Reach = Reach.NONE
    is_assisted: bool = False
    until_on: date | None = None
    """Its last day, by the calendar of the practice; None: for good."""
    reason: str | None = None

    @property
    def is_list(self) -> bool:
        return self.reach is not Reach.NONE or self.is_assisted

    @property
    def words(self) -> str:
        """As the history tells it: `none`, `priority assisted 2026-12-31`. A reason is told on the page alone."""
        reach = "" if self.is_assisted and self.reach is Reach.NONE else self.reach.word
        until = self.until_on.isoformat() if self.until_on else ""
        return " ".join(filter(None, (reach, "assisted" if self.is_assisted else "", until)))


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What was and what is, with one practitioner."""

    practitioner: str
    before: Contact
    after: Contact


class ContactError(Exception):
    """A list that cannot be: nothing was changed. `practitioner` has no phone, or it is this very number."""

    def __init__(self, practitioner: str) -> None:
        super().__init__(practitioner)
        self.practitioner = practitioner


def set_contacts(
    connection: Connection,
    practice_id: int,
    phone_id: int,
    wanted: Mapping[str, Contact],
    made: Made,
    on: date,
    *,
    is_slow: bool | None = None,
) -> list[ContactChange]:
    """Give a number of the practice these lists, by practitioner key; those not named stay. What changed.

    A list of which only the end or the reason changes is still the one that was given before. One that has ended before
    the local date `on` counts for none, and stays in the register until there is another.

    Raises:
        ContactError: a list would ring nobody, or the number itself.
    """
    number = connection.execute(
        select(PhoneRow.number).where(PhoneRow.id == phone_id, PhoneRow.practice_id == practice_id)
    ).scalar_one()
    columns = (PractitionerRow.id, PractitionerRow.key, PractitionerRow.name, PractitionerRow.phone)
    doctors = connection.execute(select(*columns).where(PractitionerRow.practice_id == practice_id)).all()
    rows = lists_of(connection, [phone_id])
    changes = []
    for doctor in doctors:
        row = rows.get((phone_id, doctor.id))
        row = row if row is None or row.until_on is None or row.until_on >= on else None
        before = Contact(Reach(row.reach), row.is_assisted, row.until_on, row.reason) if row else Contact()
        after = wanted.get(doctor.key, before)
        after = after if after.is_list else Contact()
        if after == before:
            continue
        if after.reach is not Reach.NONE and _rings_nobody(doctor.phone, number):
            raise ContactError(doctor.name)
        is_same = row is not None and (before.reach, before.is_assisted) == (after.reach, after.is_assisted)
        since = {"since_at": row.since_at, "made_by": row.made_by} if row and is_same else made.columns
        _write(connection, {"phone_id": phone_id, "practitioner_id": doctor.id}, after, since)
        changes.append(ContactChange(doctor.key, before, after))
    if is_slow is not None:
        connection.execute(update(PhoneRow).where(PhoneRow.id == phone_id).values(is_slow=is_slow))
    return changes


def details(changes: list[ContactChange], number: str) -> Iterator[dict[str, str]]:
    """The changes as the access log keeps them."""
    for change in changes:
        told = {"practitioner": change.practitioner, "before": change.before.words, "after": change.after.words}
        yield {"what": "list", "number": number} | told


def slow_details(phone: Row[Any], *, is_slow: bool) -> Iterator[dict[str, str]]:
    """The same of how slowly one speaks to a number from now on; nothing where it stays as it was."""
    if is_slow != phone.is_slow:
        yield {"what": "slow", "number": phone.number.e164, "after": "yes" if is_slow else ""}


def _rings_nobody(doctors_phone: PhoneNumber | None, number: PhoneNumber) -> bool:
    return doctors_phone is None or doctors_phone == number


def _write(connection: Connection, keys: Mapping[str, int], contact: Contact, since: Mapping[str, Any]) -> None:
    connection.execute(delete(ContactExceptionRow).filter_by(**keys))
    if contact.is_list:
        values = {"reach": contact.reach, "is_assisted": contact.is_assisted}
        told = {"until_on": contact.until_on, "reason": contact.reason}
        connection.execute(insert(ContactExceptionRow).values(dict(keys) | values | told | dict(since)))
