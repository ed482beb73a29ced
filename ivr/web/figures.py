"""`/metrics`: what this service has done and what waits to be done, for Prometheus. No personal data."""

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.engine import reading
from db.queries.backlog import Backlog, Waiting, read_backlog
from ivr.clock import Clock
from ivr.meters import exposition

figures = Blueprint("figures", __name__)


@figures.get("/metrics")
def metrics() -> Response:
    """Counters of all web processes and of the worker beside them, and the backlog."""
    extensions = current_app.extensions
    told = exposition(BacklogCollector(extensions["ivr.engine"], extensions["ivr.clock"]))
    return Response(told, content_type="text/plain; version=0.0.4; charset=utf-8")


class BacklogCollector:
    """The backlog as gauges; only `ivr_database_up` when it cannot be read."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def collect(self) -> Iterator[Any]:
        """The library asks for the gauges here."""
        now = self._clock()
        try:
            with reading(self._engine)() as connection:
                backlog = read_backlog(connection, now)
        except SQLAlchemyError:
            backlog = None
        return _gauges(backlog, now)


def _gauges(backlog: Backlog | None, now: datetime) -> Iterator[Any]:
    from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415 see ivr.meters

    yield GaugeMetricFamily("ivr_database_up", "Whether the database answers.", int(backlog is not None))
    if backlog is None:
        return
    for name in ("tasks", "messages", "deliveries"):
        found: Waiting = getattr(backlog, name)
        yield GaugeMetricFamily(f"ivr_waiting_{name}", f"How many {name} wait.", found.number)
        yield GaugeMetricFamily(f"ivr_oldest_{name}_seconds", "Age of the oldest.", _age(found.since_at, now))
    beaten_at = backlog.worker_beat_at
    silent = _age(beaten_at, now) if beaten_at else math.inf
    yield GaugeMetricFamily("ivr_worker_silent_seconds", "Since a worker last beat.", silent)


def _age(since_at: datetime | None, now: datetime) -> float:
    return (now - since_at).total_seconds() if since_at else 0.0
