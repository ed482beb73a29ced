"""The page of the day renews itself while somebody looks at it, and never under her hands.

Time is not faked here, it is only made quick: what a faked clock runs may do what our own content policy forbids.
"""

import pytest
from playwright.sync_api import Route, expect

from ivr.vocabulary import Language
from tests.browser.person import Person
from tests.browser.pictures import PHONE, Size
from tests.browser.practice import Practice
from tests.lines import STRANGER

SLOW, QUICK = "every 15s", "every 200ms"
THREE_ATTEMPTS = """() => new Promise((tell) => {
    const held = [];
    addEventListener("htmx:before:request", (event) => {
        held.push(event.defaultPrevented);
        if (held.length === 3) tell(held);
    });
})"""


@pytest.fixture(params=[Language.FRENCH], ids=["fr"])
def language(request: pytest.FixtureRequest) -> Language:
    """What renews itself does so in every language."""
    spoken: Language = request.param
    return spoken


@pytest.fixture(params=[PHONE], ids=["phone"])
def size(request: pytest.FixtureRequest) -> Size:
    """What renews itself does so at every size."""
    chosen: Size = request.param
    return chosen


@pytest.fixture
def reader(doctor: Person) -> Person:
    """A doctor who has opened the page of the day."""
    doctor.is_at("Changer le mot de passe")
    doctor.page.route("**/admin/", made_quick)
    doctor.open("/admin/")
    return doctor


def made_quick(route: Route) -> None:
    """The page as the service gives it, but for how long it waits before it renews itself."""
    response = route.fetch()
    assert SLOW in response.text()
    route.fulfill(response=response, body=response.text().replace(SLOW, QUICK))


def test_a_call_comes_up_while_she_looks(reader: Person, practice: Practice) -> None:
    somebody_calls_and_she_sees_it(reader, practice)


def test_nothing_moves_while_she_hears_a_message(reader: Person, practice: Practice) -> None:
    sound = reader.page.locator("audio").first
    sound.focus()
    sound.press("Space")
    expect(sound).to_have_js_property("paused", value=False)
    assert reader.page.evaluate(THREE_ATTEMPTS) == [True] * 3
    sound.evaluate("sound => sound.pause()")
    somebody_calls_and_she_sees_it(reader, practice)


def test_nothing_moves_while_she_chooses_a_colleague(reader: Person, practice: Practice) -> None:
    reader.page.get_by_label("Transmettre à").first.focus()
    assert reader.page.evaluate(THREE_ATTEMPTS) == [True] * 3
    reader.page.locator("h1").click()
    somebody_calls_and_she_sees_it(reader, practice)


def test_what_fails_is_told_and_the_page_stays_until_it_is_well_again(reader: Person, practice: Practice) -> None:
    shown = reader.page.title()
    reader.page.route("**/admin/today/live", out_of_order)
    is_told_of_no_answer(reader)
    expect(reader.page.locator("main")).to_have_count(1)
    reader.page.route("**/admin/today/live", lambda route: route.abort())
    expect(reader.page.get_by_role("alert")).to_be_visible()
    reader.page.unroute("**/admin/today/live")
    somebody_calls_and_she_sees_it(reader, practice)
    expect(reader.page.get_by_role("alert")).to_have_count(0)
    assert reader.page.title() == shown
    reader.complaints.clear()


def test_who_works_by_keyboard_stays_at_her_place_in_the_list(reader: Person) -> None:
    reader.page.get_by_role("button", name="C’est fait").last.press("Enter")
    undo = reader.page.get_by_role("button", name="Annuler")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(undo).to_have_count(0)
    expect(reader.page.get_by_role("button", name="C’est fait").last).to_be_focused()


def test_a_key_pressed_before_the_line_has_answered_does_not_replace_the_one_before(reader: Person) -> None:
    reader.open("/phone")
    reader.page.get_by_role("button", name="Appeler").click()
    expect(reader.page.locator("[data-htmx-powered] #k-2")).to_be_visible()
    reader.page.evaluate("for (const key of ['#k-2', '#k-1']) document.querySelector(key).click()")
    expect(reader.page.get_by_role("log")).to_contain_text("tape 2")
    reader.page.route("**/phone", out_of_order)
    reader.page.locator("#k-1").click()
    is_told_of_no_answer(reader)
    expect(reader.page.get_by_role("log")).to_contain_text("tape 2")


def is_told_of_no_answer(reader: Person) -> None:
    """In words; the browser complains in its own way."""
    expect(reader.page.get_by_role("alert")).to_contain_text("Pas de réponse.")
    reader.complaints.clear()


def out_of_order(route: Route) -> None:
    """What a proxy answers while the service starts again."""
    route.fulfill(status=503, content_type="text/html", body="<html><title>Oops</title><main>Oops</main></html>")


def somebody_calls_and_she_sees_it(reader: Person, practice: Practice) -> None:
    """A stranger rings the doctor, who does not answer yet; the page is not loaded again."""
    under_way = reader.page.get_by_text("en cours", exact=True)
    expect(under_way).to_have_count(0)
    practice.line.ring(STRANGER, "2")
    expect(under_way).to_be_visible()
