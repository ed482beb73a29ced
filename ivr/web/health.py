"""`/healthz` and `/readyz`: alive, and able to answer a call."""

import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from db.engine import reading
from db.patience import patience
from db.queries.backlog import last_beat
from db.upgrade import current_revision, newest_revision
from ivr.actions.snapshots import Snapshots

LEAST_FREE_BYTES = 50 * 1024 * 1024
WORKER_SILENT_AFTER = timedelta(minutes=2)
SNAPSHOTS_OLD_AFTER = timedelta(minutes=5)
WRITING_SECONDS = 1.0
"""No writer of ours takes so long."""
STARTING = timedelta(seconds=30)
"""What a worker has to do is missed from then on: it starts with the web process, and is ready after it."""

health = Blueprint("health", __name__)


class Finding(NamedTuple):
    """What is wrong with one part and what to do; `stops_calls` when no call can be answered as it should."""

    part: str
    told: str
    stops_calls: bool


@health.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """`ok`; `degraded` (200) while calls are answered but something needs a person; `error` (503) otherwise.

    Each part that is not well is there by name, with the remedy; while the service starts, only what stops calls.
    """
    extensions = current_app.extensions
    now = extensions["ivr.clock"]()
    found = findings(extensions["ivr.engine"], extensions["ivr.data_dir"], extensions["ivr.snapshots"], now)
    if now - extensions["ivr.started_at"] < STARTING:
        found = [finding for finding in found if finding.stops_calls]
    parts = {finding.part: finding.told for finding in found}
    if any(finding.stops_calls for finding in found):
        return jsonify(status="error", **parts), 503
    return jsonify(status="degraded" if found else "ok", **parts), 200


def findings(engine: Engine, data_dir: Path, snapshots: Snapshots, now: datetime) -> list[Finding]:
    """Everything that needs a person; nothing where all is well. `now` is UTC."""
    return [*_disk(data_dir), *_snapshots(snapshots, now), *_database(engine, now)]


def _database(engine: Engine, now: datetime) -> Iterator[Finding]:
    try:
        with reading(engine)() as connection:
            revision = current_revision(connection)
            beaten_at = last_beat(connection) if revision == newest_revision() else None
    except SQLAlchemyError:
        yield Finding("database", "cannot be reached; check IVR_DATABASE_URL", stops_calls=True)
        return
    if revision != newest_revision():
        yield Finding("database", "is not migrated; run: ivr db upgrade", stops_calls=True)
        return
    yield from _writing(engine)
    if beaten_at is None or now - beaten_at > WORKER_SILENT_AFTER:
        told = "none has worked since " + (beaten_at.isoformat(timespec="seconds") if beaten_at else "the beginning")
        yield Finding("worker", f"{told}; start one: ivr worker", stops_calls=False)


def _writing(engine: Engine) -> Iterator[Finding]:
    """Every call is written; on SQLite one who forgets to end a transaction keeps all others out."""
    try:
        with patience.until(time.monotonic() + WRITING_SECONDS), engine.begin():
            pass
    except (SQLAlchemyError, TimeoutError):
        told = f"was locked by others for {WRITING_SECONDS} s; look who else writes it"
        yield Finding("database", told, stops_calls=True)


def _disk(folder: Path) -> Iterator[Finding]:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding("disk", f"IVR_DATA_DIR cannot be read: {error.strerror}", stops_calls=True)
        return
    if free < LEAST_FREE_BYTES:
        yield Finding("disk", f"{free // 1024**2} MB free beside IVR_DATA_DIR; make room", stops_calls=True)


def _snapshots(snapshots: Snapshots, now: datetime) -> Iterator[Finding]:
    renewed_at = snapshots.renewed_at()
    if renewed_at is None or now - renewed_at > SNAPSHOTS_OLD_AFTER:
        told = "never" if renewed_at is None else "not since " + renewed_at.isoformat(timespec="seconds")
        yield Finding(
            "snapshots", f"{told} renewed on this machine; run a worker with its IVR_DATA_DIR", stops_calls=False
        )
