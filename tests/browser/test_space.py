"""A patient in the patient space, on a phone and at a desk: in by the link, an appointment, a document, a message."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ivr.vocabulary import Language
from tests.browser.faults import faults_for_who_cannot_see, is_wider_than_the_screen
from tests.browser.pictures import PHONE, Size
from tests.browser.practice import Practice
from tests.browser.visits import at_a_browser
from tests.space.coming import CLAIRES_BIRTHDAY, a_link

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(2000)


@pytest.fixture
def patient(practice: Practice, browser: Browser, size: Size) -> Iterator[Page]:
    """Claire, who has opened the link of an SMS; nothing may be complained of in her console."""
    for person in at_a_browser(browser, practice, Language.FRENCH, size):
        person.open(a_link(practice.line))
        yield person.page


@pytest.fixture
def patient_without_script(practice: Practice, browser: Browser, size: Size) -> Iterator[Page]:
    """The same with a browser that runs none."""
    for person in at_a_browser(browser, practice, Language.FRENCH, size, has_script=False):
        person.open(a_link(practice.line))
        yield person.page


def is_usable(page: Page) -> bool:
    """Whether it fits, and can be used by who cannot see."""
    assert faults_for_who_cannot_see(page) == []
    return not is_wider_than_the_screen(page)


def come_in(page: Page) -> None:
    """With the birth date."""
    tell_birthday(page)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos rendez-vous")


def tell_birthday(page: Page) -> None:
    """Fill it in."""
    for name, value in zip(("day", "month", "year"), f"{CLAIRES_BIRTHDAY:%d %m %Y}".split(), strict=True):
        page.fill(f"input[name={name}]", value)


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_who_presses_twice_comes_in_once(patient: Page) -> None:
    tell_birthday(patient)
    patient.get_by_role("button", name="Continuer").dblclick()
    expect(patient.get_by_role("heading", level=1)).to_have_text("Vos rendez-vous")


def test_a_patient_books_sends_a_picture_and_writes(patient: Page, tmp_path: Path) -> None:
    assert is_usable(patient)
    come_in(patient)
    assert is_usable(patient)
    book(patient)
    assert is_usable(patient)
    send_picture(patient, tmp_path)
    assert is_usable(patient)
    patient.get_by_role("link", name="Proches").click()
    expect(patient.get_by_role("heading", level=1)).to_have_text("Vos proches")
    assert is_usable(patient)
    patient.get_by_role("link", name="Messages").click()
    expect(patient.get_by_role("heading", level=1)).to_have_text("Vos messages")
    patient.get_by_label("Votre message au Dr Leroy").fill("Bonjour docteur.")
    patient.get_by_role("button", name="Envoyer").last.click()
    expect(patient.get_by_role("status")).to_contain_text("Votre message est arrivé.")
    assert is_usable(patient)
    patient.get_by_role("button", name="Quitter").click()
    expect(patient.get_by_role("heading", level=1)).to_have_text("Au revoir")


def book(page: Page) -> None:
    """For herself, with whoever has time first."""
    page.get_by_role("button", name="Prendre rendez-vous").click()
    page.get_by_role("link", name="Claire").click()
    page.get_by_role("link", name="Sans préférence").click()
    page.get_by_role("link", name="Consultation", exact=True).click()
    assert is_usable(page)
    page.locator("button[name=start]").first.click()
    expect(page.get_by_role("status")).to_have_text("Le rendez-vous est pris.")


def send_picture(page: Page, folder: Path) -> None:
    """One that is taken and one that is not; each is told of."""
    good, bad = folder / "ordonnance.png", folder / "programme.pdf"
    good.write_bytes(PICTURE)
    bad.write_bytes(b"MZ")
    page.get_by_role("link", name="Documents").click()
    form = page.locator("form.deposit").first
    form.locator("input[type=file]").set_input_files([good, bad])
    form.get_by_role("button", name="Envoyer").click()
    expect(form.locator(".sending")).to_contain_text("ordonnance.png : envoyé.")
    expect(form.locator(".sending")).to_contain_text("ni une photo ni un PDF")


def test_without_script_a_picture_is_sent_as_well(patient_without_script: Page, tmp_path: Path) -> None:
    page = patient_without_script
    come_in(page)
    good = tmp_path / "ordonnance.png"
    good.write_bytes(PICTURE)
    page.get_by_role("link", name="Documents").click()
    form = page.locator("form.deposit").first
    form.locator("input[type=file]").set_input_files(good)
    form.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_contain_text("envoyé.")
    expect(page.get_by_role("listitem").filter(has_text="ordonnance.png")).to_be_visible()
