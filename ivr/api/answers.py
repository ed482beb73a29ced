"""Answers: a shape as JSON, with its mark where it has one."""

from collections.abc import Mapping
from hashlib import sha256

from flask import Response, request
from pydantic import BaseModel

from ivr.api.operations import JSON
from ivr.api.problems import Kind, ProblemError

NO_CONTENT, NOT_MODIFIED, CREATED = 204, 304, 201
MARK_LETTERS = 32


def answered(shape: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """That shape."""
    return Response(shape.model_dump_json(by_alias=True), status, headers, content_type=JSON)


def marked(shape: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """That shape with its mark, or 304 where the program has this version."""
    mark = mark_of(shape)
    if status == 200 and request.method == "GET" and request.if_none_match.contains_weak(mark):  # noqa: PLR2004
        answer = _empty(NOT_MODIFIED)
    else:
        answer = answered(shape, status, headers)
    answer.set_etag(mark)
    return answer


def created(shape: BaseModel, address: str) -> Response:
    """Something new, and where it is."""
    return marked(shape, CREATED, {"Location": address})


def done() -> Response:
    """There is nothing to say about it any more."""
    return _empty(NO_CONTENT)


def _empty(status: int) -> Response:
    """Without the type of a body that is not there."""
    answer = Response(status=status)
    del answer.headers["Content-Type"]
    return answer


def mark_of(shape: BaseModel) -> str:
    """What tells this version from any other: all that it shows."""
    return sha256(shape.model_dump_json(by_alias=True).encode()).hexdigest()[:MARK_LETTERS]


def check_mark(shape: BaseModel) -> None:
    """Go on only where the program has seen the present version. Raises ProblemError."""
    if "If-Match" not in request.headers:
        raise ProblemError(Kind.NO_MARK)
    if not request.if_match.contains(mark_of(shape)):
        raise ProblemError(Kind.STALE)
