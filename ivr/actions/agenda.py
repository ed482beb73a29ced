"""Free slots of a practitioner, found in the agenda as it is now."""

from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection

from db.queries.appointments import block_rows
from ivr.practice import Act, Practitioner
from ivr.slots import ONE_DAY, Block, Slot, Slots

FIRST_LOOK_DAYS = 7


def find_slots(
    connection: Connection,
    slots: Slots,
    practitioner: Practitioner,
    practitioner_id: int,
    act: Act,
    now: datetime,
    count: int,
) -> list[Slot]:
    """The next `count` free slots, or as many as there are within the horizon.

    The agenda is read a week ahead, then twice as far each time, so that the cost follows what is busy until then
    and not what is stored (SCHEDULING.md 4).
    """
    found: list[Slot] = []
    day, last = slots.days(act, now)
    ahead = FIRST_LOOK_DAYS
    while day <= last and len(found) < count:
        days = day, min(day + timedelta(days=ahead - 1), last)
        busy = [Block(*row) for row in block_rows(connection, practitioner_id, *slots.reach(act, days), now)]
        found += islice(slots.free(practitioner, act, days, busy, now), count - len(found))
        day, ahead = days[1] + ONE_DAY, ahead * 2
    return found
