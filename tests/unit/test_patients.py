"""Who may be named, recognised and added, as plain values (CALLS.md 3, 6 and 11, ROUTING.md 7)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.persons import MOST_NAMED, can_be_named
from ivr.patients import Patient, may_add_relatives, read_birth_date
from ivr.vocabulary import RelativesRule

OPEN, CLOSED, AS_PRACTICE = RelativesRule.OPEN, RelativesRule.CLOSED, RelativesRule.AS_PRACTICE


def of(rule: RelativesRule, *, owns_number: bool = True) -> Patient:
    return Patient("p", "Jeanne", relatives=rule, owns_number=owns_number)


@pytest.mark.parametrize(
    ("patients", "practice", "may"),
    [
        pytest.param([of(AS_PRACTICE)], OPEN, True, id="as an open practice"),
        pytest.param([of(AS_PRACTICE)], CLOSED, False, id="as a closed practice"),
        pytest.param([of(OPEN)], CLOSED, True, id="open for one, closed for all"),
        pytest.param([of(CLOSED)], OPEN, False, id="closed for one, open for all"),
        pytest.param([of(OPEN), of(CLOSED)], OPEN, False, id="one number, both: closed"),
        pytest.param([of(OPEN), of(AS_PRACTICE)], CLOSED, True, id="one number, one of them open"),
        pytest.param([of(AS_PRACTICE), of(CLOSED, owns_number=False)], OPEN, True, id="a relative's own setting"),
    ],
)
def test_who_may_declare_a_relative(patients: list[Patient], practice: RelativesRule, may: bool) -> None:
    assert may_add_relatives(patients, practice) is may


@pytest.mark.parametrize(
    ("keys", "born_on"),
    [
        pytest.param("05031950", date(1950, 3, 5), id="a birth date"),
        pytest.param("29022020", date(2020, 2, 29), id="a leap day"),
        pytest.param("29022021", None, id="a leap day that was not"),
        pytest.param("31041950", None, id="no such day"),
        pytest.param("05130000", None, id="no such month, no such year"),
        pytest.param("0503195", None, id="too short"),
        pytest.param("0503195*", None, id="a star"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_eight_keys_as_a_birth_date(keys: str, born_on: date | None) -> None:
    assert read_birth_date(keys) == born_on


@given(st.dates(min_value=date(1880, 1, 1), max_value=date(2030, 1, 1)))
def test_every_birth_date_is_read_as_it_is_typed_and_has_its_birthday(born_on: date) -> None:
    assert read_birth_date(f"{born_on:%d%m%Y}") == born_on
    patient = Patient("p", "Jeanne", born_on)
    assert patient.is_born_on(f"{born_on:%d%m}")
    assert not patient.is_born_on(f"{born_on:%m%d}") or born_on.day == born_on.month


@pytest.mark.parametrize("keys", ["0503", "", "0000", "None"])
def test_who_has_no_birth_date_has_no_birthday(keys: str) -> None:
    assert not Patient("p", "Jeanne").is_born_on(keys)


def named(*names: str) -> tuple[Patient, ...]:
    return tuple(Patient(f"p{place}", name) for place, name in enumerate(names))


@pytest.mark.parametrize(
    ("patients", "can"),
    [
        pytest.param(named("Jeanne"), True, id="one"),
        pytest.param(named("A", "B", "C", "D", "E"), True, id="five"),
        pytest.param(named("A", "B", "C", "D", "E", "F"), False, id="six are never enumerated"),
        pytest.param(named("Jean", "Jean"), False, id="two of one name"),
        pytest.param(named("Jean", "JEAN"), False, id="two of one name, written differently"),
        pytest.param(named("Jean", "Jeanne"), True, id="two names"),
    ],
)
def test_whose_first_names_are_said(patients: tuple[Patient, ...], can: bool) -> None:
    assert can_be_named(patients) is can
    assert MOST_NAMED == 5
