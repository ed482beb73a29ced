"""What stands in the way of a time, for programs: in English, and without the name of another patient."""

from ivr.clock import Zone, local
from ivr.hindrances import Cause, Hindrance

WORDS = {
    Cause.GONE: "The appointment is past, or was moved or cancelled meanwhile.",
    Cause.PAST_DAY: "That day is past.",
    Cause.PAST: "That time is past.",
    Cause.HOLIDAY: "That day is a holiday.",
    Cause.LEAVE: "Doctor {doctor} is on leave then.",
    Cause.AWAY: "Doctor {doctor} is away then.",
    Cause.CLOSED: "Doctor {doctor} does not work at that time.",
    Cause.ACT_HOURS: "The act has other hours.",
    Cause.TAKEN: "The time is taken.",
    Cause.HELD: "Somebody is booking that time by telephone.",
    Cause.KEPT: "The time is kept for somebody on the waiting list.",
    Cause.ELSEWHERE: "Doctor {doctor} has something then in another calendar.",
}


def told(hindrances: tuple[Hindrance, ...], doctor: str, zone: Zone) -> str:
    """All of it, a sentence for each."""
    return " ".join(dict.fromkeys(_sentence(one, doctor, zone) for one in hindrances))


def _sentence(one: Hindrance, doctor: str, zone: Zone) -> str:
    if one.cause is Cause.TAKEN and one.standing is not None:
        return f"It would lie over the appointment at {local(zone, one.standing.start):%H:%M}."
    return WORDS[one.cause].format(doctor=doctor)
