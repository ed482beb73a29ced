"""What an operator's monitors see: alive, able to answer, and the figures."""

import os
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, text

from db.engine import open_engine, reading
from ivr.actions.chores import beat
from ivr.actions.snapshots import Snapshots, renew_snapshots, save_practice
from ivr.app import make_app
from ivr.web import health
from tests.http.test_time_budget import locked
from tests.lines import LINE, PRIORITY, STRANGER, WEDNESDAY_LUNCH, Line, demo_practice


def get(line: Line, address: str) -> Any:
    return line.app.test_client().get(address)


def ready(line: Line) -> tuple[int, dict[str, str]]:
    response = get(line, "/readyz")
    return response.status_code, response.get_json()


@pytest.fixture
def well(line: Line) -> Line:
    """A line with a worker that has just looked after everything."""
    beat(line.engine.begin, "host:1", line.clock.now)
    snapshots: Snapshots = line.app.extensions["ivr.snapshots"]
    renew_snapshots(reading(line.engine), snapshots)
    line.clock.pass_seconds(30)
    now = line.clock.now.timestamp()
    os.utime(line.settings.data_dir / "snapshots" / "versions.json", (now, now))
    return line


def test_all_is_well(well: Line) -> None:
    assert ready(well) == (200, {"status": "ok"})
    assert get(well, "/healthz").get_json() == {"status": "ok"}


def test_without_a_worker_calls_are_answered_and_somebody_is_told(well: Line) -> None:
    well.clock.pass_seconds(121)
    status, told = ready(well)
    assert (status, told["status"]) == (200, "degraded")
    assert told["worker"].endswith("start one: ivr worker")
    assert "snapshots" not in told


def test_a_worker_that_never_was_is_missed(line: Line) -> None:
    line.clock.pass_seconds(30)
    assert "none has worked since the beginning" in ready(line)[1]["worker"]


def test_a_service_that_starts_gives_its_worker_a_moment(line: Line) -> None:
    line.clock.pass_seconds(29)
    assert ready(line) == (200, {"status": "ok"})
    line.clock.pass_seconds(1)
    status, told = ready(line)
    assert (status, told["status"]) == (200, "degraded")
    assert told.keys() == {"status", "worker", "snapshots"}


def test_a_service_that_starts_without_what_calls_need_says_so_at_once(line: Line) -> None:
    line.app = make_app(line.settings, open_engine("postgresql://nobody@127.0.0.1:9/none"), line.clock)
    status, told = ready(line)
    assert (status, told.keys()) == (503, {"status", "database"})


def test_copies_that_nobody_renews_are_told(well: Line) -> None:
    well.clock.pass_seconds(301)
    assert "run a worker with its IVR_DATA_DIR" in ready(well)[1]["snapshots"]


def test_a_full_disk_stops_calls(well: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=49 * 1024**2))
    status, told = ready(well)
    assert (status, told["status"]) == (503, "error")
    assert told["disk"] == "49 MB free beside IVR_DATA_DIR; make room"


def test_a_database_that_is_away_or_old_stops_calls(well: Line, tmp_path: Path) -> None:
    with well.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert ready(well) == (503, {"status": "error", "database": "is not migrated; run: ivr db upgrade"})
    away = open_engine("postgresql://nobody@127.0.0.1:9/none")
    well.app = make_app(well.settings, away, well.clock)
    status, told = ready(well)
    assert (status, told["database"]) == (503, "cannot be reached; check IVR_DATABASE_URL")
    assert get(well, "/healthz").status_code == 200


def figures(line: Line) -> dict[str, float]:
    """The metrics by name and labels."""
    response = get(line, "/metrics")
    assert response.content_type.startswith("text/plain; version=0.0.4")
    found = re.findall(r"^(\w+(?:\{[^}]*\})?) (\S+)$", response.get_data(as_text=True), re.MULTILINE)
    return {name: float(value) for name, value in found}


def grown(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    counted = {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if name.startswith("ivr_") and "_total" in name
    }
    return {name: more for name, more in counted.items() if more}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_others_keep_locked_stops_calls(
    well: Line, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locked(database_url), monkeypatch.context() as patch:
        patch.setattr(health, "WRITING_SECONDS", 0.1)
        status, told = ready(well)
    assert (status, told["status"]) == (503, "error")
    assert "locked by others" in told["database"]
    assert ready(well)[0] == 200


def test_each_step_is_counted_by_where_it_leads_and_timed(line: Line) -> None:
    before = figures(line)
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    phone.ringing_ends("no-answer")
    phone.speak(9)
    phone.hang_up()
    after = figures(line)
    assert grown(before, after) == {
        'ivr_turns_total{outcome="asks",state="MainMenu"}': 1,
        'ivr_turns_total{outcome="asks",state="ChoosingDoctor"}': 1,
        'ivr_turns_total{outcome="rings",state="RingingDoctor"}': 1,
        'ivr_turns_total{outcome="records",state="Recording"}': 1,
        'ivr_turns_total{outcome="ends",state="Ended"}': 1,
        'ivr_callbacks_total{kind="RecordingEvent"}': 1,
        'ivr_callbacks_total{kind="StatusEvent"}': 1,
    }
    name = 'ivr_turn_seconds_bucket{le="5.0",state="MainMenu"}'
    assert after[name] - before.get(name, 0) == 1


def test_repeated_unknown_and_refused_requests_are_counted_apart(line: Line) -> None:
    form = {"CallSid": "CA" + "5" * 32, "From": STRANGER, "To": LINE, "CallStatus": "ringing"}
    before = figures(line)
    line.post("/twilio/voice", **form)
    line.post("/twilio/voice", **form)
    line.post("/twilio/voice", **form | {"CallSid": "CA" + "6" * 32, "To": "+33199009999"})
    line.app.test_client().post("/twilio/voice", data=form)
    assert grown(before, figures(line)) == {
        'ivr_turns_total{outcome="asks",state="MainMenu"}': 1,
        'ivr_turns_total{outcome="repeated",state="MainMenu"}': 1,
        'ivr_turns_total{outcome="unknown_line",state="Ended"}': 1,
        "ivr_webhooks_refused_total": 1,
    }


def test_what_waits_is_told_with_its_age(well: Line) -> None:
    assert figures(well)["ivr_oldest_tasks_seconds"] == 0
    phone = well.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    phone.ringing_ends("no-answer")
    phone.speak(9)
    well.clock.now += timedelta(hours=1)
    told = figures(well)
    assert (told["ivr_database_up"], told["ivr_waiting_tasks"], told["ivr_waiting_messages"]) == (1, 1, 1)
    assert 3600 <= told["ivr_oldest_tasks_seconds"] < 3700
    assert 3600 <= told["ivr_oldest_messages_seconds"] < 3700
    assert 3600 <= told["ivr_oldest_deliveries_seconds"] < 3700
    assert told["ivr_worker_silent_seconds"] > 3600


def test_without_a_database_the_counters_are_still_told(line: Line) -> None:
    line.app = make_app(line.settings, open_engine("postgresql://nobody@127.0.0.1:9/none"), line.clock)
    told = figures(line)
    assert told["ivr_database_up"] == 0
    assert "ivr_waiting_tasks" not in told


def test_a_change_made_on_another_machine_reaches_this_ones_copies(engine: Engine, tmp_path: Path) -> None:
    here, elsewhere = Snapshots(tmp_path / "here"), Snapshots(tmp_path / "elsewhere")
    save_practice(engine, elsewhere, demo_practice())
    assert renew_snapshots(reading(engine), here) == 1
    assert renew_snapshots(reading(engine), here) == 0
    head = demo_practice().practice.model_copy(update={"emergency": "112"})
    save_practice(engine, elsewhere, demo_practice().model_copy(update={"practice": head}))
    assert renew_snapshots(reading(engine), here) == 1
    found = here.find(head.lines[0])
    assert found is not None
    assert found.practice.emergency == "112"
