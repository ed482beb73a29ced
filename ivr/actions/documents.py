"""Documents that patients deposit: who may, what is taken, and the task that each makes (ROUTING.md 7)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row, func, insert, select, update

from db.models.appointments import AppointmentRow
from db.models.documents import DocumentRow
from db.models.practices import PractitionerRow
from db.models.promises import TaskRow
from db.queries.patients import documents_of
from db.queries.practices import practitioner_ids
from ivr.actions.access import note_access
from ivr.actions.archive import Archive
from ivr.actions.events import tell
from ivr.actions.ledger import Ledger
from ivr.clock import Zone, local
from ivr.deposits import DepositRight, DocumentKind, Objection, deposit_rights, plain_name, recognise
from ivr.flows.turns import NewTask, TaskKind
from ivr.inspection import is_harmless_pdf
from ivr.phones import PhoneNumber
from ivr.scanning import ScannerError, has_virus
from ivr.vocabulary import AppointmentStatus, EventKind

MOST_A_DAY = 40
"""Of one patient; more is no use to anybody."""
ONE_SITTING = timedelta(minutes=15)
"""What is deposited within it makes one task."""
STANDING = (AppointmentStatus.BOOKED, AppointmentStatus.PENDING)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Depositor:
    """Who deposits: the patient by id, for a patient by id and key, from a number; all of one practice."""

    practice: int
    id: int
    patient: int
    key: str
    number: PhoneNumber


def rights_of(
    connection: Connection, practice_id: int, patient_id: int, zone: Zone, now: datetime
) -> tuple[DepositRight, ...]:
    """Who takes documents about the patient at `now` (UTC)."""
    keys = {owner: key for key, owner in practitioner_ids(connection, practice_id).items()}
    row = AppointmentRow
    planned = select(row.practitioner_id, row.end_at).where(
        row.patient_id == patient_id, row.end_at >= now, row.status.in_(STANDING)
    )
    standing = [(keys[found.practitioner_id], found.end_at) for found in connection.execute(planned)]
    allowed = {keys[owner]: until for owner, until in documents_of(connection, patient_id).items()}
    return deposit_rights(standing, allowed, now, local(zone, now).date())


def examine(content: bytes, scanner: str | None) -> DocumentKind | Objection:
    """What it is, or why it is not taken; `scanner` is the address of a virus scanner, if there is one."""
    kind = recognise(content)
    if isinstance(kind, Objection):
        return kind
    if kind is DocumentKind.PDF and not is_harmless_pdf(content):
        return Objection.ACTIVE
    if scanner is not None:
        try:
            if has_virus(scanner, content):
                return Objection.INFECTED
        except ScannerError as error:
            log.error("document_not_scanned", reason=str(error))
            return Objection.NOT_SCANNED
    return kind


def may_deposit_more(connection: Connection, patient_id: int, now: datetime) -> bool:
    """Whether few enough were deposited about the patient lately."""
    row = DocumentRow
    lately = (row.patient_id == patient_id, row.created_at > now - timedelta(days=1))
    return connection.execute(select(func.count()).select_from(row).where(*lately)).scalar_one() < MOST_A_DAY


def keep_document(
    connection: Connection,
    archive: Archive,
    depositor: Depositor,
    practitioner: str,
    name: str,
    kind: DocumentKind,
    content: bytes,
    now: datetime,
) -> int:
    """The document, sealed, and a task for the practitioner (a key); its id. Raises OSError or VaultError."""
    document = {
        "practice_id": depositor.practice,
        "practitioner_id": practitioner_ids(connection, depositor.practice)[practitioner],
        "patient_id": depositor.patient,
        "depositor_id": depositor.id,
        "task_id": _task_of(connection, depositor, practitioner, now),
        "name": plain_name(name),
        "kind": kind.value,
        "size": len(content),
        "file": archive.store(secrets.token_hex(16), content),
        "created_at": now,
    }
    new: int = connection.execute(insert(DocumentRow).values(document).returning(DocumentRow.id)).scalar_one()
    tell(connection, depositor.practice, EventKind.DOCUMENT_RECEIVED, {"document": new}, now)
    actor = f"patient {depositor.id}"
    note_access(connection, depositor.practice, actor, "deposited", f"document {new}", now)
    return new


def shown_documents(connection: Connection, patient_id: int, depositor_id: int | None = None) -> Sequence[Row[Any]]:
    """The documents about a patient that are still there, the latest first; `doctor` is a name.

    Those that one patient deposited, where that is said.
    """
    row = DocumentRow
    query = (
        select(
            row.id, row.name, row.kind, row.size, row.created_at, row.opened_at, PractitionerRow.name.label("doctor")
        )
        .join(PractitionerRow, PractitionerRow.id == row.practitioner_id)
        .where(row.patient_id == patient_id, row.file.is_not(None))
        .order_by(row.created_at.desc(), row.id.desc())
    )
    if depositor_id is not None:
        query = query.where(row.depositor_id == depositor_id)
    found: Any = connection.execute(query).all()
    return found  # type: ignore[no-any-return]


def mark_opened(connection: Connection, document: int, now: datetime) -> None:
    """Somebody of the practice has taken it."""
    first = (DocumentRow.id == document, DocumentRow.opened_at.is_(None))
    connection.execute(update(DocumentRow).where(*first).values(opened_at=now))


def forget_document(connection: Connection, archive: Archive, document: Row[Any]) -> None:
    """Delete its file; the row stays to tell that there was one. Raises OSError."""
    if document.file is not None:
        archive.remove(document.file)
    connection.execute(update(DocumentRow).where(DocumentRow.id == document.id).values(file=None, name=""))


def _task_of(connection: Connection, depositor: Depositor, practitioner: str, now: datetime) -> int:
    """The task of this sitting, one for several documents."""
    owner = practitioner_ids(connection, depositor.practice)[practitioner]
    row = TaskRow
    open_one = (
        row.patient_id == depositor.patient,
        row.practitioner_id == owner,
        row.kind == TaskKind.DOCUMENT.value,
        row.state == "open",
        row.created_at > now - ONE_SITTING,
    )
    found = connection.execute(select(row.id).where(*open_one).order_by(row.id.desc()).limit(1)).first()
    if found is not None:
        return int(found.id)
    task = NewTask(TaskKind.DOCUMENT, practitioner, patient=depositor.key)
    return Ledger(connection, depositor.practice, None, depositor.number, now).add_task(task).id
