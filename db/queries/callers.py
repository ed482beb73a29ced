"""Who has a number: the patients of one practice, and the lists of the number with each practitioner."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Row, select

from db.models.patients import ContactExceptionRow, PatientRow, PhoneRow
from db.models.practices import PractitionerRow
from ivr.phones import PhoneNumber

_QUERY = (
    select(
        PatientRow.id.label("patient_id"),
        PatientRow.first_name,
        PatientRow.language.label("patient_language"),
        PhoneRow.language.label("phone_language"),
        PhoneRow.is_slow,
        PractitionerRow.key.label("practitioner"),
        ContactExceptionRow.reach,
        ContactExceptionRow.is_assisted,
    )
    .select_from(PhoneRow)
    .join(PatientRow, PatientRow.id == PhoneRow.patient_id)
    .outerjoin(ContactExceptionRow, ContactExceptionRow.phone_id == PhoneRow.id)
    .outerjoin(PractitionerRow, PractitionerRow.id == ContactExceptionRow.practitioner_id)
    .order_by(PatientRow.id)
)


def number_rows(connection: Connection, practice_id: int, number: PhoneNumber) -> Sequence[Row[Any]]:
    """A row for each patient with that number and each practitioner with whom it is on a list."""
    query: Executable = _QUERY.where(PhoneRow.practice_id == practice_id, PhoneRow.number == number)
    return connection.execute(query).all()
