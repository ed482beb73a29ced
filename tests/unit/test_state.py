"""A dialogue is kept between two requests as JSON and comes back as it was."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.flows.dialogue import STATES, read_state, write_state
from ivr.flows.turns import State


def a_dictionary(kind: Any) -> st.SearchStrategy[Any]:
    keys, values = get_args(kind)
    return st.dictionaries(st.from_type(keys), st.from_type(values), max_size=2)


st.register_type_strategy(Mapping, a_dictionary)  # Hypothesis would take kinds of mappings that no dialogue makes
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))


@pytest.mark.parametrize("name", STATES)
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
def test_every_state_comes_back_as_it_was_written(name: str, data: st.DataObject) -> None:
    state = data.draw(st.builds(STATES[name]))
    read = read_state(json.loads(json.dumps(write_state(state))))
    assert read == state
    assert type(read) is type(state)
    assert [type(value) for value in write_state(read).values()] == [type(v) for v in write_state(state).values()]


def test_a_state_of_no_dialogue_is_refused() -> None:
    with pytest.raises(KeyError):
        read_state({"at": "Nowhere"})


def test_every_state_that_exists_can_be_read() -> None:
    def below(kind: type[State]) -> set[str]:
        return {kind.__name__} | {name for child in kind.__subclasses__() for name in below(child)}

    # A dataclass with slots is made anew: its first form, never used, may still be listed under the same name.
    assert below(State) - {"State", "MenuState"} == set(STATES)
