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
    with write()() as connection:
        if asked is None:
            return work(connection)
        try:
            before = claim(connection, asked, here().now)
        except TokenReusedError:
            raise ProblemError(Kind.REUSED) from None
        if before is not None:
            return Response(before.body, before.status, dict(before.headers))
        answer = work(connection)
        kept = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        keep(connection, asked, Given(answer.status_code, kept, answer.get_data(as_text=True)))
        return answer


def _asked() -> Asked | None:
    token = request.headers.get("Idempotency-Key")
    if token is None:
        return None
    if not TOKEN.fullmatch(token):
        raise invalid("Idempotency-Key", "is not 1 to 64 letters, digits, - or _")
    seen = sha256(f"{request.method} {request.path}\n".encode() + request.get_data())
    return Asked(asking().key_id, token, seen.hexdigest())
