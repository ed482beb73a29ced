"""Sessions that end when somebody signs out: a cookie alone would go on opening the site for whoever kept a copy."""

import secrets
from datetime import datetime, timedelta

from flask import Flask, current_app, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import user_logged_in, user_logged_out
from sqlalchemy import delete, select

from db.engine import reading
from db.inserts import insert_unless_there
from db.models.users import EndedSessionRow
from ivr.actions.ledger import token_hash

NAME = "session"
REMEMBERED_FOR = timedelta(days=1)
"""Longer than a session lasts."""


RENEWS_ITSELF = "today.live"


class RenewedByHand(SecureCookieSessionInterface):
    """A session lasts from what somebody last did: a page that was left open keeps nobody signed in."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """What was changed is always kept."""
        return session.modified or (request.endpoint != RENEWS_ITSELF and super().should_set_cookie(app, session))


def end_with_sign_out(site: Flask) -> None:
    """Each sign-in begins a session of its own, which lasts a working day, and signing out ends it."""
    site.session_interface = RenewedByHand()
    user_logged_in.connect(_begin, site)
    user_logged_out.connect(_end, site)


def has_ended() -> bool:
    """Whether the session of this request was signed out of, or never had a name."""
    name = session.get(NAME)
    if name is None:
        return True
    query = select(EndedSessionRow.session).where(EndedSessionRow.session == token_hash(name))
    with reading(current_app.extensions["ivr.engine"])() as connection:
        return connection.execute(query).first() is not None


def _begin(_site: Flask, **_: object) -> None:
    session[NAME] = secrets.token_urlsafe(24)
    session.permanent = True


def _end(_site: Flask, **_: object) -> None:
    name, now = session.pop(NAME, None), current_app.extensions["ivr.clock"]()
    if name is None:
        return
    with current_app.extensions["ivr.engine"].begin() as connection:
        insert_unless_there(connection, EndedSessionRow, {"session": token_hash(name), "ended_at": now})
        long_ago: datetime = now - REMEMBERED_FOR
        connection.execute(delete(EndedSessionRow).where(EndedSessionRow.ended_at < long_ago))
