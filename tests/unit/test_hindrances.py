"""Why a time is not free: each cause by itself, and all of them at once."""

from datetime import datetime
from typing import Any

import pytest

from ivr.hindrances import Cause, Standing, hindrances, is_final
from ivr.intervals import Interval
from ivr.practice import Act, DatedHours, Practitioner
from ivr.schedules import Calendar
from ivr.vocabulary import OverrideKind
from tests.builders import a_leave, a_practice, a_practitioner, an_override, paris, table

NOW = "2026-12-02T08:00"
AWAY = an_override(OverrideKind.AWAY, "2026-12-10T14:00", "2026-12-10T19:00")
BOTH = a_practitioner(leaves=(a_leave("2026-12-24T12:00", "2027-01-04T08:00"),), overrides=(AWAY,))


def an_act(**changes: Any) -> Act:
    """A quarter of an hour that callers must book a week ahead, on full hours."""
    usual: dict[str, Any] = {"key": "act", "name": "Acte", "minutes": 15, "notice_minutes": 10_000, "step_minutes": 60}
    return Act(**usual | changes)


def causes(at: str, doctor: Practitioner = BOTH, act: Act | None = None, now: str = NOW, **practice: Any) -> list[str]:
    calendar = Calendar(a_practice(practitioners=(doctor,), **practice))
    found = hindrances(calendar, doctor, act or an_act(), paris(at), (), paris(now))
    return [one.cause.value for one in found]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        pytest.param("2026-12-02T09:05", [], id="notice and grid do not bind staff"),
        pytest.param("2027-06-02T09:00", [], id="nor does the horizon"),
        pytest.param("2026-12-02T11:45", [], id="the last quarter"),
        pytest.param("2026-12-02T11:46", ["closed"], id="a minute beyond closing"),
        pytest.param("2026-12-02T08:59", ["closed"], id="a minute before opening"),
        pytest.param("2026-12-02T08:00", ["closed"], id="now is not past"),
        pytest.param("2026-12-02T07:45", ["past", "closed"], id="a quarter ago"),
        pytest.param("2026-12-01T09:00", ["past-day"], id="yesterday"),
        pytest.param("2026-12-25T10:00", ["leave", "holiday"], id="leave and a holiday"),
        pytest.param("2026-12-24T11:50", ["leave"], id="it would run into leave"),
        pytest.param("2026-12-27T10:00", ["leave"], id="a Sunday of the leave"),
        pytest.param("2026-12-10T14:00", ["away"], id="away on an afternoon off"),
        pytest.param("2027-05-06T09:00", ["holiday"], id="Ascension Day"),
        pytest.param("2026-12-06T09:00", ["closed"], id="Sunday"),
    ],
)
def test_each_cause_is_told(at: str, told: list[str]) -> None:
    assert causes(at) == told


def test_a_holiday_that_is_worked_on_is_free() -> None:
    hours = DatedHours(paris("2027-05-06T12:00").date(), table(thu=["10:00-11:00"])[3], for_holiday=True)
    doctor = a_practitioner(dated_hours=(hours,))
    assert causes("2027-05-06T10:00", doctor) == []
    assert causes("2027-05-06T11:00", doctor) == ["holiday"]


def test_an_act_has_hours_of_its_own() -> None:
    act = an_act(hours=table(wed=["10:00-11:00"]))
    assert causes("2026-12-02T10:45", act=act) == []
    assert causes("2026-12-02T11:00", act=act) == ["act-hours"]
    assert causes("2026-12-02T12:00", act=act) == ["closed"]


def test_a_night_belongs_to_the_evening_it_began() -> None:
    doctor = a_practitioner(working_hours=table(wed=["22:00-02:00"]))
    assert causes("2026-12-03T01:45", doctor) == []
    assert causes("2026-12-02T23:50", doctor) == []
    assert causes("2026-12-03T01:50", doctor) == ["closed"]


def test_the_double_hour_is_open_in_both_its_passes() -> None:
    doctor = a_practitioner(working_hours=table(sun=["00:00-02:30"]))
    assert causes("2026-10-25T02:20:00+02:00", doctor, now="2026-10-01T00:00") == []
    assert causes("2026-10-25T02:15:00+01:00", doctor, now="2026-10-01T00:00") == []
    assert causes("2026-10-25T02:20:00+01:00", doctor, now="2026-10-01T00:00") == ["closed"]


def test_the_hours_of_the_day_and_who_is_there_are_told() -> None:
    calendar = Calendar(a_practice(practitioners=(BOTH,)))
    jeanne = Standing(Cause.TAKEN, "Jeanne Durand", paris("2026-12-02T12:00"), Interval(*_hour("12")))
    found = hindrances(calendar, BOTH, an_act(), paris("2026-12-02T12:00"), (jeanne,), paris(NOW))
    assert [one.cause for one in found] == [Cause.CLOSED, Cause.TAKEN]
    assert found[0].hours == (Interval(paris("2026-12-02T09:00"), paris("2026-12-02T12:00")), Interval(*_hour("14", 4)))
    assert found[1].standing is jeanne


def test_only_a_past_day_is_final() -> None:
    calendar = Calendar(a_practice(practitioners=(BOTH,)))
    for at, is_over in (("2026-12-01T09:00", True), ("2026-12-02T07:00", False), ("2026-12-25T10:00", False)):
        assert is_final(hindrances(calendar, BOTH, an_act(), paris(at), (), paris(NOW))) is is_over


def _hour(hour: str, hours: int = 1) -> tuple[datetime, datetime]:
    return paris(f"2026-12-02T{hour}:00"), paris(f"2026-12-02T{int(hour) + hours}:00")
