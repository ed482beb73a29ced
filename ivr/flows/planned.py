"""Somebody who wants to book and has an appointment with this practitioner already (CALLS.md B10, ROUTING.md P8)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ivr.flows.acts import choose_act
from ivr.flows.books import Consult, FindAppointments, Next
from ivr.flows.desk import menu_of
from ivr.flows.identity import ask_birthday
from ivr.flows.keys import Menu, MenuState, ask, choose
from ivr.flows.moving import move
from ivr.flows.refusal import request_appointment
from ivr.flows.scene import Scene
from ivr.flows.turns import Heard, Say, Turn, goodbye
from ivr.flows.wish import Wish
from ivr.patients import Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyPlanned(MenuState):
    """B10: the nearest appointment was read out; `further` is the wish where another one is allowed."""

    wish: Wish
    appointment: Appointment
    further: Wish | None = None


def check_planned(scene: Scene, wish: Wish) -> Next:
    """Go on to the acts, or tell first what is planned with these practitioners already."""
    return Consult(_question(wish), partial(_found, scene, wish))


def tell_planned(scene: Scene, wish: Wish) -> Next:
    """The same once the birthday was typed."""
    return Consult(_question(wish), partial(_tell, scene, wish))


def after_planned(scene: Scene, state: AlreadyPlanned, heard: Heard) -> Next:
    """Keep it, change it, or take another one."""
    return choose(scene, state, heard, _menu(scene, state))


def _question(wish: Wish) -> FindAppointments:
    return FindAppointments((wish.patient.key,), wish.practitioners)


def _found(scene: Scene, wish: Wish, appointments: tuple[Appointment, ...]) -> Next:
    """Nothing that exists is read out before the birthday was typed, unless the practice asks for none."""
    if not appointments:
        return choose_act(scene, wish)
    if wish.is_proven or not scene.practice.checks_birthday:
        return _tell(scene, wish, appointments)
    if wish.patient.born_on is None:
        return request_appointment(scene, wish.as_task())
    return ask_birthday(scene, (wish.patient,), wish)


def _tell(scene: Scene, wish: Wish, appointments: tuple[Appointment, ...]) -> Next:
    if not appointments:
        return choose_act(scene, wish)
    further = within_limits(scene, wish, appointments)
    state = AlreadyPlanned(wish=wish, appointment=appointments[0], further=further if further.kinds else None)
    return ask(scene, state, _menu(scene, state))


def within_limits(scene: Scene, wish: Wish, appointments: tuple[Appointment, ...]) -> Wish:
    """Without the practitioners with whom as many are planned as they allow."""
    planned = Counter(appointment.practitioner for appointment in appointments)
    limits = {practitioner.key: practitioner.at_once for practitioner in scene.practice.practitioners}
    return wish.only(kind for kind in wish.kinds if planned[kind[0]] < limits[kind[0]])


def _menu(scene: Scene, state: AlreadyPlanned) -> Menu:
    appointment = state.appointment
    fields = {"first_name": appointment.first_name} | scene.spoken_start(appointment.start)
    says = [Say("B10", fields)]
    keys: dict[str, Callable[[], Next]] = {
        "1": _keep,
        "2": partial(move, scene, state.wish.patient, appointment),
    }
    if state.further is not None:
        says.append(Say("B10n"))
        keys["3"] = partial(choose_act, scene, state.further)
    return menu_of(scene, tuple(says), keys, state.wish.as_task())


def _keep() -> Turn:
    return goodbye(Say("C2k"))
