"""What patients wrote and practitioners answered, in pages."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from db.models.letters import LetterRow
from db.models.patients import PatientRow
from db.models.practices import PractitionerRow
from db.queries.listings import about, rows_after


def find_letter(connection: Connection, practice_id: int, letter: int) -> Row[Any] | None:
    """A letter of that practice, with the keys of the patient and the practitioner."""
    return connection.execute(_letters(practice_id).where(LetterRow.id == letter)).first()


def letters_after(
    connection: Connection,
    practice_id: int,
    after: int | None,
    most: int,
    *,
    patient: str | None = None,
    practitioner: str | None = None,
) -> Sequence[Row[Any]]:
    """The same of all of them, of one patient or one practitioner (keys), the latest first."""
    query = about(_letters(practice_id), patient, practitioner)
    return rows_after(connection, query, LetterRow.id, after, most, is_latest_first=True)


def _letters(practice_id: int) -> Select[Any]:
    return (
        select(LetterRow.__table__, PatientRow.key.label("patient"), PractitionerRow.key.label("practitioner"))
        .join(PatientRow, PatientRow.id == LetterRow.patient_id)
        .join(PractitionerRow, PractitionerRow.id == LetterRow.practitioner_id)
        .where(LetterRow.practice_id == practice_id)
    )
