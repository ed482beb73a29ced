"""Whom a number stands for, when appointments are booked by it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, String, cast, func, select

from db.models.access import AccessRow
from db.models.api import ApiKeyRow
from db.models.patients import ContactExceptionRow, DocumentPermissionRow, PatientRow, PhoneRow, RelativeRow
from db.models.users import UserRow
from ivr.names import folded
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


MOST_FOUND = 50
FEWEST_DIGITS = 4


def search_patients(connection: Connection, practice_id: int, wanted: str) -> Sequence[Row[Any]]:
    """Patients by the beginnings of their names, accents ignored, or by part of a number; fifty at most, by name."""
    columns = (PatientRow.id, PatientRow.key, PatientRow.first_name, PatientRow.last_name, PatientRow.born_on)
    query = select(*columns).where(PatientRow.practice_id == practice_id)
    digits = "".join(letter for letter in wanted if letter.isdigit())
    words = folded(wanted).split()
    if len(digits) >= FEWEST_DIGITS and not any(letter.isalpha() for letter in wanted):
        has_number = (PhoneRow.practice_id == practice_id, cast(PhoneRow.number, String).contains(digits.lstrip("0")))
        query = query.where(PatientRow.id.in_(select(PhoneRow.patient_id).where(*has_number)))
    elif not words:
        return ()
    else:
        query = query.where(*(PatientRow.folded.contains(f" {word}", autoescape=True) for word in words))
    found: Any = connection.execute(query.order_by(PatientRow.folded).limit(MOST_FOUND)).all()
    return found  # type: ignore[no-any-return]


def find_patient(connection: Connection, practice_id: int, key: str) -> Row[Any] | None:
    """The patient of that practice with that key."""
    its = (PatientRow.practice_id == practice_id, PatientRow.key == key)
    return connection.execute(select(PatientRow.__table__).where(*its)).first()


def phones_of(connection: Connection, patient_id: int) -> Sequence[Row[Any]]:
    """The numbers of a patient, in their written order."""
    query = select(PhoneRow.__table__).where(PhoneRow.patient_id == patient_id)
    return connection.execute(query.order_by(PhoneRow.position, PhoneRow.id)).all()


def lists_of(
    connection: Connection, phone_ids: Collection[int], on: date | None = None
) -> dict[tuple[int, int], Row[Any]]:
    """The lists of these numbers, by number and practitioner; with a date only those that have not ended before it."""
    table = ContactExceptionRow
    query = select(table.__table__).where(table.phone_id.in_(phone_ids))
    if on is not None:
        query = query.where(table.until_on.is_(None) | (table.until_on >= on))
    rows: Any = connection.execute(query).all()
    return {(row.phone_id, row.practitioner_id): row for row in rows}


def documents_of(connection: Connection, patient_id: int) -> dict[int, date]:
    """Until when documents are taken from a patient, by practitioner's id."""
    row = DocumentPermissionRow
    query = select(row.practitioner_id, row.until_on).where(row.patient_id == patient_id)
    return {found.practitioner_id: found.until_on for found in connection.execute(query)}


def relatives_of(connection: Connection, patient_id: int) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Who may book for a patient, and for whom the patient may."""
    row, names = RelativeRow, (PatientRow.key, PatientRow.first_name, PatientRow.last_name)
    bookers = select(*names).join(row, row.booker_id == PatientRow.id).where(row.patient_id == patient_id)
    booked_for = select(*names).join(row, row.patient_id == PatientRow.id).where(row.booker_id == patient_id)
    return tuple(
        connection.execute(query.order_by(PatientRow.folded).limit(MOST_FOUND)).all() for query in (bookers, booked_for)
    )  # type: ignore[return-value]


def name_of_user(actor: Any) -> Any:
    """The name of the user, or of the program, that an actor of the access log is; empty for anybody else."""
    user = select(UserRow.name).where(actor == "user " + cast(UserRow.id, String)).scalar_subquery()
    program = select(ApiKeyRow.name).where(actor == "key:" + cast(ApiKeyRow.id, String)).scalar_subquery()
    return func.coalesce(user, program)


def history_of(connection: Connection, practice_id: int, patient_id: int, since: datetime) -> Sequence[Row[Any]]:
    """What people of the practice changed for that patient since then, the latest first, with their names."""
    changed = (
        AccessRow.practice_id == practice_id,
        AccessRow.subject == f"patient {patient_id}",
        AccessRow.at >= since,
    )
    query = select(AccessRow.at, AccessRow.detail, AccessRow.actor, name_of_user(AccessRow.actor).label("name"))
    query = query.where(*changed, AccessRow.action == "changed").order_by(AccessRow.at.desc(), AccessRow.id.desc())
    return connection.execute(query.limit(MOST_FOUND)).all()
