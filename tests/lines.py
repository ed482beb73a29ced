"""A practice that answers, and telephones to ring it with."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select

from db.engine import reading
from db.models.calls import CallRow, TurnRow
from ivr.actions.load_practice import load_practice
from ivr.actions.snapshots import Snapshots
from ivr.app import make_app
from ivr.demo import DEMO_FILE
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.schema import PracticeFile
from ivr.settings import Settings
from ivr.telephone.telephone import Telephone, VirtualClock
from ivr.telephone.wire import Reply, Wire, through_app

ACCOUNT = "ACcc0f5e34e97d1289ab95c635fe386ce7"
TOKEN = "a-token-for-tests"
SECRET_KEY = "a-secret-for-tests-that-is-long-enough"
PUBLIC_URL = "https://ivr.example.test"
LINE = "+33199001234"

LILAS_FILE = Path(__file__).parents[1] / "fixtures" / "practices" / "lilas.toml"
LILAS_LINE = "+33199006000"

PRIORITY = "+33639981111"
ALWAYS = "+33639982222"
ENGLISH = "+33639983333"
STRANGER = "+33199002222"
ASSISTED = "+33199007778"

WEDNESDAY_MORNING = "2026-12-02T09:30:00+01:00"
WEDNESDAY_LUNCH = "2026-12-02T13:10:00+01:00"
SUNDAY = "2026-12-06T15:00:00+01:00"


def settings_for(folder: Path, database_url: str = "sqlite://", **given: Any) -> Settings:
    """Settings as an operator would write them, the environment left out."""
    values = {
        "IVR_DATABASE_URL": database_url,
        "IVR_SECRET_KEY": SECRET_KEY,
        "IVR_DATA_DIR": folder,
        "IVR_PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    return Settings(_env_file=None, **(values | given))


def demo_practice() -> PracticeFile:
    """The demo practice file."""
    return parse_practice(DEMO_FILE, "demo").check()


@dataclass
class Line:
    """A running line: the application, its database, its clock."""

    app: Flask
    engine: Engine
    clock: VirtualClock
    settings: Settings

    def at(self, moment: str) -> "Line":
        """The same line at that time."""
        self.clock.now = datetime.fromisoformat(moment)
        return self

    def wire(self) -> Wire:
        return Wire(self.settings.public_url, TOKEN, through_app(self.app))

    def phone(self, caller: str = STRANGER, to: str = LINE) -> Telephone:
        """A telephone that has not dialled yet."""
        return Telephone(self.wire(), ACCOUNT, caller, to, self.clock)

    def ring(self, caller: str = STRANGER, *keys: str) -> Telephone:
        """A call that has begun, with those keys pressed."""
        phone = self.phone(caller)
        phone.start()
        for key in keys:
            phone.press(key)
        return phone

    def post(self, address: str, **form: str) -> Reply:
        """One signed request."""
        return self.wire().post(address, {"AccountSid": ACCOUNT} | form)

    def calls(self) -> list[Any]:
        return all_of(self.engine, CallRow)

    def turns(self) -> list[Any]:
        return all_of(self.engine, TurnRow)


def line_of(practice: PracticeFile, engine: Engine, folder: Path) -> Line:
    """That practice, loaded and answering."""
    with engine.begin() as connection:
        load_practice(connection, practice)
    return loaded_line(practice, engine, folder)


def loaded_line(practice: PracticeFile, engine: Engine, folder: Path) -> Line:
    """A practice the database holds already, answering."""
    Snapshots(folder).write(practice)
    clock = VirtualClock(datetime.fromisoformat(WEDNESDAY_MORNING))
    settings = settings_for(folder)
    return Line(make_app(settings, engine, clock), engine, clock, settings)


def all_of(engine: Engine, table: Any) -> list[Any]:
    """The rows of a table, oldest first."""
    with reading(engine)() as connection:
        return list(connection.execute(select(table.__table__).order_by(table.id)))


def demo_line(engine: Engine, folder: Path) -> Line:
    """The demo practice, answering."""
    return line_of(demo_practice(), engine, folder)


def lilas_practice() -> PracticeFile:
    """The practice to book with."""
    return parse_practice(LILAS_FILE, "lilas").check()


def ring_lilas(line: Line, caller: str, *keys: str) -> Telephone:
    """A call to it that has begun, with those keys pressed."""
    phone = line.phone(caller, LILAS_LINE)
    phone.start()
    for key in keys:
        phone.press(key)
    return phone
