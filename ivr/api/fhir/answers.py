"""What every kind of FHIR resource is answered with."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Response, json, request

from ivr.api.fhir import documents
from ivr.api.fhir.documents import Resource
from ivr.api.fhir.searching import Search
from ivr.api.here import read, switchboard_here
from ivr.api.operations import FHIR_JSON, Operation, Shape, operation
from ivr.api.pages import cursor_of, next_address
from ivr.api.problems import not_found
from ivr.practice import Practitioner
from ivr.vocabulary import Scope

BASE = "/api/v1/fhir"
T = TypeVar("T")


def reading(name: str, query: Shape | None = None) -> Callable[..., Any]:
    """An operation that only reads, as all of FHIR here does."""
    return operation(Operation(name, Scope.FHIR_READ, "FHIR", None, query=query, media_type=FHIR_JSON))


def given(resource: Resource) -> Response:
    """That resource."""
    return Response(json.dumps(resource), content_type=FHIR_JSON)


def bundle_of(
    query: Search, rows: Sequence[T], as_resource: Callable[[T], Resource], place: Callable[[T], tuple[Any, ...]]
) -> Response:
    """A page of what was found; `rows` holds one more than was asked for when there is another."""
    shown = rows[: query.count]
    following = next_address(cursor_of(place(shown[-1]))) if len(rows) > query.count else None
    return given(documents.bundle(base(), map(as_resource, shown), request.url, following))


def base() -> str:
    """The address under which all resources are."""
    return f"{request.url_root.rstrip('/')}{BASE}"


def doctors_here() -> tuple[Practitioner, ...]:
    """The practitioners of the practice."""
    with read()() as connection:
        return switchboard_here(connection).practice.practitioners


def doctor_here(key: str) -> Practitioner:
    """The practitioner with that key. Raises ProblemError."""
    found = next((one for one in doctors_here() if one.key == key), None)
    if found is None:
        raise not_found()
    return found
