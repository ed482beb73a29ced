"""The guide for practices says what the pages say: every word in bold is on one of them, and no page is left out."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import HTTPException

from ivr.vocabulary import Role
from ivr.web.site import PAGES, make_site
from tests.a_day import have_a_day
from tests.builders import paris
from tests.db.test_busy_times import take
from tests.lines import Line
from tests.site.test_words import BARE_SIGN
from tests.site.visitor import PASSWORD, Visitor, invited, somebody, visitor

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
CHAPTERS = sorted(GUIDE.glob("*.md"))
IMAGES = GUIDE / "images"
OWN_FORMS = {"account", "invitations", "installation"}
"""What is about one's own account alone, the guide tells of the way in; and the page of who runs the service."""
SEVERAL = 3
"""Pages of one kind that are looked at: one shows what another does not."""
SHOWN_IN_ATTRIBUTES = ("aria-label", "placeholder", "title", "value")
LEAVE = {"practitioner": "martin", "from": "2027-02-08", "until": "2027-02-12", "name": "Petit", "phone": "0199005555"}
FILE = """Nom;Prénom;Date de naissance;Téléphone
Fabre;Lucie;14/07/1968;06 39 98 60 01
Durand;Jeanne;05/03/1941;06 39 98 11 12
Meunier;Hugo;02/11/2001;01 99 00 12 34
"""
OVERLAPPING = {
    "practitioner": "martin",
    "patient": "durand",
    "act": "consultation",
    "on": "2026-12-09",
    "at": "10:00",
}
LINKED = re.compile(r"\]\(([^)]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


@dataclass
class Shown:
    """What a doctor and the administrator of the demo practice see of the site, each in one walk through all of it."""

    browser: Visitor
    site: Any
    texts: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    """By endpoint: the headings of that page, and the words of links that lead there."""
    _seen: dict[str, set[str]] = field(default_factory=dict)
    _waiting: list[str] = field(default_factory=list)

    def walk(self, address: str) -> None:
        """Read that page, and those that it leads to."""
        self._waiting.append(address)
        while self._waiting:
            there = self._waiting.pop(0)
            endpoint, seen = self.endpoint(there), self._seen.setdefault(self.endpoint(there), set())
            if endpoint and there not in seen and len(seen) < SEVERAL:
                seen.add(there)
                if self.browser.get(there).mimetype == "text/html":
                    self.read(endpoint)

    def open(self, address: str) -> None:
        """Read that page, however many of its kind were read."""
        self.browser.get(address)
        self.read(self.endpoint(address))

    def walk_as(self, browser: Visitor, address: str) -> None:
        """Read that page and those it leads to as somebody else sees them."""
        self.browser, self._seen = browser, {}
        self.walk(address)

    def read(self, endpoint: str = "") -> None:
        """The words of the page that is shown, and where it leads."""
        page = self.browser.page
        self.texts |= set(texts_of(page))
        self.names.setdefault(endpoint, set()).update(plain(head.text_content()) for head in page.xpath("//h1"))
        for link in page.xpath("//a[@href]"):
            self.names.setdefault(self.endpoint(link.get("href")), set()).add(plain(link.text_content()))
            self._waiting.append(link.get("href"))

    def post(self, address: str, **form: Any) -> None:
        """The page that a form leads to."""
        self.browser.post(address, **form)
        self.read()

    def endpoint(self, address: str) -> str:
        """Which view an address of ours leads to; none where it is somebody else's, or takes forms only."""
        try:
            return str(self.site.url_map.bind("").match(address.partition("?")[0], method="GET")[0])
        except HTTPException:
            return ""


def texts_of(page: Any) -> Iterator[str]:
    """Every text of a page: pieces as they stand, parts as they are read together, and what is read aloud."""
    for part in page.iter():
        if not isinstance(part.tag, str) or part.tag in {"script", "style"}:
            continue
        yield plain(part.text_content())
        yield plain(part.text or "")
        yield plain(part.tail or "")
        yield from (plain(part.get(name, "")) for name in SHOWN_IN_ATTRIBUTES)


def plain(text: str) -> str:
    """With one plain space between words; a label without its colon."""
    return " ".join(text.split()).removesuffix(" :")


@pytest.fixture
def shown(line: Line) -> Shown:
    have_a_day(line)
    browser = visitor(line.app)
    site = make_site(line.settings, line.engine, line.clock, lambda *_: "")
    walked = Shown(browser, site)
    link = f"/admin/invitation/{invited(line, Role.PRACTITIONER, 'martin@pasteur.example', name='Dr Martin')}"
    walked.walk("/admin/sign-in")
    browser.get(link)
    walked.read()
    walked.post(link)
    walked.post("/admin/password", new_password=PASSWORD, new_password_confirm=PASSWORD)
    forms_of_a_day(walked)
    forms_of_the_agenda(walked)
    take(line, paris("2026-12-04T14:30"), paris("2026-12-04T15:30"))
    walked.open("/admin/agenda")
    walked.open("/admin/agenda/new?practitioner=martin&patient=moreau&act=consultation")
    walked.walk("/admin/")
    walked.walk_as(somebody(line, Role.ADMINISTRATOR), "/admin/settings")
    walked.browser.get("/admin/settings/keys")
    walked.post("/admin/settings/keys", name="Agenda", scope="appointments:read")
    return walked


def forms_of_the_agenda(shown: Shown) -> None:
    """What is shown of the agenda, of hours and of other calendars after something was sent."""
    browser = shown.browser
    shown.open("/admin/agenda?practitioner=leroy&on=2026-12-14")
    pending = browser.page.xpath("//li[contains(@class, 'pending')]//a/@href")[0]
    shown.open(pending)
    for more in ({}, {"anyway": "on"}):
        browser.get("/admin/agenda/new")
        shown.post("/admin/agenda/new", **OVERLAPPING | more)
    shown.post(browser.page.xpath("//form[contains(@action, '/cancel')]/@action")[0])
    browser.get("/admin/hours")
    shown.post("/admin/hours", practitioner="martin", what="working", wed="14h-17h")
    browser.get("/admin/holidays")
    shown.post("/admin/holidays", open="2027-05-17")
    browser.get("/admin/calendar")
    shown.post("/admin/calendar/outside", practitioner="martin", calendar="https://agenda.example.org/prive.ics")
    shown.post("/admin/calendar/feed", practitioner="martin")
    shown.open("/admin/calendar")


def forms_of_a_day(shown: Shown) -> None:
    """What is shown after something was sent."""
    shown.browser.get("/admin/")
    shown.post("/admin/tasks/1/done")
    shown.post("/admin/now/practitioners/leroy", kind="away", **{"for": "30"})
    shown.browser.get("/admin/leave")
    shown.post("/admin/leave", **LEAVE)
    shown.browser.get("/admin/leave")
    leave = {"from": "2026-12-24T12:00", "until": "2027-01-04T08:00"}
    shown.post("/admin/leave", practitioner="martin", remove="1", **leave)
    shown.browser.get("/admin/import")
    shown.post("/admin/import", file=(io.BytesIO(FILE.encode()), "patients.csv"))
    shown.browser.get("/admin/patients/durand")
    form = shown.browser.page.xpath("//form[contains(@action, '/phones/')]/@action")[0]
    shown.post(f"{form}/preview", **{"reach-martin": "always"})
    shown.post(form, **{"reach-martin": "always"})
    shown.walk("/admin/patients?q=leo")
    for did, press in (("", ""), ("2", "1"), ("2 1", "no-answer"), ("2 1", "h")):
        shown.browser.get("/phone")
        shown.post("/phone", **{"from": "0639981111", "at": "2026-12-03T13:10", "did": did, "press": press})


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def text_of_the_guide() -> str:
    return "\n".join(chapter.read_text(encoding="utf-8") for chapter in CHAPTERS)


def bold_words() -> set[str]:
    """What the guide gives as words of the product."""
    return {plain(words) for words in BOLD.findall(text_of_the_guide())} - {"gras"}


@on_one_database
def test_words_in_bold_are_on_a_page_and_every_page_is_in_the_guide(shown: Shown) -> None:
    assert bold_words() - shown.texts == set(), "words that no page shows"
    told = {word.removesuffix(".") for word in bold_words()}
    pages = {page for page in shown.names if page.partition(".")[0] in {pages.name for pages in PAGES} - OWN_FORMS}
    assert [page for page in pages if not told & shown.names[page]] == [], "pages that the guide does not tell of"


PARTS = {"today.live", "today.sound", "documents.take", "feed.agenda"}


@on_one_database
def test_no_page_of_the_site_is_out_of_the_walk(shown: Shown) -> None:
    """What has a heading of its own is a page; the rest are parts of one, sounds, files and calendars.

    The page of messages is met from its task alone, and told of with that (chapter 15).
    """
    practices = {pages.name for pages in PAGES} - OWN_FORMS
    all_of_them = {rule.endpoint for rule in shown.site.url_map.iter_rules() if "GET" in (rule.methods or ())}
    asked_for = {endpoint for endpoint in all_of_them if endpoint.partition(".")[0] in practices}
    assert asked_for - shown.names.keys() == PARTS | {"letters.page"}


def test_every_link_of_the_guide_leads_somewhere() -> None:
    for chapter in CHAPTERS:
        for target in LINKED.findall(chapter.read_text(encoding="utf-8")):
            assert (GUIDE / target).exists(), f"{chapter.name} leads to {target}"


def test_every_picture_is_in_the_guide_and_described() -> None:
    linked = set(re.findall(r"!\[[^\]]+\]\(images/([^)]+)\)", text_of_the_guide()))
    assert linked == {image.name for image in IMAGES.iterdir()}


def test_every_chapter_is_in_the_index_and_leads_back_to_it() -> None:
    index, *_ = (chapter for chapter in CHAPTERS if chapter.name == "README.md")
    for chapter in CHAPTERS:
        if chapter != index:
            assert f"]({chapter.name})" in index.read_text(encoding="utf-8")
            assert "](README.md)" in chapter.read_text(encoding="utf-8")


def test_french_has_its_spaces_and_apostrophes() -> None:
    for chapter in CHAPTERS:
        text = re.sub(r"\]\([^)]+\)", "]", chapter.read_text(encoding="utf-8"))
        assert BARE_SIGN.findall(text) == [], chapter.name
