"""Who waits for a time, and which one is kept for them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from db.models.appointments import AppointmentRow
from db.models.patients import PatientRow
from db.models.practices import ActRow, PractitionerRow
from db.models.promises import WaitingRow
from ivr.vocabulary import HoldStatus


def waits_of(connection: Connection, practice_id: int, patients: Collection[str]) -> Sequence[Row[Any]]:
    """The open waits of these patients (keys), oldest first."""
    query = (
        select(WaitingRow.id, WaitingRow.kinds, WaitingRow.before_at, PatientRow.key.label("patient"))
        .join(PatientRow, PatientRow.id == WaitingRow.patient_id)
        .where(WaitingRow.practice_id == practice_id, PatientRow.key.in_(patients))
        .where(WaitingRow.state.in_(("waiting", "offered")))
        .order_by(WaitingRow.id)
    )
    found: Any = connection.execute(query).all()
    return found  # type: ignore[no-any-return]


def kept_rows(connection: Connection, patients: Collection[int], now: datetime) -> Sequence[Row[Any]]:
    """The held times that the list keeps for these patients (ids) at `now` (UTC), earliest first."""
    query = (
        select(
            AppointmentRow.id,
            AppointmentRow.start_at,
            AppointmentRow.end_at,
            WaitingRow.offered_until_at,
            WaitingRow.patient_id,
            PractitionerRow.key.label("practitioner"),
            ActRow.key.label("act"),
        )
        .join(WaitingRow, WaitingRow.appointment_id == AppointmentRow.id)
        .join(PractitionerRow, PractitionerRow.id == AppointmentRow.practitioner_id)
        .join(ActRow, ActRow.id == AppointmentRow.act_id)
        .where(WaitingRow.patient_id.in_(patients), WaitingRow.state == "offered")
        .where(AppointmentRow.status == HoldStatus.HELD.value, AppointmentRow.hold_until_at > now)
        .order_by(AppointmentRow.start_at)
    )
    found: Any = connection.execute(query).all()
    return found  # type: ignore[no-any-return]
