"""The waiting list: who is told when a time becomes free (CALLS.md B8)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from db.models.promises import WaitingRow
from db.queries.waiting import kept_rows
from ivr.actions.bookings import release_hold
from ivr.actions.patient_rows import patient_ids
from ivr.flows.books import JoinWaitingList, Kind
from ivr.phones import PhoneNumber
from ivr.slots import Slot
from ivr.vocabulary import Language

WAITING, OFFERED, BOOKED, ENDED = "waiting", "offered", "booked", "ended"


def join_waiting_list(
    connection: Connection,
    practice_id: int,
    patient_id: int,
    call_id: int | None,
    phone: PhoneNumber | None,
    language: Language,
    wish: JoinWaitingList,
    now: datetime,
) -> None:
    """Put the patient on the list; who is on it for the same already keeps the place, with what was said last."""
    said = {
        "call_id": call_id,
        "phone": phone,
        "language": language.value,
        "before_at": wish.before,
    }
    kinds = [list(kind) for kind in wish.kinds]
    same = next((row for row in _open_rows(connection, patient_id) if row.kinds == kinds), None)
    if same is not None:
        connection.execute(update(WaitingRow).where(WaitingRow.id == same.id).values(said))
        return
    new = said | {
        "practice_id": practice_id,
        "patient_id": patient_id,
        "kinds": kinds,
        "state": WAITING,
        "offers": 0,
        "created_at": now,
    }
    connection.execute(insert(WaitingRow).values(new))


def leave_waiting_list(connection: Connection, practice_id: int, wait: int, patients: Iterable[str]) -> bool:
    """One of these patients (keys) waits no longer, and what was kept for them is free; False where nobody waited."""
    mine = patient_ids(connection, practice_id, list(patients)).values()
    its = (WaitingRow.id == wait, WaitingRow.patient_id.in_(mine), WaitingRow.state.in_([WAITING, OFFERED]))
    gone = update(WaitingRow).where(*its).values(state=ENDED).returning(WaitingRow.appointment_id)
    found = connection.execute(gone).first()
    if found is not None and found.appointment_id is not None:
        release_hold(connection, found.appointment_id)
    return found is not None


def find_kept(connection: Connection, patient_id: int, kinds: Iterable[Kind], now: datetime) -> Slot | None:
    """The slot that is kept for the patient at this instant, if it is one of these kinds."""
    wanted = set(kinds)
    return next(
        (slot for _, slot in _kept(connection, patient_id, now) if (slot.practitioner, slot.act) in wanted), None
    )


def kept_hold(connection: Connection, patient_id: int, slot: Slot, now: datetime) -> int | None:
    """The held row by which the list keeps that very slot for the patient."""
    kept = _kept(connection, patient_id, now)
    return next((held for held, its in kept if (its.start, its.practitioner) == (slot.start, slot.practitioner)), None)


def close_waiting(connection: Connection, patient_id: int, practitioner: str) -> None:
    """The patient has an appointment with the practitioner (a key) now, and waits no longer."""
    for row in _open_rows(connection, patient_id):
        if practitioner in {kind[0] for kind in row.kinds}:
            connection.execute(update(WaitingRow).where(WaitingRow.id == row.id).values(state=BOOKED))
            if row.appointment_id is not None:
                release_hold(connection, row.appointment_id)


def _open_rows(connection: Connection, patient_id: int) -> Sequence[Row[Any]]:
    mine = (WaitingRow.patient_id == patient_id, WaitingRow.state.in_([WAITING, OFFERED]))
    return connection.execute(select(WaitingRow.__table__).where(*mine).order_by(WaitingRow.id)).all()


def _kept(connection: Connection, patient_id: int, now: datetime) -> list[tuple[int, Slot]]:
    """The held rows (ids) and slots of the patient's open offers."""
    rows = kept_rows(connection, [patient_id], now)
    return [(row.id, Slot(row.start_at, row.end_at, row.practitioner, row.act)) for row in rows]
