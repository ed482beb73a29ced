"""What both applications with pages, the site and the patient space, set up alike."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from flask_babel import Babel
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from db.types import LARGEST_ID
from ivr.actions.switchboards import Switchboards
from ivr.vocabulary import Language
from ivr.web.converters import TextConverter
from ivr.web.wording import add_wording

MOST_BYTES = 1024 * 1024
A_YEAR = timedelta(days=365)
LOCALES = {Language.FRENCH: "fr_FR", Language.ENGLISH: "en_GB"}


class RowConverter(IntegerConverter):
    """The id of a row in an address; no database is asked for one that it cannot hold."""

    def __init__(self, of: Map) -> None:
        super().__init__(of, max=LARGEST_ID)


def prepare(app: Flask, secret: str, engine: Engine, language_here: Callable[[], Language]) -> None:
    """What an application needs before it looks at a request; `secret` signs its cookies."""
    app.config["SECRET_KEY"] = secret
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = A_YEAR
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES[Language.FRENCH]
    app.extensions["ivr.engine"] = engine
    app.extensions["ivr.switchboards"] = Switchboards()
    Babel(app, locale_selector=lambda: LOCALES[language_here()])


def add_pages(
    app: Flask, pages: Iterable[Blueprint], error_page: str, everywhere: Callable[[], dict[str, Any]]
) -> None:
    """Its pages, the one that tells of an error, and what every template of them may ask for."""
    add_wording(app)
    app.url_map.converters["default"] = TextConverter
    app.url_map.converters["row"] = RowConverter
    for some in pages:
        app.register_blueprint(some)
    app.register_error_handler(HTTPException, lambda error: _told(error, error_page))
    app.context_processor(everywhere)


def language_of_browser() -> Language:
    """As the browser of a stranger asks for it; French first."""
    chosen = request.accept_languages.best_match(list(Language))
    return Language.ENGLISH if chosen == Language.ENGLISH else Language.FRENCH


def _told(error: HTTPException, page: str) -> tuple[str, int] | Response:
    """A page in one sentence; answers made for it, such as redirects, as they are."""
    if error.response is not None or error.code is None:
        return error.get_response()  # type: ignore[return-value]
    return render_template(page, code=error.code), error.code
