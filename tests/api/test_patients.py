"""Patients by the API: found page by page, added once, corrected by whoever has seen them."""

from functools import partial

import pytest

from ivr.vocabulary import Scope
from tests.api.program import Program, do_at_once, program
from tests.lines import Line

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LUCIE = {"first_name": "Lucie", "last_name": "Fabre", "born": "1968-07-14", "phones": ["+33639986001"]}


def test_pages_hold_every_patient_once_whatever_their_length(ours: Program) -> None:
    at_once = ours.everything("/patients")
    assert len(at_once) > 3
    assert ours.everything("/patients?limit=2") == at_once
    assert len({one["key"] for one in at_once}) == len(at_once)


def test_the_next_page_is_in_the_link_header_too(ours: Program) -> None:
    first = ours.ask("GET", "/patients?limit=1")
    link = first.headers["Link"]
    assert link.startswith("<https://ivr.example.test/api/v1/patients?")
    assert link.endswith('>; rel="next"')
    assert ours.get(link[1:].partition(">")[0])["items"] == ours.get("/patients?limit=2")["items"][1:]


def test_patients_are_found_by_name_and_by_number(ours: Program) -> None:
    assert [one["key"] for one in ours.get("/patients?name=dur")["items"]] == ["durand"]
    assert [one["key"] for one in ours.get("/patients?number=%2B33639981111")["items"]] == ["durand"]
    assert ours.get("/patients?name=%25")["items"] == []


def test_a_patient_is_added_and_found_where_the_answer_says(ours: Program) -> None:
    answer = ours.post("/patients", LUCIE)
    assert answer.status_code == 201, answer.text
    assert ours.get(answer.headers["Location"]) == answer.json
    assert ours.post("/patients", LUCIE).json["type"] == "urn:ivr:problem:conflict"


def test_the_same_request_sent_twice_adds_one_patient(ours: Program) -> None:
    first, again = (ours.post("/patients", LUCIE, Idempotency_Key="one-and-the-same") for _ in range(2))
    assert (first.status_code, first.data, first.headers["ETag"]) == (201, again.data, again.headers["ETag"])
    assert again.headers["Location"] == first.headers["Location"]
    assert len(ours.get("/patients?name=fabre")["items"]) == 1


def test_an_idempotency_key_is_good_for_one_request_only(ours: Program) -> None:
    ours.post("/patients", LUCIE, Idempotency_Key="one-and-the-same")
    other = ours.post("/patients", LUCIE | {"born": None}, Idempotency_Key="one-and-the-same")
    assert (other.status_code, other.json["type"]) == (422, "urn:ivr:problem:idempotency-key-reused")


def test_a_name_is_corrected_by_whoever_has_seen_it(ours: Program) -> None:
    seen = ours.mark("/patients/durand")
    changed = ours.ask("PATCH", "/patients/durand", {"last_name": "Durand-Petit"}, If_Match=seen)
    assert (changed.status_code, changed.json["last_name"]) == (200, "Durand-Petit")
    assert ours.ask("PATCH", "/patients/durand", {"born": None}, If_Match=seen).status_code == 412
    assert ours.ask("PATCH", "/patients/durand", {"born": None}).status_code == 428


def test_of_two_who_correct_the_same_version_at_once_one_is_told(line: Line, ours: Program) -> None:
    seen, answers = ours.mark("/patients/durand"), []

    def correct(name: str) -> None:
        program = Program(line, ours.secret)
        answers.append(program.ask("PATCH", "/patients/durand", {"last_name": name}, If_Match=seen).status_code)

    do_at_once([partial(correct, name) for name in ("Durand-Petit", "Durand-Grand")])
    assert sorted(answers) == [200, 412]


def test_of_those_who_add_the_same_patient_at_once_all_but_one_are_told(line: Line, ours: Program) -> None:
    answers: list[int] = []
    ours.get("/patients")  # the application is made when it is first asked for
    do_at_once([lambda: answers.append(Program(line, ours.secret).post("/patients", LUCIE).status_code)] * 4)
    assert sorted(answers) == [201, 409, 409, 409]


@on_one_database
def test_what_is_as_it_was_is_not_sent_again(ours: Program) -> None:
    again = ours.ask("GET", "/patients/durand", If_None_Match=ours.mark("/patients/durand"))
    assert (again.status_code, again.data) == (304, b"")
    assert "Content-Type" not in again.headers


@on_one_database
def test_a_mark_that_is_answered_is_that_of_the_address_it_names(ours: Program) -> None:
    wish = {"practitioner": "martin", "act": "consultation", "patient": "durand", "start": "2026-12-09T10:00:00+01:00"}
    webhook = {"address": "https://agenda.example.org/hooks", "events": ["call.ended"]}
    made = [
        ours.post("/patients", LUCIE),
        ours.post("/patients/durand/phones", {"number": "+33199006001"}),
        ours.post("/appointments", wish | {"overbook": True}),
        ours.post("/webhooks", webhook),
    ]
    for answer in made:
        address = answer.headers["Location"]
        assert answer.headers.get("ETag", ours.mark(address)) == ours.mark(address), address


@on_one_database
def test_a_number_on_a_list_is_removed_by_who_may_change_lists(ours: Program, line: Line) -> None:
    phone = ours.get("/patients/durand")["phones"][0]["id"]
    clerk = program(line, [Scope.PATIENTS_READ, Scope.PATIENTS_WRITE])
    refused = clerk.ask("DELETE", f"/patients/durand/phones/{phone}")
    assert (refused.status_code, "exceptions:write" in refused.json["detail"]) == (403, True)
    assert ours.ask("DELETE", f"/patients/durand/phones/{phone}").status_code == 204
    assert ours.ask("DELETE", f"/patients/durand/phones/{phone}").status_code == 404


@on_one_database
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({"last_name": "Fabre"}, "/first_name", id="half a name"),
        pytest.param(LUCIE | {"born": "2030-01-01"}, "/born", id="not born yet"),
        pytest.param(LUCIE | {"phones": ["0639986001"]}, "/phones/0", id="national form"),
        pytest.param(LUCIE | {"first_name": "L4"}, "/last_name", id="no name"),
        pytest.param(LUCIE | {"nickname": "Lu"}, "/nickname", id="a field that is none"),
    ],
)
def test_what_is_wrong_is_pointed_at(ours: Program, body: dict[str, object], pointer: str) -> None:
    answer = ours.post("/patients", body)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [fault["pointer"] for fault in answer.json["errors"]] == [pointer]
