"""The web application, put together from its parts."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias
from urllib.parse import SplitResult, urlsplit

from flask import Flask
from sqlalchemy import Engine

from db.timed import TimedDatabase
from ivr.actions.calls import Render
from ivr.actions.snapshots import Snapshots
from ivr.actions.switchboards import Switchboards
from ivr.clock import Clock, system_clock
from ivr.meters import meters
from ivr.security.asking import Network, address_asking
from ivr.settings import Credentials, Settings
from ivr.telephony.addresses import needs_database
from ivr.telephony.twilio import Twilio
from ivr.telephony.webhooks import BEGUN, MOST_BYTES, Line, webhooks
from ivr.web.converters import TextConverter
from ivr.web.figures import figures
from ivr.web.health import health
from ivr.web.links import links

ANSWER_SECONDS = 4.5
"""What the database may take while a caller waits; with what comes before and after, five at most."""
WORKERS = 4
"""More threads at work make one another wait: the work is Python's and the disk's."""

SITE = ("/admin", "/phone", "/calendar/")
"""What the paths of the site begin with."""
SPACE = ("/p/",)
"""What the paths of the patient space begin with."""
API = ("/api/",)

WsgiApp: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Make: TypeAlias = Callable[[], WsgiApp]


def make_app(
    settings: Settings, engine: Engine, clock: Clock = system_clock, answer_seconds: float = ANSWER_SECONDS
) -> Flask:
    """The application on that database; what takes longer than `answer_seconds` there is broken off."""
    meters()  # the library refuses to be asked for the same ones by two threads at once
    database = TimedDatabase(engine, answer_seconds, WORKERS)
    app = Flask("ivr", static_folder=None, template_folder="web/templates", root_path=str(Path(__file__).parent))
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_BYTES
    app.url_map.converters["default"] = TextConverter
    carrier = Twilio(settings.public_url, Credentials(settings))
    app.extensions["ivr.line"] = Line(
        carrier=carrier,
        database=database,
        clock=clock,
        switchboards=Switchboards(),
        snapshots=Snapshots(settings.data_dir),
    )
    app.extensions["ivr.engine"] = engine
    app.extensions["ivr.clock"] = clock
    app.extensions["ivr.started_at"] = clock()
    app.extensions["ivr.data_dir"] = settings.data_dir
    app.extensions["ivr.snapshots"] = app.extensions["ivr.line"].snapshots
    app.register_blueprint(webhooks)
    app.register_blueprint(health)
    app.register_blueprint(figures)
    app.register_blueprint(links)
    door = Door(urlsplit(settings.public_url), settings.trusted_proxies)
    neighbours: tuple[tuple[tuple[str, ...], Make], ...] = (
        (SITE, lambda: make_site(settings, engine, clock, carrier.render)),
        (SPACE, lambda: make_space(settings, engine, clock)),
        (API, lambda: make_api(settings, engine, clock)),
    )
    for paths, make in neighbours:
        app.wsgi_app = with_neighbour(app.wsgi_app, paths, make, door)  # type: ignore[assignment, method-assign]
    app.wsgi_app = in_turn(app.wsgi_app, database)  # type: ignore[assignment, method-assign]
    app.wsgi_app = without_prefix(app.wsgi_app, door.path)  # type: ignore[assignment, method-assign]
    return app


@dataclass(frozen=True, slots=True)
class Door:
    """Where the world finds us, and the proxies before it.

    An application knows itself by the public address alone, whatever host a request names: links in mails are made of
    it. It knows who asks by what our own proxies say.
    """

    public: SplitResult
    proxies: tuple[Network, ...]

    @property
    def path(self) -> str:
        """What stands before every path of ours."""
        return self.public.path.rstrip("/")

    def seen_from_outside(self, environ: dict[str, Any]) -> dict[str, Any]:
        """The same request as it was before our proxies."""
        peer, named = environ.get("REMOTE_ADDR") or "", environ.get("HTTP_X_FORWARDED_FOR", "")
        return environ | {
            "HTTP_HOST": self.public.netloc,
            "wsgi.url_scheme": self.public.scheme,
            "SCRIPT_NAME": self.path,
            "REMOTE_ADDR": address_asking(peer, named, self.proxies),
        }


def with_neighbour(app: WsgiApp, paths: tuple[str, ...], make: Make, door: Door) -> WsgiApp:
    """Another application beside the telephone, made when somebody first asks for one of its paths.

    Most processes answer calls only. What it stands on takes 25 MB, and must not stand in the way of a call.
    """
    making = Lock()
    made: list[WsgiApp] = []

    def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(paths):
            return app(environ, start_response)
        with making:
            if not made:
                made.append(make())
        return made[0](door.seen_from_outside(environ), start_response)

    return answered


def make_site(settings: Settings, engine: Engine, clock: Clock, render: Render) -> WsgiApp:
    """The practice's site (`ivr.web.site`), with all it stands on."""
    from ivr.web.site import make_site as make  # noqa: PLC0415 only those who ask for it pay for it

    return make(settings, engine, clock, render)


def make_space(settings: Settings, engine: Engine, clock: Clock) -> WsgiApp:
    """The patient space (`ivr.web.space`)."""
    from ivr.web.space.space import make_space as make  # noqa: PLC0415 only those who ask for it pay for it

    return make(settings, engine, clock)


def make_api(settings: Settings, engine: Engine, clock: Clock) -> WsgiApp:
    """The JSON API (`ivr.api.api`), with all it stands on."""
    from ivr.api.api import make_api as make  # noqa: PLC0415 only those who ask for it pay for it

    return make(settings, engine, clock)


def in_turn(app: WsgiApp, database: TimedDatabase) -> WsgiApp:
    """Lets few threads work at a time, and the others wait before they have done anything.

    What needs no database waits for nobody: the fallback, and the probes.
    """

    def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[BEGUN] = time.perf_counter()
        if not needs_database(environ["PATH_INFO"]):
            return app(environ, start_response)
        with database.turn():
            return app(environ, start_response)

    return answered


def without_prefix(app: WsgiApp, prefix: str) -> WsgiApp:
    """Takes the path of the public address off a request, where the proxy has not done so already.

    Pages lead to addresses that have it.
    """
    if not prefix:
        return app

    def stripped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        for name in ("PATH_INFO", "RAW_URI", "REQUEST_URI"):
            value = environ.get(name, "")
            if value.startswith(f"{prefix}/"):
                environ[name] = value.removeprefix(prefix)
        environ["SCRIPT_NAME"] = prefix
        return app(environ, start_response)

    return stripped
