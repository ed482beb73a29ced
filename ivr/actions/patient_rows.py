"""Patients and appointments between their tables and the sections of the practice file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Executable, Row, select

from db.models.appointments import AppointmentRow
from db.models.patients import (
    ActExceptionRow,
    ContactExceptionRow,
    DocumentPermissionRow,
    PatientRow,
    PhoneRow,
    RelativeRow,
)
from db.models.practices import ActRow, PractitionerRow
from ivr.names import folded
from ivr.practice_files.schema import ActSwitchPart, AllActsPart, AppointmentPart, PatientPart
from ivr.vocabulary import AppointmentStatus, Reach

AT_ONCE = 500
"""How many patients are read at a time: databases limit the values of one query."""


def patient_columns(part: PatientPart) -> dict[str, Any]:
    """The row of the patient itself."""
    return {
        "key": part.key,
        "first_name": part.first_name,
        "last_name": part.last_name,
        "folded": folded(f"{part.last_name} {part.first_name}"),
        "born_on": part.born,
        "language": part.language.value if part.language else None,
        "relatives": part.relatives.value,
    }


def patient_ids(connection: Connection, practice_id: int, keys: Collection[str] | None = None) -> dict[str, int]:
    """The patients of a practice by key: all, or those with these keys that exist."""
    query = select(PatientRow.key, PatientRow.id).where(PatientRow.practice_id == practice_id)
    if keys is None:
        return {row.key: row.id for row in connection.execute(query.order_by(PatientRow.id))}
    found: dict[str, int] = {}
    for some in _portions(sorted(keys)):
        found |= {row.key: row.id for row in connection.execute(query.where(PatientRow.key.in_(some)))}
    return found


def read_patients(connection: Connection, ids: Iterable[int]) -> list[PatientPart]:
    """The patients with these ids as the file says them, in the order of their ids."""
    parts: list[PatientPart] = []
    for some in _portions(sorted(ids)):
        parts += _read_portion(connection, some)
    return parts


def read_appointments(connection: Connection, practice_id: int) -> list[AppointmentPart]:
    """All appointments of a practice, earliest first."""
    query = (
        select(
            PractitionerRow.key.label("practitioner"),
            ActRow.key.label("act"),
            PatientRow.key.label("patient"),
            AppointmentRow.wall_time.label("at"),
            AppointmentRow.status,
        )
        .join(PractitionerRow, PractitionerRow.id == AppointmentRow.practitioner_id)
        .join(ActRow, ActRow.id == AppointmentRow.act_id)
        .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
        .where(PractitionerRow.practice_id == practice_id, AppointmentRow.status.in_(list(AppointmentStatus)))
        .order_by(AppointmentRow.start_at, AppointmentRow.id)
    )
    return [AppointmentPart.model_validate(dict(row._mapping)) for row in connection.execute(query)]


def as_at(wall: datetime, is_ambiguous: bool) -> str:
    """How the file writes the start of an appointment: with its offset only in a double hour."""
    shown = wall if is_ambiguous else wall.replace(tzinfo=None)
    return shown.isoformat(timespec="seconds" if shown.second else "minutes")


def normalised(part: PatientPart) -> PatientPart:
    """The same patient with all that has no order in order, and without exceptions that except nothing."""
    phones = [phone.model_copy(update={"assisted": sorted(set(phone.assisted))}) for phone in part.phones]
    acts = {
        key: exception.model_copy(update={"on": _in_order(exception.on), "off": _in_order(exception.off)})
        for key, exception in part.acts.items()
        if exception.on or exception.off
    }
    relatives = sorted(set(part.relative_of))
    return part.model_copy(update={"phones": phones, "acts": acts, "relative_of": relatives})


def _in_order(switches: list[ActSwitchPart] | AllActsPart) -> list[ActSwitchPart] | AllActsPart:
    if isinstance(switches, AllActsPart):
        return switches
    return [switch for _, switch in sorted({switch.act: switch for switch in switches}.items())]


def _read_portion(connection: Connection, ids: Sequence[int]) -> list[PatientPart]:
    phones = _by(connection, _phones(ids), "patient_id")
    lists = _by(connection, _lists(ids), "phone_id")
    acts = _by(connection, _act_exceptions(ids), "patient_id")
    documents = _by(connection, _documents(ids), "patient_id")
    relatives = _by(connection, _relatives(ids), "patient_id")
    rows = connection.execute(select(PatientRow.__table__).where(PatientRow.id.in_(ids)).order_by(PatientRow.id))
    return [
        PatientPart.model_validate(
            {
                "key": row.key,
                "first_name": row.first_name,
                "last_name": row.last_name,
                "born": row.born_on,
                "language": row.language,
                "relatives": row.relatives,
                "phones": [_phone_part(phone, lists.get(phone.id, ())) for phone in phones.get(row.id, ())],
                "acts": _acts_part(acts.get(row.id, ())),
                "documents": {permission.key: permission.until_on for permission in documents.get(row.id, ())},
                "relative_of": [relative.key for relative in relatives.get(row.id, ())],
            }
        )
        for row in rows
    ]


def _phone_part(row: Row[Any], lists: Iterable[Row[Any]]) -> dict[str, Any]:
    entries = list(lists)
    return {
        "number": row.number,
        "reach": {entry.key: Reach(entry.reach).word for entry in entries if entry.reach},
        "assisted": [entry.key for entry in entries if entry.is_assisted],
        "until": {entry.key: entry.until_on for entry in entries if entry.until_on},
        "reason": {entry.key: entry.reason for entry in entries if entry.reason},
        "slow": row.is_slow,
        "language": row.language,
    }


def _acts_part(rows: Iterable[Row[Any]]) -> dict[str, dict[str, Any]]:
    part: dict[str, dict[str, Any]] = {}
    for row in rows:
        switches = part.setdefault(row.practitioner, {})
        told = {"until": row.until_on, "reason": row.reason}
        if row.act is None:
            switches["off"] = told
        else:
            switches.setdefault("on" if row.is_on else "off", []).append({"act": row.act} | told)
    return part


def _by(connection: Connection, query: Executable, column: str) -> Mapping[int, list[Row[Any]]]:
    """The rows of a query by one of its columns, which it is ordered by."""
    rows = connection.execute(query)
    return {key: list(group) for key, group in groupby(rows, lambda row: getattr(row, column))}


def _phones(ids: Sequence[int]) -> Executable:
    table = PhoneRow
    query = select(table.id, table.patient_id, table.number, table.is_slow, table.language)
    return query.where(table.patient_id.in_(ids)).order_by(table.patient_id, table.position)


def _lists(ids: Sequence[int]) -> Executable:
    table = ContactExceptionRow
    columns = (table.phone_id, table.reach, table.is_assisted, table.until_on, table.reason)
    query = select(*columns, PractitionerRow.key)
    query = query.join(PhoneRow, PhoneRow.id == table.phone_id)
    query = query.join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
    return query.where(PhoneRow.patient_id.in_(ids)).order_by(table.phone_id, PractitionerRow.position)


def _act_exceptions(ids: Sequence[int]) -> Executable:
    table = ActExceptionRow
    practitioner, act = PractitionerRow.key.label("practitioner"), ActRow.key.label("act")
    query = select(table.patient_id, practitioner, act, table.is_on, table.reason, table.until_on)
    query = query.join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
    query = query.outerjoin(ActRow, ActRow.id == table.act_id)
    return query.where(table.patient_id.in_(ids)).order_by(table.patient_id, PractitionerRow.position, ActRow.position)


def _documents(ids: Sequence[int]) -> Executable:
    table = DocumentPermissionRow
    query = select(table.patient_id, table.until_on, PractitionerRow.key)
    query = query.join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
    return query.where(table.patient_id.in_(ids)).order_by(table.patient_id, PractitionerRow.position)


def _relatives(ids: Sequence[int]) -> Executable:
    query = select(RelativeRow.patient_id, PatientRow.key)
    query = query.join(PatientRow, PatientRow.id == RelativeRow.booker_id)
    return query.where(RelativeRow.patient_id.in_(ids)).order_by(RelativeRow.patient_id, PatientRow.key)


def _portions(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
