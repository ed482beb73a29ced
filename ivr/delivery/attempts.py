"""When a failed attempt is made again."""

from datetime import datetime, timedelta

from ivr.carrier import CarrierError

MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=15)


def next_attempt(now: datetime, attempts: int, error: CarrierError, *, most: int = MOST_ATTEMPTS) -> datetime | None:
    """When to try again after `attempts` failures, or None to give up and tell the practice.

    15 s, then twice as long each time, an hour at most; longer when the carrier asks for it.
    """
    if error.is_final or attempts >= most:
        return None
    doubled = FIRST_WAIT * (1 << min(attempts - 1, MOST_ATTEMPTS))
    wait = min(doubled, LONGEST_WAIT)
    return now + max(wait, timedelta(seconds=error.wait))
