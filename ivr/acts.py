"""Which acts a person may book: the visible ones and those switched on, less those switched off (ROUTING.md P5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ivr.practice import Act, Practitioner


@dataclass(frozen=True, slots=True)
class ActSwitch:
    """An act switched on or off for one patient with one practitioner; without `act`, every one is off.

    It holds until the end of the local date `until_on`, for good without one.
    """

    act: str | None
    is_on: bool
    reason: str | None = None
    until_on: date | None = None

    def holds(self, act: Act, today: date) -> bool:
        """Whether it says something about `act` on the local date `today`."""
        return self.act in {None, act.key} and (self.until_on is None or today <= self.until_on)


class ActCode(StrEnum):
    """Why an act is offered to a patient or not."""

    VISIBLE = "visible"
    SWITCHED_ON = "switched_on"
    HIDDEN = "hidden"
    SWITCHED_OFF = "switched_off"
    ALL_OFF = "all_off"


@dataclass(frozen=True, slots=True)
class ActRuling:
    """Whether one act is open to a patient and why; `switch` is the exception that decided, if one did.

    `is_contradicted`: it was switched on as well, and off wins (ROUTING.md case 40).
    """

    practitioner: str
    act: Act
    code: ActCode
    switch: ActSwitch | None = None
    is_contradicted: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the patient may ask for it at all."""
        return self.code in {ActCode.VISIBLE, ActCode.SWITCHED_ON}

    @property
    def is_off(self) -> bool:
        """Whether an exception took it away from this patient."""
        return self.code in {ActCode.SWITCHED_OFF, ActCode.ALL_OFF}


def rule_acts(practitioner: Practitioner, switches: Sequence[ActSwitch], today: date) -> tuple[ActRuling, ...]:
    """A ruling for each act, in the order of the practitioner; `today` is local to the practice."""
    return tuple(_rule(practitioner, act, switches, today) for act in practitioner.acts)


def acts_open_to(practitioner: Practitioner, switches: Sequence[ActSwitch], today: date) -> tuple[Act, ...]:
    """The acts the patient may book or ask for, in the order of the practitioner."""
    return tuple(ruling.act for ruling in rule_acts(practitioner, switches, today) if ruling.is_open)


def _rule(practitioner: Practitioner, act: Act, switches: Sequence[ActSwitch], today: date) -> ActRuling:
    holding = [switch for switch in switches if switch.holds(act, today)]
    on = next((switch for switch in holding if switch.is_on), None)
    off = min((s for s in holding if not s.is_on), key=lambda s: s.act is not None, default=None)
    if off is not None:
        code = ActCode.ALL_OFF if off.act is None else ActCode.SWITCHED_OFF
        return ActRuling(practitioner.key, act, code, off, is_contradicted=on is not None)
    if on is not None and not act.is_visible:
        return ActRuling(practitioner.key, act, ActCode.SWITCHED_ON, on)
    return ActRuling(practitioner.key, act, ActCode.VISIBLE if act.is_visible else ActCode.HIDDEN)
