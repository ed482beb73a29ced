"""For whom: first names only, few enough to be named; somebody new is a request (CALLS.md 3, ROUTING.md P4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ivr.flows.books import Next
from ivr.flows.desk import menu_of, to_the_desk
from ivr.flows.doctors import book_for
from ivr.flows.identity import Goal, ask_birth_date
from ivr.flows.keys import MOST_ROUNDS, Menu, MenuState, ask, choose
from ivr.flows.message import take_message
from ivr.flows.scene import Scene
from ivr.flows.turns import Heard, NewTask, Say, TaskKind, Turn
from ivr.patients import Patient, may_add_relatives

MOST_NAMED = 5
"""More people on one number are never enumerated: it may be a care home's (ROUTING.md case 13)."""
PER_PAGE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingPatient(MenuState):
    """B1, B2: two first names at a time, from the one at `first`, then somebody else."""

    patients: tuple[Patient, ...]
    first: int = 0
    is_proven: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyAdded(MenuState):
    """B2b: a new person cannot be added; back to `choosing`, or a message."""

    choosing: ChoosingPatient


def choose_patient(scene: Scene, patients: tuple[Patient, ...], *, is_proven: bool = False) -> Next:
    """Name them, or ask for a birth date where that would tell too much or too little."""
    phone = scene.caller.phone
    if phone and not is_proven and not can_be_named(patients):
        return ask_birth_date(scene, Goal.BOOK, phone)
    return _name_patients(scene, ChoosingPatient(patients=patients, is_proven=is_proven))


def can_be_named(patients: tuple[Patient, ...]) -> bool:
    """Whether first names tell them apart and do not enumerate a house."""
    names = {patient.first_name.casefold() for patient in patients}
    return len(names) == len(patients) <= MOST_NAMED


def after_patient(scene: Scene, state: ChoosingPatient, heard: Heard) -> Next:
    """The person's key, the next names, or somebody else."""
    return choose(scene, state, heard, _menu(scene, state))


def after_nobody_added(scene: Scene, state: NobodyAdded, heard: Heard) -> Next:
    """A message, or back to the names."""
    return choose(scene, state, heard, _nobody_menu(scene, state))


def _name_patients(scene: Scene, state: ChoosingPatient) -> Turn:
    return ask(scene, state, _menu(scene, state))


def _menu(scene: Scene, state: ChoosingPatient) -> Menu:
    everyone = state.patients
    shown = everyone[state.first : state.first + PER_PAGE]
    keys: dict[str, Callable[[], Next]] = {
        str(place): partial(book_for, scene, patient, is_proven=state.is_proven)
        for place, patient in enumerate(shown, start=1)
    }
    following = state.first + PER_PAGE
    if len(everyone) == 1:
        prompt = "B1"
        keys["2"] = partial(_somebody_else, scene, state)
    elif following < len(everyone):
        prompt = "B2m"
        keys["9"] = partial(_name_patients, scene, replace(state, first=following, missed=0))
    else:
        prompt = "B2" if len(shown) == PER_PAGE else "B2l"
        keys["9"] = partial(_somebody_else, scene, state)
    names = {f"first_name_{place}": patient.first_name for place, patient in enumerate(shown, start=1)}
    said = Say(prompt, {"first_name": shown[0].first_name} if prompt == "B1" else names)
    return menu_of(scene, (said,), keys, NewTask(TaskKind.REQUEST))


def _somebody_else(scene: Scene, state: ChoosingPatient) -> Turn:
    """A new relative is a request, after the practice's notice; or nobody can be added (ROUTING.md 7)."""
    practice = scene.practice
    if not may_add_relatives(state.patients, practice.relatives):
        refused = NobodyAdded(choosing=state)
        return ask(scene, refused, _nobody_menu(scene, refused))
    owners = [patient.key for patient in state.patients if patient.owns_number]
    task = NewTask(TaskKind.RELATIVE, patient=owners[0] if len(owners) == 1 else None)
    turn = take_message(scene, task, Say("B2a"))
    if practice.relatives_notice is None:
        return turn
    return turn.after(Say("B2n", {"relatives_notice": practice.relatives_notice}, practice.languages[0]))


def _nobody_menu(scene: Scene, state: NobodyAdded) -> Menu:
    keys: dict[str, Callable[[], Next]] = {
        "1": partial(take_message, scene, NewTask(TaskKind.REQUEST)),
        "2": partial(_back, scene, state),
    }
    return menu_of(scene, (Say("B2b"),), keys, NewTask(TaskKind.REQUEST))


def _back(scene: Scene, state: NobodyAdded) -> Turn:
    choosing = state.choosing
    if choosing.rounds >= MOST_ROUNDS:
        return to_the_desk(scene, NewTask(TaskKind.REQUEST)).after(Say("I2"))
    return _name_patients(scene, replace(choosing, first=0, missed=0, rounds=choosing.rounds + 1))
