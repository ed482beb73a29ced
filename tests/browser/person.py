"""Somebody of the practice at a browser: in her language, at a telephone or at a desk, and what she sees and does."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from playwright.sync_api import Locator, Page, expect

from ivr.vocabulary import Language
from tests.browser.faults import faults_for_who_cannot_see, is_wider_than_the_screen
from tests.browser.hands import Hand, Keyboard, Pointer
from tests.browser.pictures import DESK, Size, picture_of
from tests.site.test_words import catalogue


@dataclass
class Person:
    """One person and the page she looks at. What is looked for is named in French, and found in her language."""

    page: Page
    language: Language
    size: Size
    has_script: bool = True
    complaints: list[str] = field(default_factory=list)
    """What the browser wrote in its console."""
    hand: Hand = field(default_factory=Pointer)

    def has_only_a_keyboard(self) -> None:
        """At a desk she works without a mouse from now on; a telephone has none anyway."""
        if self.size is DESK:
            self.hand = Keyboard(self.language)

    def words(self, french: str, **fields: Any) -> str:
        """That sentence of the product as she reads it."""
        told = french if self.language is Language.FRENCH else in_english()[one_line(french)]
        return one_line(told % fields if fields else told)

    def open(self, address: str) -> None:
        """Go to a page."""
        self.page.goto(address)

    def button(self, french: str, **fields: Any) -> Locator:
        return self._by_role("button", french, **fields)

    def link(self, french: str, **fields: Any) -> Locator:
        return self._by_role("link", french, **fields)

    def field(self, french: str, **fields: Any) -> Locator:
        label = self.words(french, **fields)
        choice = self.page.get_by_role("combobox", name=label, exact=True)  # its options are part of the label's text
        return self.page.get_by_label(label, exact=True).or_(choice)

    def press(self, part: Locator) -> None:
        self.hand.press(part)

    def write(self, part: Locator, text: str) -> None:
        self.hand.write(part, text)

    def choose(self, part: Locator, french: str, **fields: Any) -> None:
        self.hand.choose(part, self.words(french, **fields))

    def pick(self, part: Locator, day: str) -> None:
        self.hand.pick(part, day)

    def tick(self, part: Locator) -> None:
        self.hand.tick(part)

    def is_at(self, french: str, **fields: Any) -> None:
        """The page of that heading is shown."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.words(french, **fields))

    def is_told(self, french: str, patience: float | None = None, **fields: Any) -> None:
        """The page says so at its head; `patience`, where more is needed than usual, is in milliseconds."""
        told = self.page.get_by_role("status").filter(has_text=self.words(french, **fields))
        expect(told).to_be_visible(timeout=patience)

    def is_refused(self, french: str, **fields: Any) -> None:
        """The page says why not; of that answer, and of nothing else, the browser may complain."""
        expect(self.page.get_by_role("alert")).to_contain_text(self.words(french, **fields))
        assert [one for one in self.complaints if "409 (CONFLICT)" not in one] == []
        self.complaints.clear()

    def reads(self, text: str) -> None:
        """The page contains that text."""
        expect(self.page.locator("main")).to_contain_text(text)

    def sees(self, step: str, part: Locator | None = None) -> None:
        """This step of a journey can be used by everybody; in French it is a picture of the guide too."""
        self.can_use_it()
        if self.has_script and self.language is Language.FRENCH:
            picture_of(self.page, step, self.size, part)

    def can_use_it(self) -> None:
        """What is shown fits the screen, and can be used by who cannot see.

        The checker looks at each step in French at the desk; `test_pages.py` has it look at every page on a phone.
        """
        if self.has_script:
            assert not is_wider_than_the_screen(self.page)
            if (self.language, self.size) == (Language.FRENCH, DESK):
                faults = faults_for_who_cannot_see(self.page)
                assert not faults, faults

    def _by_role(self, role: Any, french: str, **fields: Any) -> Locator:
        return self.page.get_by_role(role, name=self.words(french, **fields), exact=True)


@cache
def in_english() -> dict[str, str]:
    """The English of every sentence of the site, by its French."""
    return {one_line(str(message.id)): str(message.string) for message in catalogue() if message.id}


def one_line(text: str) -> str:
    """The text with one plain space between words, as browsers compare it."""
    return " ".join(text.split())
