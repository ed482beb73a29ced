"""The practice of the key that asks: the only one that the API can see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import overload

from flask import current_app, g
from sqlalchemy import Connection

from db.engine import Transaction, reading
from db.queries.practices import find_practice
from ivr.actions.access import Made, note_access
from ivr.actions.practice_here import PracticeHere
from ivr.actions.switchboards import Switchboards
from ivr.api.problems import not_found
from ivr.clock import local
from ivr.routing import Switchboard
from ivr.vocabulary import Scope


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: a key, what it may do, and its practice."""

    key_id: int
    scopes: frozenset[Scope]
    practice: PracticeHere

    @property
    def actor(self) -> str:
        """As the access log names it."""
        return f"key:{self.key_id}"


def asking() -> Asking:
    """The key of this request, which has been looked at."""
    found: Asking = g.asking
    return found


def here() -> PracticeHere:
    """The practice of the key."""
    return asking().practice


def read() -> Transaction:
    """Transactions that only read."""
    return reading(current_app.extensions["ivr.engine"])


def write() -> Transaction:
    """Transactions that write."""
    begin: Transaction = current_app.extensions["ivr.engine"].begin
    return begin


def made() -> Made:
    """The key of this request, which makes an exception now."""
    return Made(here().now, asking().actor)


def note(connection: Connection, action: str, subject: str, detail: Mapping[str, str] | None = None) -> None:
    """The key of this request in the access log."""
    note_access(connection, here().id, asking().actor, action, subject, here().now, detail)


def note_read(action: str, subject: str, ids: Iterable[int] | None = None) -> None:
    """The key of this request in the access log, for what it only read: a list tells the ids of what was in it."""
    told = None if ids is None else {"ids": " ".join(map(str, ids))}
    if told is None or told["ids"]:
        with write()() as connection:
            note(connection, action, subject, told)


@overload
def shown_at(moment: datetime) -> datetime: ...
@overload
def shown_at(moment: None) -> None: ...
def shown_at(moment: datetime | None) -> datetime | None:
    """An instant as the API answers it: with the offset that the practice's clock has then."""
    return None if moment is None else local(here().zone, moment)


def switchboards() -> Switchboards:
    """The practices that this application remembers."""
    found: Switchboards = current_app.extensions["ivr.switchboards"]
    return found


def switchboard_here(connection: Connection) -> Switchboard:
    """The practice as its calls see it."""
    version = find_practice(connection, here().key)
    if version is None:
        raise not_found()
    return switchboards().get(connection, version)
