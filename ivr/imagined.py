"""People and books as a proof imagines them: every kind of caller, every kind of answer, none of them real."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from ivr.acts import ActSwitch
from ivr.flows.books import (
    BookSlot,
    CancelAppointment,
    FindAppointments,
    FindKept,
    FindPatients,
    FindSlots,
    HoldSlot,
    JoinWaitingList,
    Kind,
    Lost,
    MayProve,
    Question,
    TakesDocuments,
    Write,
    Written,
)
from ivr.flows.scene import Scene
from ivr.patients import Appointment, Patient
from ivr.phones import PhoneNumber, Withheld
from ivr.practice import Caller, Practice
from ivr.slots import Slot
from ivr.vocabulary import Reach, RelativesRule

MOBILE, LANDLINE = PhoneNumber("+33639981111"), PhoneNumber("+33199002222")
BORN_ON = date(1950, 3, 5)
CROWD = 7
SOON, LATER = timedelta(minutes=30), timedelta(days=3)


def imagined_callers(practice: Practice) -> dict[str, Caller]:
    """One caller of each kind, by what they are called in words; lists are the first practitioner's."""
    first = practice.practitioners[0].key

    def listed(number: PhoneNumber, reach: Reach, *, assisted: bool = False, slow: bool = False) -> Caller:
        helped = frozenset({first}) if assisted else frozenset[str]()
        return Caller(number, ("Jeanne",), {first: reach}, helped, slow)

    return {
        "a slow patient": listed(MOBILE, Reach.NONE, slow=True),
        "somebody with a hidden number": Caller(Withheld()),
        "somebody unknown": Caller(LANDLINE),
        "a patient of the list Prioritaires": listed(MOBILE, Reach.PRIORITY),
        "a patient of the list 24h/24": listed(LANDLINE, Reach.ALWAYS),
        "an assisted patient": listed(LANDLINE, Reach.ALWAYS, assisted=True),
    }


def imagined_answers(question: Question, scene: Scene) -> Iterator[tuple[str, Any]]:
    """Everything the books may say to a question, each with its words."""
    match question:
        case FindPatients(_, born_on):
            yield from _patients(scene.practice, is_proven=born_on is not None)
        case MayProve():
            yield "a birth date may be tried", True
            yield "too many were tried", False
        case FindAppointments(patients, practitioners):
            yield "nothing is planned", ()
            yield from _appointments(patients[0], practitioners, scene)
        case TakesDocuments():
            yield "documents are taken", True
            yield "no documents are taken", False
        case FindSlots(kinds):
            first, second = (_slot(kinds, scene.now, days) for days in (1, 2))
            yield "two times are free", (first, second)
            yield "one time is free", (first,)
            yield "no time is free", ()
        case FindKept(_, kinds):
            yield "no time is kept", None
            yield "a time is kept", _slot(kinds, scene.now, 1)
        case HoldSlot() | BookSlot() | CancelAppointment() | JoinWaitingList():
            yield from _written(question)


def _written(question: Write) -> Iterator[tuple[str, Any]]:
    match question:
        case HoldSlot():
            yield "the time is free", True
            yield "the time was just taken", False
        case BookSlot():
            yield "it is booked", Written(takes_texts=True, appointment=1)
            yield "it is booked without an SMS", Written(takes_texts=False, appointment=1)
            yield "the time was taken meanwhile", Lost.TAKEN
            yield "something else has changed meanwhile", Lost.CHANGED
        case CancelAppointment():
            yield "it is cancelled", Written(takes_texts=True, appointment=1)
            yield "it is cancelled without an SMS", Written(takes_texts=False, appointment=1)
            yield "it has changed meanwhile", Lost.CHANGED
        case JoinWaitingList():
            yield "it is done", Written(takes_texts=True, appointment=1)
            yield "it is done without an SMS", Written(takes_texts=False, appointment=1)


def _patients(practice: Practice, *, is_proven: bool) -> Iterator[tuple[str, tuple[Patient, ...]]]:
    keys = [practitioner.key for practitioner in practice.practitioners]
    off = (ActSwitch(None, is_on=False),)
    jeanne = Patient("jeanne", "Jeanne", BORN_ON)
    luc = Patient("luc", "Luc", BORN_ON, relatives=RelativesRule.CLOSED, switches={keys[0]: off})
    paul = Patient("paul", "Paul", None, owns_number=False)
    max_ = Patient("max", "Max", BORN_ON, switches=dict.fromkeys(keys, off))
    if is_proven:
        yield "nobody was born then", ()
        yield "Jeanne was born then", (jeanne,)
        return
    yield "the number is Jeanne's", (jeanne,)
    yield "the number is Luc's and Paul's", (luc, paul)
    yield "the number is that of Jeanne, Luc and Max", (jeanne, luc, max_)
    yield "the number is that of a home", tuple(Patient(f"p{n}", f"Prénom {n}", BORN_ON) for n in range(CROWD))


def _appointments(
    patient: str, practitioners: tuple[str, ...] | None, scene: Scene
) -> Iterator[tuple[str, tuple[Appointment, ...]]]:
    offered = [
        (practitioner.key, act.key)
        for practitioner in scene.practice.practitioners
        for act in practitioner.acts
        if practitioners is None or practitioner.key in practitioners
    ]
    if not offered:
        return
    practitioner, act = offered[0]
    soon, later = (
        Appointment(number, patient, "Jeanne", practitioner, act, scene.now + ahead)
        for number, ahead in ((1, SOON), (2, LATER))
    )
    yield "one appointment is planned", (later,)
    yield "two appointments are planned", (soon, later)


def _slot(kinds: tuple[Kind, ...], now: datetime, days: int) -> Slot:
    start = now + timedelta(days=days)
    practitioner, act = kinds[0]
    return Slot(start, start + timedelta(minutes=15), practitioner, act)
