"""Lists in pages, each by an order that never changes: what follows after the last entry of the page before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, false, select

from db.models.patients import PatientRow, PhoneRow
from db.models.practices import PractitionerRow
from ivr.names import folded
from ivr.phones import PhoneNumber


def patients_after(
    connection: Connection,
    practice_id: int,
    after: int | None,
    most: int,
    *,
    name: str | None = None,
    number: PhoneNumber | None = None,
    born: date | None = None,
    keys: Collection[str] = (),
) -> Sequence[Row[Any]]:
    """Patients by id: whose names have words that begin so, who have that number, birth date, and each of the keys.

    Nobody has a name without words.
    """
    query = select(PatientRow.__table__).where(PatientRow.practice_id == practice_id)
    if name is not None:
        words = [PatientRow.folded.contains(f" {word}", autoescape=True) for word in folded(name).split()]
        query = query.where(*words or [false()])
    if number is not None:
        owners = select(PhoneRow.patient_id).where(PhoneRow.practice_id == practice_id, PhoneRow.number == number)
        query = query.where(PatientRow.id.in_(owners))
    if born is not None:
        query = query.where(PatientRow.born_on == born)
    query = query.where(*(PatientRow.key == key for key in keys))
    return rows_after(connection, query, PatientRow.id, after, most)


def numbers_of(connection: Connection, patients: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    """The numbers of these patients, in their written order."""
    query = select(PhoneRow.__table__).where(PhoneRow.patient_id.in_(patients))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query.order_by(PhoneRow.position, PhoneRow.id)).all():
        found[row.patient_id].append(row)
    return found


def about(query: Select[Any], patient: str | None, practitioner: str | None) -> Select[Any]:
    """What of it is about that patient and for that practitioner (keys); `query` joins both tables. None is whoever."""
    if patient is not None:
        query = query.where(PatientRow.key == patient)
    if practitioner is not None:
        query = query.where(PractitionerRow.key == practitioner)
    return query


def rows_after(
    connection: Connection,
    query: Select[Any],
    order: Any,
    after: int | None,
    most: int,
    *,
    is_latest_first: bool = False,
) -> Sequence[Row[Any]]:
    """One more row than `most` where there is one, so that it is known whether the list goes on."""
    if after is not None:
        query = query.where(order < after if is_latest_first else order > after)
    found: Any = connection.execute(query.order_by(order.desc() if is_latest_first else order).limit(most + 1)).all()
    return found  # type: ignore[no-any-return]
