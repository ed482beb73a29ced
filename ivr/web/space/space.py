"""The application of the patient space: beside the site, with a cookie of its own and nothing of the site's sign-in."""

from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, abort, g, request
from flask_wtf import CSRFProtect
from sqlalchemy import Engine

from ivr.actions.archive import archives_of
from ivr.clock import Clock
from ivr.security.headers import add_headers
from ivr.security.limits import TRIES, limited
from ivr.settings import Settings, site_secret
from ivr.vocabulary import Language
from ivr.web.applications import add_pages, language_of_browser, prepare
from ivr.web.here import practice_here
from ivr.web.space.book import book
from ivr.web.space.documents import LARGE_ENDPOINTS, MOST_AT_ONCE, documents
from ivr.web.space.entry import entry
from ivr.web.space.guest import guard_visits
from ivr.web.space.letters import letters
from ivr.web.space.planned import planned
from ivr.web.space.relatives import relatives

MOST_AT_ONCE_HERE = 4
"""Requests with documents in one process: each takes memory, and a thread that callers may need, until all has come."""
PAGES = (entry, planned, book, documents, letters, relatives)


def make_space(settings: Settings, engine: Engine, clock: Clock) -> Flask:
    """The patient space on that database.

    Raises:
        SettingsError: there is no secret to sign cookies with.
    """
    web = Path(__file__).parents[1]
    space = Flask(
        "ivr.space",
        root_path=str(web),
        static_url_path="/p/static",
        static_folder=str(web / "static"),
        template_folder="templates",
    )
    public = urlsplit(settings.public_url)
    is_https = public.scheme == "https"
    prepare(space, f"{site_secret(settings)} patient space", engine, language_here)
    space.config["SESSION_COOKIE_NAME"] = "__Secure-ivr-patient" if is_https else "ivr-patient"
    space.config["SESSION_COOKIE_PATH"] = f"{public.path.rstrip('/')}/p"
    space.config["SESSION_COOKIE_SECURE"] = is_https
    space.config["SESSION_COOKIE_HTTPONLY"] = True
    space.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    space.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the visit
    space.extensions["ivr.clock"] = clock
    space.extensions["ivr.documents"] = archives_of(settings).documents
    space.extensions["ivr.scanner"] = settings.clamd_url
    guard_visits(space)
    space.request_class = SealedRequest
    _take_few_at_once(space)
    CSRFProtect(space)
    limiter = limited(space)
    add_headers(space, is_https=is_https)
    add_pages(space, PAGES, "space/error.html", _everywhere)
    for name in ("entry.enter", "entry.enter_code", "entry.again", "entry.send_letter", "documents.deposit"):
        view: Any = space.view_functions[name]
        space.view_functions[name] = limiter.limit(TRIES)(view)
    return space


def _take_few_at_once(space: Flask) -> None:
    """Documents are larger than forms, and only visitors come as far as here; few of them send at once."""
    turns = BoundedSemaphore(MOST_AT_ONCE_HERE)

    @space.before_request
    def take_more() -> None:
        if request.endpoint in LARGE_ENDPOINTS:
            if not turns.acquire(blocking=False):
                abort(503)
            g.has_turn = True
            request.max_content_length = MOST_AT_ONCE

    @space.teardown_request
    def give_back(_error: object) -> None:
        if g.pop("has_turn", False):
            turns.release()


class SealedRequest(Request):
    """A request whose files are kept in memory: nothing that a patient sends lies on a disk before it is sealed."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 the library's names
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> BytesIO:
        return BytesIO()


def _everywhere() -> dict[str, Any]:
    """What every template may ask for."""
    return {"language": language_here(), "practice": practice_here(), "guest": g.get("guest")}


def language_here() -> Language:
    """The visitor's own language, else that of the link, else as the browser says; French first."""
    if "guest" in g:
        spoken: Language = g.guest.language
        return spoken
    if "link_language" in g:
        return Language(g.link_language)
    return language_of_browser()
