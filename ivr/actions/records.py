"""A patient's record: the name, numbers, and who may book for whom."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from db.models.patients import PatientRow, PhoneRow, RelativeRow
from db.queries.practices import lock_practice
from ivr.actions.import_patients import add_numbers, carry_out, not_patients, plan_import
from ivr.names import folded
from ivr.patient_files import MOST_NUMBERS, Entry, Trouble
from ivr.phones import PhoneNumber


@dataclass(frozen=True, slots=True)
class Created:
    """A new patient, by id and by key."""

    id: int
    key: str


def create_patient(connection: Connection, practice_id: int, entry: Entry) -> Created | Trouble:
    """A patient of that name; REPEATED where the same one is there already (see `plan_import`).

    Of two who add the same one at once, the second finds what the first has made.
    """
    lock_practice(connection, practice_id)
    plan = plan_import(connection, practice_id, [entry])
    if plan.refused:
        return plan.refused[0].trouble
    if not plan.created:
        return Trouble.REPEATED
    (patient_id,) = carry_out(connection, practice_id, plan)
    return Created(patient_id, connection.execute(select(PatientRow.key).filter_by(id=patient_id)).scalar_one())


def lock_patient(connection: Connection, patient_id: int) -> None:
    """Whoever else would change this patient's record waits until the transaction ends."""
    connection.execute(select(PatientRow.id).where(PatientRow.id == patient_id).with_for_update()).one()


def rename_patient(connection: Connection, patient_id: int, entry: Entry) -> None:
    """Give the patient the name and birth date of the entry; numbers stay as they are."""
    names = {"first_name": entry.first_name, "last_name": entry.last_name, "folded": folded(entry.name)}
    values = names | {"born_on": entry.born}
    connection.execute(update(PatientRow).where(PatientRow.id == patient_id).values(values))


def add_number(connection: Connection, practice_id: int, patient_id: int, number: PhoneNumber) -> Trouble | None:
    """Another number, after the others; why not, where it is no patient's or there already."""
    its = PhoneRow.patient_id == patient_id
    numbers = set(connection.scalars(select(PhoneRow.number).where(its)))
    if number in numbers:
        return Trouble.REPEATED
    if trouble := not_patients(connection, practice_id).get(number):
        return trouble
    if len(numbers) >= MOST_NUMBERS:
        return Trouble.TOO_MANY
    last = connection.execute(select(func.max(PhoneRow.position)).where(its)).scalar_one()
    add_numbers(connection, practice_id, patient_id, [number], 0 if last is None else last + 1)
    return None


def remove_number(connection: Connection, phone_id: int) -> None:
    """Forget a number, and with it the lists it had."""
    connection.execute(delete(PhoneRow).where(PhoneRow.id == phone_id))


def let_book(connection: Connection, booker_id: int, patient_id: int) -> bool:
    """Let somebody book for the patient; False where they may already, or are the same."""
    its = {"booker_id": booker_id, "patient_id": patient_id}
    is_there = connection.execute(select(RelativeRow.id).filter_by(**its)).first() is not None
    if is_there or booker_id == patient_id:
        return False
    connection.execute(insert(RelativeRow).values(its))
    return True


def no_longer_let_book(connection: Connection, booker_id: int, patient_id: int) -> bool:
    """Take that back; False where it was not so."""
    its = {"booker_id": booker_id, "patient_id": patient_id}
    return connection.execute(delete(RelativeRow).filter_by(**its)).rowcount == 1
