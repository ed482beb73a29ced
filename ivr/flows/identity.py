"""Asking who is there: a number, a birth date, a birthday (CALLS.md C0, N1, N2). What follows is in `recognition`."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.flows.keys import MenuState, speak
from ivr.flows.scene import Scene
from ivr.flows.turns import Say, Turn
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


@dataclass(frozen=True, slots=True)
class AskingBirthDate(MenuState):
    """N2: the birth date of a patient with that number is being typed; None where no such number was typed."""

    goal: Goal = Goal.BOOK
    number: PhoneNumber | None = None


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


def ask_birth_date(scene: Scene, goal: Goal, number: PhoneNumber | None) -> Turn:
    """N2."""
    return speak(scene, AskingBirthDate(goal=goal, number=number), Say("N2"), digits=BIRTH_DATE_KEYS)


def ask_birthday(scene: Scene, patients: tuple[Patient, ...], wish: Wish | None = None) -> Turn:
    """C0."""
    return speak(scene, AskingBirthday(patients=patients, wish=wish), Say("C0"), digits=BIRTHDAY_KEYS)


def number_prompt(scene: Scene) -> Say:
    """A hidden number is named as the reason for asking."""
    return Say("N1" if scene.is_withheld else "N1u")
