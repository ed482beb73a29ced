"""Reading a calendar in a process of its own: the address goes in, and blocks come out."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from ivr.calendars import CalendarError, Reading, busy_times
from ivr.clock import zone_named
from ivr.confined import confine, run_confined
from ivr.delivery.network import PUBLIC, Network
from ivr.delivery.outside import fetch
from ivr.slots import Block
from ivr.vocabulary import CalendarTrouble

LONGEST_SECONDS = 45
"""By the clock; most of it is waiting for the other side."""
PROCESSOR_SECONDS = 20
NETWORKS = {
    "public": PUBLIC,
    "this machine": Network(lambda address: address == ip_address("127.0.0.1"), frozenset({"http"})),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which calendar is read, and from when to when (seconds since 1970), by the clock of which zone."""

    address: str
    etag: str | None
    zone: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one reading may take: seconds by the clock, and of a processor; and whom it may ask."""

    seconds: float = LONGEST_SECONDS
    processor_seconds: int = PROCESSOR_SECONDS
    network: str = "public"


USUAL = Limits()


def read_apart(asked: Asked, limits: Limits = USUAL) -> Reading:
    """What the calendar says.

    Raises:
        CalendarError: it could not be read, or not in time.
    """
    told = json.dumps(asdict(asked) | {"limits": asdict(limits)})
    try:
        done = run_confined("ivr.delivery.apart", told.encode(), limits.seconds)
    except subprocess.TimeoutExpired:
        raise CalendarError(CalendarTrouble.NO_ANSWER) from None
    if done.returncode != 0:
        raise CalendarError(CalendarTrouble.TOO_COMPLEX)
    answer = json.loads(done.stdout)
    if answer["trouble"] is not None:
        raise CalendarError(CalendarTrouble(answer["trouble"]))
    blocks = answer["blocks"]
    return Reading(answer["etag"], None if blocks is None else [Block(*block) for block in blocks])


def read_here(asked: Asked, network: Network = PUBLIC) -> Reading:
    """The same in this process, and without an end to what it may take. Raises CalendarError."""
    fetched = fetch(asked.address, asked.etag, network)
    if fetched.text is None:
        return Reading(fetched.etag, None)
    start, end = (datetime.fromtimestamp(at, UTC) for at in (asked.start, asked.end))
    return Reading(fetched.etag, busy_times(fetched.text, zone_named(asked.zone), start, end))


def main() -> None:
    """The other process."""
    told = json.load(sys.stdin)
    limits = Limits(**told.pop("limits"))
    confine(limits.processor_seconds)
    try:
        reading, trouble = read_here(Asked(**told), NETWORKS[limits.network]), None
    except CalendarError as error:
        reading, trouble = Reading(None, None), error.trouble.value
    json.dump(asdict(reading) | {"trouble": trouble}, sys.stdout)


if __name__ == "__main__":
    main()
