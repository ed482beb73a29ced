"""Hours and leave by the API: proven before they are saved, refused when somebody would be stranded or was quicker."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.program import Program

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LEAVE = {
    "from": "2027-02-08",
    "until": "2027-02-12",
    "instead": {"name": "Docteur Petit", "phone": "+33199005555", "takes_calls": None},
}
MARTIN = "/practitioners/martin"


@pytest.fixture
def proven(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Nobody is stranded, without taking the seconds that it takes to prove."""

    def say(*offences: str) -> None:
        monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: list(offences))

    say()
    return say


def test_practitioners_and_acts_read_as_in_the_practice_file(ours: Program) -> None:
    assert [one["key"] for one in ours.get("/practitioners")["items"]] == ["martin", "leroy"]
    act = ours.get(f"{MARTIN}/acts/consultation")
    assert act in ours.get(f"{MARTIN}/acts")["items"]
    assert (act["minutes"], act["visible"]) == (15, True)


@pytest.mark.usefixtures("proven")
def test_hours_are_changed(ours: Program) -> None:
    hours = ours.get(f"{MARTIN}/hours")
    hours["working_hours"]["sat"] = ["09:00-11:00"]
    changed = ours.change("PUT", f"{MARTIN}/hours", hours)
    assert (changed.status_code, changed.json) == (200, ours.get(f"{MARTIN}/hours"))
    assert changed.json["working_hours"]["sat"] == ["09:00-11:00"]


@pytest.mark.usefixtures("proven")
def test_hours_that_somebody_changed_meanwhile_are_not_replaced(ours: Program) -> None:
    hours, seen = ours.get(f"{MARTIN}/hours"), ours.mark(f"{MARTIN}/hours")
    for sat, status in ((["09:00-11:00"], 200), (["10:00-11:00"], 412)):
        hours["working_hours"]["sat"] = sat
        assert ours.ask("PUT", f"{MARTIN}/hours", hours, If_Match=seen).status_code == status


def test_hours_that_strand_somebody_are_refused(ours: Program, proven: Callable[..., None]) -> None:
    proven("2: nobody answers")
    hours = ours.get(f"{MARTIN}/hours") | {"contact_hours": {"mon": ["09:00-10:00"]}}
    refused = ours.change("PUT", f"{MARTIN}/hours", hours)
    assert (refused.status_code, "2: nobody answers" in refused.json["detail"]) == (409, True)


@pytest.mark.usefixtures("proven")
def test_what_is_wrong_with_hours_is_pointed_at(ours: Program) -> None:
    hours = ours.get(f"{MARTIN}/hours") | {"working_hours": {"mon": ["09:00-12:00", "11:00-13:00"]}}
    refused = ours.change("PUT", f"{MARTIN}/hours", hours)
    assert (refused.status_code, refused.json["errors"][0]["pointer"][:18]) == (422, "/working_hours/mon")


@pytest.mark.usefixtures("proven")
def test_a_day_gets_hours_of_its_own_and_loses_them(ours: Program) -> None:
    day = f"{MARTIN}/days/2027-03-06"
    made = ours.ask("PUT", day, {"hours": ["09:00-11:00"]})
    assert (made.status_code, made.json) == (200, {"date": "2027-03-06", "hours": ["09:00-11:00"], "holiday": False})
    assert ours.ask("PUT", day, {"hours": []}).status_code == 428
    assert ours.change("PUT", day, {"hours": []}).json["hours"] == []
    assert ours.change("DELETE", day).status_code == 204
    assert ours.ask("GET", day).status_code == 404
    assert ours.ask("PUT", f"{MARTIN}/days/2026-12-01", {"hours": []}).status_code == 409
    assert ours.ask("PUT", f"{MARTIN}/days/2026-13-01", {"hours": []}).status_code == 404


@pytest.mark.usefixtures("proven")
def test_a_leave_is_planned_once_and_taken_out(ours: Program) -> None:
    first, again = (ours.post(f"{MARTIN}/leave", LEAVE, Idempotency_Key="holidays") for _ in range(2))
    assert (first.status_code, first.data) == (201, again.data)
    assert {name: first.json[name] for name in LEAVE} == LEAVE
    assert ours.post(f"{MARTIN}/leave", LEAVE).status_code == 409
    assert ours.post(f"{MARTIN}/leave", LEAVE | {"until": "2027-02-09"}).status_code == 409
    assert ours.change("DELETE", first.headers["Location"]).status_code == 204
    assert ours.ask("GET", first.headers["Location"]).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"instead": None}, id="nobody to call"),
        pytest.param({"from": "2027-02-08T12:00"}, id="half a time"),
        pytest.param({"from": "2026-11-08", "until": "2026-11-12"}, id="past"),
        pytest.param({"until": "2028-02-12"}, id="more than a year"),
        pytest.param({"until": "2027-02-30"}, id="no date"),
    ],
)
@pytest.mark.usefixtures("proven")
def test_a_leave_that_cannot_be_is_refused(ours: Program, wrong: dict[str, Any]) -> None:
    refused = ours.post(f"{MARTIN}/leave", LEAVE | wrong)
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json"), refused.text
