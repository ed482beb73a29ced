"""Which acts a patient may book, and why (ROUTING.md P5, cases 40 and 41)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.acts import ActCode, ActRuling, ActSwitch, acts_open_to, rule_acts
from ivr.practice import Act
from tests.builders import a_practitioner

TODAY = date(2026, 12, 2)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ACTS = (
    Act("consultation", "Consultation", 15),
    Act("longue", "Consultation longue", 30, is_visible=False),
    Act("urgence", "Urgence du jour", 10),
)
DOCTOR = a_practitioner(acts=ACTS)


def on(act: str, **more: Any) -> ActSwitch:
    return ActSwitch(act, is_on=True, **more)


def off(act: str | None, **more: Any) -> ActSwitch:
    return ActSwitch(act, is_on=False, **more)


@pytest.mark.parametrize(
    ("switches", "keys"),
    [
        pytest.param((), ["consultation", "urgence"], id="the visible ones"),
        pytest.param((on("longue"),), ["consultation", "longue", "urgence"], id="one opened"),
        pytest.param((off("urgence"),), ["consultation"], id="one closed"),
        pytest.param((on("longue"), off("longue")), ["consultation", "urgence"], id="both: off wins"),
        pytest.param((on("longue"), off(None)), [], id="all off"),
        pytest.param((on("longue", until_on=TODAY),), ["consultation", "longue", "urgence"], id="on its last day"),
        pytest.param((on("longue", until_on=YESTERDAY),), ["consultation", "urgence"], id="opened until yesterday"),
        pytest.param((off("urgence", until_on=TOMORROW),), ["consultation"], id="closed until tomorrow"),
        pytest.param((off(None, until_on=YESTERDAY),), ["consultation", "urgence"], id="all off until yesterday"),
        pytest.param(
            (off("longue", until_on=YESTERDAY), on("longue")), ["consultation", "longue", "urgence"], id="over"
        ),
    ],
)
def test_the_acts_a_patient_may_book(switches: tuple[ActSwitch, ...], keys: list[str]) -> None:
    assert [act.key for act in acts_open_to(DOCTOR, switches, TODAY)] == keys


def ruling_of(act: str, *switches: ActSwitch) -> ActRuling:
    return next(ruling for ruling in rule_acts(DOCTOR, switches, TODAY) if ruling.act.key == act)


def test_a_ruling_names_the_exception_that_decided() -> None:
    because = off("urgence", reason="Trois urgences par semaine.", until_on=TOMORROW)
    ruling = ruling_of("urgence", because)
    assert (ruling.code, ruling.switch, ruling.is_off) == (ActCode.SWITCHED_OFF, because, True)


def test_all_off_is_named_before_a_single_act_that_is_off() -> None:
    assert ruling_of("urgence", off("urgence"), off(None)).code is ActCode.ALL_OFF


def test_an_act_both_on_and_off_is_flagged() -> None:
    assert ruling_of("longue", on("longue"), off("longue")).is_contradicted
    assert not ruling_of("longue", on("longue")).is_contradicted


def test_a_visible_act_switched_on_is_simply_visible() -> None:
    assert ruling_of("consultation", on("consultation")).code is ActCode.VISIBLE


def test_a_hidden_act_is_not_switched_off() -> None:
    ruling = ruling_of("longue")
    assert (ruling.is_open, ruling.is_off) == (False, False)


dates = st.none() | st.sampled_from([YESTERDAY, TODAY, TOMORROW])
switches_of_all_kinds = st.lists(
    st.builds(on, st.sampled_from(["consultation", "longue", "urgence"]), until_on=dates)
    | st.builds(off, st.sampled_from(["consultation", "longue", "urgence", None]), until_on=dates),
    max_size=5,
)


@given(switches_of_all_kinds)
def test_one_more_off_never_opens_and_one_more_on_never_closes(switches: list[ActSwitch]) -> None:
    before = set(acts_open_to(DOCTOR, switches, TODAY))
    assert set(acts_open_to(DOCTOR, [*switches, off("consultation")], TODAY)) <= before
    assert before <= set(acts_open_to(DOCTOR, [*switches, on("longue")], TODAY))


@given(switches_of_all_kinds, st.randoms())
def test_the_order_of_exceptions_does_not_matter(switches: list[ActSwitch], random: Any) -> None:
    shuffled = random.sample(switches, len(switches))
    assert acts_open_to(DOCTOR, switches, TODAY) == acts_open_to(DOCTOR, shuffled, TODAY)
