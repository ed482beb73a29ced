"""Pause, away, open now, secretary absent: one touch, with an end, seen on every page, and heard by the next caller."""

from datetime import timedelta

import pytest

from ivr.vocabulary import Role
from tests.lines import ALWAYS, PRIORITY, SUNDAY, WEDNESDAY_MORNING, Line
from tests.site.visitor import Visitor, somebody

MARTIN = "/admin/now/practitioners/martin"


@pytest.fixture
def secretary(line: Line) -> Visitor:
    browser = somebody(line.at(WEDNESDAY_MORNING), Role.SECRETARY)
    browser.get("/admin/")
    return browser


def rings(line: Line, caller: str) -> bool:
    """Whether key 2 for doctor Martin rings a phone."""
    return type(line.ring(caller, "2", "1").stop).__name__ == "Dial"


def words(browser: Visitor) -> str:
    return browser.reads().replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("kind", "priority", "always", "shown"),
    [("pause", False, True, "en pause, fin aujourd’hui à 11 h 30"), ("away", False, False, "absence, fin")],
)
def test_one_touch_holds_for_the_next_call_and_ends_by_itself(
    line: Line, secretary: Visitor, kind: str, priority: bool, always: bool, shown: str
) -> None:
    secretary.post(MARTIN, kind=kind, **{"for": "120"})
    assert shown in words(secretary)
    assert (rings(line, PRIORITY), rings(line, ALWAYS)) == (priority, always)
    secretary.get("/admin/account")
    assert shown in words(secretary)
    line.clock.pass_seconds(timedelta(hours=2).total_seconds())
    assert rings(line, PRIORITY)
    secretary.get("/admin/")
    assert shown not in words(secretary)


def test_the_line_is_opened_on_a_sunday_and_closed_again(line: Line, secretary: Visitor) -> None:
    line.at(SUNDAY)
    secretary.post(MARTIN, kind="open", **{"for": "60"})
    assert rings(line, PRIORITY)
    secretary.post(f"{MARTIN}/end")
    assert "ligne ouverte" not in words(secretary)
    assert not rings(line, PRIORITY)


def test_the_last_touch_counts(line: Line, secretary: Visitor) -> None:
    secretary.post(MARTIN, kind="away", **{"for": "tonight"})
    secretary.post(MARTIN, kind="pause", **{"for": "30"})
    assert words(secretary).count("fin aujourd’hui") == 1
    assert rings(line, ALWAYS)


def test_an_absent_secretary_is_not_rung(line: Line, secretary: Visitor) -> None:
    secretary.post("/admin/now/secretaries/accueil", **{"for": "240"})
    assert "Secrétariat « accueil » : absence, fin aujourd’hui à 13 h 30" in words(secretary)
    secretary.post("/admin/now/secretaries/accueil/end")
    assert "absence" not in words(secretary).partition("Pause, absence")[0]


@pytest.mark.parametrize(
    ("address", "form", "status"),
    [
        ("/admin/now/practitioners/nobody", {"kind": "pause"}, 404),
        ("/admin/now/secretaries/nobody", {}, 404),
        (MARTIN, {"kind": "for ever"}, 400),
        (MARTIN, {}, 400),
    ],
)
def test_what_cannot_be_is_refused(secretary: Visitor, address: str, form: dict[str, str], status: int) -> None:
    assert secretary.post(address, **form).status_code == status
