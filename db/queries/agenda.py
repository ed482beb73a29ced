"""The agenda as people of the practice see it: a week of it, one appointment, and what stands at a time; with names."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, text

from db.models.appointments import ACTIVE, AppointmentRow
from db.models.patients import PatientRow
from db.models.practices import ActRow, PractitionerRow
from db.queries.appointments import LONGEST_BLOCK, between, but_for, in_the_way
from ivr.vocabulary import AppointmentStatus, HoldStatus

_NAMES = (PatientRow.key.label("patient"), PatientRow.first_name, PatientRow.last_name)


def agenda_rows(
    connection: Connection, practitioner_id: int, start: datetime, end: datetime, now: datetime
) -> Sequence[Row[Any]]:
    """What stands in a practitioner's agenda from `start` to `end`, earliest first; holds only while they last.

    All instants are UTC. It may begin earlier or end later.
    """
    table = AppointmentRow
    first, last = int(start.timestamp()), int(end.timestamp())
    query = (
        select(
            table.id, table.start_at, table.end_at, table.status, table.is_overbooked, *_NAMES, ActRow.name.label("act")
        )
        .join(PatientRow, PatientRow.id == table.patient_id)
        .join(ActRow, ActRow.id == table.act_id)
        .where(
            text(f"appointments.{ACTIVE}"),
            table.practitioner_id == practitioner_id,
            table.block_start > first - LONGEST_BLOCK,
            table.block_start < last,
            table.block_end > first,
            (table.status != HoldStatus.HELD) | (table.hold_until_at > now),
        )
        .order_by(table.start_at, table.id)
    )
    found: Any = connection.execute(query).all()
    return found  # type: ignore[no-any-return]


def find_appointment(connection: Connection, practice_id: int, appointment: int) -> Row[Any] | None:
    """An appointment of that practice, whatever became of it; a held slot is none. Practitioner and act are keys."""
    query = _appointments().where(
        AppointmentRow.id == appointment,
        PractitionerRow.practice_id == practice_id,
        AppointmentRow.status.in_(list(AppointmentStatus)),
    )
    found: Row[Any] | None = connection.execute(query).first()
    return found


def appointments_after(
    connection: Connection,
    practice_id: int,
    after: tuple[datetime, int] | None,
    most: int,
    *,
    practitioner: str | None = None,
    patient: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    status: AppointmentStatus | None = None,
    identity: int | None = None,
) -> Sequence[Row[Any]]:
    """Appointments by start and id, one more than `most` where there is one; those that are meant, keys and UTC.

    Whatever became of them; held slots are none. They begin from `start` on and before `end`.
    """
    table, query = AppointmentRow, _appointments().where(PractitionerRow.practice_id == practice_id)
    states = list(AppointmentStatus) if status is None else [status]
    meant: list[ColumnElement[bool]] = [table.status.in_(states)]
    meant += [PractitionerRow.key == practitioner] if practitioner is not None else []
    meant += [PatientRow.key == patient] if patient is not None else []
    meant += [table.start_at >= start] if start is not None else []
    meant += [table.start_at < end] if end is not None else []
    meant += [table.id == identity] if identity is not None else []
    if after is not None:
        begun, last = after
        meant.append((table.start_at > begun) | ((table.start_at == begun) & (table.id > last)))
    query = query.where(*meant).order_by(table.start_at, table.id).limit(most + 1)
    found: Any = connection.execute(query).all()
    return found  # type: ignore[no-any-return]


def find_same(connection: Connection, practitioner_id: int, patient_id: int, start: datetime) -> int | None:
    """The appointment that the patient has with the practitioner at that very time (UTC), if it stands."""
    table = AppointmentRow
    same = (table.practitioner_id == practitioner_id, table.patient_id == patient_id, table.start_at == start)
    standing = table.status.in_([AppointmentStatus.BOOKED, AppointmentStatus.PENDING])
    found: int | None = connection.execute(select(table.id).where(*same, standing).limit(1)).scalar_one_or_none()
    return found


def standing_rows(
    connection: Connection,
    practitioner_id: int,
    start: int,
    end: int,
    now: datetime,
    *,
    own_id: int | None = None,
    moved_id: int | None = None,
) -> Sequence[Row[Any]]:
    """Whose blocks touch the time between two instants (seconds since 1970), earliest first; `now` is UTC.

    The same rows that a caller's hold looks at, of all calls; `own_id` and `moved_id` are left out.
    """
    table = AppointmentRow
    columns = (table.start_at, table.block_start, table.block_end, table.status, table.call_id)
    query = select(*columns, PatientRow.first_name, PatientRow.last_name)
    query = query.join(PatientRow, PatientRow.id == table.patient_id).where(in_the_way()).order_by(table.start_at)
    asked = between(practitioner_id, start, end) | but_for(now, own_id=own_id, moved_id=moved_id)
    found: Any = connection.execute(query, asked).all()
    return found  # type: ignore[no-any-return]


def _appointments() -> Any:
    table = AppointmentRow
    return (
        select(
            table.id,
            table.practitioner_id,
            table.patient_id,
            table.start_at,
            table.end_at,
            table.status,
            table.is_overbooked,
            table.phone,
            *_NAMES,
            PractitionerRow.key.label("practitioner"),
            PractitionerRow.name.label("doctor"),
            ActRow.key.label("act"),
            ActRow.name.label("act_name"),
            PatientRow.language,
        )
        .join(PatientRow, PatientRow.id == table.patient_id)
        .join(PractitionerRow, PractitionerRow.id == table.practitioner_id)
        .join(ActRow, ActRow.id == table.act_id)
    )
