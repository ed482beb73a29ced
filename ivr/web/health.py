"""`/healthz` and `/readyz`: alive, and able to answer a call."""

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from db.engine import reading
from db.upgrade import current_revision, newest_revision

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and has the schema this code needs; 503 with the remedy otherwise."""
    try:
        with reading(current_app.extensions["ivr.engine"])() as connection:
            revision = current_revision(connection)
    except SQLAlchemyError:
        return jsonify(status="error", database="cannot be reached; check IVR_DATABASE_URL"), 503
    if revision != newest_revision():
        return jsonify(status="error", database="is not migrated; run: ivr db upgrade"), 503
    return jsonify(status="ok"), 200
