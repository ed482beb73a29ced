"""Documents that patients sent and that are still there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import aliased

from db.models.documents import DocumentRow
from db.models.patients import PatientRow
from db.models.practices import PractitionerRow
from db.queries.listings import about, rows_after


def find_document(connection: Connection, practice_id: int, document: int) -> Row[Any] | None:
    """A document of that practice, with the keys of the patient, the practitioner and who sent it (`sent_by`)."""
    return connection.execute(_documents(practice_id).where(DocumentRow.id == document)).first()


def documents_after(
    connection: Connection,
    practice_id: int,
    after: int | None,
    most: int,
    *,
    patient: str | None = None,
    practitioner: str | None = None,
) -> Sequence[Row[Any]]:
    """The same of all of them, of one patient or for one practitioner (keys), the latest first."""
    query = about(_documents(practice_id), patient, practitioner)
    return rows_after(connection, query, DocumentRow.id, after, most, is_latest_first=True)


def _documents(practice_id: int) -> Select[Any]:
    sender = aliased(PatientRow)
    keys = PatientRow.key.label("patient"), PractitionerRow.key.label("practitioner"), sender.key.label("sent_by")
    return (
        select(DocumentRow.__table__, *keys)
        .join(PatientRow, PatientRow.id == DocumentRow.patient_id)
        .join(PractitionerRow, PractitionerRow.id == DocumentRow.practitioner_id)
        .outerjoin(sender, sender.id == DocumentRow.depositor_id)
        .where(DocumentRow.practice_id == practice_id, DocumentRow.file.is_not(None))
    )
