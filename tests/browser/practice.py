"""The demo practice on a Thursday at twenty to two, answering browsers: its clock stands, and pictures stay the same.

The application is the one that `ivr serve` runs, in this process; `test_pages.py` looks at the service as it runs.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from db.engine import open_engine
from ivr.actions.snapshots import Snapshots
from ivr.app import make_app
from ivr.telephone.telephone import VirtualClock
from ivr.vocabulary import Language, Role
from tests.a_day import have_a_day, twenty_to_two
from tests.conftest import in_one_file
from tests.http.test_service import free_port
from tests.lines import Line, demo_practice, loaded_line, settings_for
from tests.site.visitor import invited, somebody

HOST = "localhost"
PEOPLE = {
    Role.PRACTITIONER: ("Dr Martin", "martin@pasteur.example"),
    Role.SECRETARY: ("Nadia", "nadia@pasteur.example"),
    Role.ADMINISTRATOR: ("Dr Martin", "cabinet@pasteur.example"),
}
"""Who is who; the administrator of a small practice is its doctor."""
BOOKED = (
    (7, "09:00", "petitjean", "longue"),
    (7, "09:45", "garnier", "consultation"),
    (7, "10:15", "smith", "consultation"),
    (7, "14:30", "bernard", "consultation"),
    (8, "09:30", "durand", "longue"),
    (8, "11:00", "robert", "consultation"),
    (8, "16:00", "smith", "teleconsultation"),
    (9, "09:15", "garnier", "longue"),
    (10, "09:00", "moreau", "consultation"),
    (10, "10:30", "petitjean", "visite"),
    (11, "10:00", "robert", "longue"),
    (11, "15:15", "bernard", "consultation"),
)
"""Days of December 2026 with their times, patients and acts."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice that answers at that address."""

    address: str
    line: Line

    def has_a_full_week(self) -> None:
        """What the desk booked for the week to come."""
        desk = somebody(self.line, Role.SECRETARY)
        for on, at, patient, act in BOOKED:
            desk.get("/admin/agenda/new")
            booked = {"practitioner": "martin", "patient": patient, "act": act, "on": f"2026-12-{on:02d}", "at": at}
            assert desk.post("/admin/agenda/new", **booked).status_code == HTTPStatus.OK

    def invitation(self, language: Language, role: Role = Role.PRACTITIONER) -> str:
        """The address at which somebody of that role begins."""
        name, email = PEOPLE[role]
        token = invited(self.line, role, email, language=language, name=name)
        return f"/admin/invitation/{token}"


def after_a_morning(demo: Path, folder: Path) -> Path:
    """A data folder with the demo practice after a morning of calls."""
    shutil.copy(demo, folder / "ivr.db")
    engine = open_engine(f"sqlite:///{folder / 'ivr.db'}")
    have_a_day(loaded_line(demo_practice(), engine, folder))
    in_one_file(engine)
    return folder


@contextmanager
def open_practice(morning: Path, folder: Path) -> Iterator[Practice]:
    """A practice of its own for one test, as the morning left it."""
    shutil.copytree(morning, folder, dirs_exist_ok=True)
    engine = open_engine(f"sqlite:///{folder / 'ivr.db'}")
    port = free_port()
    settings = settings_for(folder, IVR_PUBLIC_URL=f"http://{HOST}:{port}")
    Snapshots(folder).write(demo_practice())
    clock = VirtualClock(twenty_to_two())
    app = make_app(settings, engine, clock)
    with _served(app, port):
        yield Practice(settings.public_url, Line(app, engine, clock, settings))
    engine.dispose()


@contextmanager
def _served(app: Flask, port: int) -> Iterator[None]:
    server = make_server(HOST, port, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def be_quick_to_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof gives the same answer whoever looks, and takes long: it is waited for once."""
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])


class Silent(WSGIRequestHandler):
    """Does not tell every request."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 the library's name
        """Nothing: the application tells what matters."""
