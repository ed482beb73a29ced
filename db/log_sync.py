"""Putting SQLite's log on the disk, once for all the threads that wait for it."""

from pathlib import Path
from threading import Condition

from ivr.whole_files import put_on_disk


class LogSync:
    """The log of one database file; threads that commit while it is being synced share the next sync.

    Syncs are numbered: `_begun` is the last that began, `_done` the last that is over.
    """

    def __init__(self, database: Path) -> None:
        self._log = Path(f"{database}-wal")
        self._changed = Condition()
        self._begun = self._done = self._failed = 0

    def sync(self) -> None:
        """Return when all that this thread has committed is on the disk.

        Raises:
            OSError: the disk failed; what was committed may be lost with the machine's power.
        """
        with self._changed:
            mine = self._begun + 1
            self._changed.wait_for(lambda: self._done == self._begun or self._done >= mine)
            if self._failed >= mine:
                message = f"{self._log} could not be put on the disk by another thread"
                raise OSError(message)
            if self._done >= mine:
                return
            self._begun = mine
        self._sync_for_all(mine)

    def _sync_for_all(self, number: int) -> None:
        is_done = False
        try:
            # Opened anew each time: the last connection that is closed takes the log away.
            put_on_disk(self._log, without_times=True)
            is_done = True
        finally:
            with self._changed:
                self._done = number
                if not is_done:
                    self._failed = number
                self._changed.notify_all()
