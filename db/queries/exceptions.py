"""The register of exceptions: every list, switched act and permission of a practice, with who gave it and why."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from db.models.patients import (
    ActExceptionRow,
    ContactExceptionRow,
    DocumentPermissionRow,
    PatientRow,
    PhoneRow,
)
from db.models.practices import ActRow, PractitionerRow
from db.queries.patients import name_of_user

WHO = (
    PatientRow.key.label("patient"),
    PatientRow.first_name,
    PatientRow.last_name,
    PractitionerRow.key.label("practitioner"),
    PractitionerRow.name.label("doctor"),
)


def list_rows(connection: Connection, practice_id: int) -> Iterator[Row[Any]]:
    """Numbers on a list with a practitioner; `made_by` is the name of the user who gave it."""
    table = ContactExceptionRow
    columns = (table.id, PhoneRow.number, table.reach, table.is_assisted, table.reason, table.until_on)
    query = (
        select(*WHO, *columns, table.since_at, name_of_user(table.made_by).label("made_by"))
        .join(PhoneRow, PhoneRow.id == table.phone_id)
        .join(PatientRow, PatientRow.id == PhoneRow.patient_id)
        .join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
    )
    return _of(connection, query, practice_id)


def act_rows(connection: Connection, practice_id: int) -> Iterator[Row[Any]]:
    """Acts switched for a patient; `act` is a key and `act_name` its name, None for all of that practitioner's."""
    table = ActExceptionRow
    columns = (table.id, ActRow.key.label("act"), ActRow.name.label("act_name"), table.is_on, table.reason)
    query = (
        select(*WHO, *columns, table.until_on, table.since_at, name_of_user(table.made_by).label("made_by"))
        .join(PatientRow, PatientRow.id == table.patient_id)
        .join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
        .outerjoin(ActRow, ActRow.id == table.act_id)
    )
    return _of(connection, query, practice_id)


def document_rows(connection: Connection, practice_id: int) -> Iterator[Row[Any]]:
    """Until when documents are taken from patients without an appointment."""
    table = DocumentPermissionRow
    query = (
        select(*WHO, table.id, table.until_on)
        .join(PatientRow, PatientRow.id == table.patient_id)
        .join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
    )
    return _of(connection, query, practice_id)


def _of(connection: Connection, query: Any, practice_id: int) -> Iterator[Row[Any]]:
    its = query.where(PatientRow.practice_id == practice_id).order_by(PatientRow.folded, PractitionerRow.position)
    return iter(connection.execute(its))
