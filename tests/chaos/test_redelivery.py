"""Every request of every recorded call delivered again: in a row, late, at once, in other orders.

Whatever the carrier does, each request is answered as in the plain run, and the same is left behind.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ivr.telephone.fixtures import read_call
from tests.chaos.conftest import Houses
from tests.chaos.deliveries import CALLS, House, check_same, practice_named, remains
from tests.chaos.orders import other_orders, with_overtaking

TWICE, TIMES = 2, 5


def changes_something(file: Path) -> bool:
    """Whether the call leaves more than its own journal, or is answered on two legs."""
    call = read_call(file)
    return bool(call.leaves) or any(turn.leg == "called" for turn in call.turns)


TELLING = [file for file in CALLS if changes_something(file)]
"""Each is delivered at once on one database."""


def stem(file: Path) -> str:
    return file.stem


every_call = pytest.mark.parametrize("file", CALLS, ids=stem)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of requests that are answered as before are not worth a line each."""
    with capture_logs():
        yield


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(TIMES) as running:
        yield running


@every_call
def test_requests_that_come_twice_five_times_and_when_all_is_over_happen_once(file: Path, houses: Houses) -> None:
    call = houses.recorded(file)
    house = houses.in_memory(practice_named(file))
    for request in call.requests:
        check_same(house.deliver(request, TWICE), [request] * TWICE)
        assert remains(house.engine) == request.remains
        check_same(house.deliver(request, TIMES - TWICE), [request] * (TIMES - TWICE))
    for request in call.requests:
        check_same(house.deliver(request), [request])
    assert remains(house.engine) == call.remains


@every_call
def test_callbacks_that_come_early_or_late_leave_the_same(file: Path, houses: Houses) -> None:
    call = houses.recorded(file)
    for order in other_orders(call.requests):
        house = houses.in_memory(practice_named(file))
        for request in order:
            check_same(house.deliver(request), [request])
        assert remains(house.engine) == call.remains, [request.path for request in order]


@pytest.mark.parametrize("file", TELLING[::2], ids=stem)
def test_requests_that_come_five_times_at_once_happen_once(
    file: Path, houses: Houses, pool: ThreadPoolExecutor
) -> None:
    deliver_at_once(file, houses, houses.in_a_file(practice_named(file)), pool)


@pytest.mark.parametrize("file", TELLING[1::2], ids=stem)
def test_requests_that_come_five_times_at_once_happen_once_on_postgresql(
    file: Path, houses: Houses, pool: ThreadPoolExecutor
) -> None:
    deliver_at_once(file, houses, houses.on_postgresql(practice_named(file)), pool)


def deliver_at_once(file: Path, houses: Houses, house: House, pool: ThreadPoolExecutor) -> None:
    """Each request five times by as many threads, together with the callbacks that may come beside it."""
    call = houses.recorded(file)
    for together in with_overtaking(call.requests):
        requests = together * TIMES
        check_same(house.deliver_at_once(requests, pool), requests)
    assert remains(house.engine) == call.remains
