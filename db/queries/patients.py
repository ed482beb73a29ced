"""Whom a number stands for, when appointments are booked by it."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from db.models.patients import PatientRow, PhoneRow, RelativeRow
from ivr.phones import PhoneNumber


def owner_ids(connection: Connection, practice_id: int, number: PhoneNumber) -> dict[int, str]:
    """The patients who have that number, keys by id."""
    query = (
        select(PatientRow.id, PatientRow.key)
        .join(PhoneRow, PhoneRow.patient_id == PatientRow.id)
        .where(PhoneRow.practice_id == practice_id, PhoneRow.number == number)
        .order_by(PatientRow.id)
    )
    return {row.id: row.key for row in connection.execute(query)}


def relative_ids(connection: Connection, bookers: Collection[int]) -> dict[int, str]:
    """The patients whom any of these may book for and who are none of them, keys by id."""
    query = (
        select(PatientRow.id, PatientRow.key)
        .join(RelativeRow, RelativeRow.patient_id == PatientRow.id)
        .where(RelativeRow.booker_id.in_(bookers), PatientRow.id.not_in(bookers))
        .order_by(PatientRow.id)
    )
    return {row.id: row.key for row in connection.execute(query)}
