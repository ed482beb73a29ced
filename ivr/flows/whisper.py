"""What the doctor hears on picking up: press 1 to be joined, so that no voicemail ever is (D1w)."""

from dataclasses import dataclass, replace

from ivr.flows.scene import Scene
from ivr.flows.turns import Accepted, Ask, Digits, Ended, HangUp, Heard, Join, Say, State, Turn, goodbye
from ivr.vocabulary import CallerKind, Language, Reach

WAIT_FOR_DOCTOR = 4
"""Twice this, and the prompts, come to the eight seconds after which a voicemail is given up (case 22)."""

NAMES = {
    Language.FRENCH: {
        Reach.PRIORITY: "Prioritaire",
        Reach.ALWAYS: "de la liste 24 heures sur 24",
        CallerKind.KNOWN: "d'un patient",
        CallerKind.UNKNOWN: "d'un numéro inconnu",
        CallerKind.WITHHELD: "d'un numéro caché",
    },
    Language.ENGLISH: {
        Reach.PRIORITY: "Priority",
        Reach.ALWAYS: "24-hour",
        CallerKind.KNOWN: "Patient",
        CallerKind.UNKNOWN: "Unknown number",
        CallerKind.WITHHELD: "Hidden number",
    },
}


@dataclass(frozen=True, slots=True)
class Whispering(State):
    """The called person was asked to press 1; once more is allowed."""

    reach: Reach
    tries: int = 1


def whisper(scene: Scene, reach: Reach) -> Turn:
    """Name the kind of call and wait for a key."""
    return _ask(scene, Whispering(reach))


def after_whisper(scene: Scene, state: Whispering, heard: Heard, caller_left: bool) -> Turn:
    """1 joins, 2 refuses; anything else is asked once more, then refused (cases 22 and 24)."""
    if caller_left:
        return goodbye(Say("D1x"))
    match heard:
        case Digits("1"):
            return Turn(Ended(), (Join(),), (Accepted(),))
        case Digits("2"):
            return Turn(Ended(), (HangUp(),))
        case _ if state.tries == 1:
            return _ask(scene, replace(state, tries=2))
        case _:
            return Turn(Ended(), (HangUp(),))


def _ask(scene: Scene, state: Whispering) -> Turn:
    kind = scene.caller.kind if state.reach is Reach.NONE else state.reach
    says = (Say("D1w", {"list": NAMES[scene.language][kind]}),)
    return Turn(state, (Ask(says, wait=WAIT_FOR_DOCTOR),))
