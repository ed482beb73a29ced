"""The rows of calls and their journal: found, added and moved on by statements made once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Insert, Row, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql

from db.base import table_of
from db.models.calls import CALLS, OPENING_CALL, OPENING_TURN, OPENINGS, TURNS
from db.models.practices import PracticeRow
from db.prepared import Prepared
from ivr.act_reasons import acts_as_json
from ivr.actions.events import tell
from ivr.carrier import CallEvent, CallReport
from ivr.flows.confirmation import Booked
from ivr.flows.dialogue import write_state
from ivr.flows.scene import Scene
from ivr.flows.turns import (
    ActsWeighed,
    Ask,
    Decided,
    DialEnded,
    Digits,
    Ended,
    Heard,
    Recorded,
    Say,
    Silence,
    Started,
    State,
    Turn,
)
from ivr.phones import PhoneNumber
from ivr.practice import Caller
from ivr.reasons import as_json
from ivr.vocabulary import CallerKind, EventKind, Language

PRACTICES = table_of(PracticeRow)

_CALL = (
    select(CALLS, PRACTICES.c.version)
    .join(PRACTICES, PRACTICES.c.id == CALLS.c.practice_id)
    .where(CALLS.c.carrier_id == bindparam("carrier_id"))
    .with_for_update(of=CALLS)
)
_STORED = select(TURNS.c.answer).where(
    TURNS.c.call_id == bindparam("call_id"),
    TURNS.c.step == bindparam("step"),
    TURNS.c.heard == bindparam("heard"),
)
_LATEST = (
    select(TURNS.c.answer)
    .where(TURNS.c.call_id == bindparam("call_id"))
    .order_by(TURNS.c.step.desc(), TURNS.c.id)
    .limit(1)
)
_MOVE = update(CALLS).where(CALLS.c.id == bindparam("call_id"))
_EMPTY = select(func.count()).where(
    CALLS.c.practice_id == bindparam("practice_id"),
    CALLS.c.caller == bindparam("caller"),
    CALLS.c.started_at > bindparam("since"),
    CALLS.c.left_nothing,
)
_ID = select(CALLS.c.id).where(CALLS.c.carrier_id == bindparam("carrier_id"))
_ADD_TURN = Prepared(insert(TURNS).inline(), ("call_id", *OPENING_TURN))


def _call_and_turn() -> Insert:
    """Both in one statement, as PostgreSQL takes it: one journey instead of two."""
    call = {name: bindparam(f"call_{name}", type_=CALLS.c[name].type) for name in OPENING_CALL}
    added = postgresql.insert(CALLS).values(call).on_conflict_do_nothing().returning(CALLS.c.id).cte("added")
    turn = [bindparam(f"turn_{name}", type_=TURNS.c[name].type) for name in OPENING_TURN]
    return insert(TURNS).from_select(["call_id", *OPENING_TURN], select(added.c.id, *turn))


_ADD_OPENING = {
    "sqlite": Prepared(insert(OPENINGS).inline(), OPENINGS.c.keys()),
    "postgresql": Prepared(_call_and_turn()),
}


def heard_key(heard: Heard) -> str:
    """What was heard, as the journal keeps it and a repetition is known by."""
    match heard:
        case Started():
            return "started"
        case Digits(keys):
            return f"digits:{keys}"
        case Silence():
            return "silence"
        case DialEnded(result):
            return f"dial:{result}"
        case Recorded(recording, _):
            return f"recorded:{recording}"


def is_finished(state: State) -> bool:
    """Whether the dialogue has said all it had to say."""
    return isinstance(state, Ended | Booked)


def find_call(connection: Connection, carrier_id: str) -> Row[Any] | None:
    """The call and its practice's version, locked until the transaction ends: one worker answers at a time."""
    return connection.execute(_CALL, {"carrier_id": carrier_id}).first()


def carrier_id_of(connection: Connection, call_id: int | None) -> str | None:
    """What the carrier calls that call; None for what belongs to no call."""
    return connection.execute(select(CALLS.c.carrier_id).where(CALLS.c.id == call_id)).scalar_one_or_none()


def stored_answer(connection: Connection, call_id: int, step: int, heard: Heard) -> str | None:
    """What was answered when this was heard at this step before."""
    asked = {"call_id": call_id, "step": step, "heard": heard_key(heard)}
    found: str | None = connection.execute(_STORED, asked).scalar_one_or_none()
    return found


def latest_answer(connection: Connection, call_id: int) -> str:
    """The answer of the furthest step the call has reached."""
    found: str = connection.execute(_LATEST, {"call_id": call_id}).scalar_one()
    return found


def with_empty_messages(connection: Connection, practice_id: int, caller: Caller, now: datetime) -> Caller:
    """The caller, and for a number that no patient has how often it left an empty voice message in the last hour."""
    if caller.kind is not CallerKind.UNKNOWN:
        return caller
    asked = {"practice_id": practice_id, "caller": caller.number, "since": now - timedelta(hours=1)}
    return replace(caller, empty_messages=connection.execute(_EMPTY, asked).scalar_one())


def add_call(
    connection: Connection, event: CallEvent, practice_id: int, scene: Scene, turn: Turn, answer: str
) -> int | None:
    """A new call with its first turn; its id, or None when another worker was quicker."""
    row = _opening(event, practice_id, scene, turn, answer)
    if not _ADD_OPENING[connection.dialect.name].change(connection, row):
        return None
    added: int = connection.execute(_ID, {"carrier_id": event.call}).scalar_one()
    return added


def add_call_at_once(
    connection: Connection, event: CallEvent, practice_id: int, scene: Scene, turn: Turn, answer: str
) -> bool:
    """The same as a transaction of its own, on a connection that only read so far; False when another was quicker."""
    row = _opening(event, practice_id, scene, turn, answer)
    return _ADD_OPENING[connection.dialect.name].change_at_once(connection, row) > 0


def _opening(event: CallEvent, practice_id: int, scene: Scene, turn: Turn, answer: str) -> dict[str, Any]:
    call = {
        "carrier_id": event.call,
        "parent": event.parent,
        "practice_id": practice_id,
        "line": scene.line,
        "caller": scene.caller.phone,
        "language": scene.language.value,
        "step": event.step + 1,
        "state": write_state(turn.state),
        "started_at": scene.now,
        "was_accepted": False,
        "left_nothing": False,
    }
    first = _entry(event.step, event.heard, turn, scene, answer)
    return {f"call_{name}": value for name, value in call.items()} | {f"turn_{name}": first[name] for name in first}


def adopt_call(connection: Connection, report: CallReport, practice_id: int, language: Language, now: datetime) -> None:
    """A call of the carrier's books that never reached us: over, without turns, and told as such."""
    call = {
        "carrier_id": report.call,
        "parent": None,
        "practice_id": practice_id,
        "line": report.line,
        "caller": report.caller if isinstance(report.caller, PhoneNumber) else None,
        "language": language.value,
        "step": 0,
        "state": write_state(Ended()),
        "started_at": report.started_at,
        "status": report.status or "completed",
        "ended_at": now,
        "seconds": report.seconds,
        "was_accepted": False,
        "left_nothing": False,
    }
    adopted = connection.execute(insert(CALLS).values(call).returning(CALLS.c.id)).scalar_one()
    tell(connection, practice_id, EventKind.CALL_ENDED, {"call": adopted}, now)


def move_call(connection: Connection, call_id: int, step: int, scene: Scene, turn: Turn) -> None:
    """The call stands where the turn left it; `step` is the number of the next request.

    The last request may come after the call's end was told: a dialogue that it finishes was not abandoned.
    """
    changes: dict[str, Any] = {"step": step, "state": write_state(turn.state), "language": scene.language.value}
    if is_finished(turn.state):
        changes["abandoned_at"] = None
    connection.execute(_MOVE, {"call_id": call_id} | changes)


def add_turn(
    connection: Connection, call_id: int, step: int, heard: Heard, turn: Turn, scene: Scene, answer: str
) -> None:
    """One entry of the journal: what was heard, said and decided, and the answer sent."""
    _ADD_TURN.run(connection, {"call_id": call_id} | _entry(step, heard, turn, scene, answer))


def _entry(step: int, heard: Heard, turn: Turn, scene: Scene, answer: str) -> dict[str, Any]:
    decision = next((effect.decision for effect in turn.effects if isinstance(effect, Decided)), None)
    weighed = next((effect for effect in turn.effects if isinstance(effect, ActsWeighed)), None)
    practice = scene.practice
    return {
        "step": step,
        "heard": heard_key(heard),
        "prompts": [say.prompt for say in _spoken(turn)],
        "decision": as_json(decision, practice, practice.languages[0]) if decision else None,
        "acts": acts_as_json(weighed.patient, weighed.rulings) if weighed else None,
        "answer": answer,
        "at": scene.now,
    }


def _spoken(turn: Turn) -> Iterator[Say]:
    for step in turn.steps:
        if isinstance(step, Ask):
            yield from step.says
        elif isinstance(step, Say):
            yield step
