"""One webhook of a call: one transaction, one answer, however often it is delivered.

A request is known by (call, step, what was heard). The first that is stored decides; the same again gets the
same bytes; another one for a step already answered is answered from the state that was reached.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.models.calls import CallRow, TurnRow
from db.models.practices import PracticeRow
from db.queries.practices import PracticeVersion, find_line
from ivr.actions.effects import apply_effects
from ivr.actions.switchboards import Switchboards, read_caller_of
from ivr.carrier import CallEvent, Moment, Setting
from ivr.flows.assisted import RingingForAssisted
from ivr.flows.contact import RingingDoctor
from ivr.flows.dialogue import proceed, read_state, write_state
from ivr.flows.message import SHORTEST_SECONDS
from ivr.flows.scene import Scene
from ivr.flows.turns import (
    Ask,
    Decided,
    DialEnded,
    DialResult,
    Digits,
    Effect,
    Ended,
    HangUp,
    Heard,
    MessageLeft,
    NewTask,
    Recorded,
    Say,
    Silence,
    Started,
    State,
    TaskKind,
    Turn,
)
from ivr.flows.welcome import welcome
from ivr.flows.whisper import Whispering, after_whisper, whisper
from ivr.phones import CallerNumber, PhoneNumber, Withheld
from ivr.reasons import as_json
from ivr.routing import Switchboard
from ivr.vocabulary import Language, Reach

Render: TypeAlias = Callable[[Turn, Setting], str]


class UnknownLineError(Exception):
    """The number dialled is no practice's."""


class UnknownCallError(Exception):
    """A called leg belongs to no call we know."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What answering needs besides the event: where practices are kept and how answers are written."""

    switchboards: Switchboards
    render: Render


def hear(connection: Connection, desk: Desk, event: CallEvent, now: datetime) -> str:
    """The answer to a voice webhook; everything that follows from it is written in this transaction.

    Raises:
        UnknownLineError: no practice has the line, so nothing is kept.
        UnknownCallError: a called leg without its call; nothing is kept.
    """
    call = _find_call(connection, event.call)
    if call is None:
        return _start(connection, desk, event, now)
    stored = _stored_answer(connection, call.id, event)
    if stored is not None:
        return stored
    if event.step < call.step:
        return _answer_late(connection, desk, call, event, now)
    return _continue(connection, desk, call, event, now)


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


def _start(connection: Connection, desk: Desk, event: CallEvent, now: datetime) -> str:
    """A call, or a called leg, that is not known yet; an in-call address then starts it anew."""
    if event.moment is Moment.LEG_STARTED:
        return _start_leg(connection, desk, event, now)
    version = find_line(connection, event.line) if event.line else None
    if version is None or event.line is None:
        raise UnknownLineError(str(event.line))
    switchboard = desk.switchboards.get(connection, version)
    caller = read_caller_of(connection, version.id, event.caller)
    scene = Scene(switchboard, caller, event.line, _language(switchboard, caller.language), now)
    turn = welcome(scene)
    if isinstance(event.heard, Recorded) and event.heard.seconds >= SHORTEST_SECONDS:
        turn = turn.also(_stray_message(event.heard))
    return _keep_new(connection, desk, event, scene, turn, version.id)


def _start_leg(connection: Connection, desk: Desk, event: CallEvent, now: datetime) -> str:
    """The doctor picked up. Without a call to join, the leg is refused."""
    parent = _find_call(connection, event.parent or "")
    if parent is None:
        raise UnknownCallError(str(event.parent))
    scene = _scene(connection, desk, parent, now)
    scene = replace(scene, language=scene.practice.languages[0])
    state = read_state(parent.state)
    reach = state.reach if isinstance(state, RingingDoctor | RingingForAssisted) else Reach.NONE
    turn = whisper(scene, reach)
    if parent.status is not None:
        turn = after_whisper(scene, Whispering(reach), Silence(), caller_left=True)
    return _keep_new(connection, desk, event, scene, turn, parent.practice_id)


def _continue(connection: Connection, desk: Desk, call: Row[Any], event: CallEvent, now: datetime) -> str:
    scene = _scene(connection, desk, call, now)
    state = read_state(call.state)
    turn = _next_turn(connection, scene, call, state, event)
    scene = replace(scene, language=turn.language or scene.language)
    answer = desk.render(turn, _setting(scene, call.carrier_id, call.step + 1))
    changes = {"step": call.step + 1, "state": write_state(turn.state), "language": scene.language.value}
    connection.execute(update(CallRow).where(CallRow.id == call.id).values(changes))
    _write_journal(connection, call.id, call.step, event.heard, turn, scene, answer)
    apply_effects(connection, scene, call.practice_id, call.id, turn.effects)
    return answer


def _next_turn(connection: Connection, scene: Scene, call: Row[Any], state: State, event: CallEvent) -> Turn:
    heard = event.heard
    if isinstance(state, Whispering):
        parent = _find_call(connection, call.parent or "")
        return after_whisper(scene, state, heard, caller_left=parent is None or parent.status is not None)
    if isinstance(heard, DialEnded) and heard.result is DialResult.REACHED and event.bridged is None:
        heard = _checked(connection, call, state, heard)
    caller_is_gone = call.status is not None or event.is_over
    if caller_is_gone and isinstance(heard, Digits | Silence):
        return Turn(state, (HangUp(),))
    turn = proceed(scene, state, heard)
    kept = any(isinstance(effect, MessageLeft) for effect in turn.effects)
    if isinstance(heard, Recorded) and heard.seconds >= SHORTEST_SECONDS and not kept:
        turn = turn.also(_stray_message(heard))
    return turn


def _checked(connection: Connection, call: Row[Any], state: State, heard: DialEnded) -> DialEnded:
    """Where the carrier does not say whether a screened leg was joined, its own key 1 does."""
    is_screened = isinstance(state, RingingDoctor) or (
        isinstance(state, RingingForAssisted) and state.trying.startswith("practitioner:")
    )
    accepted = exists().where(CallRow.parent == call.carrier_id, CallRow.was_accepted)
    if not is_screened or connection.execute(select(accepted)).scalar_one():
        return heard
    return DialEnded(DialResult.REFUSED)


def _answer_late(connection: Connection, desk: Desk, call: Row[Any], event: CallEvent, now: datetime) -> str:
    """A step that was answered already, heard differently: answered from the state the call has reached.

    A message that comes in this way is kept all the same.
    """
    latest = select(TurnRow.answer).where(TurnRow.call_id == call.id).order_by(TurnRow.step.desc(), TurnRow.id)
    answer: str = connection.execute(latest.limit(1)).scalar_one()
    scene = _scene(connection, desk, call, now)
    effects: tuple[Effect, ...] = ()
    if isinstance(event.heard, Recorded) and event.heard.seconds >= SHORTEST_SECONDS:
        effects = (_stray_message(event.heard),)
    _write_journal(connection, call.id, event.step, event.heard, Turn(Ended(), ()), scene, answer)
    apply_effects(connection, scene, call.practice_id, call.id, effects)
    return answer


def _keep_new(
    connection: Connection,
    desk: Desk,
    event: CallEvent,
    scene: Scene,
    turn: Turn,
    practice_id: int,
) -> str:
    """Write the first turn of a call; when another worker was quicker, its answer counts."""
    answer = desk.render(turn, _setting(scene, event.call, 1))
    number = scene.caller.number
    columns = {
        "carrier_id": event.call,
        "parent": event.parent,
        "practice_id": practice_id,
        "line": scene.line,
        "caller": number if isinstance(number, PhoneNumber) else None,
        "language": scene.language.value,
        "step": 1,
        "state": write_state(turn.state),
        "started_at": scene.now,
        "was_accepted": False,
        "left_nothing": False,
    }
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = make(CallRow).values(columns).on_conflict_do_nothing().returning(CallRow.id)
    call_id = connection.execute(new).scalar_one_or_none()
    if call_id is None:
        return hear(connection, desk, event, scene.now)
    _write_journal(connection, call_id, 0, Started(), turn, scene, answer)
    apply_effects(connection, scene, practice_id, call_id, turn.effects)
    return answer


def _write_journal(
    connection: Connection,
    call_id: int,
    step: int,
    heard: Heard,
    turn: Turn,
    scene: Scene,
    answer: str,
) -> None:
    decision = next((effect.decision for effect in turn.effects if isinstance(effect, Decided)), None)
    practice = scene.practice
    connection.execute(
        insert(TurnRow),
        {
            "call_id": call_id,
            "step": step,
            "heard": heard_key(heard),
            "prompts": [say.prompt for say in _spoken(turn)],
            "decision": as_json(decision, practice, practice.languages[0]) if decision else None,
            "answer": answer,
            "at": scene.now,
        },
    )


def _spoken(turn: Turn) -> Iterator[Say]:
    for step in turn.steps:
        if isinstance(step, Ask):
            yield from step.says
        elif isinstance(step, Say):
            yield step


def _find_call(connection: Connection, carrier_id: str) -> Row[Any] | None:
    """The call, locked until the transaction ends: two workers never answer one call at a time."""
    return connection.execute(_CALL, {"carrier_id": carrier_id}).first()


def _stored_answer(connection: Connection, call_id: int, event: CallEvent) -> str | None:
    found: str | None = connection.execute(
        _STORED, {"call_id": call_id, "step": event.step, "heard": heard_key(event.heard)}
    ).scalar_one_or_none()
    return found


def _scene(connection: Connection, desk: Desk, call: Row[Any], now: datetime) -> Scene:
    number: CallerNumber = call.caller or Withheld()
    switchboard = desk.switchboards.get(connection, PracticeVersion(call.practice_id, call.version))
    caller = read_caller_of(connection, call.practice_id, number)
    return Scene(switchboard, caller, call.line, Language(call.language), now)


def _setting(scene: Scene, call: str, next_step: int) -> Setting:
    return Setting(call, next_step, scene.line, scene.practice, scene.language, scene.caller.is_slow)


def _language(switchboard: Switchboard, wanted: Language | None) -> Language:
    languages = switchboard.practice.languages
    return wanted if wanted in languages else languages[0]


def _stray_message(heard: Recorded) -> MessageLeft:
    """A recording nobody waited for is a message to the practice: nothing said is lost."""
    return MessageLeft(heard.recording, heard.seconds, NewTask(TaskKind.MESSAGE))


_CALL = (
    select(CallRow.__table__, PracticeRow.version)
    .join(PracticeRow, PracticeRow.id == CallRow.practice_id)
    .where(CallRow.carrier_id == bindparam("carrier_id"))
    .with_for_update(of=CallRow)
)
_STORED = select(TurnRow.answer).where(
    TurnRow.call_id == bindparam("call_id"),
    TurnRow.step == bindparam("step"),
    TurnRow.heard == bindparam("heard"),
)
