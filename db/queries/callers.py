"""Who has a number: the patients of one practice, and the lists of the number with each practitioner."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from db.base import table_of
from db.models.patients import ContactExceptionRow, PatientRow, PhoneRow
from db.models.practices import LineRow, PracticeRow, PractitionerRow
from db.prepared import PreparedSelect
from ivr.phones import PhoneNumber

LINES, PRACTICES, PRACTITIONERS = table_of(LineRow), table_of(PracticeRow), table_of(PractitionerRow)
PATIENTS, PHONES, EXCEPTIONS = table_of(PatientRow), table_of(PhoneRow), table_of(ContactExceptionRow)

CALLER_COLUMNS = (
    PATIENTS.c.id.label("patient_id"),
    PATIENTS.c.first_name,
    PATIENTS.c.language.label("patient_language"),
    PHONES.c.language.label("phone_language"),
    PHONES.c.is_slow,
    PRACTITIONERS.c.key.label("practitioner"),
    EXCEPTIONS.c.reach,
    EXCEPTIONS.c.is_assisted,
    EXCEPTIONS.c.until_on,
)


def _with_lists(phones: Any) -> Any:
    """A source of phones, joined with their patients and lists."""
    return (
        phones.outerjoin(PATIENTS, PATIENTS.c.id == PHONES.c.patient_id)
        .outerjoin(EXCEPTIONS, EXCEPTIONS.c.phone_id == PHONES.c.id)
        .outerjoin(PRACTITIONERS, PRACTITIONERS.c.id == EXCEPTIONS.c.practitioner_id)
    )


_BY_NUMBER: Select[Any] = (
    select(*CALLER_COLUMNS)
    .select_from(_with_lists(PHONES))
    .where(PHONES.c.practice_id == bindparam("practice_id"), PHONES.c.number == bindparam("number"))
)
_LINE_AND_CALLER = PreparedSelect(
    select(PRACTICES.c.id, PRACTICES.c.version, *CALLER_COLUMNS)
    .select_from(
        _with_lists(
            LINES.join(PRACTICES, PRACTICES.c.id == LINES.c.practice_id).outerjoin(
                PHONES, (PHONES.c.practice_id == LINES.c.practice_id) & (PHONES.c.number == bindparam("number"))
            )
        )
    )
    .where(LINES.c.number == bindparam("line"))
)


def number_rows(connection: Connection, practice_id: int, number: PhoneNumber) -> Sequence[Row[Any]]:
    """A row for each patient with that number and each practitioner with whom it is on a list."""
    return connection.execute(_BY_NUMBER, {"practice_id": practice_id, "number": number}).all()


def line_and_number_rows(connection: Connection, line: PhoneNumber, number: PhoneNumber | None) -> Sequence[Row[Any]]:
    """The practice that has the line (`id`, `version`), with the rows of `number_rows` beside it.

    None when no practice has it; one row without a patient when nobody has the number.
    """
    return _LINE_AND_CALLER.rows(connection, {"line": line, "number": number})
