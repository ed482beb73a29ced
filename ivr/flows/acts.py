"""For what: the acts open to this person (CALLS.md B4, ROUTING.md P5 and P7)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from ivr.acts import ActRuling, rule_acts
from ivr.flows.books import Kind, Next
from ivr.flows.desk import menu_of
from ivr.flows.keys import Menu, MenuState, ask, choose
from ivr.flows.refusal import request_appointment
from ivr.flows.scene import Scene
from ivr.flows.times import offer_times
from ivr.flows.turns import Heard, Say, Turn
from ivr.flows.wish import Wish
from ivr.patients import Patient
from ivr.practice import Act

PER_PAGE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingAct(MenuState):
    """B4: two acts at a time, from the one at `first`."""

    wish: Wish
    first: int = 0


def weigh_acts(scene: Scene, patient: Patient) -> tuple[ActRuling, ...]:
    """Which acts are open to the patient today, practitioner by practitioner, and why."""
    today = scene.local_now.date()
    return tuple(
        ruling
        for practitioner in scene.practice.practitioners
        for ruling in rule_acts(practitioner, patient.switches.get(practitioner.key, ()), today)
    )


def choose_act(scene: Scene, wish: Wish) -> Next:
    """Name the acts; a single one is not asked about."""
    names = _names(scene, wish)
    if len(names) == 1:
        return _chosen(scene, wish, next(iter(names)))
    return _name_acts(scene, ChoosingAct(wish=wish))


def after_act(scene: Scene, state: ChoosingAct, heard: Heard) -> Next:
    """The act's key; 9 gives the next ones and, after the last, another reason."""
    return choose(scene, state, heard, _menu(scene, state))


def _chosen(scene: Scene, wish: Wish, key: str) -> Next:
    """Offer times; what must be asked for first becomes a request."""
    kinds = [kind for kind in wish.kinds if kind[1] == key]
    bookable = [kind for kind in kinds if not _act(scene, kind).asks_first]
    if not bookable:
        return request_appointment(scene, wish.only(kinds).as_task())
    return offer_times(scene, wish.only(bookable))


def _name_acts(scene: Scene, state: ChoosingAct) -> Turn:
    return ask(scene, state, _menu(scene, state))


def _menu(scene: Scene, state: ChoosingAct) -> Menu:
    names = list(_names(scene, state.wish).items())
    shown = names[state.first : state.first + PER_PAGE]
    keys: dict[str, Callable[[], Next]] = {
        str(place): partial(_chosen, scene, state.wish, key) for place, (key, _) in enumerate(shown, start=1)
    }
    following = state.first + PER_PAGE
    task = replace(state.wish.as_task(), act=None)
    if following < len(names):
        keys["9"] = partial(_name_acts, scene, replace(state, first=following, missed=0))
    else:
        keys["9"] = partial(request_appointment, scene, task)
    said = Say("B4" if len(shown) == PER_PAGE else "B4l", {f"act_{n}": name for n, (_, name) in enumerate(shown, 1)})
    return menu_of(scene, (said,), keys, task)


def _names(scene: Scene, wish: Wish) -> dict[str, str]:
    """The acts that would do, each once, by key; with any doctor the first one's name for it."""
    names: dict[str, str] = {}
    for kind in wish.kinds:
        names.setdefault(kind[1], _act(scene, kind).name)
    return names


def _act(scene: Scene, kind: Kind) -> Act:
    practitioner, act = kind
    return scene.practice.practitioner(practitioner).act(act)
