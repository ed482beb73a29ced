"""The worker's loop: as long as something is due, do it; look after the agenda now and then; else wait a moment."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import TypeAlias

import structlog
from sqlalchemy.exc import DBAPIError

from db.engine import Transaction
from ivr.actions.archive import Archive
from ivr.actions.places import offer_places
from ivr.actions.reminders import promise_reminders
from ivr.actions.switchboards import Switchboards
from ivr.clock import Clock
from ivr.delivery.outbox import Sender, deliver_one
from ivr.delivery.recordings import delete_one, fetch_one

PAUSE_SECONDS = 1.0
PAUSE_IN_TROUBLE_SECONDS = 5.0
BETWEEN_ROUNDS = timedelta(seconds=20)
"""How often the waiting list and the reminders are looked at."""

Job: TypeAlias = Callable[[], bool]
"""Does one thing that is due; False when nothing is."""
Round: TypeAlias = Callable[[datetime], int]
"""Does all there is to do at that instant; how many things that was."""

log = structlog.get_logger()


def carrier_jobs(transaction: Transaction, sender: Sender, archive: Archive, clock: Clock) -> tuple[Job, ...]:
    """What needs the carrier: sending, fetching, deleting."""
    return (
        lambda: deliver_one(transaction, sender, clock()),
        lambda: fetch_one(transaction, sender.client, archive, clock()),
        lambda: delete_one(transaction, sender.client, clock()),
    )


def agenda_rounds(reading: Transaction, writing: Transaction) -> tuple[Round, ...]:
    """What needs the agenda: offering times that became free, reminding of tomorrow."""
    switchboards = Switchboards()
    return (
        lambda now: offer_places(reading, writing, switchboards, now),
        lambda now: promise_reminders(reading, writing, switchboards, now),
    )


def run_beside(workers: Sequence["Worker"], stop: Event) -> None:
    """Each works in a thread of its own until `stop` is set: what one has to wait for makes no other wait."""
    threads = [Thread(target=worker.run, args=(stop,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Worker:
    """Does jobs and rounds; any number of workers may run beside each other."""

    def __init__(self, clock: Clock, jobs: Sequence[Job] = (), rounds: Sequence[Round] = ()) -> None:
        self._clock = clock
        self._jobs = tuple(jobs)
        self._rounds = tuple(rounds)
        self._next_round: datetime | None = None

    def work_off(self) -> int:
        """Do everything that is due now; how many things that was."""
        done = self._go_round()
        while any(job() for job in self._jobs):
            done += 1 + self._go_round()
        return done

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; a database that is away, or any other trouble, is waited out."""
        while not stop.is_set():
            try:
                self.work_off()
                pause = PAUSE_SECONDS
            except DBAPIError as error:
                log.warning("worker_without_database", error=type(error.orig).__name__)
                pause = PAUSE_IN_TROUBLE_SECONDS
            except Exception:
                log.exception("worker_in_trouble")  # what was claimed comes back when its lease runs out
                pause = PAUSE_IN_TROUBLE_SECONDS
            stop.wait(pause)

    def _go_round(self) -> int:
        now, next_round = self._clock(), self._next_round
        if next_round is not None and next_round - BETWEEN_ROUNDS <= now < next_round:  # a clock put back is no reason
            return 0
        self._next_round = now + BETWEEN_ROUNDS
        return sum(go(now) for go in self._rounds)
