"""What is counted and timed for Prometheus, over all processes of a service (`/metrics`)."""

import os
from collections.abc import Iterable
from functools import cache
from typing import Any

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder through which processes add up what each has counted."""


class Meters:
    """The counters and the clock of this process."""

    def __init__(self) -> None:
        # The library looks for the shared folder when it is imported, which is too early at the top of a module.
        from prometheus_client import Counter, Histogram  # noqa: PLC0415

        self.turns = Counter(
            "ivr_turns", "Answers to callers, by where the dialogue stands then.", ["state", "outcome"]
        )
        self.turn_seconds = Histogram("ivr_turn_seconds", "Time to answer a caller.", ["state"], buckets=SECONDS)
        self.callbacks = Counter("ivr_callbacks", "Callbacks taken, by what they tell.", ["kind"])
        self.refused = Counter("ivr_webhooks_refused", "Requests without a signature of ours.")
        self.deliveries = Counter("ivr_deliveries", "Attempts to send an SMS.", ["template", "outcome"])
        self.recordings = Counter("ivr_recordings", "Attempts to fetch a voice message.", ["outcome"])

    def turn_answered(self, state: str, outcome: str, seconds: float) -> None:
        """A caller was answered; `state` is where the dialogue stands now."""
        self.turns.labels(state, outcome).inc()
        self.turn_seconds.labels(state).observe(seconds)


@cache
def meters() -> Meters:
    """Those of this process, made by the first call: that must come before there are threads."""
    return Meters()


def exposition(*more: Any) -> bytes:
    """Everything counted by all processes, and what the given collectors add, as Prometheus reads it."""
    from prometheus_client import generate_latest  # noqa: PLC0415

    return bytes(generate_latest(_all_figures(more)))


def serve_figures(host: str, port: int, *more: Any) -> None:
    """Answer Prometheus there with the same, from a thread that ends with this process. Raises OSError."""
    from prometheus_client import start_http_server  # noqa: PLC0415

    start_http_server(port, host, _all_figures(more))


def _all_figures(more: Iterable[Any]) -> Any:
    from prometheus_client import REGISTRY, CollectorRegistry  # noqa: PLC0415
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    meters()
    figures = CollectorRegistry()
    for collector in more:
        figures.register(collector)
    if SHARED_FOLDER in os.environ:
        MultiProcessCollector(figures)  # type: ignore[no-untyped-call]
    else:
        figures.register(REGISTRY)
    return figures
