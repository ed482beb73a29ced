"""Somebody at a browser: follows links, sends the forms a page holds, and keeps cookies."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from db.engine import reading
from db.models.practices import PracticeRow, PractitionerRow
from ivr.actions.people import add_user, invite
from ivr.vocabulary import Language, Role
from tests.lines import Line

PASSWORD = "une phrase assez longue"
PUBLIC = {"base_url": "https://ivr.example.test"}
REFERRED = {"Referer": "https://ivr.example.test/admin/"}
"""Browsers tell where a form was sent from; without that none is taken over https."""


@dataclass
class Visitor:
    """A browser and the page it shows."""

    client: FlaskClient
    shown: TestResponse | None = None

    def get(self, address: str, **headers: str) -> TestResponse:
        """Open a page; redirects are followed, as browsers do."""
        self.shown = self.client.get(address, follow_redirects=True, headers=headers, buffered=True, **PUBLIC)
        return self.shown

    def post(self, address: str, **form: Any) -> TestResponse:
        """Send a form with the token of the page that is shown."""
        fields = {"csrf_token": self.token()} | form
        self.shown = self.client.post(address, data=fields, follow_redirects=True, headers=REFERRED, **PUBLIC)
        return self.shown

    def post_blindly(self, address: str, **form: Any) -> TestResponse:
        """Send a form that no page of ours holds."""
        return self.client.post(address, data=form, headers=REFERRED, **PUBLIC)

    def ask(self, address: str) -> TestResponse:
        """Open a page and follow nothing."""
        return self.client.get(address, **PUBLIC)

    def token(self) -> str:
        """The token against forged forms in the page that is shown."""
        found = self.page.xpath("//input[@name='csrf_token']/@value")
        return str(found[0]) if found else ""

    @property
    def page(self) -> Any:
        """The page that is shown, as a tree."""
        assert self.shown is not None
        return html.fromstring(self.shown.text or "<html></html>")

    def reads(self) -> str:
        """The words of the page, with one space between them."""
        return " ".join(self.page.text_content().split())

    def links(self) -> list[str]:
        """Where the page leads."""
        return [str(address) for address in self.page.xpath("//a/@href")]


def visitor(app: Flask) -> Visitor:
    """A browser without any cookie."""
    return Visitor(SiteClient(app))


class SiteClient(FlaskClient):
    """The client of the whole application: the site stands beside the telephone."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class, use_cookies=True)


def somebody(line: Line, role: Role, email: str = "", practice: str = "pasteur") -> Visitor:
    """Somebody of that role, signed in with a link."""
    browser = visitor(line.app)
    token = invited(line, role, email or f"{role.value}@{practice}.example", practice)
    browser.get(f"/admin/invitation/{token}")
    browser.post(f"/admin/invitation/{token}")
    return browser


def invited(
    line: Line,
    role: Role,
    email: str,
    practice: str = "pasteur",
    language: Language = Language.FRENCH,
    name: str | None = None,
) -> str:
    """The token of a link for somebody new."""
    now = line.clock.now
    practice_id = None if role is Role.OPERATOR else id_of_practice(line.engine, practice)
    with line.engine.begin() as connection:
        doctors = select(PractitionerRow.id).where(PractitionerRow.practice_id == practice_id)
        first = connection.scalars(doctors.order_by(PractitionerRow.position)).first()
        owner = first if role is Role.PRACTITIONER else None
        person = add_user(connection, email, name or f"Une {role.value}", role, now, practice_id, owner, language)
        return invite(connection, person, now)


def id_of_practice(engine: Engine, key: str) -> int:
    with reading(engine)() as connection:
        return connection.execute(select(PracticeRow.id).where(PracticeRow.key == key)).scalar_one()
