"""Who may ask: a key that is in force and has the scope, not too often."""

import time

from flask import Flask, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Row

from ivr.actions.api_keys import find_key, is_used_lately, note_use
from ivr.actions.practice_here import PracticeHere
from ivr.api.here import Asking, read, write
from ivr.api.problems import Kind, ProblemError
from ivr.clock import Clock, zone_named
from ivr.vocabulary import Scope

OFTEN = RateLimitItemPerMinute(600)
"""What one key may ask of one process; a program that keeps two agendas alike needs a tenth of it."""
GUESSES = RateLimitItemPerMinute(20)
"""Keys that are none, from one address."""
SCHEME = "Bearer"


class Limits:
    """How often somebody has asked, in this process."""

    def __init__(self, often: RateLimitItem = OFTEN, guesses: RateLimitItem = GUESSES) -> None:
        self._counted = FixedWindowRateLimiter(MemoryStorage())
        self._often, self._guesses = often, guesses

    def count_use(self, key_id: int) -> None:
        """One request of a key. Raises ProblemError."""
        if not self._counted.hit(self._often, "key", str(key_id)):
            raise self._too_many(self._often, "key", str(key_id))

    def count_guess(self, address: str) -> None:
        """A key that was none. Raises ProblemError; whoever has a good one at the same address goes on."""
        if not self._counted.hit(self._guesses, "address", address):
            raise self._too_many(self._guesses, "address", address)

    def _too_many(self, item: RateLimitItem, *whose: str) -> ProblemError:
        reset = self._counted.get_window_stats(item, *whose).reset_time
        return ProblemError(Kind.TOO_MANY, headers={"Retry-After": str(max(1, int(reset - time.time()) + 1))})


def add_guard(app: Flask, clock: Clock, limits: Limits) -> None:
    """What `admit` needs of that application."""
    app.extensions["ivr.clock"] = clock
    app.extensions["ivr.limits"] = limits


def admit(scope: Scope) -> None:
    """Let the request in as its key, or raise ProblemError."""
    limits: Limits = current_app.extensions["ivr.limits"]
    found = _key_asking(current_app.extensions["ivr.clock"])
    if found is None:
        limits.count_guess(request.remote_addr or "")
        raise ProblemError(Kind.NO_KEY, headers={"WWW-Authenticate": f'{SCHEME} realm="ivr"'})
    limits.count_use(found.key_id)
    if scope not in found.scopes:
        told = f"The key has no scope {scope}; make one that has it, on the practice's site or with ivr key add."
        raise ProblemError(Kind.NO_SCOPE, told)
    g.asking = found


def _key_asking(clock: Clock) -> Asking | None:
    """The key that the request names, when it is in force."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME.lower() or not secret:
        return None
    with read()() as connection:
        row = find_key(connection, secret.strip())
    if row is None:
        return None
    practice = PracticeHere(
        row.practice_id, row.practice, row.practice_name, row.country, zone_named(row.timezone), clock()
    )
    if row.expires_on is not None and row.expires_on < practice.today:
        return None
    _tell_use(row, practice)
    return Asking(row.id, frozenset(map(Scope, row.scopes)), practice)


def _tell_use(row: Row[tuple[object, ...]], practice: PracticeHere) -> None:
    if not is_used_lately(row.last_used_at, practice.now):
        with write()() as connection:
            note_use(connection, row.id, practice.now)
