"""The orders in which a carrier may bring the requests of a call (WIRE.md 5 and 6).

A document is asked for once the one before it was answered. Callbacks keep to no order: a recording's comes as soon
as it is made, a call's end as soon as the caller is gone, when a last request may still be under way; both may come
later than everything else.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from tests.chaos.deliveries import FINAL, Request

MOST_ORDERS = 24
UNDER_WAY = ("RecordingSid", "DialCallStatus")
"""What a request says that is made while the caller may hang up, though not because of a key."""
SAME = ("CallSid", "RecordingSid", "MessageSid")


def other_orders(requests: Sequence[Request]) -> list[list[Request]]:
    """Orders other than the one given; no call of ours has more than these."""
    after = [_comes_after(requests, place) for place in range(len(requests))]
    given = tuple(range(len(requests)))
    orders = [order for order in islice(_orders(after), MOST_ORDERS) if order != given]
    return [[requests[place] for place in order] for order in orders]


def with_overtaking(requests: Sequence[Request]) -> list[list[Request]]:
    """The requests one after the other, each document together with the callbacks that may come at the same time."""
    groups: list[list[Request]] = []
    waiting = list(range(len(requests)))
    while waiting:
        together = [waiting.pop(0)]
        for place in list(waiting):
            if not requests[place].is_callback or _earliest(requests, place) > together[0]:
                continue
            if not any(_is_about_the_same(requests[place], requests[one]) for one in together):
                together.append(place)
                waiting.remove(place)
        groups.append([requests[place] for place in together])
    return groups


def _comes_after(requests: Sequence[Request], place: int) -> set[int]:
    """The requests that must have been answered before this one is sent."""
    request = requests[place]
    before = place if not request.is_callback else _earliest(requests, place)
    return {p for p in range(before) if not requests[p].is_callback} | {
        p for p in range(place) if request.is_callback and _is_about_the_same(requests[p], request)
    }


def _is_about_the_same(one: Request, other: Request) -> bool:
    """Two reports about the same thing come in the order in which they were true."""
    return one.path == other.path and all(one.said.get(name) == other.said.get(name) for name in SAME)


def _earliest(requests: Sequence[Request], place: int) -> int:
    """The place of the first document that the callback may come before; its own when there is none."""
    callback, before = requests[place], place
    for earlier in range(place - 1, -1, -1):
        document = requests[earlier]
        if document.is_callback or document.said.get("CallSid") != callback.said.get("CallSid"):
            continue
        if not _may_overtake(callback, document):
            break
        before = earlier
        if document.said.get("CallStatus") not in FINAL:
            break
    return before


def _may_overtake(callback: Request, document: Request) -> bool:
    """Whether the callback can have been sent while the document was not asked for yet, or was under way."""
    if callback.is_end:
        return document.said.get("CallStatus") in FINAL or any(name in document.said for name in UNDER_WAY)
    recording = callback.said.get("RecordingSid")
    return recording is not None and document.said.get("RecordingSid") == recording


def _orders(after: Sequence[set[int]], taken: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Every order in which each place comes after those it must come after."""
    if len(taken) == len(after):
        yield taken
    for place, needed in enumerate(after):
        if place not in taken and needed <= set(taken):
            yield from _orders(after, (*taken, place))
