"""Writing down what was chosen, and saying so in the way the caller can keep it (CALLS.md B6, B7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from ivr.flows.books import BookSlot, Consult, Lost, Next, Written
from ivr.flows.desk import changed_meanwhile, menu_of, to_the_desk
from ivr.flows.keys import MOST_ROUNDS, MenuState, choose, speak
from ivr.flows.moving import is_late, pass_on_late_change
from ivr.flows.scene import Scene
from ivr.flows.times import Confirming, confirmation_says, just_taken, offer_again
from ivr.flows.turns import Digits, Heard, Say, SendText, Turn, goodbye


@dataclass(frozen=True, slots=True)
class Booked(MenuState):
    """B7 or B7f was said; star says it again."""

    prompt: str = "B7"
    fields: Mapping[str, str] = field(default_factory=dict)


def after_confirming(scene: Scene, state: Confirming, heard: Heard) -> Next:
    """1 writes, 2 goes back to the times."""
    keys = {"1": partial(_write, scene, state), "2": partial(_change, scene, state)}
    menu = menu_of(scene, confirmation_says(scene, state), keys, state.offering.wish.as_task())
    return choose(scene, state, heard, menu)


def after_booked(scene: Scene, state: Booked, heard: Heard) -> Turn:
    """Star says it again, anything else ends the call; goodbye was said already."""
    if heard == Digits("*") and state.rounds < MOST_ROUNDS:
        return speak(scene, replace(state, rounds=state.rounds + 1), Say(state.prompt, state.fields))
    return goodbye()


def _write(scene: Scene, state: Confirming) -> Next:
    wish = state.offering.wish
    if wish.moved is not None and is_late(scene, wish.moved):
        return pass_on_late_change(scene, wish.moved)
    return Consult(BookSlot(state.slot, wish.patient.key, wish.moved), partial(_written, scene, state))


def _written(scene: Scene, state: Confirming, written: Written | Lost) -> Next:
    wish = state.offering.wish
    if written is Lost.TAKEN:
        return just_taken(scene, state.offering)
    if isinstance(written, Lost):
        return changed_meanwhile(scene, wish.as_task())
    booked = Booked(prompt="B7" if written.takes_texts else "B7f", fields=scene.spoken_start(state.slot.start))
    turn = speak(scene, booked, Say(booked.prompt, booked.fields))
    if not written.takes_texts:
        return turn
    fields = scene.text_about(wish.patient.first_name, state.slot.practitioner, state.slot.start)
    return turn.also(SendText("SMS-BOOK", fields, written.appointment))


def _change(scene: Scene, state: Confirming) -> Next:
    offering = state.offering
    if offering.rounds >= MOST_ROUNDS:
        return to_the_desk(scene, offering.wish.as_task()).after(Say("I2"))
    return offer_again(scene, replace(offering, rounds=offering.rounds + 1, missed=0))
