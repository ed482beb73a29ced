"""What a practice cannot have meant is refused, with its place and what would do."""

from typing import Any

import pytest

from tests.files.documents import INSTEAD, a_file, checked, faults_of

SECRETARY = {"key": "accueil", "phone": "01 99 00 12 40", "hours": {"mon": ["08:00-12:00"]}}
ACT = {"key": "consultation", "name": "Consultation", "minutes": 15}
LEAVE = {"from": "2026-12-24", "until": "2027-01-04", "instead": INSTEAD}
SLIP = ["09:00-12:00", "11:00-13:00"]
MARTIN = "practitioners[0] (martin)"


def away(**changes: Any) -> list[dict[str, Any]]:
    return [LEAVE | changes]


REFUSED = [
    pytest.param({"practitioners__working_hours": {"mon": SLIP}}, f"{MARTIN}.working_hours.mon", "overlap", id="work"),
    pytest.param(
        {"practitioners__contact_hours": {"sun": SLIP}}, f"{MARTIN}.contact_hours.sun", "overlap", id="contact"
    ),
    pytest.param(
        {"practitioners__priority_hours": {"tue": SLIP}}, f"{MARTIN}.priority_hours.tue", "overlap", id="list"
    ),
    pytest.param(
        {"secretaries": [SECRETARY | {"hours": {"fri": SLIP}}]},
        "secretaries[0] (accueil).hours.fri",
        "overlap",
        id="secretary",
    ),
    pytest.param(
        {"practitioners__acts": [ACT | {"hours": {"wed": SLIP}}]},
        f"{MARTIN}.acts[0] (consultation).hours.wed",
        "overlap",
        id="act",
    ),
    pytest.param(
        {"practitioners__dated_hours": [{"date": "2026-12-05", "hours": SLIP}]},
        f"{MARTIN}.dated_hours[0].hours",
        "overlap",
        id="one date",
    ),
    pytest.param(
        {"practitioners__working_hours": {"mon": ["09:00-12:00"] * 2}},
        f"{MARTIN}.working_hours.mon",
        "overlap",
        id="the same twice",
    ),
    pytest.param(
        {"practitioners__working_hours": {"mon": ["22:00-06:00"], "tue": ["05:00-08:00"]}},
        f"{MARTIN}.working_hours.tue",
        "overlap",
        id="a night into the next morning",
    ),
    pytest.param(
        {"practitioners__working_hours": {"sun": ["22:00-06:00"], "mon": ["05:00-08:00"]}},
        f"{MARTIN}.working_hours.mon",
        "overlap",
        id="Sunday night into Monday",
    ),
    pytest.param(
        {"practitioners__leave": [{"from": "2026-12-24", "until": "2027-01-04"}]},
        f"{MARTIN}.leave[0].instead",
        "",
        id="leave with nobody to call",
    ),
    pytest.param(
        {"practitioners__leave": away(instead=INSTEAD | {"name": " "})},
        f"{MARTIN}.leave[0].instead.name",
        "",
        id="leave with nobody's name",
    ),
    pytest.param(
        {"practitioners__leave": away(instead=INSTEAD | {"phone": "06 39 98 00 01"})},
        f"{MARTIN}.leave[0].instead.phone",
        "the doctor on leave",
        id="leave replaced by oneself",
    ),
    pytest.param(
        {"practitioners__leave": away(instead=INSTEAD | {"phone": "01 99 00 12 34"})},
        f"{MARTIN}.leave[0].instead.phone",
        "is a line of this practice",
        id="leave that leads back to the practice",
    ),
    pytest.param(
        {"practitioners__leave": away(until="2026-12-24T08:00", **{"from": "2026-12-24T12:00"})},
        f"{MARTIN}.leave[0]",
        "",
        id="leave that ends before it begins",
    ),
    pytest.param(
        {"practitioners__overrides": [{"kind": "away", "from": "2026-12-01T20:00", "until": "2026-12-01T20:00"}]},
        f"{MARTIN}.overrides[0]",
        "",
        id="an empty absence",
    ),
    pytest.param(
        {"practitioners__phone": "+33199001234"}, f"{MARTIN}.phone", "is a line of this practice", id="rings itself"
    ),
    pytest.param(
        {"practice__fallback": "01 99 00 12 34"},
        "practice.fallback",
        "is a line of this practice",
        id="fallback to itself",
    ),
    pytest.param(
        {"secretaries": [{"key": "accueil", "hours": {"mon": ["08:00-12:00"]}}]},
        "secretaries[0] (accueil).phone",
        "",
        id="secretary hours without a phone",
    ),
    pytest.param(
        {"practice__nuisance": ["06 39 98 11 11"]},
        "practice.nuisance",
        "patients[0] (durand)",
        id="a patient a nuisance",
    ),
    pytest.param({"practice__nuisance": ["06 39 98 00 01"]}, "practice.nuisance", MARTIN, id="the doctor a nuisance"),
    pytest.param(
        {"practice__nuisance": ["01 99 00 12 34"]},
        "practice.nuisance",
        "practice.lines[0]",
        id="the practice a nuisance",
    ),
]


@pytest.mark.parametrize(("changes", "where", "told"), REFUSED)
def test_what_cannot_be_meant_is_refused_with_its_place(changes: dict[str, Any], where: str, told: str) -> None:
    found = [fault for fault in faults_of(a_file(**changes)) if fault.where.startswith(where)]
    assert found, faults_of(a_file(**changes))
    assert any(told in fault.problem for fault in found)


@pytest.mark.parametrize(
    "hours",
    [
        pytest.param({"mon": ["09:00-12:00", "12:00-14:00"]}, id="windows that touch"),
        pytest.param({"mon": ["20:00-24:00"], "tue": ["00:00-02:00"]}, id="over midnight"),
        pytest.param({"mon": ["22:00-06:00"], "tue": ["06:00-08:00"]}, id="a night and its morning"),
        pytest.param({"mon": ["08:00-08:00"], "tue": ["08:00-12:00"]}, id="a whole day and its morning"),
        pytest.param({"mon": []}, id="closed"),
    ],
)
def test_windows_that_keep_apart_are_taken(hours: dict[str, list[str]]) -> None:
    assert checked(a_file(practitioners__working_hours=hours)).practitioners[0].working_hours is not None
