"""Every dialogue by its state: what is heard in a state goes to the function that asked for it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from ivr.flows.assisted import RingingForAssisted, after_assisted_try
from ivr.flows.contact import ChoosingDoctor, RingingDoctor, after_doctor, after_doctor_choice
from ivr.flows.desk import DeskBusy, RingingDesk, after_busy, after_desk
from ivr.flows.message import Recording, after_recording
from ivr.flows.offer import Offered, after_offer
from ivr.flows.scene import Scene
from ivr.flows.turns import Ended, HangUp, Heard, State, Turn
from ivr.flows.welcome import MainMenu, after_main_menu
from ivr.flows.whisper import Whispering

Handler: TypeAlias = Callable[[Scene, Any, Heard], Turn]

HANDLERS: Mapping[type[State], Handler] = {
    MainMenu: after_main_menu,
    ChoosingDoctor: after_doctor_choice,
    RingingDoctor: after_doctor,
    Offered: after_offer,
    RingingDesk: after_desk,
    DeskBusy: after_busy,
    Recording: after_recording,
    RingingForAssisted: after_assisted_try,
}

STATES: Mapping[str, type[State]] = {state.__name__: state for state in (*HANDLERS, Whispering, Ended)}

KEPT: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(state) for name, state in STATES.items()}
"""How each state becomes JSON between two requests, and itself again."""


def proceed(scene: Scene, state: State, heard: Heard) -> Turn:
    """The turn that follows `heard` in `state`; after the end there is nothing but hanging up."""
    handler = HANDLERS.get(type(state))
    if handler is None:
        return Turn(Ended(), (HangUp(),))
    return handler(scene, state, heard)


def write_state(state: State) -> dict[str, Any]:
    """The state as JSON values."""
    name = type(state).__name__
    values: dict[str, Any] = KEPT[name].dump_python(state, mode="json")
    return {"at": name} | values


def read_state(written: Mapping[str, Any]) -> State:
    """The state `write_state` wrote.

    Raises:
        KeyError: no dialogue has such a state.
    """
    values = dict(written)
    state: State = KEPT[values.pop("at")].validate_python(values)
    return state
