"""Every dialogue by its state: what is heard in a state goes to the function that asked for it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from ivr.flows.acts import ChoosingAct, after_act
from ivr.flows.assisted import RingingForAssisted, after_assisted_try
from ivr.flows.books import Next
from ivr.flows.changes import (
    Cancelling,
    NothingPlanned,
    Reviewing,
    after_cancelling,
    after_nothing_planned,
    after_review,
)
from ivr.flows.confirmation import Booked, after_booked, after_confirming
from ivr.flows.contact import ChoosingDoctor, RingingDoctor, after_doctor, after_doctor_choice
from ivr.flows.desk import DeskBusy, RingingDesk, after_busy, after_desk
from ivr.flows.doctors import ChoosingBookedDoctor, SentToPractice, after_booked_doctor, after_sent_to_practice
from ivr.flows.identity import AskingBirthDate, AskingBirthday, AskingNumber
from ivr.flows.message import Recording, after_recording
from ivr.flows.offer import Offered, after_offer
from ivr.flows.persons import ChoosingPatient, NobodyAdded, after_nobody_added, after_patient
from ivr.flows.planned import AlreadyPlanned, after_planned
from ivr.flows.recognition import BeenBefore, after_been_before, after_birth_date, after_birthday, after_number
from ivr.flows.refusal import Refused, after_refusal
from ivr.flows.scene import Scene
from ivr.flows.times import (
    ChoosingPart,
    Confirming,
    NoTime,
    Offering,
    after_no_time,
    after_offer_of_times,
    after_part,
)
from ivr.flows.turns import Ended, HangUp, Heard, State, Turn
from ivr.flows.welcome import MainMenu, after_main_menu
from ivr.flows.whisper import Whispering, whisper
from ivr.vocabulary import Reach

Handler: TypeAlias = Callable[[Scene, Any, Heard], Next]

HANDLERS: Mapping[type[State], Handler] = {
    MainMenu: after_main_menu,
    ChoosingDoctor: after_doctor_choice,
    RingingDoctor: after_doctor,
    Offered: after_offer,
    RingingDesk: after_desk,
    DeskBusy: after_busy,
    Recording: after_recording,
    RingingForAssisted: after_assisted_try,
    BeenBefore: after_been_before,
    AskingNumber: after_number,
    AskingBirthDate: after_birth_date,
    AskingBirthday: after_birthday,
    ChoosingPatient: after_patient,
    NobodyAdded: after_nobody_added,
    ChoosingBookedDoctor: after_booked_doctor,
    SentToPractice: after_sent_to_practice,
    AlreadyPlanned: after_planned,
    ChoosingAct: after_act,
    Offering: after_offer_of_times,
    ChoosingPart: after_part,
    NoTime: after_no_time,
    Confirming: after_confirming,
    Booked: after_booked,
    Reviewing: after_review,
    Cancelling: after_cancelling,
    NothingPlanned: after_nothing_planned,
    Refused: after_refusal,
}

STATES: Mapping[str, type[State]] = {state.__name__: state for state in (*HANDLERS, Whispering, Ended)}

KEPT: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(state) for name, state in STATES.items()}
"""How each state becomes JSON between two requests, and itself again."""


def proceed(scene: Scene, state: State, heard: Heard) -> Next:
    """What follows `heard` in `state`; after the end there is nothing but hanging up."""
    handler = HANDLERS.get(type(state))
    if handler is None:
        return Turn(Ended(), (HangUp(),))
    return handler(scene, state, heard)


def whispered_to(scene: Scene, ringing: State) -> Turn:
    """What the doctor hears first who was rung in that state."""
    return whisper(scene, ringing.reach if isinstance(ringing, RingingDoctor | RingingForAssisted) else Reach.NONE)


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
