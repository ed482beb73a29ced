"""What a caller is offered when nobody is rung: closed, paused, on leave, or in writing (D3, D6, D4, D5)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ivr.clock import local
from ivr.flows.books import Next
from ivr.flows.desk import menu_of, to_the_desk
from ivr.flows.keys import Menu, MenuState, ask, choose
from ivr.flows.message import take_message
from ivr.flows.recognition import book
from ivr.flows.scene import Scene
from ivr.flows.turns import Heard, NewTask, Say, SendText, TaskKind, Turn, goodbye
from ivr.phones import can_receive_text, national
from ivr.practice import Practitioner
from ivr.speech import spoken_day, spoken_digits, spoken_moment, spoken_phone, spoken_until, text_day
from ivr.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Offered(MenuState):
    """What was decided, and so what is offered."""

    practitioner: str = ""
    outcome: Outcome = Outcome.CLOSED


Keys = dict[str, Callable[[], Next]]


def offer(scene: Scene, practitioner: Practitioner, outcome: Outcome) -> Turn:
    """Say why nobody is rung and what can be done instead."""
    if outcome is Outcome.WRITE and not can_receive_text(scene.caller.number):
        return take_message(scene, NewTask(TaskKind.MESSAGE, practitioner.key)).after(Say("D5f"))
    state = Offered(practitioner=practitioner.key, outcome=outcome)
    return ask(scene, state, _menu(scene, practitioner, outcome))


def after_offer(scene: Scene, state: Offered, heard: Heard) -> Next:
    """The caller's choice; the outcome stays the one decided when key 2 was pressed."""
    practitioner = scene.practice.practitioner(state.practitioner)
    return choose(scene, state, heard, _menu(scene, practitioner, state.outcome))


def absence_notice(scene: Scene, practitioner: Practitioner) -> Say:
    """Where to turn during a leave (D4 a person, D4b a service), or while away without one (D4a)."""
    decision = scene.decide(practitioner)
    back = scene.switchboard.back_at(practitioner, scene.now) or scene.now
    back_there = local(scene.switchboard.calendar.zone, back)
    leave = decision.moment.leave
    if leave is None:
        free = local(scene.switchboard.calendar.zone, decision.next_opening or back)
        time = spoken_until(free, scene.local_now, scene.language)
        return Say("D4a", {"name": practitioner.name, "time": time, "duty_number": _duty_number(scene)})
    fields = {
        "name": practitioner.name,
        "return_date": spoken_day(back_there.date(), scene.language),
        "number": spoken_phone(leave.instead.phone, scene.practice.country),
    }
    person = leave.instead.doctor
    if person is not None:
        return Say("D4", {**fields, "locum": person})
    return Say("D4b", {**fields, "service": leave.instead.name})


def _menu(scene: Scene, practitioner: Practitioner, outcome: Outcome) -> Menu:
    task = NewTask(TaskKind.MESSAGE, practitioner.key)
    message = partial(take_message, scene, task)
    keys: Keys = {"1": message, "2": partial(book, scene)}
    match outcome:
        case Outcome.WRITE:
            says: tuple[Say, ...] = (Say("D5"),)
            keys = {"1": partial(_send_link, practitioner), "2": message}
        case Outcome.LEAVE:
            says = (absence_notice(scene, practitioner), Say("D4m"))
            if can_receive_text(scene.caller.number) and says[0].prompt != "D4a":
                says += (Say("D4t"),)
                keys["3"] = partial(_send_replacement, scene, practitioner)
        case _:
            says = _closed(scene, practitioner, outcome)
            if scene.moment().secretaries:
                says += (Say("D0s"),)
    return menu_of(scene, says, keys)


def _closed(scene: Scene, practitioner: Practitioner, outcome: Outcome) -> tuple[Say, ...]:
    """D6 while the pause lasts, else D3 with the next opening for this caller."""
    decision = scene.decide(practitioner)
    if outcome is Outcome.PAUSED and decision.moment.pause is not None:
        end = scene.switchboard.calendar.span(decision.moment.pause.span).end
        time = spoken_until(local(scene.switchboard.calendar.zone, end), scene.local_now, scene.language)
        return (Say("D6", {"time": time}),)
    duty = {"duty_number": _duty_number(scene)}
    if decision.next_opening is None:
        return (Say("D3n", duty), Say("D3m"))
    opening = local(scene.switchboard.calendar.zone, decision.next_opening)
    spoken = spoken_moment(opening, scene.local_now, scene.language)
    return (Say("D3", {**duty, "next_opening": spoken}), Say("D3m"))


def _send_replacement(scene: Scene, practitioner: Practitioner) -> Turn:
    decision = scene.decide(practitioner)
    leave = decision.moment.leave
    back = scene.switchboard.back_at(practitioner, scene.now)
    if leave is None or back is None:
        return to_the_desk(scene)
    fields = {
        "name": practitioner.name,
        "date": text_day(local(scene.switchboard.calendar.zone, back).date(), scene.language),
        "locum": leave.instead.name,
        "number": national(leave.instead.phone, scene.practice.country),
    }
    return goodbye(Say("D4k"), effects=(SendText("SMS-LEAVE", fields),))


def _send_link(practitioner: Practitioner) -> Turn:
    return goodbye(Say("D4k"), effects=(SendText("SMS-LINK", {"name": practitioner.name}),))


def _duty_number(scene: Scene) -> str:
    return spoken_digits(scene.practice.on_duty or scene.practice.emergency)
