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


def somebody_calls_and_she_sees_it(reader: Person, practice: Practice) -> None:
    """A stranger rings the doctor, who does not answer yet; the page is not loaded again."""
    under_way = reader.page.get_by_text("en cours", exact=True)
    expect(under_way).to_have_count(0)
    practice.line.ring(STRANGER, "2")
    expect(under_way).to_be_visible()
