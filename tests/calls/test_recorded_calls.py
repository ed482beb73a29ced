"""Every recorded call under fixtures/calls is played again, on both databases by turns."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.actions.snapshots import Snapshots, save_practice
from ivr.telephone.faults import Fault
from ivr.telephone.fixtures import DEMO, practice_of, read_call
from ivr.telephone.replay import play
from ivr.telephone.scratch import MADE_UP_ACCOUNT, scratch_database, scratch_settings
from tests.lines import Line, settings_for

FIXTURES = Path(__file__).parents[2] / "fixtures" / "calls"
CALLS = sorted(FIXTURES.rglob("*.json"))
DEMO_CALLS = [file for file in CALLS if read_call(file).practice == DEMO]
OTHER_CALLS = [file for file in CALLS if file not in DEMO_CALLS]
LEAST_CALLS = 60
SOME = 10


def stem(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize("file", DEMO_CALLS, ids=stem)
def test_a_call_to_the_demo_practice_is_heard_as_it_was(file: Path, line: Line, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, TWILIO_ACCOUNT_SID=MADE_UP_ACCOUNT)
    assert play(read_call(file), line.engine, settings).differences == []


@pytest.mark.parametrize("file", OTHER_CALLS, ids=stem)
def test_a_call_to_another_practice_is_heard_as_it_was(file: Path, engine: Engine, tmp_path: Path) -> None:
    call = read_call(file)
    save_practice(engine, Snapshots(tmp_path), practice_of(call, file.parent))
    settings = settings_for(tmp_path, TWILIO_ACCOUNT_SID=MADE_UP_ACCOUNT)
    assert play(call, engine, settings).differences == []


@pytest.mark.parametrize("file", CALLS[::SOME], ids=stem)
def test_replaying_with_requests_that_come_twice_or_late_shows_no_difference(file: Path) -> None:
    """Some calls are enough for what `ivr replay` does; `tests/chaos/test_redelivery.py` delivers every one again."""
    call = read_call(file)
    practice = practice_of(call, file.parent)
    for fault in (Fault.REPEAT, Fault.REORDER):
        with scratch_database(practice) as engine, scratch_settings(practice) as settings:
            assert play(call, engine, settings, fault).differences == []


def test_there_are_enough_recorded_calls_and_each_says_where_it_is_from() -> None:
    sources = [json.loads(file.read_text())["source"] for file in CALLS]
    assert len(CALLS) >= LEAST_CALLS
    assert all(sources)


def test_a_changed_expectation_is_a_difference(engine: Engine, tmp_path: Path) -> None:
    file = CALLS[0]
    call = read_call(file)
    wrong = call.turns[0].model_copy(update={"hears": ["Ceci n'est jamais dit."]})
    save_practice(engine, Snapshots(tmp_path), practice_of(call, file.parent))
    changed = call.model_copy(update={"turns": [wrong, *call.turns[1:]]})
    assert any("not heard" in difference for difference in play(changed, engine, settings_for(tmp_path)).differences)
