"""Lists in pages: a cursor tells after which entry the next page begins, whatever was added or deleted meanwhile."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, request
from pydantic import BaseModel, Field, ValidationError

from ivr.api.answers import answered
from ivr.api.problems import Kind, ProblemError
from ivr.api.shapes.common import Query

MOST, USUAL, LONGEST_CURSOR = 200, 50, 400

T = TypeVar("T")


class PageQuery(Query):
    """Which part of a list."""

    limit: int = Field(default=USUAL, ge=1, le=MOST, description=f"How many; {USUAL} without it.")
    cursor: str | None = Field(default=None, max_length=LONGEST_CURSOR, description="`next` of the page before.")


def after(query: PageQuery, *kinds: type[Any]) -> tuple[Any, ...] | None:
    """What the last entry of the page before was ordered by; None for the first page. Raises ProblemError."""
    if query.cursor is None:
        return None
    try:
        found = json.loads(urlsafe_b64decode(query.cursor.encode("ascii", "strict") + b"=="))
    except ValueError:
        raise ProblemError(Kind.BAD_CURSOR) from None
    if not isinstance(found, list) or [type(one) for one in found] != list(kinds):
        raise ProblemError(Kind.BAD_CURSOR)
    if any(isinstance(one, int) and not -(2**63) < one < 2**63 for one in found):
        raise ProblemError(Kind.BAD_CURSOR)
    return tuple(found)


def after_id(query: PageQuery) -> int | None:
    """The same where a list is ordered by ids alone."""
    found = after(query, int)
    return None if found is None else int(found[0])


def page(
    shape: Callable[..., BaseModel],
    query: PageQuery,
    rows: Sequence[T],
    as_item: Callable[[T], BaseModel],
    place: Callable[[T], tuple[Any, ...]],
) -> Response:
    """The entries; `rows` holds one more than was asked for when there is another page."""
    shown = rows[: query.limit]
    following = cursor_of(place(shown[-1])) if len(rows) > query.limit else None
    try:
        given = shape(items=[as_item(row) for row in shown], next=following)
    except ValidationError as error:
        raise AssertionError(error.errors(include_input=False)) from None
    headers = {} if following is None else {"Link": f'<{next_address(following)}>; rel="next"'}
    return answered(given, headers=headers)


def cursor_of(place: tuple[Any, ...]) -> str:
    """Where a page ends, for whom it is none of their business."""
    return urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def next_address(cursor: str) -> str:
    """The address of the next page."""
    return f"{request.base_url}?{urlencode(request.args.to_dict(flat=False) | {'cursor': cursor}, doseq=True)}"
