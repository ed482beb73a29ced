"""Every dialogue by its state: what is heard in a state goes to the function that asked for it."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeAlias, cast

from ivr.flows.assisted import RingingForAssisted, after_assisted_try
from ivr.flows.contact import ChoosingDoctor, RingingDoctor, after_doctor, after_doctor_choice
from ivr.flows.desk import DeskBusy, RingingDesk, after_busy, after_desk
from ivr.flows.message import Recording, after_recording
from ivr.flows.offer import Offered, after_offer
from ivr.flows.scene import Scene
from ivr.flows.turns import Ended, HangUp, Heard, State, TaskKind, Turn
from ivr.flows.welcome import MainMenu, after_main_menu
from ivr.flows.whisper import Whispering
from ivr.vocabulary import Outcome, Reach

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

READERS: Mapping[str, Callable[[Any], Any]] = {
    "reach": Reach,
    "outcome": Outcome,
    "kind": TaskKind,
    "left": tuple,
}
"""State fields that JSON does not give back as they were."""


def proceed(scene: Scene, state: State, heard: Heard) -> Turn:
    """The turn that follows `heard` in `state`; after the end there is nothing but hanging up."""
    handler = HANDLERS.get(type(state))
    if handler is None:
        return Turn(Ended(), (HangUp(),))
    return handler(scene, state, heard)


def write_state(state: State) -> dict[str, object]:
    """The state as JSON values."""
    return {"at": type(state).__name__} | {
        field.name: getattr(state, field.name) for field in fields(cast("Any", state))
    }


def read_state(written: Mapping[str, Any]) -> State:
    """The state `write_state` wrote.

    Raises:
        KeyError: no dialogue has such a state.
    """
    kind = STATES[written["at"]]
    values = {name: READERS.get(name, _same)(value) for name, value in written.items() if name != "at"}
    return kind(**values)


def _same(value: Any) -> Any:
    return value
