"""The lists of a patient's number: how far it reaches each practitioner, and whether it is assisted (BRIEF.md 3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from db.models.patients import ContactExceptionRow, PhoneRow
from db.models.practices import PractitionerRow
from db.queries.patients import lists_of
from ivr.phones import PhoneNumber
from ivr.vocabulary import Reach


@dataclass(frozen=True, slots=True)
class Contact:
    """The list of a number with one practitioner."""

    reach: Reach = Reach.NONE
    is_assisted: bool = False

    @property
    def word(self) -> str:
        """As the history tells it: `priority`, `none assisted`."""
        return f"{self.reach.word} assisted" if self.is_assisted else self.reach.word


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
    connection: Connection, practice_id: int, phone_id: int, wanted: Mapping[str, Contact], *, is_slow: bool
) -> list[ContactChange]:
    """Give a number of the practice these lists, by practitioner key; those not named stay. What changed.

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
        before = Contact(Reach(row.reach), row.is_assisted) if row else Contact()
        after = wanted.get(doctor.key, before)
        if after == before:
            continue
        if after.reach is not Reach.NONE and _rings_nobody(doctor.phone, number):
            raise ContactError(doctor.name)
        _write(connection, phone_id, doctor.id, after)
        changes.append(ContactChange(doctor.key, before, after))
    connection.execute(update(PhoneRow).where(PhoneRow.id == phone_id).values(is_slow=is_slow))
    return changes


def details(changes: list[ContactChange], number: str) -> Iterator[dict[str, str]]:
    """The changes as the access log keeps them."""
    for change in changes:
        told = {"practitioner": change.practitioner, "before": change.before.word, "after": change.after.word}
        yield {"what": "list", "number": number} | told


def _rings_nobody(doctors_phone: PhoneNumber | None, number: PhoneNumber) -> bool:
    return doctors_phone is None or doctors_phone == number


def _write(connection: Connection, phone_id: int, practitioner_id: int, contact: Contact) -> None:
    its = (ContactExceptionRow.phone_id == phone_id, ContactExceptionRow.practitioner_id == practitioner_id)
    connection.execute(delete(ContactExceptionRow).where(*its))
    if contact != Contact():
        row = {"phone_id": phone_id, "practitioner_id": practitioner_id}
        values = row | {"reach": contact.reach, "is_assisted": contact.is_assisted}
        connection.execute(insert(ContactExceptionRow).values(values))
