"""How somebody works with a page: with a finger or the mouse, or with nothing but the keyboard."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from playwright.sync_api import Locator

from ivr.vocabulary import Language

PATIENCE = 240_000
"""Milliseconds until the page that a button leads to is there; the proof of settings takes many on a busy machine."""
MOST_TABS = 150
"""More than any page of the site has places to stop at: who needs more is in a trap."""
MOST_OPTIONS = 20
IS_REACHED = "one => one === document.activeElement"
CHOSEN = "one => one.selectedOptions[0].label"
AS_TYPED = {Language.FRENCH: "%d%m%Y", Language.ENGLISH: "%m%d%Y"}
"""In which order the parts of a date stand in its field."""


class Hand(Protocol):
    """What can be done to a part of a page."""

    def press(self, part: Locator) -> None: ...

    def write(self, part: Locator, text: str) -> None: ...

    def choose(self, part: Locator, option: str) -> None: ...

    def pick(self, part: Locator, day: str) -> None: ...

    def tick(self, part: Locator) -> None: ...


@dataclass(frozen=True, slots=True)
class Pointer:
    """A finger, or the mouse."""

    def press(self, part: Locator) -> None:
        part.click(timeout=PATIENCE)

    def write(self, part: Locator, text: str) -> None:
        part.fill(text)

    def choose(self, part: Locator, option: str) -> None:
        part.select_option(label=option)

    def pick(self, part: Locator, day: str) -> None:
        """A day, or a day and an hour, as ISO writes it."""
        part.fill(day)

    def tick(self, part: Locator) -> None:
        part.check()


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Tab from part to part, Enter, arrows and letters; the pointer stays where it is."""

    language: Language

    def press(self, part: Locator) -> None:
        self._reach(part)
        part.page.keyboard.press("Enter")

    def write(self, part: Locator, text: str) -> None:
        self._reach(part)
        part.page.keyboard.press("ControlOrMeta+A")
        part.page.keyboard.type(text)

    def choose(self, part: Locator, option: str) -> None:
        self._reach(part)
        part.page.keyboard.press("Home")
        for _ in range(MOST_OPTIONS):
            if _one_line(part.evaluate(CHOSEN)) == _one_line(option):
                return
            part.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {option}")

    def pick(self, part: Locator, day: str) -> None:
        self._reach(part)
        at = datetime.fromisoformat(day)
        part.page.keyboard.type(at.strftime(AS_TYPED[self.language]))
        if "T" in day:
            part.page.keyboard.press("ArrowRight")
            part.page.keyboard.type(at.strftime("%H%M"))

    def tick(self, part: Locator) -> None:
        self._reach(part)
        part.page.keyboard.press("Space")

    def _reach(self, part: Locator) -> None:
        part.wait_for()
        for _ in range(MOST_TABS):
            if part.evaluate(IS_REACHED):
                return
            part.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {part}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
