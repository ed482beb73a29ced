"""The practice that a request is about, and the time it is there."""

from dataclasses import dataclass
from datetime import date, datetime

from ivr.clock import Zone, local


@dataclass(frozen=True, slots=True)
class PracticeHere:
    """What every request of a practice needs."""

    id: int
    key: str
    name: str
    country: str
    zone: Zone
    now: datetime
    """UTC, taken once for the request."""

    @property
    def today(self) -> date:
        """The date there."""
        return local(self.zone, self.now).date()
