"""Changing the settings from a page: refused in a sentence, shown before it is saved, and proven."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from sqlalchemy import Connection

from ivr.actions.changing import Asked, Desk, OvertakenError, StrandedError, changed, save_settings
from ivr.actions.settings import say
from ivr.actions.snapshots import Snapshots
from ivr.practice_files.faults import Fault, FaultyFileError
from ivr.practice_files.values import as_practice
from ivr.routing import Switchboard
from ivr.vocabulary import WEEKDAYS
from ivr.web.here import here, note, read, switchboard_here, write
from ivr.web.words import FAULTS

ENTRY = re.compile(r"\[\d+\](?: \([^)]*\))?")
"""`acts[1] (longue)` is an entry of `acts`, called `acts[]` in `FAULTS`."""
INSIDE = re.compile(rf"(?:\.(?:{'|'.join(WEEKDAYS)}|fr|en)|(?<=^prompts)\..*)$")
"""The day of a table of hours, the language of a text."""


class RefusedError(ValueError):
    """A change that cannot be, in a sentence for the page.

    `where` is the path of the setting in the practice file, where one is to blame.
    """

    def __init__(self, told: str, where: str = "") -> None:
        self.where = where
        super().__init__(told)


@dataclass(frozen=True, slots=True)
class Prospect:
    """The practice as its calls see it, before and after a change."""

    before: Switchboard
    after: Switchboard


def look_ahead(connection: Connection, asked: Asked) -> Prospect:
    """What would be; nothing is saved. Raises RefusedError."""
    before = switchboard_here(connection)
    asked.check(before)
    try:
        return Prospect(before, Switchboard(as_practice(changed(connection, asked, here()))))
    except FaultyFileError as error:
        raise _refused(error) from None


def save(asked: Asked) -> None:
    """Save what was proven, and nothing else: whoever saved something meanwhile makes it proven again.

    Raises:
        RefusedError: it cannot be, or would leave a caller without an answer.
    """
    try:
        save_settings(asked, _desk())
    except FaultyFileError as error:
        raise _refused(error) from None
    except StrandedError as error:
        raise RefusedError(str(error)) from None
    except OvertakenError:
        told = gettext("D’autres réglages viennent d’être enregistrés : recommencez dans un instant.")
        raise RefusedError(told) from None


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


def _desk() -> Desk:
    snapshots: Snapshots = current_app.extensions["ivr.snapshots"]
    return Desk(here(), read(), write(), switchboard_here, snapshots, _note)


def _note(connection: Connection, subject: str) -> None:
    note(connection, "changed", subject)


def _refused(error: FaultyFileError) -> RefusedError:
    first = error.faults[0]
    return RefusedError(_told(first), first.where)


def _told(fault: Fault) -> str:
    """In the words of the page, where there are such for that setting."""
    *_, name = ENTRY.sub("[]", INSIDE.sub("", fault.where)).split(".")
    told = FAULTS.get(name) or FAULTS.get(name.removesuffix("[]"))
    return str(told or gettext("Ces réglages ne vont pas ensemble : %(faults)s", faults=say((fault,))))
