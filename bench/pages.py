"""How long pages take on the server with ten years of a practice stored: patients, agenda and journal."""

import statistics
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select

from bench.patients import FIRST_ID, fill, number_of
from bench.slots import NOW, fill_agenda
from db.models.access import AccessRow
from db.models.calls import CALLS, TURNS
from db.models.patients import ContactExceptionRow, PhoneRow
from db.models.practices import LineRow, PractitionerRow
from db.queries.practices import find_practice
from ivr.actions.people import add_user, invite
from ivr.actions.visits import promise_link
from ivr.app import make_app
from ivr.phones import PhoneNumber
from ivr.settings import Settings
from ivr.vocabulary import Language, Reach, Role

PATIENTS, LISTED = 20_000, 500
DAYS, CALLS_A_DAY = 365, 150
"""The journal is kept for a year (FRANCE.md 10)."""
AT_ONCE = 5000
TIMES = 9
PUBLIC = {"base_url": "https://bench.example.test"}
REFERRED = {"Referer": PUBLIC["base_url"]}
PAGES = (
    "/admin/",
    "/admin/agenda?practitioner=martin&on=2026-12-03",
    "/admin/agenda/new?practitioner=martin&patient=p1234&act=consultation",
    "/admin/patients?q=du",
    "/admin/patients?q=0600012345",
    "/admin/patients/p1234",
    "/admin/patients/p1234/week",
    "/admin/patients/p1234/name",
    "/admin/patients/p1234/messages/martin",
    "/admin/new-patient",
    "/admin/exceptions",
    "/admin/leave",
    "/admin/hours",
    "/admin/holidays",
    "/admin/settings",
    "/admin/settings/contact",
    "/admin/settings/practitioners/martin",
    "/admin/settings/practitioners/martin/acts",
    "/admin/settings/secretaries/accueil",
    "/admin/prompts",
    "/admin/people",
    "/admin/prompts/M1",
    "/admin/calendar",
    "/admin/settings/keys",
    "/admin/figures?days=60",
    "/admin/calls",
    f"/admin/calls?number={number_of(7)}",
    "/admin/calls/1",
)
SPACE_PAGES = (
    "/p/appointments",
    "/p/book?for=durand&with=martin&act=consultation",
    "/p/documents",
    "/p/relatives",
    "/p/messages",
)
JEANNE, JEANNES_BIRTHDAY = PhoneNumber("+33639981111"), {"day": "5", "month": "3", "year": "1941"}
"""A patient of the demo practice."""


def page_figures(engine: Engine, folder: Path) -> dict[str, Any]:
    """Milliseconds of each page, the median of nine, for an administrator and for a patient."""
    fill(engine, PATIENTS)
    stored = {"appointments": fill_agenda(engine), "calls": _fill_journal(engine), "patients": PATIENTS}
    settings = Settings.model_construct(
        database_url=engine.url.render_as_string(hide_password=False),
        data_dir=folder,
        public_url=PUBLIC["base_url"],
        secret_key=SecretStr("a secret for the bench, long enough"),
    )
    app = make_app(settings, engine, lambda: NOW)
    client, patient = app.test_client(), app.test_client()
    _sign_in(client, engine)
    _come_in(patient, engine)
    sent = {"csrf_token": _token(client, "/phone"), "from": number_of(7), "at": "2026-12-02T13:10", "did": "1 2"}
    taken = {page: _median_ms(client, page, sent) for page in (*PAGES, "POST /phone")}
    return stored | {"pages": taken | {page: _median_ms(patient, page) for page in SPACE_PAGES}}


def _median_ms(client: FlaskClient, page: str, sent: Mapping[str, str] | None = None) -> float:
    times = []
    for _ in range(TIMES + 1):
        begun = time.perf_counter()
        if page.startswith("POST "):
            answer = client.post(page.removeprefix("POST "), data=sent, headers=REFERRED, **PUBLIC)
        else:
            answer = client.get(page, **PUBLIC)
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{page} answered {answer.status_code}")
    return statistics.median(times[1:])


def _sign_in(client: FlaskClient, engine: Engine) -> None:
    with engine.begin() as connection:
        practice = _practice(connection)
        person = add_user(
            connection, "bench@example.test", "Bench", Role.ADMINISTRATOR, NOW, practice, None, Language.FRENCH
        )
        address = f"/admin/invitation/{invite(connection, person, NOW)}"
    sent = {"csrf_token": _token(client, address)}
    client.post(address, data=sent, headers=REFERRED, **PUBLIC)


def _come_in(client: FlaskClient, engine: Engine) -> None:
    """As a patient does: with the link of an SMS and the birth date."""
    with engine.begin() as connection:
        token = promise_link(connection, _practice(connection), JEANNE, Language.FRENCH, "Martin", "15", NOW)
    sent = {"csrf_token": _token(client, f"/p/{token}")} | JEANNES_BIRTHDAY
    client.post(f"/p/{token}", data=sent, headers=REFERRED, **PUBLIC)


def _token(client: FlaskClient, address: str) -> str:
    found = html.fromstring(client.get(address, **PUBLIC).text).xpath("//input[@name='csrf_token']/@value")
    return str(found[0])


def _fill_journal(engine: Engine) -> int:
    """A year of calls with a turn each, lists for some patients, and the access log; the number of calls."""
    with engine.begin() as connection:
        practice = _practice(connection)
        line = connection.execute(select(LineRow.number)).scalars().first()
        doctor = connection.execute(select(PractitionerRow.id)).scalars().first()
        calls = [_call(practice, line, number) for number in range(DAYS * CALLS_A_DAY)]
        for place in range(0, len(calls), AT_ONCE):
            some = calls[place : place + AT_ONCE]
            connection.execute(insert(CALLS), some)
            connection.execute(insert(TURNS), [_turn(call["id"], call["started_at"]) for call in some])
            log = {"practice_id": practice, "actor": "user 1", "action": "opened", "detail": None}
            opened = [log | {"at": call["started_at"], "subject": f"call {call['id']}"} for call in some]
            connection.execute(insert(AccessRow), opened)
        phones = select(PhoneRow.id).where(PhoneRow.patient_id >= FIRST_ID).order_by(PhoneRow.id).limit(LISTED)
        lists = [{"phone_id": phone, "practitioner_id": doctor} for phone in connection.scalars(phones)]
        connection.execute(
            insert(ContactExceptionRow), [one | {"reach": Reach.PRIORITY, "is_assisted": False} for one in lists]
        )
    return len(calls)


def _call(practice: int, line: PhoneNumber | None, number: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "carrier_id": f"CA{number:032x}",
        "practice_id": practice,
        "line": line,
        "caller": PhoneNumber(number_of(number % PATIENTS)),
        "language": "fr",
        "step": 1,
        "state": {"at": "Ended"},
        "started_at": NOW - timedelta(days=number // CALLS_A_DAY, minutes=number % CALLS_A_DAY),
        "status": "completed",
        "was_accepted": False,
        "left_nothing": False,
    }


def _turn(call: int, at: datetime) -> dict[str, Any]:
    reason = {"rule": "R8", "code": "ordinary_hours", "text": "Pendant les horaires de contact."}
    decision = {"practitioner": "martin", "outcome": "ring", "tries": [], "reasons": [reason]}
    answer = "<Response><Say>Bonjour.</Say></Response>"
    return {
        "call_id": call,
        "step": 0,
        "heard": "started",
        "prompts": ["G1"],
        "decision": decision,
        "acts": None,
        "answer": answer,
        "at": at,
    }


def _practice(connection: Any) -> int:
    practice = find_practice(connection, "pasteur")
    if practice is None:
        raise RuntimeError("the demo practice was not loaded")
    return practice.id
