"""Documents that patients sent, for programs of their practice."""

import pytest

from db.models.access import AccessRow
from db.models.webhooks import WebhookEventRow
from ivr.vocabulary import Scope
from tests.api.program import Program, program
from tests.lines import Line, all_of
from tests.space.coming import JEANNE, JEANNES_BIRTHDAY, inside
from tests.space.test_documents import HERS, PNG, send

HOOK = {"address": "https://agenda.example.org/hooks", "events": ["document.received"]}


@pytest.fixture
def sent(line: Line) -> Program:
    """A program that wants to be told of documents; then Jeanne sends one, and another."""
    reader = program(line)
    assert reader.post("/webhooks", HOOK).status_code == 201
    patient = inside(line, JEANNE, JEANNES_BIRTHDAY)
    send(patient, HERS, ("Analyse.png", PNG))
    send(patient, HERS, ("../radio.png", PNG + b"2"))
    return reader


def test_a_program_lists_documents_and_takes_them_as_they_came(line: Line, sent: Program) -> None:
    latest, first = sent.get("/documents?patient=durand&practitioner=martin")["items"]
    assert (first["name"], first["kind"], first["size"], first["sent_by"]) == ("Analyse.png", "png", len(PNG), "durand")
    assert (latest["name"], latest["opened"]) == ("radio.png", None)
    before = sent.mark(f"/documents/{first['id']}")
    taken = sent.ask("GET", f"/documents/{first['id']}/content")
    assert (taken.data, taken.content_type) == (PNG, "application/octet-stream")
    assert taken.headers["Content-Disposition"] == f'attachment; filename="durand-{first["id"]}.png"'
    assert "sandbox" in taken.headers["Content-Security-Policy"]
    assert sent.get(f"/documents/{first['id']}")["opened"] is not None
    assert sent.mark(f"/documents/{first['id']}") != before
    entry = all_of(line.engine, AccessRow)[-3]
    assert (entry.actor, entry.action, entry.subject) == ("key:1", "opened", f"document {first['id']}")


def test_each_document_is_told_of(line: Line, sent: Program) -> None:
    documents = {one["id"] for one in sent.get("/documents")["items"]}
    events = all_of(line.engine, WebhookEventRow)
    assert [one.kind for one in events] == ["document.received"] * 2
    assert {one.about["document"] for one in events} == documents


def test_documents_are_for_keys_that_may_read_them(line: Line, sent: Program) -> None:
    first = sent.get("/documents")["items"][0]["id"]
    others = program(line, set(Scope) - {Scope.DOCUMENTS_READ})
    for address in ("/documents", f"/documents/{first}", f"/documents/{first}/content"):
        assert others.ask("GET", address).status_code == 403, address


def test_no_document_of_another_practice_is_found(lilas: Line, line: Line, sent: Program) -> None:
    first = sent.get("/documents")["items"][0]["id"]
    neighbour = program(lilas, practice="lilas")
    for address in (f"/documents/{first}", f"/documents/{first}/content", "/documents?patient=durand"):
        assert neighbour.ask("GET", address).status_code == 404, address
    assert neighbour.get("/documents")["items"] == []
