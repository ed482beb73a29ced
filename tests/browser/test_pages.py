"""Every page in a real browser, at the size of a phone and of a desk: nothing to complain of, nothing out of reach."""

import re

import pytest
from playwright.sync_api import Page, expect

from ivr.web.site import make_site
from tests.browser.faults import faults_for_who_cannot_see, is_wider_than_the_screen
from tests.browser.pictures import DESK
from tests.browser.practice import Practice
from tests.site.visitor import PASSWORD

PAGES = [
    "/admin/",
    "/admin/agenda",
    "/admin/agenda?practitioner=martin&on=2026-12-02",
    "/admin/agenda/1",
    "/admin/agenda/4",
    "/admin/agenda/new?q=d",
    "/admin/agenda/new?patient=durand",
    "/admin/agenda/new?practitioner=martin&patient=durand&act=consultation",
    "/admin/patients",
    "/admin/patients?q=d",
    "/admin/patients/durand",
    "/admin/patients/durand/week",
    "/admin/patients/durand/name",
    "/admin/patients/durand/messages/martin",
    "/admin/new-patient",
    "/admin/exceptions",
    "/admin/import",
    "/admin/leave",
    "/admin/hours",
    "/admin/holidays",
    "/admin/settings",
    "/admin/settings/contact",
    "/admin/settings/practitioners/martin",
    "/admin/settings/practitioners/martin/acts",
    "/admin/settings/secretaries/accueil",
    "/admin/prompts",
    "/admin/people",
    "/admin/prompts/M1",
    "/admin/calendar",
    "/admin/settings/keys",
    "/admin/figures",
    "/admin/calls",
    "/phone",
    "/admin/account",
    "/admin/password",
    "/admin/verify",
    "/admin/tf-setup",
    "/admin/wan-register",
    "/admin/mf-recovery-codes",
]
ELSEWHERE = {
    "security.login": "a stranger's",
    "security.forgot_password": "a stranger's",
    "security.reset_password": "tests/site/test_sign_in.py; the form is that of /admin/password",
    "security.two_factor_token_validation": "in the middle of signing in; the form is that of /admin/sign-in",
    "security.two_factor_rescue": "the same",
    "security.mf_recovery": "the same",
    "security.tf_select": "the same",
    "security.wan_signin": "asked for by a button of /admin/sign-in",
    "security.wan_delete": "asked for by a button of /admin/wan-register",
    "invitations.invitation": "test_journeys.py",
    "calls.story": "test_journeys.py",
    "installation.page": "the operator's",
}
"""Pages that are looked at by other tests, or are others again."""
PARTS = {"static", "today.live", "today.sound", "documents.take", "exceptions.as_csv", "feed.agenda"}
"""What is asked for and no page."""
ROOM, READABLE = 8, 9
"""Pixels between two things to touch, and of a line of small letters."""


@pytest.mark.parametrize("address", PAGES)
def test_a_page_can_be_used_by_everybody(reader: Page, address: str) -> None:
    reader.goto(address)
    assert faults_for_who_cannot_see(reader) == []  # the journeys look at the desk
    assert not is_wider_than_the_screen(reader)
    reader.set_viewport_size(DESK.viewport)
    assert not is_wider_than_the_screen(reader)


@pytest.mark.parametrize(
    ("address", "above", "below"),
    [
        ("/admin/account", "Se déconnecter de tous les appareils", "Se déconnecter"),
        ("/admin/patients/durand/week", "Semaine suivante", "Dr Martin"),
        ("/admin/patients/durand/week", "Dr Martin", "Comparer avec (nom ou numéro)"),
    ],
)
def test_what_stands_below_something_else_leaves_room_for_a_thumb(
    reader: Page, address: str, above: str, below: str
) -> None:
    reader.goto(address)
    leaves_room(reader, above, below)


def leaves_room(page: Page, above: str, below: str) -> None:
    """Between two things to touch, one above the other."""
    main = page.locator("main")
    upper, lower = (main.get_by_text(words, exact=True).last.bounding_box() for words in (above, below))
    assert upper is not None
    assert lower is not None
    assert lower["y"] - upper["y"] - upper["height"] >= ROOM


def test_the_field_to_look_for_patients_stands_below_its_label_and_beside_its_button(reader: Page) -> None:
    reader.goto("/admin/patients")
    search = reader.get_by_role("search")
    parts = search.locator("label"), search.locator("input[type=search]"), search.locator("button")
    label, field, button = (part.bounding_box() for part in parts)
    assert label is not None
    assert field is not None
    assert button is not None
    assert field["y"] >= label["y"] + label["height"]
    assert button["x"] >= field["x"] + field["width"]
    assert field["x"] == label["x"]
    assert field["y"] == button["y"]


def test_the_days_and_hours_of_a_week_are_large_enough_to_read(reader: Page) -> None:
    reader.goto("/admin/patients/durand/week")
    for written in reader.locator("svg.week text").all():
        box = written.bounding_box()
        assert box is not None
        assert box["height"] >= READABLE


def test_every_page_is_looked_at(practice: Practice) -> None:
    site = make_site(practice.line.settings, practice.line.engine, practice.line.clock, str)
    addresses = site.url_map.bind("")
    looked_at = {addresses.match(page.partition("?")[0])[0] for page in PAGES} | ELSEWHERE.keys()
    asked_for = {rule.endpoint for rule in site.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert asked_for - looked_at == {name for name in asked_for if name.endswith(".static")} | PARTS


def test_the_operator_can_use_the_page_of_the_installation(operator: Page) -> None:
    operator.goto("/admin/installation")
    assert faults_for_who_cannot_see(operator) == []
    assert not is_wider_than_the_screen(operator)


def test_a_stranger_can_use_the_page_to_sign_in(stranger: Page) -> None:
    for address in ("/admin/forgotten", "/admin/sign-in"):
        stranger.goto(address)
        assert faults_for_who_cannot_see(stranger) == []
    leaves_room(stranger, "Se connecter", "Mot de passe oublié ?")


def test_a_patient_is_looked_for_while_one_types_and_put_on_a_list(page: Page) -> None:
    page.goto("/admin/patients")
    page.get_by_label("Nom, prénom ou numéro").fill("jeanne")
    page.get_by_role("link", name="Durand Jeanne").click()
    page.get_by_label("Dr Martin", exact=True).select_option(label="Contacter 24 h/24")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("C’est enregistré.")
    expect(page.get_by_label("Dr Martin", exact=True)).to_have_value("always")
    page.get_by_label("Dr Martin", exact=True).select_option(label="Contacter Prioritaires")
    page.get_by_role("button", name="Enregistrer", exact=True).click()


def test_the_line_is_called_from_the_page_by_keyboard(page: Page) -> None:
    page.goto("/phone")
    page.get_by_label("Qui appelle").fill("06 39 98 11 11")
    page.get_by_label("Quand").fill("2026-12-02T13:10")
    page.get_by_label("Quand").press("Enter")
    expect(page.get_by_role("log")).to_contain_text("tapez 1")
    assert faults_for_who_cannot_see(page) == []
    for key in "21":
        page.get_by_role("button", name=key, exact=True).press("Enter")
        expect(page.get_by_role("log")).to_contain_text(f"tape {key}")
    assert faults_for_who_cannot_see(page) == []
    page.get_by_role("button", name="On décroche").press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Appel Prioritaire")
    expect(page.locator("#phone")).to_contain_text("L’appel est terminé.")
    assert faults_for_who_cannot_see(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Garder cet appel comme test").click()
    assert download.value.suggested_filename == "pasteur-20261202-1210.json"


def test_a_pause_is_one_touch_and_shown_until_it_is_ended(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_text("Pause, absence, ouverture exceptionnelle").click()
    page.get_by_role("button", name="Pause", exact=True).first.click()
    banner = page.get_by_role("status").filter(has_text="en pause")
    expect(banner).to_be_visible()
    assert faults_for_who_cannot_see(page) == []
    page.get_by_role("button", name="Terminer").click()
    expect(banner).to_have_count(0)


def test_an_impatient_second_press_does_not_hide_a_link_that_is_shown_once(page: Page) -> None:
    page.goto("/admin/people")
    page.get_by_label("Nom, tel que les collègues le lisent").fill("Zoé")
    page.get_by_label("Adresse électronique").fill("zoe@pasteur.example")
    page.get_by_role("button", name="Inviter").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Donnez ce lien à Zoé.")


def test_a_passkey_is_asked_for_beside_the_password(page: Page) -> None:
    with_a_device(page)
    page.goto("/admin/password")
    page.locator("#new_password").fill(PASSWORD)
    page.locator("#new_password_confirm").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    page.goto("/admin/account")
    email = re.findall(r"[\w.-]+@[\w.-]+", page.locator("main").inner_text())[0]
    page.goto("/admin/wan-register")
    page.locator("#name").fill("Mon portable")
    page.locator("main form [type=submit]").first.click()
    expect(page.get_by_role("listitem").filter(has_text="Mon portable")).to_be_visible()
    assert faults_for_who_cannot_see(page) == []
    page.goto("/admin/account")
    page.locator("main").get_by_role("button", name="Se déconnecter", exact=True).click()
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", name="Clé d’accès")).to_be_visible()
    page.locator("main form [type=submit]").click()
    expect(page.get_by_role("heading", name="Aujourd’hui", exact=True)).to_be_visible()


def with_a_device(page: Page) -> None:
    """A telephone with a fingerprint, as far as the browser can tell."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    always = {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device | always})
