"""The practice of whoever is signed in: the only one its pages can see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from flask import abort, current_app, g, request, url_for
from flask_babel import lazy_gettext
from flask_security import current_user
from sqlalchemy import Connection, Engine, select

from db.engine import Transaction, reading
from db.models.access import AccessRow
from db.models.practices import PracticeRow
from db.queries.practices import find_practice
from ivr.actions.access import Made, note_access
from ivr.actions.practice_here import PracticeHere
from ivr.clock import zone_named
from ivr.practice_files.words import is_writing
from ivr.routing import Switchboard

LONGEST_REASON = 500
AN_HOUR = timedelta(hours=1)
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
"""What practice files take for a date."""
DATE_REFUSED = lazy_gettext("Une date ne va pas : choisissez aujourd’hui ou plus tard. Rien n’a été changé.")


def practice_here() -> PracticeHere | None:
    """The practice of the user, looked up once for a request; None for strangers and operators."""
    if "practice" not in g:
        g.practice = _find()
    found: PracticeHere | None = g.practice
    return found


def here() -> PracticeHere:
    """The practice of the user; who has none gets no page of one."""
    found = practice_here()
    if found is None:
        abort(403)
    return found


def read() -> Transaction:
    """Transactions that only read."""
    return reading(current_app.extensions["ivr.engine"])


def write() -> Transaction:
    """Transactions that write."""
    begin: Transaction = current_app.extensions["ivr.engine"].begin
    return begin


def made() -> Made:
    """The user of this request, who makes an exception now."""
    return Made(here().now, _actor())


@contextmanager
def tried() -> Iterator[Connection]:
    """A transaction that is taken back: what it shows is what would be."""
    engine: Engine = current_app.extensions["ivr.engine"]
    with engine.connect() as connection, connection.begin() as transaction:
        try:
            yield connection
        finally:
            transaction.rollback()


def note(connection: Connection, action: str, subject: str, detail: Mapping[str, str] | None = None) -> None:
    """The user of this request in the access log."""
    note_access(connection, here().id, _actor(), action, subject, here().now, detail)


def seen_lately(connection: Connection, action: str, subject: str) -> bool:
    """Whether the access log tells already that this user did that with it within the hour."""
    its = (AccessRow.practice_id == here().id, AccessRow.at > here().now - AN_HOUR, AccessRow.actor == _actor())
    same = (AccessRow.action == action, AccessRow.subject == subject)
    return connection.execute(select(AccessRow.id).where(*its, *same).limit(1)).first() is not None


def _actor() -> str:
    return f"user {current_user.id}"


def switchboard_here(connection: Connection) -> Switchboard:
    """The practice as its calls see it."""
    version = find_practice(connection, here().key) or abort(404)
    found: Switchboard = current_app.extensions["ivr.switchboards"].get(connection, version)
    return found


def public_address(endpoint: str, **values: Any) -> str:
    """The address of a page as somebody elsewhere opens it, whatever this request was asked by."""
    return f"{current_app.extensions['ivr.public_url']}{url_for(endpoint, **values)}"


def date_asked(name: str, furthest: timedelta) -> date:
    """The date that the address asks for by that name; today where none is readable, or it is too far away."""
    today = here().today
    try:
        wanted = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return today
    return wanted if abs(wanted - today) <= furthest else today


def until_chosen(name: str) -> date | None:
    """The last day that the form gives an exception of that name, if any.

    Raises:
        ValueError: it is no date, past, or too far away.
    """
    written = request.form.get(f"until-{name}", "").strip()
    if not written:
        return None
    until = date.fromisoformat(written)
    if not here().today <= until <= LAST_DAY:
        message = f"{until} is past, or too far away"
        raise ValueError(message)
    return until


def reason_chosen(name: str) -> str | None:
    """Why, as the form says it, without what practice files cannot hold."""
    written = "".join(letter for letter in request.form.get(f"reason-{name}", "") if is_writing(letter))
    return " ".join(written.split())[:LONGEST_REASON] or None


def _find() -> PracticeHere | None:
    if not current_user or not current_user.is_authenticated or current_user.practice_id is None:
        return None
    columns = (PracticeRow.id, PracticeRow.key, PracticeRow.name, PracticeRow.country, PracticeRow.timezone)
    with read()() as connection:
        row = connection.execute(select(*columns).where(PracticeRow.id == current_user.practice_id)).one()
    return PracticeHere(
        row.id, row.key, row.name, row.country, zone_named(row.timezone), current_app.extensions["ivr.clock"]()
    )
