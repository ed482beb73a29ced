"""Who visits: the patient of this request, and nobody without a visit that is on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, redirect, request, session, url_for
from sqlalchemy import Connection, Row, select

from db.models.patients import PatientRow
from db.queries.patients import relative_ids
from ivr.actions.access import note_access
from ivr.actions.patient_rows import patient_ids, read_patients
from ivr.actions.practice_here import PracticeHere
from ivr.actions.visits import SEEN_EVERY, find_visit, keep_visit
from ivr.clock import zone_named
from ivr.patients import Patient
from ivr.phones import PhoneNumber
from ivr.practice_files.values import as_patient
from ivr.vocabulary import Language
from ivr.web.here import here, read, write

VISIT = "visit"
"""Where the cookie holds the visit's secret."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A patient who visits, by the number that their link was sent to."""

    visit: int
    id: int
    key: str
    first_name: str
    number: PhoneNumber
    language: Language

    @property
    def actor(self) -> str:
        """As the access log names them."""
        return f"patient {self.id}"


def guard_visits(app: Flask) -> None:
    """No page without a visit, but those of the entry."""

    @app.before_request
    def look() -> Any:
        g.practice = None
        if request.endpoint is None or request.endpoint == "static":
            return None
        find_guest()
        if "guest" in g or request.blueprint == "entry":
            return None
        return redirect(url_for("entry.outside"))


def find_guest() -> None:
    """Keep the visitor of this request, if the cookie belongs to a visit that is on."""
    secret = session.get(VISIT)
    if not isinstance(secret, str):
        return
    now = current_app.extensions["ivr.clock"]()
    with read()() as connection:
        found = find_visit(connection, secret, now)
    if found is None:
        session.pop(VISIT, None)
        return
    if now - found.seen_at >= SEEN_EVERY:
        with write()() as connection:
            keep_visit(connection, found.id, now)
    g.practice = PracticeHere(
        found.practice_id, found.practice, found.practice_name, found.country, zone_named(found.timezone), now
    )
    g.guest = _guest(found)


def _guest(found: Row[Any]) -> Guest:
    spoken = found.language or found.languages[0]
    return Guest(found.id, found.patient_id, found.patient, found.first_name, found.number, Language(spoken))


def guest() -> Guest:
    """The visitor of this request."""
    visitor: Guest = g.guest
    return visitor


@contextmanager
def writing_in_turn() -> Iterator[Connection]:
    """A transaction that waits for what this visitor does already: a second click finds what the first one did.

    Whoever only refers to the patient meanwhile, as calls do, waits for nobody.
    """
    with write()() as connection:
        in_turn = select(PatientRow.id).where(PatientRow.id == guest().id).with_for_update(key_share=True)
        connection.execute(in_turn)
        yield connection


def note_visit(connection: Connection, action: str, subject: str, detail: dict[str, str] | None = None) -> None:
    """The visitor in the access log."""
    note_access(connection, here().id, guest().actor, action, subject, here().now, detail)


def note_shown(connection: Connection, patients: Iterable[int]) -> None:
    """In the access log that the visitor saw what is known of these patients, relatives too."""
    for patient in patients:
        note_visit(connection, "opened", f"patient {patient}")


def subject_of(connection: Connection, patient: Patient) -> str:
    """The patient as the access log names them: by id, since keys are often names."""
    return f"patient {patient_ids(connection, here().id, [patient.key])[patient.key]}"


def people(connection: Connection) -> tuple[Patient, ...]:
    """The visitor, then the relatives they may book for."""
    relatives = relative_ids(connection, [guest().id])
    parts = {part.key: part for part in read_patients(connection, [guest().id, *relatives])}
    own = as_patient(parts[guest().key])
    return own, *(as_patient(parts[key], owns_number=False) for key in relatives.values())
