"""Exceptions by the API: lists of a number, acts, documents, and the register, by the rules of the site."""

import pytest

from db.models.access import AccessRow
from db.models.patients import ContactExceptionRow
from tests.api.program import Program
from tests.lines import Line, all_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def phone_of(ours: Program, patient: str = "durand") -> str:
    return f"/patients/{patient}/phones/{ours.get(f'/patients/{patient}')['phones'][0]['id']}"


def test_the_lists_of_a_number_read_as_in_the_practice_file(ours: Program) -> None:
    told = ours.get(phone_of(ours))
    assert (told["number"], told["reach"], told["assisted"]) == ("+33639981111", {"martin": "priority"}, [])


def test_a_number_gets_exactly_the_lists_that_are_sent(ours: Program, line: Line) -> None:
    lists = {"reach": {"leroy": "always"}, "until": {"leroy": "2027-01-31"}, "reason": {"leroy": "Suivi"}, "slow": True}
    changed = ours.change("PUT", phone_of(ours), lists)
    assert changed.status_code == 200
    told = ours.get(phone_of(ours))
    assert told == changed.json
    assert {name: told[name] for name in lists} == lists
    assert all_of(line.engine, ContactExceptionRow)[-1].made_by == "key:1"
    noted = [row for row in all_of(line.engine, AccessRow) if row.action == "changed"]
    assert {(row.actor, row.detail["what"]) for row in noted} == {("key:1", "list"), ("key:1", "slow")}
    given = ours.get("/exceptions?kind=list&practitioner=leroy")["items"]
    assert [one["made_by"] for one in given if one["patient"] == "durand"] == ["Logiciel"]


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        pytest.param({"reach": {"nobody": "always"}}, "known: leroy, martin", id="nobody of the practice"),
        pytest.param(
            {"assisted": ["martin"], "until": {"martin": "2026-12-01"}}, "is past", id="ended before it began"
        ),
        pytest.param({"reach": {"martin": "sometimes"}}, "'priority' or 'always'", id="no list"),
    ],
)
def test_a_list_that_cannot_be_is_refused(ours: Program, lists: dict[str, object], told: str) -> None:
    refused = ours.change("PUT", phone_of(ours), lists)
    assert (refused.status_code, told in refused.text) == (422, True), refused.text


def test_acts_are_switched_and_the_history_says_so(ours: Program) -> None:
    address = "/patients/durand/acts/martin"
    switches = {"on": [{"act": "longue", "until": "2027-06-30", "reason": None}], "off": [], "all_off": {"until": None}}
    assert ours.change("PUT", address, switches).status_code == 200
    told = ours.get(address)
    assert [one["act"] for one in told["on"]] == ["longue"]
    assert told["all_off"] == {"until": None, "reason": None}
    unknown = ours.change("PUT", address, {"on": [{"act": "danse"}]})
    assert unknown.json["errors"][0]["pointer"] == "/on"


def test_documents_are_taken_until_a_day(ours: Program) -> None:
    address = "/patients/durand/documents/martin"
    assert ours.change("PUT", address, {"until": "2027-03-31"}).json == ours.get(address) == {"until": "2027-03-31"}
    assert ours.change("PUT", address, {"until": None}).json == {"until": None}


def test_the_register_comes_in_pages_and_by_practitioner(ours: Program) -> None:
    every = ours.everything("/exceptions")
    assert ours.everything("/exceptions?limit=1") == every
    martins = ours.everything("/exceptions?practitioner=martin")
    assert martins == [one for one in every if one["practitioner"] == "martin"]
    assert {one["kind"] for one in every} >= {"list", "act"}
    assert ours.ask("GET", "/exceptions?practitioner=nobody").status_code == 404


def test_a_cursor_of_another_list_is_refused(ours: Program) -> None:
    cursor = ours.get("/patients?limit=1")["next"]
    assert ours.ask("GET", f"/exceptions?cursor={cursor}").json["type"] == "urn:ivr:problem:bad-cursor"
    for wrong in ("", "x", "%00", "bnVsbA", "é"):
        assert ours.ask("GET", f"/patients?cursor={wrong}").status_code == 400, wrong
