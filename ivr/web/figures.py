"""`/metrics`: what this service has done and what waits to be done, for Prometheus. No personal data."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from db.engine import reading
from db.queries.backlog import Backlog, Waiting, read_backlog
from ivr.meters import exposition

figures = Blueprint("figures", __name__)


@figures.get("/metrics")
def metrics() -> Response:
    """Counters of all web processes and of the worker beside them, and the backlog."""
    now = current_app.extensions["ivr.clock"]()
    try:
        with reading(current_app.extensions["ivr.engine"])() as connection:
            backlog = read_backlog(connection, now)
    except SQLAlchemyError:
        backlog = None
    return Response(exposition(BacklogCollector(backlog, now)), content_type="text/plain; version=0.0.4; charset=utf-8")


class BacklogCollector:
    """The backlog as gauges; only `ivr_database_up` when it cannot be read."""

    def __init__(self, backlog: Backlog | None, now: datetime) -> None:
        self._backlog = backlog
        self._now = now

    def collect(self) -> Iterator[Any]:
        """The library asks for the gauges here."""
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415 see ivr.meters

        yield GaugeMetricFamily("ivr_database_up", "Whether the database answers.", int(self._backlog is not None))
        if self._backlog is None:
            return
        for name in ("tasks", "messages", "deliveries"):
            found: Waiting = getattr(self._backlog, name)
            yield GaugeMetricFamily(f"ivr_waiting_{name}", f"How many {name} wait.", found.number)
            yield GaugeMetricFamily(f"ivr_oldest_{name}_seconds", "Age of the oldest.", self._age(found.since_at))
        beaten_at = self._backlog.worker_beat_at
        silent = self._age(beaten_at) if beaten_at else math.inf
        yield GaugeMetricFamily("ivr_worker_silent_seconds", "Since a worker last beat.", silent)

    def _age(self, since_at: datetime | None) -> float:
        return (self._now - since_at).total_seconds() if since_at else 0.0
