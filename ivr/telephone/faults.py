"""What goes wrong between the carrier and us, on demand: requests are repeated, lost, late, overtaken."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What happens to a request for a document (WIRE.md 1)."""

    REPEAT = "repeat"
    """It is delivered twice; the second answer counts."""
    REORDER = "reorder"
    """The callbacks that follow it arrive before it."""
    DROP = "drop"
    """It is lost on the way, so that we never see it; the carrier asks the fallback."""
    DELAY = "delay"
    """We answer after the carrier has given up; it asks the fallback."""


class LostError(Exception):
    """The carrier has no answer; the message is its error code (WIRE.md 9)."""


@dataclass
class Faults:
    """A fault that befalls request `at` of a call, counted from 0 over all its legs, or every one."""

    fault: Fault | None = None
    at: int | None = None
    _asked: int = 0

    @property
    def upcoming(self) -> Fault | None:
        """What befalls the next request."""
        return self.fault if self.at in {None, self._asked} else None

    def next(self) -> Fault | None:
        """What befalls this request; the next one is asked about afterwards."""
        fault = self.upcoming
        self._asked += 1
        return fault


def read_faults(text: str) -> Faults:
    """`drop@2` is the third request lost; `repeat` is every one repeated. Raises ValueError with the remedy."""
    name, _, number = text.partition("@")
    if name not in set(Fault) or (number and not number.isdecimal()) or text.endswith("@"):
        message = (
            f"{text!r} is no fault; write {', '.join(Fault)}, each alone or with the request it befalls, as drop@2"
        )
        raise ValueError(message)
    return Faults(Fault(name), int(number) if number else None)
