"""The JSON API: an application of its own, without cookies and pages, put together when it is first asked for.

It shares the process and the database with the webhooks, and nothing else.
"""

import json
from functools import cache

from flask import Flask, Response, current_app
from sqlalchemy import Engine
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from db.types import LARGEST_ID
from ivr.actions.archive import archives_of
from ivr.actions.snapshots import Snapshots
from ivr.actions.switchboards import Switchboards
from ivr.api.description import describe
from ivr.api.fhir.agenda import fhir_agenda
from ivr.api.fhir.people import fhir_people
from ivr.api.guard import Limits, add_guard
from ivr.api.operations import JSON
from ivr.api.problems import add_problems
from ivr.api.resources.appointments import appointments
from ivr.api.resources.documents import deposits
from ivr.api.resources.exceptions import documents, exceptions, lists, switches
from ivr.api.resources.leaves import leaves
from ivr.api.resources.letters import letters
from ivr.api.resources.patients import patients
from ivr.api.resources.settings import practitioners
from ivr.api.resources.slots import slots
from ivr.api.resources.webhooks import webhooks
from ivr.api.resources.work import calls, messages, tasks
from ivr.api.shapes.common import DAY, KEY, PATTERNS
from ivr.clock import Clock
from ivr.settings import Settings, site_secret

MOST_BYTES = 1024 * 1024
V1 = "/api/v1"

RESOURCES = (
    patients,
    lists,
    switches,
    documents,
    exceptions,
    appointments,
    slots,
    tasks,
    messages,
    calls,
    deposits,
    letters,
    practitioners,
    leaves,
    fhir_people,
    fhir_agenda,
    webhooks,
)


class RowConverter(IntegerConverter):
    """The id of a row in an address; no database is asked for one that it cannot hold."""

    def __init__(self, of: Map) -> None:
        super().__init__(of, min=1, max=LARGEST_ID)


class KeyConverter(BaseConverter):
    """A key of the practice file."""

    regex = KEY.strip("^$")


class DayConverter(BaseConverter):
    """A date."""

    regex = DAY.strip("^$")


class LeaveConverter(BaseConverter):
    """From when until when a leave lasts."""

    regex = PATTERNS["leave"].strip("^$")


class SlotConverter(BaseConverter):
    """What tells a free time from the others."""

    regex = PATTERNS["slot"].strip("^$")


CONVERTERS = {
    "row": RowConverter,
    "key": KeyConverter,
    "day": DayConverter,
    "leave": LeaveConverter,
    "slot": SlotConverter,
}


def make_api(settings: Settings, engine: Engine, clock: Clock, limits: Limits | None = None) -> Flask:
    """The API on that database.

    Raises:
        SettingsError: there is no secret to sign webhooks with.
    """
    app = Flask("ivr.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_map.converters |= CONVERTERS
    app.extensions["ivr.engine"] = engine
    archives = archives_of(settings)
    app.extensions["ivr.archive"], app.extensions["ivr.documents"] = archives.sounds, archives.documents
    app.extensions["ivr.installation"] = site_secret(settings)
    app.extensions["ivr.snapshots"] = Snapshots(settings.data_dir)
    app.extensions["ivr.switchboards"] = Switchboards()
    add_guard(app, clock, limits or Limits())
    add_problems(app)
    for resource in RESOURCES:
        app.register_blueprint(resource, url_prefix=f"{V1}{resource.url_prefix or ''}")
    app.add_url_rule("/api/openapi.json", "description", _description)
    app.extensions["ivr.description"] = cache(lambda: json.dumps(describe(app, settings.public_url), sort_keys=False))
    app.after_request(_unkept)
    return app


def _description() -> Response:
    """The description of the API, for everybody."""
    return Response(current_app.extensions["ivr.description"](), content_type=JSON)


def _unkept(response: Response) -> Response:
    """What is personal is kept nowhere on the way."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
