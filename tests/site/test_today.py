"""The page of the day: what is done there is told there, whether the page or only its changed part is sent."""

import pytest

from ivr.vocabulary import Role
from tests.lines import STRANGER, WEDNESDAY_LUNCH, Line
from tests.site.visitor import REFERRED, Visitor, somebody

GIVEN = "C’est transmis."


@pytest.fixture
def secretary(line: Line) -> Visitor:
    phone = line.at(WEDNESDAY_LUNCH).ring(STRANGER, "2", "1", "1")
    phone.speak(9)
    browser = somebody(line, Role.SECRETARY)
    browser.get("/admin/")
    return browser


def test_handing_over_is_told_once_without_script(secretary: Visitor) -> None:
    secretary.post("/admin/tasks/1/owner", practitioner="leroy")
    assert GIVEN in secretary.reads()
    secretary.get("/admin/account")
    assert GIVEN not in secretary.reads()


def test_handing_over_is_told_once_in_the_changed_part(secretary: Visitor) -> None:
    form = {"csrf_token": secretary.token(), "practitioner": "leroy"}
    headers = REFERRED | {"HX-Request": "true"}
    changed = secretary.client.post(
        "/admin/tasks/1/owner", data=form, headers=headers, base_url="https://ivr.example.test"
    )
    assert GIVEN in changed.text
    secretary.get("/admin/account")
    assert GIVEN not in secretary.reads()


def test_what_is_too_much_to_show_is_counted_all_the_same(
    line: Line, secretary: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.queries.today.MOST_TASKS", 1)
    monkeypatch.setattr("ivr.web.today.MOST_CALLS", 1)
    line.ring(STRANGER, "2", "1", "1").speak(9)
    secretary.get("/admin/")
    told = secretary.reads()
    assert "À faire 2" in told
    assert "Les 1 premières tâches sont affichées" in told.replace("\xa0", " ")
    assert "Appels du jour 2" in told
    assert "Tous les appels" in told
