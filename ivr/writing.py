"""May this patient write to a practitioner now? When the practitioner takes messages, in the patient's window."""

from ivr.practice import Practitioner
from ivr.routing import Decision
from ivr.vocabulary import ContactMode, Outcome

WITHIN_THE_WINDOW = frozenset({Outcome.RING, Outcome.SECRETARY, Outcome.WRITE})
"""What a call gets within it: not closed, paused or on leave, and not the number of an assisted patient, who calls."""


def as_written(text: str, longest: int) -> str:
    """What somebody wrote, without the one sign that PostgreSQL cannot hold."""
    return text.replace("\0", "").strip()[:longest]


def takes_letters(practitioner: Practitioner) -> bool:
    """Whether the practitioner answers in writing at all."""
    return practitioner.contact is not ContactMode.CALLS


def may_write(practitioner: Practitioner, decision: Decision) -> bool:
    """Whether whom the decision is about may write to the practitioner at its instant."""
    return takes_letters(practitioner) and decision.outcome in WITHIN_THE_WINDOW
