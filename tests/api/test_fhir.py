"""FHIR R4, read-only: every resource is one, and the usual searches find what they should."""

from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources import R4B

from ivr.vocabulary import Scope
from tests.a_day import have_a_day
from tests.api.program import Program, program
from tests.lines import Line

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KINDS = ("Patient", "Practitioner", "Schedule", "Slot?schedule=martin", "Appointment", "Task")


@pytest.fixture
def reader(line: Line, request: pytest.FixtureRequest) -> Program:
    """A program that only reads; tasks come of a day at the practice."""
    if "Task" in request.node.name:
        have_a_day(line)
    return program(line, [Scope.FHIR_READ])


def valid(resource: Any) -> Any:
    """Read by the library, which knows R4B: the same as R4 for these kinds."""
    return R4B.get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def found(reader: Program, address: str) -> list[Any]:
    """The resources of every page."""
    return [entry["resource"] for page in pages(reader, address) for entry in page.get("entry", ())]


def pages(reader: Program, address: str) -> Iterator[Any]:
    following: str | None = f"/fhir/{address}"
    while following is not None:
        page = reader.get(following)
        valid(page)
        yield page
        following = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)


@on_one_database
def test_what_the_service_can_do_is_a_capability_statement(reader: Program) -> None:
    told = reader.get("/fhir/metadata")
    valid(told)
    assert told["fhirVersion"] == "4.0.1"
    assert [one["type"] for one in told["rest"][0]["resource"]] == [kind.partition("?")[0] for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS)
def test_every_resource_is_valid_and_is_read_at_its_address(reader: Program, kind: str) -> None:
    page = next(pages(reader, f"{kind}{'&' if '?' in kind else '?'}_count=2"))
    assert page["entry"]
    for entry in page["entry"]:
        valid(entry["resource"])
        assert reader.get(entry["fullUrl"]) == entry["resource"]


@on_one_database
@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_one_hold_the_same_as_one_page(reader: Program, kind: str) -> None:
    address = kind if "?" in kind else f"{kind}?"
    address += "&start=lt2026-12-09" if "Slot" in kind else ""
    at_once = found(reader, f"{address}&_count=200")
    assert len(at_once) > 1
    assert found(reader, f"{address}&_count={3 if 'Slot' in kind else 1}") == at_once


@on_one_database
@pytest.mark.parametrize(
    "search",
    ["_id=durand", "identifier=urn:ivr:patient%7Cdurand", "name=duran", "phone=0639981111", "birthdate=1941-03-05"],
)
def test_a_patient_is_found_in_every_usual_way(reader: Program, search: str) -> None:
    assert [one["id"] for one in found(reader, f"Patient?{search}")] == ["durand"]


@on_one_database
def test_a_token_is_of_the_system_that_it_names(reader: Program) -> None:
    practitioner = reader.get("/fhir/Practitioner?identifier=urn:ivr:practitioner%7Cmartin")
    assert [entry["resource"]["id"] for entry in practitioner["entry"]] == ["martin"]
    assert reader.ask("GET", "/fhir/Patient?identifier=urn:ivr:practitioner%7Cdurand").status_code == 422
    bare, whole = (
        [entry["resource"] for entry in reader.get(f"/fhir/Slot?schedule=martin&service-type={act}")["entry"]]
        for act in ("consultation", "urn:ivr:act%7Cconsultation")
    )
    assert bare == whole
    assert reader.ask("GET", "/fhir/Slot?schedule=martin&service-type=urn:ivr:patient%7Cx").status_code == 422


@on_one_database
@pytest.mark.parametrize(
    ("search", "ids"),
    [
        pytest.param("patient=Patient/robert", ["2"], id="patient"),
        pytest.param("date=2026-12-03&practitioner=martin&status=cancelled", ["2"], id="a day"),
        pytest.param("date=ge2026-12-09&date=lt2026-12-10", ["3"], id="between"),
        pytest.param("date=gt2026-12-09T10:00&date=le2026-12-14T09:00:00%2B01:00", ["4"], id="to the minute"),
        pytest.param("date=gt2026-12-09T09:00:00.000Z&date=lt2026-12-15", ["4"], id="as many programs write instants"),
        pytest.param("_id=4&status=booked", [], id="none"),
    ],
)
def test_appointments_are_found_by_day_person_and_status(reader: Program, search: str, ids: list[str]) -> None:
    assert [one["id"] for one in found(reader, f"Appointment?{search}")] == ids


@on_one_database
@pytest.mark.parametrize(
    ("address", "status"),
    [("Patient/nobody", 404), ("Patient?birthdate=x", 422), ("Slot", 422), ("Slot/martin.x.1", 404), ("Device", 404)],
)
def test_an_error_is_an_operation_outcome(reader: Program, address: str, status: int) -> None:
    answer = reader.ask("GET", f"/fhir/{address}")
    assert (answer.status_code, answer.content_type) == (status, "application/fhir+json")
    valid(answer.json)


@on_one_database
def test_nothing_is_written_by_fhir(reader: Program) -> None:
    assert reader.ask("PUT", "/fhir/Patient/durand", {"resourceType": "Patient"}).status_code == 405
