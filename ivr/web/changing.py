"""Changing the settings from a page: refused in a sentence, shown before it is saved, and proven."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from sqlalchemy import Connection

from db.queries.practices import lock_practice
from ivr.actions.load_practice import load_practice
from ivr.actions.practice_rows import read_settings
from ivr.actions.settings import changed_settings, say, stranded
from ivr.practice_files.changes import changes_between
from ivr.practice_files.faults import Fault, FaultyFileError
from ivr.practice_files.schema import PracticeFile
from ivr.practice_files.values import as_practice
from ivr.routing import Switchboard
from ivr.vocabulary import WEEKDAYS
from ivr.web.here import here, note, read, switchboard_here, write
from ivr.web.words import FAULTS

Change = Callable[[dict[str, Any]], None]
"""Makes the change in the tables of the settings (INTERFACE.md 5)."""

ENTRY = re.compile(r"\[\d+\](?: \([^)]*\))?")
"""`acts[1] (longue)` is an entry of `acts`, called `acts[]` in `FAULTS`."""
INSIDE = re.compile(rf"(?:\.(?:{'|'.join(WEEKDAYS)}|fr|en)|(?<=^prompts)\..*)$")
"""The day of a table of hours, the language of a text."""
MOST_TRIES = 6
"""How often a change is proven again because somebody saved another one meanwhile."""


class RefusedError(ValueError):
    """A change that cannot be, in a sentence for the page.

    `where` is the path of the setting in the practice file, where one is to blame.
    """

    def __init__(self, told: str, where: str = "") -> None:
        self.where = where
        super().__init__(told)


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that somebody asked for, and what the access log calls it.

    `check` raises RefusedError for what is wrong with it beside the practice as it is.
    """

    change: Change
    subject: str
    check: Callable[[Switchboard], None] = lambda _: None
    is_proven: bool = True
    """Whether callers could be stranded by it: proving that none is takes seconds."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """The practice as its calls see it, before and after a change."""

    before: Switchboard
    after: Switchboard


def look_ahead(connection: Connection, asked: Asked) -> Prospect:
    """What would be; nothing is saved. Raises RefusedError."""
    before = switchboard_here(connection)
    asked.check(before)
    return Prospect(before, Switchboard(as_practice(_changed(connection, asked))))


def save(asked: Asked) -> None:
    """Save what was proven, and nothing else: whoever saved something meanwhile makes it proven again.

    Raises:
        RefusedError: it cannot be, or would leave a caller without an answer.
    """
    for _ in range(MOST_TRIES):
        with read()() as connection:
            asked.check(switchboard_here(connection))
            file = _changed(connection, asked)
            if not changes_between(read_settings(connection, here().id), file):
                return
        if asked.is_proven and (offences := stranded(file, here().now)):
            raise RefusedError(say(offences))
        if _is_written(asked, file):
            current_app.extensions["ivr.snapshots"].write(file)
            return
    raise RefusedError(gettext("D’autres réglages viennent d’être enregistrés : recommencez dans un instant."))


def in_practitioner(key: str, change_part: Change) -> Change:
    """A change to the table of one practitioner, by key; none to the tables where that one is gone."""

    def change_tables(tables: dict[str, Any]) -> None:
        for part in tables["practitioners"]:
            if part["key"] == key:
                change_part(part)

    return change_tables


def fingerprint(table: dict[str, Any], places: Iterable[str]) -> str:
    """What the settings at these places are, such as `announcement.text`, to be told from what they become."""
    found = [_at(table, place) for place in places]
    return sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def _at(table: dict[str, Any], place: str) -> Any:
    """What lies there, None for nothing."""
    name, _, deeper = place.partition(".")
    value = table.get(name)
    return _at(value or {}, deeper) if deeper else value


def refuse_stale(table: dict[str, Any], places: Iterable[str], seen: str) -> None:
    """Raises RefusedError where the settings at these places are others than `seen`, the fingerprint on the page."""
    if seen and seen != fingerprint(table, places):
        told = gettext(
            "Quelqu’un a changé ces réglages depuis l’ouverture de cette page. Enregistrez encore pour les remplacer."
        )
        raise RefusedError(told)


def is_confirmed() -> bool:
    """Whether the form comes from the page that showed what would change."""
    return bool(request.form.get("confirmed"))


def chosen() -> list[tuple[str, str]]:
    """What the form holds, to be sent again when it is confirmed."""
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _is_written(asked: Asked, file: PracticeFile) -> bool:
    with write()() as connection:
        lock_practice(connection, here().id)
        if _changed(connection, asked) != file:
            return False
        load_practice(connection, file)
        note(connection, "changed", asked.subject)
        return True


def _changed(connection: Connection, asked: Asked) -> PracticeFile:
    try:
        return changed_settings(connection, here().id, asked.change, here().today)
    except FaultyFileError as error:
        first = error.faults[0]
        raise RefusedError(_told(first), first.where) from None


def _told(fault: Fault) -> str:
    """In the words of the page, where there are such for that setting."""
    *_, name = ENTRY.sub("[]", INSIDE.sub("", fault.where)).split(".")
    told = FAULTS.get(name) or FAULTS.get(name.removesuffix("[]"))
    return str(told or gettext("Ces réglages ne vont pas ensemble : %(faults)s", faults=say((fault,))))
