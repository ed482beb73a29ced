"""Every operation of the API at an address that is really there, read from its description."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ivr.vocabulary import Scope
from tests.a_day import have_a_day
from tests.api.program import Program
from tests.space.coming import JEANNE, JEANNES_BIRTHDAY, PAUL, PAULS_BIRTHDAY, inside
from tests.space.test_documents import HERS, PNG, send
from tests.space.test_messages import write

HOOK = {"address": "https://agenda.example.org/hooks", "events": ["call.ended"]}


@dataclass(frozen=True)
class Address:
    """One operation on something of the demo practice, with a body that it takes."""

    name: str
    method: str
    path: str
    scope: Scope
    body: Any
    is_about_somebody: bool
    """Whether its address names something of the practice."""


def addresses(program: Program) -> Iterator[Address]:
    """All of them; `known` has the ids of what there is."""
    known = things(program)
    for path, methods in program.ask("GET", "/api/openapi.json").json["paths"].items():
        for method, told in methods.items():
            filled = path
            for name, value in known.items():
                filled = filled.replace(f"{{{name}}}", str(value))
            assert "{" not in filled, f"{path} names what tests.api.addresses.things does not"
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            yield Address(told["operationId"], method.upper(), filled, Scope(told["x-scope"]), body, filled != path)


def first(program: Program, address: str) -> int:
    return int(program.get(f"{address}?limit=1")["items"][0]["id"])


def things(program: Program) -> dict[str, Any]:
    """What parts of addresses name, after a day at the practice."""
    have_a_day(program.line)
    send(inside(program.line, JEANNE, JEANNES_BIRTHDAY), HERS, ("Analyse.png", PNG))
    write(inside(program.line, PAUL, PAULS_BIRTHDAY))
    return {
        "patient": "durand",
        "phone": program.get("/patients/durand")["phones"][0]["id"],
        "appointment": program.get("/appointments?from=2026-12-05T00:00:00Z")["items"][0]["id"],
        "task": first(program, "/tasks"),
        "message": first(program, "/messages"),
        "document": first(program, "/documents"),
        "letter": first(program, "/letters"),
        "call": first(program, "/calls"),
        "webhook": program.post("/webhooks", HOOK).json["id"],
        "practitioner": "martin",
        "act": "consultation",
        "schedule": "martin",
        "slot": program.get("/fhir/Slot?schedule=martin&_count=1")["entry"][0]["resource"]["id"],
        "day": program.get("/practitioners/martin/days")["items"][0]["date"],
        "leave": program.get("/practitioners/martin/leave")["items"][0]["id"],
    }
