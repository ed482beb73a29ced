"""When we cannot answer as we should: ring the practice, else let the caller speak (CALLS.md 13).

Nothing here needs the database, and nothing said here is stored by us: the carrier keeps the recording.
"""

from datetime import datetime

from ivr.flows.turns import DialEnded, DialResult, Ended, HangUp, Heard, Record, Recorded, Ring, Say, Started, Turn
from ivr.phones import PhoneNumber
from ivr.practice import Practice
from ivr.routing import Switchboard

NO_PRACTICE = Practice(key="", name="", lines=(), practitioners=())
RING_SECONDS = 25


def trouble(switchboard: Switchboard | None, heard: Heard, now: datetime) -> Turn:
    """The emergency notice and X1 while somebody can be rung, then X2; afterwards thanks.

    `switchboard` is None when unknown.
    """
    practice = switchboard.practice if switchboard else NO_PRACTICE
    match heard:
        case Started():
            phone = _phone(switchboard, now)
            if phone is not None:
                notice = Say("G2", {"emergency": practice.emergency})
                return Turn(Ended(), (notice, Say("X1"), Ring(phone, RING_SECONDS, whisper=False)))
            return _message(practice)
        case DialEnded(DialResult.REACHED | DialResult.CALLER_LEFT):
            return Turn(Ended(), (HangUp(),))
        case DialEnded():
            return _message(practice)
        case Recorded():
            return Turn(Ended(), (Say("V2", {"emergency": practice.emergency}), HangUp()))
        case _:
            return Turn(Ended(), (Say("Z1"), HangUp()))


def one_moment(switchboard: Switchboard | None) -> Turn:
    """Asks for patience, in each language of the practice: which one the caller speaks is not known now."""
    practice = switchboard.practice if switchboard else NO_PRACTICE
    return Turn(Ended(), tuple(Say("X3", language=language) for language in practice.languages))


def no_such_line() -> Turn:
    """A number no practice has: a short apology with the emergency notice (INTERFACE.md 7)."""
    return Turn(Ended(), (Say("X0"), HangUp()))


def _message(practice: Practice) -> Turn:
    return Turn(Ended(), (Say("X2", {"emergency": practice.emergency}), Record()))


def _phone(switchboard: Switchboard | None, now: datetime) -> PhoneNumber | None:
    """The practice's fallback number, else its first secretary open now; never a doctor's own phone."""
    if switchboard is None:
        return None
    practice = switchboard.practice
    if practice.fallback is not None:
        return practice.fallback
    desks = switchboard.calendar.moment(practice.practitioners[0], now).secretaries
    return practice.secretary(desks[0]).phone if desks else None
