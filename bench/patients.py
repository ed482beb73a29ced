"""Databases with a practice and very many patient numbers."""

from sqlalchemy import Engine, insert

from db.models.patients import PatientRow, PhoneRow
from db.queries.practices import find_practice
from db.upgrade import upgrade
from ivr.actions.load_practice import load_practice
from ivr.demo import DEMO_FILE
from ivr.phones import PhoneNumber
from ivr.practice_files.reading import parse_practice

AT_ONCE = 20_000


def fill(engine: Engine, numbers: int) -> None:
    """The demo practice with `numbers` more patients, each with a number."""
    upgrade(engine)
    with engine.begin() as connection:
        load_practice(connection, parse_practice(DEMO_FILE, "demo").check())
        practice = find_practice(connection, "pasteur")
        if practice is None:
            raise RuntimeError("the demo practice was not loaded")
        for start in range(0, numbers, AT_ONCE):
            places = range(start, min(start + AT_ONCE, numbers))
            connection.execute(insert(PatientRow), [_patient(practice.id, place) for place in places])
            connection.execute(insert(PhoneRow), [_phone(practice.id, place) for place in places])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def number_of(place: int) -> str:
    return f"+3360{place:07d}"


FIRST_ID = 100_000


def _patient(practice_id: int, place: int) -> dict[str, object]:
    return {
        "id": FIRST_ID + place,
        "practice_id": practice_id,
        "key": f"p{place}",
        "first_name": "Camille",
        "last_name": "Durand",
        "relatives": "as-practice",
    }


def _phone(practice_id: int, place: int) -> dict[str, object]:
    return {
        "practice_id": practice_id,
        "patient_id": FIRST_ID + place,
        "position": 0,
        "number": PhoneNumber(number_of(place)),
        "is_slow": False,
    }
