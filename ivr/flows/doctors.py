"""With whom: the practitioners that this person may book with (CALLS.md B3, K1, K2, ROUTING.md P5 and P6)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ivr.acts import ActRuling
from ivr.flows.acts import weigh_acts
from ivr.flows.books import Next
from ivr.flows.desk import menu_of
from ivr.flows.keys import Menu, MenuState, ask, choose
from ivr.flows.message import take_message
from ivr.flows.planned import check_planned
from ivr.flows.refusal import ask_the_practice, request_appointment
from ivr.flows.scene import Scene
from ivr.flows.turns import ActsWeighed, Heard, Say, Turn
from ivr.flows.wish import Wish
from ivr.patients import Patient

PER_PAGE = 2
ANY = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingBookedDoctor(MenuState):
    """B3: two names at a time, from the one at `first`, then any doctor."""

    wish: Wish
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentToPractice(MenuState):
    """K2: with the first of `barred` nothing can be booked; with others it can."""

    wish: Wish
    barred: tuple[str, ...]


def book_for(scene: Scene, patient: Patient, *, is_proven: bool) -> Next:
    """Weigh every act for the patient; the journal keeps why each is open or not."""
    rulings = weigh_acts(scene, patient)
    wish = Wish(patient, is_proven, tuple((r.practitioner, r.act.key) for r in rulings if r.is_open))
    return _go_on(scene, wish, _barred(rulings)).also(ActsWeighed(patient.key, rulings))


def after_booked_doctor(scene: Scene, state: ChoosingBookedDoctor, heard: Heard) -> Next:
    """The doctor's key, any doctor, or the next names."""
    return choose(scene, state, heard, _doctors_menu(scene, state))


def after_sent_to_practice(scene: Scene, state: SentToPractice, heard: Heard) -> Next:
    """Another doctor, or a message."""
    return choose(scene, state, heard, _barred_menu(scene, state))


def _barred(rulings: tuple[ActRuling, ...]) -> tuple[str, ...]:
    """The practitioners with whom exceptions leave the patient nothing."""
    off = dict.fromkeys(ruling.practitioner for ruling in rulings if ruling.is_off)
    return tuple(key for key in off if not any(r.is_open for r in rulings if r.practitioner == key))


def _go_on(scene: Scene, wish: Wish, barred: tuple[str, ...]) -> Next:
    if not wish.kinds:
        task = wish.as_task()
        return ask_the_practice(scene, task) if barred else request_appointment(scene, task)
    if barred:
        state = SentToPractice(wish=wish, barred=barred)
        return ask(scene, state, _barred_menu(scene, state))
    if len(wish.practitioners) == 1:
        return check_planned(scene, wish)
    return _name_doctors(scene, ChoosingBookedDoctor(wish=wish))


def _name_doctors(scene: Scene, state: ChoosingBookedDoctor) -> Turn:
    return ask(scene, state, _doctors_menu(scene, state))


def _doctors_menu(scene: Scene, state: ChoosingBookedDoctor) -> Menu:
    wish, everyone = state.wish, state.wish.practitioners
    shown = everyone[state.first : state.first + PER_PAGE]
    keys: dict[str, Callable[[], Next]] = {
        str(place): partial(_with, scene, wish, key) for place, key in enumerate(shown, start=1)
    }
    following = state.first + PER_PAGE
    if following < len(everyone):
        prompt = "B3m"
        keys["9"] = partial(_name_doctors, scene, replace(state, first=following, missed=0))
    else:
        prompt = "B3" if len(shown) == PER_PAGE else "B3l"
        keys[ANY] = partial(check_planned, scene, replace(wish, is_any_doctor=True))
    names = [scene.practice.practitioner(key).name for key in shown]
    said = Say(prompt, dict(zip("ab", names, strict=False)))
    return menu_of(scene, (said,), keys, wish.as_task())


def _with(scene: Scene, wish: Wish, practitioner: str) -> Next:
    return check_planned(scene, wish.only(kind for kind in wish.kinds if kind[0] == practitioner))


def _barred_menu(scene: Scene, state: SentToPractice) -> Menu:
    first, *others = state.barred
    task = replace(state.wish.as_task(), practitioner=first)
    keys: dict[str, Callable[[], Next]] = {
        "1": partial(_go_on, scene, state.wish, tuple(others)),
        "2": partial(take_message, scene, task),
    }
    said = Say("K2", {"name": scene.practice.practitioner(first).name})
    return menu_of(scene, (said,), keys, state.wish.as_task())
