"""What the API keeps goes again: answers after a day, events after a week, and with a patient who is erased."""

from datetime import timedelta

import pytest

from db.engine import reading
from db.models.api import ApiAnswerRow
from db.models.webhooks import WebhookEventRow
from db.queries.patients import find_patient
from ivr.actions.archive import archive_of
from ivr.actions.erasure import erase_patient
from ivr.actions.purge import purge
from tests.api.program import Program
from tests.lines import STRANGER, Line, all_of
from tests.site.visitor import id_of_practice

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LUCIE = {"first_name": "Lucie", "last_name": "Fabre"}


def kept(line: Line) -> tuple[int, int]:
    return len(all_of(line.engine, ApiAnswerRow)), len(all_of(line.engine, WebhookEventRow))


def test_answers_go_after_a_day_and_events_after_a_week(line: Line, ours: Program) -> None:
    ours.post("/webhooks", {"address": "https://agenda.example.org/hooks", "events": ["call.ended"]})
    ours.post("/patients", LUCIE, Idempotency_Key="one")
    line.ring(STRANGER).hang_up()
    for later, left in ((timedelta(hours=23), (1, 1)), (timedelta(hours=2), (0, 1)), (timedelta(days=6), (0, 0))):
        line.clock.now += later
        purge(reading(line.engine), line.engine.begin, archive_of(line.settings), line.clock.now)
        assert kept(line) == left


def test_an_idempotency_key_may_be_used_again_after_a_day(line: Line, ours: Program) -> None:
    ours.post("/patients", LUCIE, Idempotency_Key="one")
    line.clock.now += timedelta(days=1)
    other = ours.post("/patients", LUCIE | {"last_name": "Faure"}, Idempotency_Key="one")
    assert (other.status_code, other.json["last_name"]) == (201, "Faure")


def test_a_patient_who_is_erased_is_in_no_answer_that_is_kept(line: Line, ours: Program) -> None:
    created = ours.post("/patients", LUCIE, Idempotency_Key="one").json["key"]
    with line.engine.begin() as connection:
        patient = find_patient(connection, id_of_practice(line.engine, "pasteur"), created)
        assert patient is not None
        erase_patient(connection, archive_of(line.settings), patient, line.clock.now)
    assert all_of(line.engine, ApiAnswerRow) == []
