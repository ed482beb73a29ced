"""Errors as RFC 9457 has them: one sentence with the remedy, never a page and never a traceback."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import structlog
from flask import Flask, Response, json, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
NAMESPACE = "urn:ivr:problem:"
FHIR = "/api/v1/fhir/"

log = structlog.get_logger()


class Kind(StrEnum):
    """Every kind of error; `type` is the namespace and this word."""

    MALFORMED = "malformed"
    BAD_CURSOR = "bad-cursor"
    NO_KEY = "no-key"
    NO_SCOPE = "no-scope"
    NOT_FOUND = "not-found"
    METHOD = "method-not-allowed"
    CONFLICT = "conflict"
    STALE = "stale"
    TOO_LARGE = "too-large"
    MEDIA_TYPE = "unsupported-media-type"
    INVALID = "invalid"
    REUSED = "idempotency-key-reused"
    NO_MARK = "precondition-required"
    TOO_MANY = "too-many-requests"
    TROUBLE = "internal-error"
    AWAY = "unavailable"


@dataclass(frozen=True, slots=True)
class About:
    """The status and title of a kind, and what to do where nothing more is known."""

    status: int
    title: str
    remedy: str


KINDS: Mapping[Kind, About] = {
    Kind.MALFORMED: About(400, "The request cannot be read", "Send what the description of the API says."),
    Kind.BAD_CURSOR: About(400, "Unknown cursor", "Use a cursor as it was given, with the same filters."),
    Kind.NO_KEY: About(401, "A key is needed", "Send Authorization: Bearer KEY with a key that is in force."),
    Kind.NO_SCOPE: About(403, "The key may not do this", "Make a key that has the scope."),
    Kind.NOT_FOUND: About(404, "Not found", "Check the address; what belongs to another practice is not found either."),
    Kind.METHOD: About(405, "The address does not take this method", "Use one of the methods that Allow names."),
    Kind.CONFLICT: About(409, "It does not fit with what there is", "Read it again and decide anew."),
    Kind.STALE: About(412, "It has been changed meanwhile", "Read it again and send the change with the new ETag."),
    Kind.TOO_LARGE: About(413, "The request is too large", "Send less than a megabyte."),
    Kind.MEDIA_TYPE: About(415, "The body is not JSON", "Send Content-Type: application/json."),
    Kind.INVALID: About(422, "The request says what cannot be", "Correct what `errors` names."),
    Kind.REUSED: About(422, "The idempotency key was used for another request", "Use a new Idempotency-Key."),
    Kind.NO_MARK: About(428, "If-Match is needed", "Read the resource and send its ETag as If-Match."),
    Kind.TOO_MANY: About(429, "Too many requests", "Wait as many seconds as Retry-After says."),
    Kind.TROUBLE: About(500, "Something is wrong here", "Tell who runs the service; nothing was changed."),
    Kind.AWAY: About(503, "The database does not answer", "Try again in a moment."),
}
BY_STATUS = {
    400: Kind.MALFORMED,
    404: Kind.NOT_FOUND,
    405: Kind.METHOD,
    413: Kind.TOO_LARGE,
    415: Kind.MEDIA_TYPE,
}
ISSUES = {401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 429: "throttled", 500: "exception"}
"""What FHIR calls some of them."""


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pointer: str = Field(description="JSON pointer into the body, or the name of a parameter.", examples=["/born"])
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = Field(description="The kind of error, a URN.", examples=["urn:ivr:problem:not-found"])
    title: str
    status: int
    detail: str = Field(description="One sentence with the remedy.")
    errors: list[Fault] | None = Field(default=None, description="What is wrong, one by one, where it can be told.")


@dataclass(eq=False)
class ProblemError(Exception):
    """Ends a request with an error; raised anywhere in a view."""

    kind: Kind
    detail: str = ""
    errors: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def not_found() -> ProblemError:
    """What is not there, or another practice's."""
    return ProblemError(Kind.NOT_FOUND)


def invalid(pointer: str, detail: str) -> ProblemError:
    """One thing that cannot be."""
    return ProblemError(Kind.INVALID, errors=(Fault(pointer=pointer, detail=detail),))


def from_validation(error: ValidationError) -> ProblemError:
    """Everything that a shape refuses; what was sent is not repeated."""
    if any(one["type"] == "json_invalid" for one in error.errors(include_input=False, include_url=False)):
        return ProblemError(Kind.MALFORMED, "The body is no JSON that can be read; send one JSON object in UTF-8.")
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return ProblemError(
        Kind.INVALID, errors=tuple(Fault(pointer=pointer(one["loc"]), detail=one["msg"]) for one in found)
    )


def pointer(places: tuple[int | str, ...]) -> str:
    """Where something lies, as RFC 6901 writes it."""
    return "".join("/" + str(place).replace("~", "~0").replace("/", "~1") for place in places)


def add_problems(app: Flask) -> None:
    """Every error of that application is answered as a problem."""
    app.register_error_handler(ProblemError, _answer)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(OperationalError, _without_database)
    app.register_error_handler(InterfaceError, _without_database)
    app.register_error_handler(Exception, _in_trouble)


def _answer(problem: ProblemError) -> Response:
    about = KINDS[problem.kind]
    if request.path.startswith(FHIR):
        return _outcome(problem, about)
    told: dict[str, Any] = {
        "type": NAMESPACE + problem.kind,
        "title": about.title,
        "status": about.status,
        "detail": problem.detail or about.remedy,
    }
    if problem.errors:
        told["errors"] = [fault.model_dump() for fault in problem.errors]
    return Response(json.dumps(told), about.status, problem.headers, content_type=MEDIA_TYPE)


def _outcome(problem: ProblemError, about: About) -> Response:
    """The same for who reads FHIR."""
    words = [problem.detail or about.remedy, *(f"{fault.pointer}: {fault.detail}" for fault in problem.errors)]
    issue = {"severity": "error", "code": ISSUES.get(about.status, "invalid"), "diagnostics": " ".join(words)}
    told = {"resourceType": "OperationOutcome", "issue": [issue]}
    return Response(json.dumps(told), about.status, problem.headers, content_type="application/fhir+json")


def _from_http(error: HTTPException) -> Response:
    """Errors that the framework raises, in our words."""
    code = error.code or 500
    kept = {name: value for name, value in error.get_headers() if name in {"Allow", "Location", "Retry-After"}}
    return _answer(ProblemError(BY_STATUS.get(code, Kind.MALFORMED if code < 500 else Kind.TROUBLE), headers=kept))  # noqa: PLR2004


def _without_database(error: DBAPIError) -> Response:
    log.error("api_without_database", error=type(error.orig).__name__)
    return _answer(ProblemError(Kind.AWAY, headers={"Retry-After": "5"}))


def _in_trouble(error: Exception) -> Response:
    log.exception("api_in_trouble", error=type(error).__name__)
    return _answer(ProblemError(Kind.TROUBLE))
