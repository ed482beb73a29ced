"""How long the work of this thread may still take, where somebody waits for it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class _Patience(threading.local):
    """`ends` is when the time of this thread's work is over, on the monotonic clock; None when nobody waits."""

    ends: float | None = None

    @contextmanager
    def until(self, ends: float) -> Iterator[None]:
        """Work in a block that ends by then."""
        self.ends = ends
        try:
            yield
        finally:
            self.ends = None

    def seconds_left(self, otherwise: float) -> float:
        """Time left for this work, never below zero; `otherwise` at most, and when nobody waits."""
        if self.ends is None:
            return otherwise
        return max(0.0, min(otherwise, self.ends - time.monotonic()))


patience = _Patience()
