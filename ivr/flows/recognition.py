"""Keys 1 and 3: who is calling, as far as booking needs to know; nothing is read out before (CALLS.md 11, P1 to P4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ivr.flows.books import Consult, FindPatients, Next
from ivr.flows.changes import review
from ivr.flows.desk import help_turn, menu_of, to_the_desk
from ivr.flows.identity import (
    NUMBER_KEYS,
    AskingBirthDate,
    AskingBirthday,
    AskingNumber,
    Goal,
    ask_birth_date,
    ask_birthday,
    ask_number,
    number_prompt,
)
from ivr.flows.keys import Entry, Menu, MenuState, ask, choose, enter, once_more
from ivr.flows.message import take_message
from ivr.flows.persons import MOST_NAMED, choose_patient
from ivr.flows.planned import tell_planned
from ivr.flows.refusal import no_new_patients, not_recognised, request_appointment
from ivr.flows.scene import Scene
from ivr.flows.turns import Heard, NewTask, ProofFailed, Say, TaskKind, Turn
from ivr.flows.wish import Wish
from ivr.patients import BIRTH_DATE_KEYS, BIRTHDAY_KEYS, Patient, read_birth_date
from ivr.phones import PhoneNumber, Withheld, read_number
from ivr.vocabulary import CallerKind

REQUEST = NewTask(TaskKind.REQUEST)


@dataclass(frozen=True, slots=True)
class BeenBefore(MenuState):
    """U1: known under another number, or here for the first time."""


def book(scene: Scene) -> Next:
    """Key 1, open at all hours; where nothing can be booked by telephone it becomes a request."""
    if not any(practitioner.acts for practitioner in scene.practice.practitioners):
        return request_appointment(scene, REQUEST)
    if scene.caller.kind is CallerKind.UNKNOWN:
        return ask(scene, BeenBefore(), _been_before_menu(scene))
    return _recognise(scene, Goal.BOOK)


def change(scene: Scene) -> Next:
    """Key 3."""
    return _recognise(scene, Goal.CHANGE)


def after_been_before(scene: Scene, state: BeenBefore, heard: Heard) -> Next:
    """1 is known under another number, 2 is new."""
    return choose(scene, state, heard, _been_before_menu(scene))


def after_number(scene: Scene, state: AskingNumber, heard: Heard) -> Next:
    """Whatever number was typed, the birth date is asked next: nothing is told about who has it. No number: N3."""

    def read(keys: str) -> Next | None:
        if len(keys) != NUMBER_KEYS or not keys.isdecimal():
            return None
        try:
            number = read_number(keys, scene.practice.country)
        except ValueError:
            return None
        return ask_birth_date(scene, state.goal, number)

    return enter(scene, state, heard, _or_not_recognised(scene, number_prompt(scene), NUMBER_KEYS, read, Say("N1x")))


def after_birth_date(scene: Scene, state: AskingBirthDate, heard: Heard) -> Next:
    """A patient with that number who was born that day, or another try, then N3."""

    def read(keys: str) -> Next | None:
        born_on = read_birth_date(keys)
        return None if born_on is None else Consult(FindPatients(state.number, born_on), matched)

    def matched(patients: tuple[Patient, ...]) -> Next:
        if patients:
            return _proven(scene, state.goal, patients)
        return once_more(scene, state, entry).also(ProofFailed(state.number))

    entry = _or_not_recognised(scene, Say("N2"), BIRTH_DATE_KEYS, read, Say("C0x"))
    return enter(scene, state, heard, entry)


def after_birthday(scene: Scene, state: AskingBirthday, heard: Heard) -> Next:
    """The patients born that day, or another try, then the secretary or a message."""

    def read(keys: str) -> Next | None:
        if len(keys) != BIRTHDAY_KEYS:
            return None
        born = tuple(patient for patient in state.patients if patient.is_born_on(keys))
        if not born:
            return once_more(scene, state, entry).also(*failed)
        return review(scene, born) if state.wish is None else tell_planned(scene, _proven_wish(state.wish))

    phone = scene.caller.phone
    failed = (ProofFailed(phone),) if phone else ()
    entry = _entry(scene, Say("C0"), BIRTHDAY_KEYS, read, Say("C0x"))
    return enter(scene, state, heard, entry)


def _recognise(scene: Scene, goal: Goal) -> Next:
    number = scene.caller.number
    if isinstance(number, Withheld) or scene.caller.kind is CallerKind.UNKNOWN:
        return ask_number(scene, goal)
    return Consult(FindPatients(number), partial(_recognised, scene, goal, number))


def _recognised(scene: Scene, goal: Goal, number: PhoneNumber, patients: tuple[Patient, ...]) -> Next:
    """A known number: the people it stands for, whose appointments stay unsaid until a birthday is typed."""
    if goal is Goal.BOOK:
        return choose_patient(scene, patients)
    if len(patients) > MOST_NAMED:
        return ask_birth_date(scene, goal, number)
    if not scene.practice.checks_birthday:
        return review(scene, patients)
    if not any(patient.born_on for patient in patients):
        return to_the_desk(scene, REQUEST)
    return ask_birthday(scene, patients)


def _proven(scene: Scene, goal: Goal, patients: tuple[Patient, ...]) -> Next:
    return choose_patient(scene, patients, is_proven=True) if goal is Goal.BOOK else review(scene, patients)


def _proven_wish(wish: Wish) -> Wish:
    return Wish(wish.patient, is_proven=True, kinds=wish.kinds, is_any_doctor=wish.is_any_doctor)


def _been_before_menu(scene: Scene) -> Menu:
    keys: dict[str, Callable[[], Next]] = {
        "1": partial(ask_number, scene, Goal.BOOK),
        "2": partial(_new_patient, scene),
    }
    return menu_of(scene, (Say("U1"),), keys, REQUEST)


def _new_patient(scene: Scene) -> Turn:
    if scene.practice.accepts_new_patients:
        return take_message(scene, NewTask(TaskKind.NEW_PATIENT), Say("U2"))
    return no_new_patients(scene)


def _entry(scene: Scene, says: Say, digits: int, read: Callable[[str], Next | None], wrong: Say) -> Entry:
    helped, way_out = partial(help_turn, scene, REQUEST), partial(to_the_desk, scene, REQUEST)
    return Entry((says,), digits, read, wrong, helped, way_out)


def _or_not_recognised(scene: Scene, says: Say, digits: int, read: Callable[[str], Next | None], wrong: Say) -> Entry:
    """The same, ending with N3, which says what is left."""
    entry = _entry(scene, says, digits, read, wrong)
    return replace(entry, way_out=partial(not_recognised, scene), announces_help=False)
