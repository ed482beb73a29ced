"""A call that is only tried hears what the same call hears through the webhooks, and leaves nothing behind."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.engine import reading
from ivr.actions.journal import with_empty_messages
from ivr.actions.leavings import leavings
from ivr.actions.rehearsal import GONE, SILENCE, SPEAKS, SPOKEN_SECONDS, CalledPerson, NotNowError, Rehearsal, rehearse
from ivr.actions.switchboards import Switchboards, read_line_and_caller
from ivr.flows.scene import Scene
from ivr.flows.turns import Ask, Ring
from ivr.phones import HOME_COUNTRY, read_caller, read_line
from ivr.practice_files.values import as_practice
from ivr.telephone.fixtures import RecordedCall, RecordedTurn, practice_of, read_call
from ivr.telephone.scratch import scratch_database
from tests.lines import ALWAYS, STRANGER, WEDNESDAY_LUNCH, Line

FOLDER = Path(__file__).parents[2] / "fixtures" / "calls"
USUAL = {"From", "To", "CallSid", "Digits", "DialCallStatus", "RecordingDuration"}
PICKED_UP = {("", "1"): CalledPerson.ANSWERS, ("", "-", "-"): CalledPerson.VOICEMAIL}
NOT_TOLD = "doctor-bridged-not-told"
"""A doctor's leg that nothing was recorded of."""
LEAST_COMPARED = 250
OK = 200


def acts_of(call: RecordedCall) -> list[tuple[str, RecordedTurn]] | None:
    """What the caller and whom they rang did, each with the turn it led to; None for what no ordinary phone does."""
    acts: list[tuple[str, RecordedTurn]] = []
    leg: list[str] = []
    for turn in call.turns[1:]:
        if turn.leg == "called":
            leg.append(turn.form.get("Digits", "-") if leg else "")
            continue
        act = act_of(turn, tuple(leg))
        if act is None or (leg and turn.form.get("DialCallStatus") != "completed"):
            return None
        acts.append((act, turn))
        leg = []
    return acts


def act_of(turn: RecordedTurn, leg: tuple[str, ...]) -> str | None:
    """One act; `leg` is what the called person typed before."""
    if not is_usual(turn):
        return None
    match turn.form:
        case _ if turn.hangs_up:
            return GONE
        case {"DialCallStatus": "completed"}:
            return PICKED_UP.get(leg) if leg else CalledPerson.ANSWERS
        case {"DialCallStatus": status}:
            return status if status in set(CalledPerson) else None
        case {"RecordingDuration": seconds}:
            return SPEAKS if seconds == str(SPOKEN_SECONDS) else None
        case {"Digits": "hangup"}:
            return None
    return turn.form.get("Digits") or SILENCE


def is_usual(turn: RecordedTurn) -> bool:
    """Whether a telephone does it: no address of its own, nothing forged, nothing left out."""
    return not turn.to and turn.status == OK and set(turn.form) <= USUAL


def is_ordinary(file: Path) -> bool:
    """Whether it is a call to a known line from a number of somebody else, with nothing but usual acts."""
    call = read_call(file)
    begun = call.turns[0]
    sender, line = begun.form.get("From"), read_line(begun.form.get("To", ""))
    lines = as_practice(practice_of(call, FOLDER)).lines
    is_call = is_usual(begun) and sender and line in lines and read_line(sender) not in lines
    return bool(is_call) and acts_of(call) is not None and file.stem != NOT_TOLD


ORDINARY_CALLS = [file for file in sorted(FOLDER.glob("*.json")) if is_ordinary(file)]


def begin(engine: Engine, caller: str, line: str, at: str) -> Iterator[Rehearsal]:
    """A rehearsed call on that database."""
    now, number = datetime.fromisoformat(at), read_line(line)
    assert number is not None
    switchboards = Switchboards()
    with reading(engine)() as connection:
        found = read_line_and_caller(connection, number, read_caller(caller, HOME_COUNTRY))
        assert found is not None
        version, known = found
        switchboard = switchboards.get(connection, version)
        language = switchboard.practice.language_for(known.language)
        caller_now = with_empty_messages(connection, version.id, known, now)
        scene = Scene(switchboard, caller_now, number, language, now)
        yield rehearse(connection, version.id, switchboards.slots(switchboard), scene)


def texts(call: Rehearsal) -> list[str]:
    """What the caller heard last."""
    return [text for _, text in call.entries[-1].texts()] if call.entries[-1].did != GONE else []


@pytest.mark.parametrize("file", ORDINARY_CALLS, ids=lambda file: file.stem)
def test_what_is_tried_is_what_callers_hear(file: Path) -> None:
    recorded = read_call(file)
    first = recorded.turns[0]
    with scratch_database(practice_of(recorded, FOLDER)) as engine:
        for call in begin(engine, first.form.get("From", ""), first.form["To"], recorded.at):
            assert texts(call) == (first.hears or [])
            for act, turn in acts_of(recorded) or []:
                call.do(act)
                assert texts(call) == (turn.hears or []), act
        assert leavings(engine) == {}


def test_enough_recorded_calls_are_compared() -> None:
    assert len(ORDINARY_CALLS) >= LEAST_COMPARED


def tried(line: Line, caller: str = STRANGER, at: str = WEDNESDAY_LUNCH) -> Rehearsal:
    return next(begin(line.engine, caller, "+33199001234", at))


@pytest.mark.parametrize("act", ["1 2", "x", "speaks", "answers", "", "１", "12345678901234567"])
def test_a_menu_takes_nothing_but_keys(line: Line, act: str) -> None:
    with pytest.raises(NotNowError):
        tried(line).do(act)


def test_a_call_that_is_over_takes_nothing(line: Line) -> None:
    call = tried(line)
    call.do(GONE)
    assert call.waits_for is None
    for act in ("1", SILENCE, GONE, SPEAKS, *CalledPerson):
        with pytest.raises(NotNowError):
            call.do(act)


def test_a_call_has_an_end_whatever_is_typed(line: Line) -> None:
    call = tried(line, ALWAYS)
    acts = 0
    while call.waits_for is not None:
        call.do("7" if isinstance(call.waits_for, Ask) else SILENCE if not isinstance(call.waits_for, Ring) else "busy")
        acts += 1
    assert acts < 20
