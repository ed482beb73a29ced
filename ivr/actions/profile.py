"""What holds for one patient beside lists and acts: documents until a day, and whether relatives may be added."""

from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from db.models.patients import DocumentPermissionRow, PatientRow
from ivr.vocabulary import RelativesRule


def allow_documents(connection: Connection, patient_id: int, practitioner_id: int, until: date | None) -> date | None:
    """Let documents be deposited until the end of that local date, or no longer (BRIEF.md 2). What held before."""
    its = {"patient_id": patient_id, "practitioner_id": practitioner_id}
    before: date | None = connection.execute(
        select(DocumentPermissionRow.until_on).filter_by(**its)
    ).scalar_one_or_none()
    connection.execute(delete(DocumentPermissionRow).filter_by(**its))
    if until is not None:
        connection.execute(insert(DocumentPermissionRow).values(its | {"until_on": until}))
    return before


def rule_relatives(connection: Connection, patient_id: int, rule: RelativesRule) -> RelativesRule:
    """Whether this patient may declare relatives (BRIEF.md 4). What held before."""
    before = connection.execute(select(PatientRow.relatives).where(PatientRow.id == patient_id)).scalar_one()
    connection.execute(update(PatientRow).where(PatientRow.id == patient_id).values(relatives=rule.value))
    return RelativesRule(before)
