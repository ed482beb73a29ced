"""Free slots of a practitioner, found in the agenda as it is now."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from db.queries.appointments import block_rows
from ivr.practice import Act, Practitioner
from ivr.slots import ONE_DAY, Block, Slot, Slots

FIRST_LOOK_DAYS = 7
A_YEAR = 366
"""How many days ahead staff look for a free time, whatever callers are offered."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """Whose agenda is searched: the practitioner, by value and by the id of the table.

    Holds of the call `call_id` and the appointment `moved_id` stand in nobody's way.
    """

    slots: Slots
    practitioner: Practitioner
    practitioner_id: int
    call_id: int | None = None
    moved_id: int | None = None


def for_staff(act: Act) -> Act:
    """The act as people of the practice book it: its notice and horizon are for callers."""
    return replace(act, notice_minutes=0, horizon_days=A_YEAR)


def find_slots(
    connection: Connection,
    agenda: Agenda,
    act: Act,
    now: datetime,
    count: int,
    *,
    since: date | None = None,
    is_wanted: Callable[[Slot], bool] = lambda _: True,
) -> list[Slot]:
    """The next `count` free slots that are wanted, or as many as there are within the horizon.

    The agenda is read a week ahead, then twice as far each time, so that the cost follows what is busy until then
    and not what is stored (SCHEDULING.md 4).
    """
    found: list[Slot] = []
    slots = agenda.slots
    day, last = slots.days(act, now)
    day = max(day, since) if since else day
    ahead = FIRST_LOOK_DAYS
    while day <= last and len(found) < count:
        days = day, min(day + timedelta(days=ahead - 1), last)
        busy = [Block(*row) for row in _busy(connection, agenda, slots.reach(act, days), now)]
        free = slots.free(agenda.practitioner, act, days, busy, now)
        found += islice(filter(is_wanted, free), count - len(found))
        day, ahead = days[1] + ONE_DAY, ahead * 2
    return found


def _busy(connection: Connection, agenda: Agenda, reach: Block, now: datetime) -> list[tuple[int, int]]:
    return block_rows(connection, agenda.practitioner_id, *reach, now, call_id=agenda.call_id, moved_id=agenda.moved_id)
