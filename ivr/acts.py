"""Which acts a person may book: the visible ones and those switched on, less those switched off (ROUTING.md P5)."""

from dataclasses import dataclass

from ivr.practice import Act, Practitioner


@dataclass(frozen=True, slots=True)
class ActExceptions:
    """What is different for one patient with one practitioner: keys of acts; `all_off` closes every one."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    all_off: bool = False


def acts_open_to(practitioner: Practitioner, exceptions: ActExceptions) -> tuple[Act, ...]:
    """The acts in the order of the practitioner. Switched both on and off is off (ROUTING.md case 40)."""
    if exceptions.all_off:
        return ()
    return tuple(
        act
        for act in practitioner.acts
        if (act.is_visible or act.key in exceptions.on) and act.key not in exceptions.off
    )
