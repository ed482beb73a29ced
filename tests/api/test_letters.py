"""What patients write, for programs of their practice that read and answer it."""

import pytest

from db.models.promises import DeliveryRow, TaskRow
from db.models.webhooks import WebhookEventRow
from ivr.vocabulary import Scope
from tests.api.program import Program, program
from tests.lines import WEDNESDAY_LUNCH, Line, all_of
from tests.space.coming import PAUL, PAULS_BIRTHDAY, inside
from tests.space.test_messages import write

TOUX = "Ma toux revient."
ANSWER = {"patient": "moreau", "practitioner": "leroy", "text": "Passez demain."}
HOOK = {"address": "https://agenda.example.org/hooks", "events": ["letter.received"]}


@pytest.fixture
def written(line: Line) -> Program:
    """A program that wants to be told of letters; then Paul writes to doctor Leroy."""
    reader = program(line)
    assert reader.post("/webhooks", HOOK).status_code == 201
    write(inside(line.at(WEDNESDAY_LUNCH), PAUL, PAULS_BIRTHDAY), TOUX)
    return reader


def test_a_program_is_told_of_a_letter_and_reads_it(line: Line, written: Program) -> None:
    (letter,) = written.get("/letters?patient=moreau&practitioner=leroy")["items"]
    assert (letter["text"], letter["is_answer"], letter["read"]) == (TOUX, False, None)
    assert letter == written.get(f"/letters/{letter['id']}")
    (event,) = all_of(line.engine, WebhookEventRow)
    assert (event.kind, event.about) == ("letter.received", {"letter": letter["id"]})
    assert written.get("/letters?practitioner=martin")["items"] == []


def test_an_answer_settles_the_task_once_and_an_sms_tells_of_it(line: Line, written: Program) -> None:
    answers = [written.post("/letters", ANSWER, Idempotency_Key="one") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert answers[0].json["told"] is True
    assert written.get(answers[0].headers["Location"])["text"] == ANSWER["text"]
    assert [task.state for task in all_of(line.engine, TaskRow)] == ["done"]
    assert [text.template for text in all_of(line.engine, DeliveryRow)].count("SMS-ANSWER") == 1


def test_who_wrote_nothing_is_not_answered(written: Program) -> None:
    silent = written.post("/letters", ANSWER | {"patient": "durand"})
    assert (silent.status_code, silent.json["type"]) == (409, "urn:ivr:problem:conflict")
    assert written.post("/letters", ANSWER | {"text": " "}).status_code == 409
    assert written.post("/letters", ANSWER | {"patient": "nobody"}).status_code == 404


def test_letters_are_for_keys_that_may_read_and_answer_them(line: Line, lilas: Line, written: Program) -> None:
    (letter,) = written.get("/letters")["items"]
    reader = program(line, {Scope.LETTERS_READ})
    assert reader.get(f"/letters/{letter['id']}") == letter
    assert reader.post("/letters", ANSWER).status_code == 403
    assert program(line, set(Scope) - {Scope.LETTERS_READ}).ask("GET", "/letters").status_code == 403
    neighbour = program(lilas, practice="lilas")
    assert neighbour.ask("GET", f"/letters/{letter['id']}").status_code == 404
    assert neighbour.post("/letters", ANSWER).status_code == 404
