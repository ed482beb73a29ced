"""Offering times, two at once and three times at most, until one is held (CALLS.md B5 to B9)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from ivr.flows.books import Consult, FindKept, FindSlots, HoldSlot, JoinWaitingList, Next, Written
from ivr.flows.desk import menu_of
from ivr.flows.keys import Menu, MenuState, ask, choose, speak
from ivr.flows.message import take_message
from ivr.flows.scene import Scene
from ivr.flows.turns import Heard, Say, Turn, goodbye
from ivr.flows.wish import Wish
from ivr.slots import Slot
from ivr.vocabulary import PartOfDay

AT_A_TIME = 2
MOST_OFFERS = 3
ASK_FOR_PART_AFTER = 2
"""After so many offers the caller is asked what would suit better (B5m)."""
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
LOST = Say("B9")


@dataclass(frozen=True, slots=True)
class Search:
    """Which times are offered next: those after `after`, from the date `since` to `until`, in that `part` of the day.

    `offers` counts the offers made, `first` is the first time ever offered.
    """

    offers: int = 0
    after: datetime | None = None
    since: date | None = None
    until: date | None = None
    part: PartOfDay | None = None
    first: datetime | None = None

    @property
    def is_choosy(self) -> bool:
        """Whether the caller said what would suit better."""
        return self.since is not None or self.part is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering(MenuState):
    """B5: these slots were offered by that search; `is_kept`: it is the one the waiting list kept (B5k)."""

    wish: Wish
    slots: tuple[Slot, ...]
    search: Search
    is_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingPart(MenuState):
    """B5m: a morning, an afternoon or next week."""

    wish: Wish
    search: Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming(MenuState):
    """B6: the slot is held and was read back; `offering` is where it was chosen."""

    offering: Offering
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTime(MenuState):
    """B8 or B5x: a message, or a place on the waiting list for a time before `before`."""

    wish: Wish
    prompt: str = "B8"
    before: datetime | None = None


def offer_times(scene: Scene, wish: Wish) -> Next:
    """The first two times; before them the one that the waiting list keeps for this patient."""
    return Consult(FindKept(wish.patient.key, wish.kinds), partial(_offer_kept, scene, wish))


def after_offer_of_times(scene: Scene, state: Offering, heard: Heard) -> Next:
    """One of them, or others."""
    return choose(scene, state, heard, _menu(scene, state))


def after_part(scene: Scene, state: ChoosingPart, heard: Heard) -> Next:
    """The last offer, in what suits better."""
    return choose(scene, state, heard, _parts_menu(scene, state))


def after_no_time(scene: Scene, state: NoTime, heard: Heard) -> Next:
    """A message or the waiting list."""
    return choose(scene, state, heard, _no_time_menu(scene, state))


def offer_again(scene: Scene, offering: Offering) -> Turn:
    """The same times once more, for somebody who would rather change."""
    return ask(scene, offering, _menu(scene, offering))


def just_taken(scene: Scene, offering: Offering) -> Next:
    """B9: somebody was quicker; the times that are left count as another offer."""
    search = offering.search
    if search.offers >= MOST_OFFERS:
        return _no_time(scene, NoTime(wish=offering.wish, prompt="B5x")).after(Say("B9x"))
    return _search(scene, offering.wish, search, LOST)


def read_back(scene: Scene, state: Confirming) -> Turn:
    """B6, with the doctor's name where the caller chose none."""
    return speak(scene, state, *confirmation_says(scene, state))


def confirmation_says(scene: Scene, state: Confirming) -> tuple[Say, ...]:
    """What is read back before it is written."""
    wish, slot = state.offering.wish, state.slot
    fields = {"first_name": wish.patient.first_name} | scene.spoken_start(slot.start)
    doctor = Say("B6w", {"name": scene.practice.practitioner(slot.practitioner).name})
    return (doctor, Say("B6", fields)) if wish.is_any_doctor else (Say("B6", fields),)


def _offer_kept(scene: Scene, wish: Wish, kept: Slot | None) -> Next:
    if kept is None:
        return _search(scene, wish, Search())
    offering = Offering(wish=wish, slots=(kept,), search=Search(), is_kept=True)
    return ask(scene, offering, _menu(scene, offering))


def _search(scene: Scene, wish: Wish, search: Search, before: Say | None = None) -> Next:
    """Look for times; `before` is said first, and tells that one was lost (B9) or nothing suited (B5e)."""
    question = FindSlots(
        wish.kinds,
        AT_A_TIME,
        after=search.after,
        since=search.since,
        until=search.until,
        part=search.part,
        moved=wish.moved,
    )
    return Consult(question, partial(_offer, scene, wish, search, before))


def _offer(scene: Scene, wish: Wish, search: Search, before: Say | None, slots: tuple[Slot, ...]) -> Next:
    if not slots:
        if before == LOST:
            return _no_time(scene, NoTime(wish=wish)).after(Say("B9x"))
        if search.is_choosy:
            anywhere = replace(search, since=None, until=None, part=None)
            return _search(scene, wish, anywhere, Say("B5e"))
        return _nothing_else(scene, wish, search)
    begun = replace(search, offers=search.offers + 1, first=search.first or slots[0].start)
    offering = Offering(wish=wish, slots=slots, search=begun)
    return ask(scene, offering, _menu(scene, offering), *((before,) if before else ()))


def _menu(scene: Scene, state: Offering) -> Menu:
    keys: dict[str, Callable[[], Next]] = {
        str(place): partial(_take, scene, state, slot) for place, slot in enumerate(state.slots, start=1)
    }
    keys["9"] = partial(_others, scene, state)
    fields = scene.spoken_start(state.slots[0].start)
    if len(state.slots) == AT_A_TIME:
        fields |= scene.spoken_start(state.slots[1].start, "_2")
        said = Say("B5", fields)
    else:
        said = Say("B5k" if state.is_kept else "B5l", fields)
    return menu_of(scene, (said,), keys, state.wish.as_task())


def _take(scene: Scene, state: Offering, slot: Slot) -> Next:
    question = HoldSlot(slot, state.wish.patient.key, state.wish.moved)
    return Consult(question, partial(_held_or_lost, scene, state, slot))


def _held_or_lost(scene: Scene, state: Offering, slot: Slot, is_held: bool) -> Next:
    if not is_held:
        return just_taken(scene, state)
    return read_back(scene, Confirming(offering=replace(state, missed=0), slot=slot))


def _others(scene: Scene, state: Offering) -> Next:
    """Other dates: the next two; after the second time what would suit better; after the third nothing more."""
    later = state.search if state.is_kept else replace(state.search, after=state.slots[-1].start)
    if later.offers >= MOST_OFFERS:
        return _nothing_else(scene, state.wish, later)
    if later.offers >= ASK_FOR_PART_AFTER:
        choosing = ChoosingPart(wish=state.wish, search=later)
        return ask(scene, choosing, _parts_menu(scene, choosing))
    return _search(scene, state.wish, later)


def _parts_menu(scene: Scene, state: ChoosingPart) -> Menu:
    today = scene.local_now.date()
    monday = today - timedelta(days=today.weekday()) + A_WEEK
    searches = {
        "1": replace(state.search, part=PartOfDay.MORNING),
        "2": replace(state.search, part=PartOfDay.AFTERNOON),
        "3": replace(state.search, since=monday, until=monday + A_WEEK - A_DAY),
    }
    keys: dict[str, Callable[[], Next]] = {
        key: partial(_search, scene, state.wish, search) for key, search in searches.items()
    }
    return menu_of(scene, (Say("B5m"),), keys, state.wish.as_task())


def _nothing_else(scene: Scene, wish: Wish, search: Search) -> Turn:
    """B8 when nothing was ever offered; B5x when the caller wants none of it, and waits for something earlier."""
    prompt = "B8" if search.first is None else "B5x"
    return _no_time(scene, NoTime(wish=wish, prompt=prompt, before=search.first))


def _no_time(scene: Scene, state: NoTime) -> Turn:
    return ask(scene, state, _no_time_menu(scene, state))


def _no_time_menu(scene: Scene, state: NoTime) -> Menu:
    wish = state.wish
    wait = JoinWaitingList(wish.patient.key, wish.kinds, state.before)
    keys: dict[str, Callable[[], Next]] = {
        "1": partial(take_message, scene, wish.as_task()),
        "2": partial(Consult, wait, _on_the_list),
    }
    return menu_of(scene, (Say(state.prompt),), keys, wish.as_task())


def _on_the_list(written: Written) -> Turn:
    return goodbye(Say("B8k" if written.takes_texts else "B8f"))
