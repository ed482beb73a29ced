"""Asking who is there: a number, a birth date, a birthday (CALLS.md C0, N1, N2). What follows is in `recognition`."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from ivr.flows.books import Consult, MayProve, Next
from ivr.flows.keys import MenuState, speak
from ivr.flows.refusal import request_appointment
from ivr.flows.scene import Scene
from ivr.flows.turns import NewTask, Say, TaskKind, Turn
from ivr.flows.wish import Wish
from ivr.patients import BIRTH_DATE_KEYS, BIRTHDAY_KEYS, Patient
from ivr.phones import PhoneNumber

NUMBER_KEYS = 10


class Goal(StrEnum):
    """What the caller wants once it is known who they are."""

    BOOK = "book"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class AskingNumber(MenuState):
    """N1: a number the practice knows is being typed."""

    goal: Goal = Goal.BOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingBirthDate(MenuState):
    """N2: the birth date of a patient with that number is being typed."""

    number: PhoneNumber
    goal: Goal = Goal.BOOK


@dataclass(frozen=True, slots=True)
class AskingBirthday(MenuState):
    """C0: the day and month of birth of one of these patients, before what is planned for them is read out.

    `wish` is what they are about to book; None when they want to change something.
    """

    patients: tuple[Patient, ...] = ()
    wish: Wish | None = None


def ask_number(scene: Scene, goal: Goal) -> Turn:
    """N1, in other words where the number is not hidden."""
    return speak(scene, AskingNumber(goal=goal), number_prompt(scene), digits=NUMBER_KEYS)


def ask_birth_date(scene: Scene, goal: Goal, number: PhoneNumber) -> Next:
    """N2, unless too many birth dates were tried for that number."""
    state = AskingBirthDate(goal=goal, number=number)
    return Consult(MayProve(number), partial(_ask_or_help, scene, state, Say("N2"), BIRTH_DATE_KEYS))


def ask_birthday(scene: Scene, patients: tuple[Patient, ...], wish: Wish | None = None) -> Next:
    """C0, unless too many were tried from this number. Nobody with a hidden number gets here."""
    state = AskingBirthday(patients=patients, wish=wish)
    phone = scene.caller.phone
    if phone is None:
        return _ask_or_help(scene, state, Say("C0"), BIRTHDAY_KEYS, may_prove=False)
    return Consult(MayProve(phone), partial(_ask_or_help, scene, state, Say("C0"), BIRTHDAY_KEYS))


def _ask_or_help(scene: Scene, state: MenuState, said: Say, digits: int, may_prove: bool) -> Turn:
    if not may_prove:
        return request_appointment(scene, NewTask(TaskKind.REQUEST))
    return speak(scene, state, said, digits=digits)


def number_prompt(scene: Scene) -> Say:
    """A hidden number is named as the reason for asking."""
    return Say("N1" if scene.is_withheld else "N1u")
