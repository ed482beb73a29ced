"""What creates something does it once, however often its request arrives."""

import re
from collections.abc import Callable
from hashlib import sha256

from flask import Response, request
from sqlalchemy import Connection

from ivr.actions.api_answers import Asked, Given, TokenReusedError, claim, keep
from ivr.api.here import asking, here, write
from ivr.api.problems import Kind, ProblemError, invalid

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
KEPT_HEADERS = ("Content-Type", "Location", "ETag")


def once(work: Callable[[Connection], Response]) -> Response:
    """Do that in one transaction, unless this very request was answered before: then answer so again.

    Raises ProblemError. What ends with a problem was not done, and is tried anew.
    """
    asked = _asked()
    try:
        with write()() as connection:
            if asked is None:
                return work(connection)
            _claimed(connection, asked)
            answer = work(connection)
            keep(connection, asked, _given(answer))
            return answer
    except _AnsweredError as error:
        return _answered(error.given)


def once_saved(save: Callable[[Callable[[Connection], None]], None], answer: Callable[[], Response]) -> Response:
    """The same for what opens its transaction itself, after long work; `save` is given what to do in there.

    `answer` is known before. Raises ProblemError.
    """
    asked = _asked()
    if asked is None:
        save(lambda _: None)
        return answer()

    def within(connection: Connection) -> None:
        _claimed(connection, asked)
        keep(connection, asked, _given(answer()))

    try:
        with write()() as connection:
            _claimed(connection, asked)
            connection.rollback()
        save(within)
    except _AnsweredError as error:
        return _answered(error.given)
    return answer()


class _AnsweredError(Exception):
    """The very same request was answered meanwhile."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self.given = given


def _claimed(connection: Connection, asked: Asked) -> None:
    try:
        before = claim(connection, asked, here().now)
    except TokenReusedError:
        raise ProblemError(Kind.REUSED) from None
    if before is not None:
        raise _AnsweredError(before)


def _given(answer: Response) -> Given:
    kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    return Given(answer.status_code, kept, answer.get_data(as_text=True))


def _answered(given: Given) -> Response:
    return Response(given.body, given.status, dict(given.headers))


def _asked() -> Asked | None:
    token = request.headers.get("Idempotency-Key")
    if token is None:
        return None
    if not TOKEN.fullmatch(token):
        raise invalid("Idempotency-Key", "is not 1 to 64 letters, digits, - or _")
    seen = sha256(f"{request.method} {request.path}\n".encode() + request.get_data())
    return Asked(asking().key_id, token, seen.hexdigest())
