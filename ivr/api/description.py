"""The description of the API in OpenAPI 3.1: what spectree makes of the views, with errors, headers and addresses."""

from collections.abc import Iterator
from copy import deepcopy
from threading import Lock
from typing import Any

from flask import Flask, current_app

from db.types import LARGEST_ID
from ivr.api.answers import CREATED
from ivr.api.operations import FHIR_JSON, JSON, OPERATION, Operation, described
from ivr.api.problems import KINDS, MEDIA_TYPE, Kind
from ivr.api.shapes.common import EXAMPLES, PATTERNS

RESOURCE = {
    "type": "object",
    "properties": {"resourceType": {"type": "string"}},
    "required": ["resourceType"],
    "description": "A resource of FHIR R4.",
}
BYTES = {"type": "string", "format": "binary"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}
ALWAYS = (
    Kind.MALFORMED,
    Kind.NO_KEY,
    Kind.NO_SCOPE,
    Kind.NOT_FOUND,
    Kind.METHOD,
    Kind.INVALID,
    Kind.TOO_MANY,
    Kind.TROUBLE,
    Kind.AWAY,
)
WITH_BODY = (Kind.TOO_LARGE, Kind.MEDIA_TYPE)
MARK = {"description": "The mark of this version, for If-Match and If-None-Match.", "schema": {"type": "string"}}
LOCATION = {"description": "Where it is.", "schema": {"type": "string"}}
RETRY = {"Retry-After": {"description": "So many seconds.", "schema": {"type": "integer"}}}
BEARER = {"WWW-Authenticate": {"description": "Always Bearer.", "schema": {"type": "string"}}}
PROBLEM_HEADERS = {Kind.TOO_MANY: RETRY, Kind.NO_KEY: BEARER}
MAKING = Lock()
"""The library takes its shapes apart when it is first asked: a second thread would find half of them."""
LINK = {"description": 'The next page, as rel="next"; none on the last.', "schema": {"type": "string"}}


def describe(app: Flask, public_url: str) -> dict[str, Any]:
    """The whole description of that application."""
    with app.app_context(), MAKING:
        found: dict[str, Any] = deepcopy(described.spec)
        known = dict(_operations())
    for methods in found["paths"].values():
        for told in methods.values():
            _complete(told, known[told["operationId"]])
    for shape in found["components"]["schemas"].values():
        _without_null_defaults(shape.get("properties", {}))
    return found | {"security": [{"key": []}], "servers": [{"url": public_url}]}


def _without_null_defaults(fields: dict[str, Any]) -> None:
    """What is left out of a change stays: a default would have clients send null, which takes it away."""
    for told in fields.values():
        if told.get("default", "") is None:
            del told["default"]


def _operations() -> Iterator[tuple[str, Operation]]:
    for view in current_app.view_functions.values():
        found: Operation | None = getattr(view, "__dict__", {}).get(OPERATION)
        if found is not None:
            yield found.name, found


def _complete(told: dict[str, Any], asked: Operation) -> None:
    told["description"] = f"{told['description']}\n\nNeeds the scope `{asked.scope}`.".strip()
    told["x-scope"] = asked.scope.value
    told["parameters"] = [*map(_parameter, told["parameters"]), *_headers(asked)]
    given = told["responses"][str(asked.status)]
    if asked.media_type != JSON:
        given["content"] = {asked.media_type: {"schema": RESOURCE if asked.media_type == FHIR_JSON else BYTES}}
    if asked.has_mark:
        given["headers"] = {"ETag": MARK}
        if asked.only_reads:
            told["responses"]["304"] = {"description": "It is as it was."}
    if asked.status == CREATED:
        given.setdefault("headers", {})["Location"] = LOCATION
    if asked.has_pages:
        given["headers"] = {"Link": LINK}
    if asked.body is not None:
        told["requestBody"]["content"][JSON] |= _example(asked)
    told["responses"] |= _problems(asked)


def _example(asked: Operation) -> dict[str, Any]:
    found = EXAMPLES.get(asked.name)
    return {"example": found} if found else {}


def _parameter(told: dict[str, Any]) -> dict[str, Any]:
    """With what an id or a key looks like; what may be left out is never null in an address."""
    if told["in"] == "path":
        pattern = PATTERNS.get(told["name"])
        row = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
        return told | {"schema": {"type": "string", "pattern": pattern} if pattern else row}
    kept = {name: value for name, value in told["schema"].items() if name not in {"title", "description", "default"}}
    choices = [one for one in kept.pop("anyOf", ()) if one.get("type") != "null"]
    return told | {"schema": kept | (choices[0] if choices else {})}


def _headers(asked: Operation) -> Iterator[dict[str, Any]]:
    """Headers of the request that the operation knows."""
    if asked.needs_mark or asked.may_need_mark:
        yield _header("If-Match", "The ETag of what is to be changed.", is_required=asked.needs_mark)
    elif asked.has_mark and asked.only_reads:
        yield _header("If-None-Match", "An ETag; 304 when it is that still.")
    if asked.creates:
        about = "Makes the request harmless when it is sent again within a day: it is answered as the first time."
        token = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]{1,64}$"}
        yield _header("Idempotency-Key", about) | {"schema": token}


def _header(name: str, about: str, *, is_required: bool = False) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "required": is_required, "description": about, "schema": schema}


def _problems(asked: Operation) -> dict[str, Any]:
    """Every error that it may be answered with."""
    kinds = [*ALWAYS, *(WITH_BODY if asked.body is not None else ())]
    kinds += [Kind.STALE, Kind.NO_MARK] if asked.needs_mark or asked.may_need_mark else []
    kinds += [Kind.CONFLICT] if asked.conflicts or asked.creates else []
    media_type, schema = (FHIR_JSON, RESOURCE) if asked.media_type == FHIR_JSON else (MEDIA_TYPE, PROBLEM)
    return {
        str(KINDS[kind].status): {
            "description": KINDS[kind].title,
            "content": {media_type: {"schema": schema}},
        }
        | ({"headers": PROBLEM_HEADERS[kind]} if kind in PROBLEM_HEADERS else {})
        for kind in kinds
    }
