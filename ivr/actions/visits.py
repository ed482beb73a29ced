"""The way in to the patient space: a link by SMS, a birth date, and a code where the link was used before."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from db.models.patients import PatientRow, PhoneRow
from db.models.practices import PracticeRow
from db.models.promises import DeliveryRow
from db.models.visits import VisitCodeRow, VisitRow
from db.queries.patients import owner_ids
from ivr.actions.access import note_access
from ivr.actions.ledger import Ledger, new_token, token_hash
from ivr.actions.proofs import may_prove, note_failed_proof
from ivr.actions.texting import TextedAt, takes_texts
from ivr.phones import PhoneNumber
from ivr.practice import Practice
from ivr.vocabulary import Language

LINK_TEXTS = ("SMS-LINK", "SMS-SPACE", "SMS-ANSWER")
"""The texts whose link leads to the patient space."""
LINK_VALID = timedelta(hours=24)
IDLE, LONGEST_VISIT = timedelta(hours=1), timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32
CODE_VALID = timedelta(minutes=10)
CODE_DIGITS, MOST_TRIES = 6, 5
CODES_A_DAY, LINKS_A_DAY = 5, 3
"""How many SMS a number is sent in a day because somebody asked for them."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Link:
    """What a token opens: the practice it was sent for and the number it was sent to."""

    delivery: int
    call: int | None
    practice: int
    practice_name: str
    emergency: str
    number: PhoneNumber
    language: Language
    doctor: str
    is_fresh: bool
    """It was sent less than a day ago."""
    was_used: bool
    """Somebody came in by it; who opens it again needs a code."""


def find_link(connection: Connection, token: str, now: datetime) -> Link | None:
    """The link of that token, fresh or not; None for one that was never sent."""
    used = select(VisitRow.id).where(VisitRow.delivery_id == DeliveryRow.id).exists()
    query = (
        select(
            DeliveryRow.id,
            DeliveryRow.practice_id,
            DeliveryRow.call_id,
            DeliveryRow.to,
            DeliveryRow.language,
            DeliveryRow.fields,
            DeliveryRow.created_at,
            PracticeRow.name,
            PracticeRow.emergency,
            used.label("was_used"),
        )
        .join(PracticeRow, PracticeRow.id == DeliveryRow.practice_id)
        .where(DeliveryRow.token == token, DeliveryRow.template.in_(LINK_TEXTS))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Link(
        delivery=row.id,
        call=row.call_id,
        practice=row.practice_id,
        practice_name=row.name,
        emergency=row.emergency,
        number=row.to,
        language=Language(row.language),
        doctor=row.fields.get("name", row.name),
        is_fresh=row.created_at > now - LINK_VALID,
        was_used=row.was_used,
    )


def lock_link(connection: Connection, link: Link) -> None:
    """What is counted for it stays so: whoever else does something by this link waits until the transaction ends."""
    connection.execute(select(DeliveryRow.id).where(DeliveryRow.id == link.delivery).with_for_update()).one()


def prove(connection: Connection, link: Link, born: date, now: datetime) -> Sequence[Row[Any]] | None:
    """The patients with the link's number who were born then; None where nobody may try any more today.

    A wrong date counts against the number, as on the telephone.
    """
    lock_link(connection, link)
    if not may_prove(connection, link.practice, link.number, now):
        return None
    owners = owner_ids(connection, link.practice, link.number)
    query = select(PatientRow.__table__).where(PatientRow.id.in_(owners), PatientRow.born_on == born)
    found: Any = connection.execute(query.order_by(PatientRow.id)).all()
    if not found:
        note_failed_proof(connection, link.practice, link.number, now)
    return found  # type: ignore[no-any-return]


def begin_visit(connection: Connection, link: Link, patient_id: int, now: datetime) -> str:
    """The patient is in; the secret that their browser shows from now on."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    visit = {
        "practice_id": link.practice,
        "patient_id": patient_id,
        "delivery_id": link.delivery,
        "number": link.number,
        "secret_hash": token_hash(secret),
        "created_at": now,
        "seen_at": now,
        "ends_at": now + LONGEST_VISIT,
    }
    connection.execute(insert(VisitRow).values(visit))
    note_access(connection, link.practice, f"patient {patient_id}", "visited", f"patient {patient_id}", now)
    return secret


def find_visit(connection: Connection, secret: str, now: datetime) -> Row[Any] | None:
    """The visit that is still on, with its patient and practice; none for a number that is the patient's no more."""
    query = (
        select(
            VisitRow.id,
            VisitRow.number,
            VisitRow.delivery_id,
            VisitRow.seen_at,
            PatientRow.id.label("patient_id"),
            PatientRow.key.label("patient"),
            PatientRow.first_name,
            PatientRow.language,
            PracticeRow.id.label("practice_id"),
            PracticeRow.key.label("practice"),
            PracticeRow.name.label("practice_name"),
            PracticeRow.country,
            PracticeRow.timezone,
            PracticeRow.languages,
        )
        .join(PatientRow, PatientRow.id == VisitRow.patient_id)
        .join(PracticeRow, PracticeRow.id == VisitRow.practice_id)
        .join(PhoneRow, (PhoneRow.patient_id == VisitRow.patient_id) & (PhoneRow.number == VisitRow.number))
        .where(
            VisitRow.secret_hash == token_hash(secret),
            VisitRow.ended_at.is_(None),
            VisitRow.ends_at > now,
            VisitRow.seen_at > now - IDLE,
        )
    )
    found: Any = connection.execute(query).first()
    return found  # type: ignore[no-any-return]


def keep_visit(connection: Connection, visit: int, now: datetime) -> None:
    """A page was asked for: an hour more."""
    connection.execute(update(VisitRow).where(VisitRow.id == visit).values(seen_at=now))


def end_visit(connection: Connection, visit: int, now: datetime) -> None:
    """The patient leaves."""
    connection.execute(update(VisitRow).where(VisitRow.id == visit).values(ended_at=now))


def send_code(connection: Connection, link: Link, patient_id: int, now: datetime) -> int | None:
    """A code to the link's number, for that patient; its id, or None where no more may be sent there."""
    if not _may_send(connection, link.practice, link.number, "SMS-CODE", CODES_A_DAY, now):
        return None
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    columns = {
        "practice_id": link.practice,
        "patient_id": patient_id,
        "delivery_id": link.delivery,
        "code_hash": token_hash(code),
        "tries": 0,
        "created_at": now,
    }
    made: int = connection.execute(insert(VisitCodeRow).values(columns).returning(VisitCodeRow.id)).scalar_one()
    fields = {"name": link.doctor, "code": code}
    Ledger(connection, link.practice, None, None, now).promise(
        f"code:{made}", link.number, "SMS-CODE", link.language, fields, now
    )
    return made


def use_code(connection: Connection, link: Link, code_id: int, written: str, now: datetime) -> int | None:
    """The patient whom the code was sent for, once; None for a wrong one, or one that is used up or too old."""
    row = VisitCodeRow
    its = (
        row.id == code_id,
        row.delivery_id == link.delivery,
        row.used_at.is_(None),
        row.tries < MOST_TRIES,
        row.created_at > now - CODE_VALID,
    )
    tried = update(row).where(*its).values(tries=row.tries + 1).returning(row.patient_id, row.code_hash)
    found = connection.execute(tried).first()
    if found is None or not secrets.compare_digest(found.code_hash, token_hash(written)):
        return None
    connection.execute(update(row).where(row.id == code_id).values(used_at=now))
    patient_id: int = found.patient_id
    return patient_id


def invite_to_space(connection: Connection, practice_id: int, to: TextedAt, practice: Practice, now: datetime) -> bool:
    """A link for a patient of the practice, who has that number; False where no more are sent there today."""
    if not may_be_sent_link(connection, practice_id, to.number, now):
        return False
    language, doctor = practice.language_for(to.language), practice.practitioners[0].name
    promise_link(connection, practice_id, to.number, language, doctor, practice.emergency, now)
    return True


def send_new_link(connection: Connection, link: Link, now: datetime) -> bool:
    """A new link to the number of an old one; False where no more are sent there today."""
    lock_link(connection, link)
    if not may_be_sent_link(connection, link.practice, link.number, now):
        return False
    promise_link(connection, link.practice, link.number, link.language, link.doctor, link.emergency, now)
    return True


def may_be_sent_link(connection: Connection, practice_id: int, number: PhoneNumber, now: datetime) -> bool:
    """Whether the number takes an SMS, and was sent few enough links today."""
    return _may_send(connection, practice_id, number, "SMS-SPACE", LINKS_A_DAY, now)


def promise_link(
    connection: Connection,
    practice_id: int,
    number: PhoneNumber,
    language: Language,
    doctor: str,
    emergency: str,
    now: datetime,
) -> str:
    """SMS-SPACE to that number; the token of its link. `doctor` is a name."""
    token = new_token()
    fields = {"name": doctor, "emergency": emergency}
    Ledger(connection, practice_id, None, None, now).promise(
        f"space:{token}", number, "SMS-SPACE", language, fields, now, token
    )
    return token


def _may_send(
    connection: Connection, practice_id: int, number: PhoneNumber, template: str, most: int, now: datetime
) -> bool:
    row = DeliveryRow
    lately = (row.practice_id == practice_id, row.to == number, row.template == template)
    query = select(func.count()).select_from(row).where(*lately, row.created_at > now - A_DAY)
    return connection.execute(query).scalar_one() < most and takes_texts(connection, practice_id, number)
