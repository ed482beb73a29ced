"""Debian's Chromium on a real service; where there is none, that is said once and nothing is pretended."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, ViewportSize, expect, sync_playwright
from sqlalchemy import Engine

from db.engine import open_engine
from ivr.actions.people import add_user, invite
from ivr.clock import system_clock
from ivr.vocabulary import Language, Role
from tests.browser.person import Person
from tests.browser.pictures import DESK, PHONE, Size
from tests.browser.practice import Practice, after_a_morning, open_practice
from tests.browser.visits import at_a_browser, signed_in
from tests.conftest import logging_to
from tests.http.test_service import service
from tests.site.visitor import id_of_practice

CHROMIUM = shutil.which("chromium")
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-blink-features=LangAttributeAwareFormControlUI",
]
"""No sandbox inside the sandbox of a root user's machine, no talk to anybody but our service, and fields for dates in
the language of the page, as a browser of that language has them."""
expect.set_options(timeout=20_000)  # milliseconds: a machine may be busy with other tests


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests run where there is a browser."""
    if CHROMIUM is None:
        for item in items:
            if "tests/browser/" in item.nodeid:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium here; install Debian's package chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(sqlite_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Engine]]:
    """The address of a running service with the demo practice, and its database."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_demo, folder / "ivr.db")
    url = f"sqlite:///{folder / 'ivr.db'}"
    engine = open_engine(url)
    with service(url, folder, "localhost") as (address, _):  # passkeys need a name, not a number
        yield address, engine
    engine.dispose()


@pytest.fixture
def stranger(browser: Browser, site: tuple[str, Engine]) -> Iterator[Page]:
    """A page of somebody who is not signed in, on a telephone; the journeys are walked at a desk, too."""
    with a_page(browser, site[0], PHONE.viewport) as opened:
        yield opened


@contextmanager
def a_page(
    browser: Browser, address: str, viewport: ViewportSize, cookies: StorageState | None = None
) -> Iterator[Page]:
    """In a browser of its own; nothing may be complained of in its console."""
    context = browser.new_context(base_url=address, viewport=viewport, locale="fr-FR", storage_state=cookies)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda told: complaints.append(told.text) if told.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def cookies(browser: Browser, site: tuple[str, Engine]) -> StorageState:
    """Those of a practitioner who has signed in."""
    with a_page(browser, site[0], PHONE.viewport) as opened:
        sign_in(opened, a_link(site[1]))
        return opened.context.storage_state()


@pytest.fixture
def reader(browser: Browser, site: tuple[str, Engine], cookies: StorageState) -> Iterator[Page]:
    """A page of a practitioner on a telephone, who signed in once for all tests that only look."""
    with a_page(browser, site[0], PHONE.viewport, cookies) as opened:
        yield opened


@pytest.fixture
def page(stranger: Page, site: tuple[str, Engine]) -> Page:
    """The same when the practitioner has signed in."""
    sign_in(stranger, a_link(site[1]))
    return stranger


@pytest.fixture
def operator(stranger: Page, site: tuple[str, Engine]) -> Page:
    """The same when the operator of the installation has."""
    sign_in(stranger, a_link(site[1], Role.OPERATOR))
    return stranger


def sign_in(opened: Page, token: str) -> None:
    """By the link that everybody begins with."""
    opened.goto(f"/admin/invitation/{token}")
    with opened.expect_navigation():  # else a test may go elsewhere before the cookie has come
        opened.click("main button")


def a_link(engine: Engine, role: Role = Role.ADMINISTRATOR) -> str:
    """The token of a link for somebody new, who chooses no password."""
    now = system_clock()
    practice = None if role is Role.OPERATOR else id_of_practice(engine, "pasteur")
    with engine.begin() as connection:
        email = f"martin-{now.timestamp()}@pasteur.example"
        person = add_user(connection, email, "Dr Martin", role, now, practice, language=Language.FRENCH)
        return invite(connection, person, now)


@pytest.fixture(scope="module")
def morning(sqlite_demo: Path, tmp_path_factory: pytest.TempPathFactory, log_of_the_suite: Path) -> Path:
    with logging_to(log_of_the_suite):
        return after_a_morning(sqlite_demo, tmp_path_factory.mktemp("morning"))


@pytest.fixture
def practice(morning: Path, tmp_path: Path) -> Iterator[Practice]:
    with open_practice(morning, tmp_path) as opened:
        yield opened


@pytest.fixture(params=list(Language), ids=lambda language: f"{language}")
def language(request: pytest.FixtureRequest) -> Language:
    spoken: Language = request.param
    return spoken


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> Size:
    chosen: Size = request.param
    return chosen


@pytest.fixture
def newcomer(practice: Practice, browser: Browser, language: Language, size: Size) -> Iterator[Person]:
    """Somebody who is not signed in; nothing may be complained of in her console."""
    yield from at_a_browser(browser, practice, language, size)


@pytest.fixture
def doctor(practice: Practice, newcomer: Person) -> Person:
    """A doctor who has signed in."""
    signed_in(newcomer, practice)
    return newcomer


@pytest.fixture
def secretary(practice: Practice, newcomer: Person) -> Person:
    """A secretary who has signed in."""
    signed_in(newcomer, practice, Role.SECRETARY)
    return newcomer


@pytest.fixture
def administrator(practice: Practice, newcomer: Person) -> Person:
    """Who sets the practice, and has signed in."""
    signed_in(newcomer, practice, Role.ADMINISTRATOR)
    return newcomer
