"""Loading a practice file: what changed, written in the caller's transaction, or nothing.

The file rules what it contains: settings it leaves out go back to their defaults, practitioners and acts it
leaves out are taken away. Patients and appointments it leaves out stay, so that no care is lost by omission.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from db.base import Base
from db.models.appointments import AppointmentRow
from db.models.patients import ContactExceptionRow, PatientRow, PhoneRow
from db.models.practices import (
    ActRow,
    DatedHoursRow,
    LeaveRow,
    LineRow,
    NuisanceRow,
    OverrideRow,
    PracticeRow,
    PractitionerRow,
    SecretaryRow,
)
from db.queries.practices import find_practice, practitioner_ids
from ivr.actions.load_patients import load_appointments, load_patients
from ivr.actions.patient_rows import patient_ids, read_appointments, read_patients
from ivr.actions.practice_rows import (
    Columns,
    act_columns,
    dated_hours_columns,
    leave_columns,
    override_columns,
    practice_columns,
    practitioner_columns,
    read_settings,
    secretary_columns,
)
from ivr.practice_files.changes import Change, changes_between
from ivr.practice_files.faults import Fault
from ivr.practice_files.numbers import no_phone_for_a_list
from ivr.practice_files.schema import PracticeFile
from ivr.vocabulary import HoldStatus, Reach


def dump_practice(connection: Connection, practice_id: int) -> PracticeFile:
    """The whole practice as a file, patients and appointments included."""
    ids = patient_ids(connection, practice_id).values()
    return read_settings(connection, practice_id).model_copy(
        update={
            "patients": read_patients(connection, ids),
            "appointments": read_appointments(connection, practice_id),
        }
    )


def conflicts(connection: Connection, file: PracticeFile) -> list[Fault]:
    """Why the database cannot take the file: lines of another practice, work that hangs on what it removes."""
    practice = find_practice(connection, file.practice.key)
    owner = select(LineRow.number, PracticeRow.key).join(PracticeRow, PracticeRow.id == LineRow.practice_id)
    taken = connection.execute(owner.where(LineRow.number.in_(file.practice.lines)))
    faults = [
        Fault("practice.lines", f"{row.number} is a line of practice {row.key!r}; take it from one of the two")
        for row in taken
        if row.key != file.practice.key
    ]
    if practice is not None:
        faults += _still_needed(connection, practice.id, file)
        faults += _patients_a_nuisance(connection, practice.id, file)
        faults += _lists_without_a_phone(connection, practice.id, file)
    return faults


def load_practice(connection: Connection, file: PracticeFile) -> list[Change]:
    """Make the stored practice as the file says; the changes, none when it was so already."""
    practice = find_practice(connection, file.practice.key)
    if practice is None:
        changes = [Change(f"practice {file.practice.key}", None, "created")]
        columns = practice_columns(file) | {"key": file.practice.key, "version": 1}
        practice_id = connection.execute(insert(PracticeRow).values(columns).returning(PracticeRow.id)).scalar_one()
        _write_settings(connection, practice_id, file)
    else:
        practice_id = practice.id
        changes = changes_between(read_settings(connection, practice_id), _settings_of(file))
        if changes:
            connection.execute(update(PracticeRow).where(PracticeRow.id == practice_id).values(practice_columns(file)))
            _write_settings(connection, practice_id, file)
    changes += load_patients(connection, practice_id, file)
    changes += load_appointments(connection, practice_id, file)
    if changes and practice is not None:
        grown = update(PracticeRow).where(PracticeRow.id == practice_id)
        connection.execute(grown.values(version=PracticeRow.version + 1))
    return changes


def _settings_of(file: PracticeFile) -> PracticeFile:
    return file.model_copy(update={"patients": [], "appointments": []})


def _write_settings(connection: Connection, practice_id: int, file: PracticeFile) -> None:
    owner = {"practice_id": practice_id}
    _forget_released_holds(connection, practice_id)
    numbers = [{"number": number} for number in file.practice.lines]
    _replace(connection, LineRow, owner, numbers)
    _replace(connection, NuisanceRow, owner, [{"number": number} for number in file.practice.nuisance])
    _keep_keyed(connection, SecretaryRow, owner, [secretary_columns(part) for part in file.secretaries])
    _keep_keyed(connection, PractitionerRow, owner, [practitioner_columns(p) for p in file.practitioners])
    ids = practitioner_ids(connection, practice_id)
    for part in file.practitioners:
        owner = {"practitioner_id": ids[part.key]}
        _replace(connection, DatedHoursRow, owner, [dated_hours_columns(hours) for hours in part.dated_hours])
        _replace(connection, LeaveRow, owner, [leave_columns(leave) for leave in part.leave])
        _replace(connection, OverrideRow, owner, [override_columns(override) for override in part.overrides])
        _keep_keyed(connection, ActRow, owner, [act_columns(act) for act in part.acts])


def _forget_released_holds(connection: Connection, practice_id: int) -> None:
    """Slots given back are nothing any more; they would keep acts from being taken away."""
    agendas = select(PractitionerRow.id).where(PractitionerRow.practice_id == practice_id)
    released = (AppointmentRow.status == HoldStatus.RELEASED, AppointmentRow.practitioner_id.in_(agendas))
    connection.execute(delete(AppointmentRow).where(*released))


def _replace(connection: Connection, table: type[Base], owner: Columns, rows: Sequence[Columns]) -> None:
    """Rows without a name of their own are written anew."""
    columns = table.__table__.columns
    (name, value), *_ = owner.items()
    connection.execute(delete(table).where(columns[name] == value))
    placed = [row | owner | _position(table, place) for place, row in enumerate(rows)]
    if placed:
        connection.execute(insert(table), placed)


def _keep_keyed(connection: Connection, table: type[Base], owner: Columns, rows: Sequence[Columns]) -> None:
    """Rows with a key keep their identity: others refer to them."""
    columns: Any = table.__table__.columns
    (name, value), *_ = owner.items()
    stored = connection.execute(select(columns["key"], columns["id"]).where(columns[name] == value))
    ids = {row.key: row.id for row in stored}
    gone = [identity for key, identity in ids.items() if key not in {row["key"] for row in rows}]
    if gone:
        connection.execute(delete(table).where(columns["id"].in_(gone)))
    for place, row in enumerate(rows):
        placed = row | owner | _position(table, place)
        if row["key"] in ids:
            connection.execute(update(table).where(columns["id"] == ids[row["key"]]).values(placed))
        else:
            connection.execute(insert(table).values(placed))


def _position(table: type[Base], place: int) -> Columns:
    return {"position": place} if "position" in table.__table__.columns else {}


def _patients_a_nuisance(connection: Connection, practice_id: int, file: PracticeFile) -> list[Fault]:
    """Numbers on the nuisance list that stored patients have (ROUTING.md case 45)."""
    named = {part.key for part in file.patients}
    query = select(PhoneRow.number, PatientRow.key).join(PatientRow, PatientRow.id == PhoneRow.patient_id)
    query = query.where(PhoneRow.practice_id == practice_id, PhoneRow.number.in_(file.practice.nuisance))
    return [
        Fault("practice.nuisance", f"{row.number} belongs to the patient {row.key!r}; take it off the list")
        for row in connection.execute(query)
        if row.key not in named
    ]


def _lists_without_a_phone(connection: Connection, practice_id: int, file: PracticeFile) -> list[Fault]:
    """Practitioners whose phone is gone although stored patients are on a list to ring it."""
    named = {part.key for part in file.patients}
    listed = (
        select(PractitionerRow.key.label("practitioner"), PatientRow.key.label("patient"))
        .join(ContactExceptionRow, ContactExceptionRow.practitioner_id == PractitionerRow.id)
        .join(PhoneRow, PhoneRow.id == ContactExceptionRow.phone_id)
        .join(PatientRow, PatientRow.id == PhoneRow.patient_id)
        .where(PractitionerRow.practice_id == practice_id, ContactExceptionRow.reach > Reach.NONE)
        .order_by(PatientRow.key)
    )
    rows = [row for row in connection.execute(listed) if row.patient not in named]
    first = {row.practitioner: row.patient for row in reversed(rows)}
    return [
        no_phone_for_a_list(f"practitioners[{place}] ({part.key})", first[part.key])
        for place, part in enumerate(file.practitioners)
        if part.phone is None and part.key in first
    ]


def _still_needed(connection: Connection, practice_id: int, file: PracticeFile) -> list[Fault]:
    """Practitioners and acts that the file leaves out although appointments name them."""
    kept = {(part.key, act.key) for part in file.practitioners for act in part.acts}
    query = (
        select(PractitionerRow.key.label("practitioner"), ActRow.key.label("act"))
        .join(ActRow, ActRow.practitioner_id == PractitionerRow.id)
        .join(AppointmentRow, AppointmentRow.act_id == ActRow.id)
        .where(PractitionerRow.practice_id == practice_id, AppointmentRow.status != HoldStatus.RELEASED)
        .distinct()
    )
    return [
        Fault(
            f"practitioners ({row.practitioner}).acts",
            f"the act {row.act!r} is gone but appointments name it; keep it with visible = false",
        )
        for row in connection.execute(query)
        if (row.practitioner, row.act) not in kept
    ]
