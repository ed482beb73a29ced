"""Key 3: what is planned, one at a time, to be moved or cancelled (CALLS.md 6, ROUTING.md P11)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ivr.flows.books import CancelAppointment, Consult, FindAppointments, Lost, Next, TakesDocuments, Written
from ivr.flows.desk import changed_meanwhile, menu_of
from ivr.flows.keys import Menu, MenuState, ask, choose
from ivr.flows.message import take_message
from ivr.flows.moving import is_late, move, pass_on_late_change
from ivr.flows.persons import choose_patient
from ivr.flows.scene import Scene
from ivr.flows.turns import ORDINARY_MESSAGE, Heard, NewTask, Say, SendText, TaskKind, Turn, goodbye
from ivr.patients import Appointment, Patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing(MenuState):
    """C1: the first of `appointments` was read out; `patients` are those they are for.

    `takes_documents`: a link to send documents is offered, once with the last one; its key is taken at each.
    """

    appointments: tuple[Appointment, ...]
    patients: tuple[Patient, ...]
    takes_documents: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling(MenuState):
    """C2: this one is about to be cancelled."""

    appointment: Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingPlanned(MenuState):
    """C5: nothing is planned for these patients, whose birth date was typed where it is asked for."""

    patients: tuple[Patient, ...]
    takes_documents: bool = False


def review(scene: Scene, patients: tuple[Patient, ...]) -> Next:
    """Read out what is planned for these patients, nearest first."""
    keys = tuple(patient.key for patient in patients)

    def found(appointments: tuple[Appointment, ...]) -> Next:
        return Consult(TakesDocuments(keys), partial(_read_out, scene, patients, appointments))

    return Consult(FindAppointments(keys), found)


def after_review(scene: Scene, state: Reviewing, heard: Heard) -> Next:
    """Move it, cancel it, go to the next one, or get a link to send documents."""
    return choose(scene, state, heard, _menu(scene, state))


def after_cancelling(scene: Scene, state: Cancelling, heard: Heard) -> Next:
    """Cancel it or keep it."""
    return choose(scene, state, heard, _cancel_menu(scene, state))


def after_nothing_planned(scene: Scene, state: NothingPlanned, heard: Heard) -> Next:
    """Book one, leave a message, or get a link to send documents."""
    return choose(scene, state, heard, _nothing_menu(scene, state))


def _read_out(
    scene: Scene, patients: tuple[Patient, ...], appointments: tuple[Appointment, ...], takes_documents: bool
) -> Turn:
    if not appointments:
        nothing = NothingPlanned(patients=patients, takes_documents=takes_documents)
        return ask(scene, nothing, _nothing_menu(scene, nothing))
    reviewing = Reviewing(appointments=appointments, patients=patients, takes_documents=takes_documents)
    return ask(scene, reviewing, _menu(scene, reviewing))


def _menu(scene: Scene, state: Reviewing) -> Menu:
    appointment, *others = state.appointments
    patient = next(patient for patient in state.patients if patient.key == appointment.patient)
    says = [Say("C1", {"first_name": appointment.first_name} | scene.spoken_start(appointment.start))]
    keys: dict[str, Callable[[], Next]] = {
        "1": partial(move, scene, patient, appointment),
        "2": partial(_cancel, scene, appointment),
    }
    if others:
        says.append(Say("C1n"))
        keys["3"] = partial(_read_out, scene, state.patients, tuple(others), state.takes_documents)
    if state.takes_documents:
        says += [] if others else [Say("C1d")]
        keys["4"] = partial(_send_link, scene)
    return menu_of(scene, tuple(says), keys, _task(appointment))


def _cancel(scene: Scene, appointment: Appointment) -> Turn:
    if is_late(scene, appointment):
        return pass_on_late_change(scene, appointment)
    state = Cancelling(appointment=appointment)
    return ask(scene, state, _cancel_menu(scene, state))


def _cancel_menu(scene: Scene, state: Cancelling) -> Menu:
    appointment = state.appointment
    keys: dict[str, Callable[[], Next]] = {
        "1": partial(_confirmed, scene, appointment),
        "2": partial(goodbye, Say("C2k")),
    }
    said = Say("C2", scene.spoken_start(appointment.start))
    return menu_of(scene, (said,), keys, _task(appointment))


def _confirmed(scene: Scene, appointment: Appointment) -> Next:
    if is_late(scene, appointment):
        return pass_on_late_change(scene, appointment)
    return Consult(CancelAppointment(appointment), partial(_cancelled, scene, appointment))


def _cancelled(scene: Scene, appointment: Appointment, written: Written | Lost) -> Turn:
    if isinstance(written, Lost):
        return changed_meanwhile(scene, _task(appointment))
    turn = goodbye(Say("C3"))
    if not written.takes_texts:
        return turn
    fields = scene.text_about(appointment.first_name, appointment.practitioner, appointment.start)
    return turn.also(SendText("SMS-CANCEL", fields, appointment.id))


def _nothing_menu(scene: Scene, state: NothingPlanned) -> Menu:
    keys: dict[str, Callable[[], Next]] = {
        "1": partial(choose_patient, scene, state.patients, is_proven=True),
        "2": partial(take_message, scene, ORDINARY_MESSAGE),
    }
    says = [Say("C5")]
    if state.takes_documents:
        says.append(Say("C1d"))
        keys["4"] = partial(_send_link, scene)
    return menu_of(scene, tuple(says), keys, ORDINARY_MESSAGE)


def _send_link(scene: Scene) -> Turn:
    return goodbye(Say("D4k"), effects=(SendText("SMS-SPACE", {"name": scene.name}),))


def _task(appointment: Appointment) -> NewTask:
    return NewTask(
        TaskKind.REQUEST,
        appointment.practitioner,
        patient=appointment.patient,
        act=appointment.act,
        appointment=appointment.id,
    )
