"""Patients as the dialogues of booking see them, and what is planned for them; plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ivr.acts import ActSwitch
from ivr.vocabulary import RelativesRule

BIRTHDAY_KEYS, BIRTH_DATE_KEYS = 4, 8
"""Day and month; day, month and year, as typed (CALLS.md C0, N2)."""


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody an appointment may be for. `owns_number` is false for a relative of those who have the number.

    `switches` are the act exceptions by practitioner key.
    """

    key: str
    first_name: str
    born_on: date | None = None
    owns_number: bool = True
    relatives: RelativesRule = RelativesRule.AS_PRACTICE
    switches: Mapping[str, tuple[ActSwitch, ...]] = field(default_factory=dict)

    def is_born_on(self, birthday: str) -> bool:
        """Whether four keys are the day and month of birth; never when no birth date is known."""
        return self.born_on is not None and f"{self.born_on:%d%m}" == birthday


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked or pending appointment; `start` is UTC, the others are keys."""

    id: int
    patient: str
    first_name: str
    practitioner: str
    act: str
    start: datetime


def read_birth_date(keys: str) -> date | None:
    """Eight keys as day, month and year; None when there is no such date."""
    if len(keys) != BIRTH_DATE_KEYS or not keys.isdecimal():
        return None
    try:
        return date(int(keys[4:]), int(keys[2:4]), int(keys[:2]))
    except ValueError:
        return None


def may_add_relatives(patients: Iterable[Patient], rule_of_practice: RelativesRule) -> bool:
    """Whether who calls may declare a new relative: the patient's setting over the practice's (ROUTING.md 7).

    Several patients on one number: a closed one counts before an open one.
    """
    own = {patient.relatives for patient in patients if patient.owns_number}
    for rule in (RelativesRule.CLOSED, RelativesRule.OPEN):
        if rule in own:
            return rule is RelativesRule.OPEN
    return rule_of_practice is not RelativesRule.CLOSED
