"""How scripted people behave on the telephone: a caller with keys, and those who are rung."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.actions.rehearsal import GONE, SILENCE, SPOKEN_SECONDS, CalledPerson
from ivr.telephone.document import Dial, Gather, Record
from ivr.telephone.telephone import Stop, Telephone

MOST_ACTS = 100


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person did, for those who watch: who, and what in words."""

    who: str
    what: str


def called_person_acts(phone: Telephone, behaviour: CalledPerson) -> Iterator[Act]:
    """The rung person does as scripted; voicemail picks up, hears the whisper and presses nothing."""
    if behaviour in {CalledPerson.BUSY, CalledPerson.NO_ANSWER}:
        yield Act("called", behaviour.value)
        phone.ringing_ends(behaviour.value)
        return
    yield Act("called", "picks up" if behaviour is CalledPerson.ANSWERS else "voicemail picks up")
    leg = phone.pick_up()
    while isinstance(leg.stop, Gather):
        if behaviour is CalledPerson.ANSWERS:
            yield Act("called", "presses 1")
            leg.press("1")
        else:
            leg.stay_silent()
    yield Act("called", "speaks with the caller" if leg.is_joined else "is not joined")
    phone.ringing_ends("completed", leg)


def caller_acts(phone: Telephone, keys: list[str], seconds: int = SPOKEN_SECONDS) -> Iterator[Act]:
    """The caller types the next of `keys`, speaks after the beep, says nothing when no key is left."""
    if isinstance(phone.stop, Record) and not (keys and keys[0] in {SILENCE, GONE}):
        yield Act("caller", f"speaks for {seconds} seconds")
        phone.speak(seconds)
        return
    key = keys.pop(0) if keys else SILENCE
    if key == GONE:
        yield Act("caller", "hangs up")
        phone.hang_up()
    elif key == SILENCE:
        yield Act("caller", "says nothing")
        phone.stay_silent()
    else:
        yield Act("caller", f"presses {key}")
        phone.press(key)


def play_out(phone: Telephone, keys: list[str], doctor: CalledPerson, desk: CalledPerson) -> Iterator[Act]:
    """A whole call, as scripted, to its end; the doctor is the one who hears a whisper."""
    for _ in range(MOST_ACTS):
        stop: Stop = phone.stop
        if phone.is_over or stop is None:
            return
        if isinstance(stop, Dial):
            yield from called_person_acts(phone, doctor if stop.url else desk)
        else:
            yield from caller_acts(phone, keys)
