"""Our application as gunicorn loads it in the bench."""

from flask import Flask

from db.engine import open_engine
from ivr.app import make_app
from ivr.logs import log_as_service
from ivr.settings import read_settings


def make_ours() -> Flask:
    """As `ivr serve` makes it."""
    log_as_service()
    settings = read_settings()
    return make_app(settings, open_engine(settings.database_url))
