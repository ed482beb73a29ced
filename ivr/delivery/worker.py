"""The worker's loop: as long as something is due, do it; else wait a moment."""

from collections.abc import Callable
from threading import Event

import structlog
from sqlalchemy.exc import DBAPIError

from db.engine import Transaction
from ivr.clock import Clock
from ivr.delivery.outbox import Sender, deliver_one
from ivr.delivery.recordings import Archive, delete_one, fetch_one

PAUSE_SECONDS = 1.0
PAUSE_IN_TROUBLE_SECONDS = 5.0

log = structlog.get_logger()


class Worker:
    """Sends, fetches and deletes; any number of workers may run beside each other."""

    def __init__(self, transaction: Transaction, sender: Sender, archive: Archive, clock: Clock) -> None:
        self._jobs: tuple[Callable[[], bool], ...] = (
            lambda: deliver_one(transaction, sender, clock()),
            lambda: fetch_one(transaction, sender.client, archive, clock()),
            lambda: delete_one(transaction, sender.client, clock()),
        )

    def work_off(self) -> int:
        """Do everything that is due now; how many things that was."""
        done = 0
        while any(job() for job in self._jobs):
            done += 1
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
