"""Writing the patients and appointments of a practice file; those it does not name stay as they are."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from db.models.appointments import AppointmentRow
from db.models.patients import (
    ActExceptionRow,
    ContactExceptionRow,
    DocumentPermissionRow,
    PatientRow,
    PhoneRow,
    RelativeRow,
)
from db.queries.appointments import block_rows
from db.queries.practices import act_ids, practitioner_ids
from ivr.actions.patient_rows import as_at, normalised, patient_columns, patient_ids, read_patients
from ivr.clock import Zone, is_shown_twice, local, read_local, zone_named
from ivr.practice_files.changes import Change, changes_between
from ivr.practice_files.schema import ActPart, ActSwitchPart, AllActsPart, AppointmentPart, PatientPart, PracticeFile
from ivr.vocabulary import AppointmentStatus, Reach

EVERY_HOLD_STANDS = datetime.fromtimestamp(0, UTC)


class _Keys(NamedTuple):
    """Ids by key, of everything a patient's exceptions may name."""

    practitioners: dict[str, int]
    acts: dict[tuple[str, str], int]
    patients: dict[str, int]


def load_patients(connection: Connection, practice_id: int, file: PracticeFile) -> list[Change]:
    """Create or update the patients of the file."""
    ids = patient_ids(connection, practice_id, [part.key for part in file.patients])
    stored = {part.key: part for part in read_patients(connection, ids.values())}
    changes: list[Change] = []
    changed: list[PatientPart] = []
    for part in file.patients:
        before = stored.get(part.key)
        if before is None:
            columns = patient_columns(part) | {"practice_id": practice_id}
            connection.execute(insert(PatientRow).values(columns))
            changes.append(Change(f"patients.{part.key}", None, "created"))
            changed.append(part)
        elif differences := changes_between(normalised(before), normalised(part)):
            connection.execute(update(PatientRow).where(PatientRow.id == ids[part.key]).values(patient_columns(part)))
            changes += [Change(f"patients.{part.key}.{c.where}", c.before, c.after) for c in differences]
            changed.append(part)
    if changed:
        named = {key for part in changed for key in (part.key, *part.relative_of)}
        keys = _Keys(
            practitioner_ids(connection, practice_id),
            act_ids(connection, practice_id),
            patient_ids(connection, practice_id, named),
        )
        for part in changed:
            _write_exceptions(connection, practice_id, part, keys)
    return changes


def load_appointments(connection: Connection, practice_id: int, file: PracticeFile) -> list[Change]:
    """Create the appointments of the file, or give those at the same time its status."""
    if not file.appointments:
        return []
    zone = zone_named(file.practice.timezone)
    practitioners, acts = practitioner_ids(connection, practice_id), act_ids(connection, practice_id)
    patients = patient_ids(connection, practice_id, {part.patient for part in file.appointments})
    kinds = {(p.key, act.key): act for p in file.practitioners for act in p.acts}
    wanted: dict[tuple[int, int, int, datetime], list[AppointmentPart]] = defaultdict(list)
    for part in file.appointments:
        act = acts[part.practitioner, part.act]
        start = read_local(zone, part.at)
        wanted[practitioners[part.practitioner], act, patients[part.patient], start].append(part)
    changes: list[Change] = []
    for (practitioner, act, patient, start), parts in wanted.items():
        columns = {"practitioner_id": practitioner, "act_id": act, "patient_id": patient, "start_at": start}
        columns |= _times(start, kinds[parts[0].practitioner, parts[0].act], zone)
        changes += _settle(connection, columns, parts)
    return changes


def _settle(connection: Connection, columns: dict[str, Any], parts: list[AppointmentPart]) -> list[Change]:
    """Appointments of one patient at one time: those that stand already, then changed, then new ones."""
    table = AppointmentRow
    named = ("practitioner_id", "act_id", "patient_id", "start_at")
    same = [getattr(table, name) == columns[name] for name in named]
    same.append(table.status.in_(list(AppointmentStatus)))
    stored = list(connection.execute(select(table.id, table.status).where(*same).order_by(table.id)))
    open_parts: list[AppointmentPart] = []
    for part in parts:
        match = next((row for row in stored if row.status == part.status), None)
        if match is None:
            open_parts.append(part)
        else:
            stored.remove(match)
    changes: list[Change] = []
    for part in open_parts:
        where = f"appointments.{part.practitioner}.{part.at}.{part.patient}"
        standing: dict[str, Any] = {"status": part.status.value}
        if not stored or stored[0].status == AppointmentStatus.CANCELLED:
            standing["is_overbooked"] = _overlaps(connection, columns, part.status)
        if stored:
            row = stored.pop(0)
            connection.execute(update(table).where(table.id == row.id).values(standing))
            changes.append(Change(where, row.status, part.status.value))
        else:
            connection.execute(insert(table).values(columns | standing))
            changes.append(Change(where, None, part.status.value))
    return changes


def _overlaps(connection: Connection, columns: dict[str, Any], status: AppointmentStatus) -> bool:
    """A file may book where something stands already, as staff may: that one is overbooked.

    What stands in another calendar makes nothing overbooked: the database's own check does not know of it.
    """
    if status is AppointmentStatus.CANCELLED:
        return False
    block = columns["block_start"], columns["block_end"]
    return bool(block_rows(connection, columns["practitioner_id"], *block, EVERY_HOLD_STANDS, is_elsewhere_too=False))


def _times(start: datetime, act: ActPart, zone: Zone) -> dict[str, Any]:
    end = start + timedelta(minutes=act.minutes)
    return {
        "end_at": end,
        "block_start": int((start - timedelta(minutes=act.before_minutes)).timestamp()),
        "block_end": int((end + timedelta(minutes=act.after_minutes)).timestamp()),
        "wall_time": as_at(local(zone, start), is_shown_twice(zone, start)),
        "timezone": str(zone),
    }


def _write_exceptions(connection: Connection, practice_id: int, part: PatientPart, keys: _Keys) -> None:
    """The patient's numbers, lists, acts, documents and relatives, anew."""
    patient = keys.patients[part.key]
    for table in (PhoneRow, ActExceptionRow, DocumentPermissionRow, RelativeRow):
        connection.execute(delete(table).where(table.patient_id == patient))
    _write_phones(connection, practice_id, patient, part, keys)
    owner = {"patient_id": patient}
    acts = [owner | row for row in _act_rows(part, keys)]
    documents = [
        owner | {"practitioner_id": keys.practitioners[key], "until_on": until} for key, until in part.documents.items()
    ]
    relatives = [owner | {"booker_id": keys.patients[key]} for key in sorted(set(part.relative_of))]
    for table, rows in (
        (ActExceptionRow, acts),
        (DocumentPermissionRow, documents),
        (RelativeRow, relatives),
    ):
        if rows:
            connection.execute(insert(table), rows)


def _write_phones(connection: Connection, practice_id: int, patient: int, part: PatientPart, keys: _Keys) -> None:
    for place, phone in enumerate(part.phones):
        columns = {
            "practice_id": practice_id,
            "patient_id": patient,
            "position": place,
            "number": phone.number,
            "is_slow": phone.slow,
            "language": phone.language.value if phone.language else None,
        }
        phone_id = connection.execute(insert(PhoneRow).values(columns).returning(PhoneRow.id)).scalar_one()
        lists = [
            {
                "phone_id": phone_id,
                "practitioner_id": keys.practitioners[key],
                "reach": Reach[phone.reach[key].upper()] if key in phone.reach else Reach.NONE,
                "is_assisted": key in phone.assisted,
                "until_on": phone.until.get(key),
                "reason": phone.reason.get(key),
            }
            for key in sorted({*phone.reach, *phone.assisted})
        ]
        if lists:
            connection.execute(insert(ContactExceptionRow), lists)


def _act_rows(part: PatientPart, keys: _Keys) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for key, exception in part.acts.items():
        owner = {"practitioner_id": keys.practitioners[key]}
        off = [exception.off] if isinstance(exception.off, AllActsPart) else exception.off
        for switch, is_on in (*((switch, True) for switch in exception.on), *((switch, False) for switch in off)):
            act = keys.acts[key, switch.act] if isinstance(switch, ActSwitchPart) else None
            told = {"reason": switch.reason, "until_on": switch.until}
            rows.append(owner | told | {"act_id": act, "is_on": is_on})
    return rows
