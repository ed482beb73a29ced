"""Somebody of the practice comes to its site with a browser of her own, and signs in."""

from collections.abc import Iterator

from playwright.sync_api import Browser

from ivr.vocabulary import Language, Role
from tests.browser.person import Person
from tests.browser.pictures import Size
from tests.browser.practice import Practice

LOCALES = {Language.FRENCH: "fr-FR", Language.ENGLISH: "en-GB"}


def at_a_browser(
    browser: Browser, practice: Practice, language: Language, size: Size, *, has_script: bool = True
) -> Iterator[Person]:
    """Somebody with that kind of browser."""
    context = browser.new_context(
        base_url=practice.address,
        viewport=size.viewport,
        has_touch=size.is_touched,
        locale=LOCALES[language],
        reduced_motion="reduce",
        java_script_enabled=has_script,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Person(page, language, size, has_script, complaints)
    context.close()
    assert complaints == []


def signed_in(person: Person, practice: Practice, role: Role = Role.PRACTITIONER) -> None:
    """By the link that everybody begins with."""
    person.open(practice.invitation(person.language, role))
    person.page.locator("main button").click()
