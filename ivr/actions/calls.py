"""One webhook of a call: one transaction, one answer, however often it is delivered.

A request is known by (call, step, what was heard). The first that is stored decides; the same again gets the
same bytes; another one for a step already answered is answered from the state that was reached.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, exists, select

from db.engine import Transaction
from db.models.calls import CALLS
from db.queries.practices import PracticeVersion
from ivr.actions.bookings import keep_holding
from ivr.actions.books import Books
from ivr.actions.effects import apply_effects
from ivr.actions.journal import (
    add_call,
    add_call_at_once,
    add_turn,
    find_call,
    latest_answer,
    move_call,
    stored_answer,
    with_empty_messages,
)
from ivr.actions.switchboards import Switchboards, read_caller_of, read_line_and_caller
from ivr.carrier import CallEvent, Moment, Setting
from ivr.flows.assisted import RingingForAssisted
from ivr.flows.contact import RingingDoctor
from ivr.flows.desk import changed_meanwhile
from ivr.flows.dialogue import proceed, read_state, whispered_to
from ivr.flows.message import SHORTEST_SECONDS
from ivr.flows.scene import Scene
from ivr.flows.times import Confirming
from ivr.flows.turns import (
    Ask,
    DialEnded,
    DialResult,
    Digits,
    Ended,
    HangUp,
    Join,
    MessageLeft,
    NewTask,
    Record,
    Recorded,
    Ring,
    Silence,
    State,
    TaskKind,
    Turn,
)
from ivr.flows.welcome import welcome
from ivr.flows.whisper import Whispering, after_whisper
from ivr.phones import Withheld
from ivr.practice import GoneError
from ivr.vocabulary import Language, Reach

OUTCOMES: Mapping[type | None, str] = {Ask: "asks", Ring: "rings", Record: "records", Join: "joins"}
"""What comes of an answer, by its last step; anything else ends the leg."""

Render: TypeAlias = Callable[[Turn, Setting], str]


class UnknownLineError(Exception):
    """The number dialled is no practice's."""


class UnknownCallError(Exception):
    """A called leg belongs to no call we know."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What answering needs besides the event: the database, the practices, how answers are written."""

    reading: Transaction
    writing: Transaction
    switchboards: Switchboards
    render: Render


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier gets, where the dialogue stands now, and what comes of it: for the log and the figures."""

    document: str
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The first turn of a call or leg, before it is kept, and the answer it makes."""

    scene: Scene
    turn: Turn
    practice_id: int
    answer: Answer


def hear(desk: Desk, event: CallEvent, now: datetime) -> Answer:
    """The answer to a voice webhook; everything that follows from it is written in one transaction.

    A new call is worked out before it is kept, so that others may write meanwhile; one that leaves nothing but its
    journal is kept by a single statement.

    Raises:
        UnknownLineError: no practice has the line, so nothing is kept.
        UnknownCallError: a called leg without its call; nothing is kept.
    """
    if event.moment is Moment.CALL_STARTED:
        with desk.reading() as connection:
            opening = _open(connection, desk, event, now)
            if not opening.turn.effects and _keep_at_once(connection, event, opening):
                return opening.answer
    with desk.writing() as connection:
        return _answer(connection, desk, event, now)


def _answer(connection: Connection, desk: Desk, event: CallEvent, now: datetime) -> Answer:
    call = find_call(connection, event.call)
    if call is None:
        opening = _open(connection, desk, event, now)
        if _keep(connection, event, opening):
            return opening.answer
        call = find_call(connection, event.call)
        if call is None:
            raise UnknownCallError(event.call)
    stored = stored_answer(connection, call.id, event.step, event.heard)
    if stored is not None:
        return Answer(stored, call.state["at"], "repeated")
    if event.step < call.step:
        return _answer_late(connection, desk, call, event, now)
    return _continue(connection, desk, call, event, now)


def _open(connection: Connection, desk: Desk, event: CallEvent, now: datetime) -> Opening:
    """The first turn of a call that is not known yet; an in-call address starts it anew."""
    if event.moment is Moment.LEG_STARTED:
        return _open_leg(connection, desk, event, now)
    found = read_line_and_caller(connection, event.line, event.caller) if event.line else None
    if found is None or event.line is None:
        raise UnknownLineError(str(event.line))
    version, caller = found
    caller = with_empty_messages(connection, version.id, caller, now)
    switchboard = desk.switchboards.get(connection, version)
    scene = Scene(switchboard, caller, event.line, switchboard.practice.language_for(caller.language), now)
    turn = welcome(scene)
    if isinstance(event.heard, Recorded) and event.heard.seconds >= SHORTEST_SECONDS:
        turn = turn.also(_stray_message(event.heard))
    return Opening(scene, turn, version.id, _first_answer(desk, event, scene, turn))


def _open_leg(connection: Connection, desk: Desk, event: CallEvent, now: datetime) -> Opening:
    """The doctor picked up. Without a call to join, the leg is refused."""
    parent = find_call(connection, event.parent or "")
    if parent is None:
        raise UnknownCallError(str(event.parent))
    scene = _scene(connection, desk, parent, now)
    scene = replace(scene, language=scene.practice.languages[0])
    if _has_left(parent):
        turn = after_whisper(scene, Whispering(Reach.NONE), Silence(), caller_left=True)
    else:
        turn = whispered_to(scene, read_state(parent.state))
    return Opening(scene, turn, parent.practice_id, _first_answer(desk, event, scene, turn))


def _first_answer(desk: Desk, event: CallEvent, scene: Scene, turn: Turn) -> Answer:
    return _told(desk.render(turn, _setting(scene, event.call, event.step + 1)), turn)


def _keep(connection: Connection, event: CallEvent, opening: Opening) -> bool:
    """Write the first turn; False when the call is known already, and its first answer counts.

    It is written under the step and the input that were asked about, so that the same again finds it.
    """
    scene, turn, practice_id = opening.scene, opening.turn, opening.practice_id
    call_id = add_call(connection, event, practice_id, scene, turn, opening.answer.document)
    if call_id is None:
        return False
    apply_effects(connection, scene, practice_id, call_id, turn.effects)
    return True


def _keep_at_once(connection: Connection, event: CallEvent, opening: Opening) -> bool:
    """The same for a first turn that has no effects, as the reading connection's last statement."""
    scene, turn, practice_id = opening.scene, opening.turn, opening.practice_id
    return add_call_at_once(connection, event, practice_id, scene, turn, opening.answer.document)


def _continue(connection: Connection, desk: Desk, call: Row[Any], event: CallEvent, now: datetime) -> Answer:
    scene = _scene(connection, desk, call, now)
    turn = _next_turn(connection, desk, scene, call, event)
    scene = replace(scene, language=turn.language or scene.language)
    document = desk.render(turn, _setting(scene, call.carrier_id, call.step + 1))
    move_call(connection, call.id, call.step + 1, scene, turn)
    add_turn(connection, call.id, call.step, event.heard, turn, scene, document)
    apply_effects(connection, scene, call.practice_id, call.id, turn.effects)
    return _told(document, turn)


def _told(document: str, turn: Turn) -> Answer:
    last = turn.steps[-1] if turn.steps else None
    return Answer(document, type(turn.state).__name__, OUTCOMES.get(type(last), "ends"))


def _next_turn(connection: Connection, desk: Desk, scene: Scene, call: Row[Any], event: CallEvent) -> Turn:
    state, heard = read_state(call.state), event.heard
    if isinstance(state, Whispering):
        parent = find_call(connection, call.parent or "")
        return after_whisper(scene, state, heard, caller_left=parent is None or _has_left(parent))
    if isinstance(heard, DialEnded) and heard.result is DialResult.REACHED and event.bridged is None:
        heard = _checked(connection, call, state, heard)
    caller_is_gone = call.status is not None or event.is_over
    if caller_is_gone and isinstance(heard, Digits | Silence):
        return Turn(state, (HangUp(),))
    if isinstance(state, Confirming):
        keep_holding(connection, call.id, scene.now)
    books = Books(connection, call.practice_id, call.id, scene, desk.switchboards.slots(scene.switchboard))
    try:
        turn = books.settle(proceed(scene, state, heard))
    except GoneError:  # the practice took away in mid-call what the caller was about to choose
        turn = changed_meanwhile(scene)
    kept = any(isinstance(effect, MessageLeft) for effect in turn.effects)
    if isinstance(heard, Recorded) and heard.seconds >= SHORTEST_SECONDS and not kept:
        turn = turn.also(_stray_message(heard))
    return turn


def _has_left(parent: Row[Any]) -> bool:
    """Whether the caller is gone: the call's end was told, or that the ringing ended with it, whichever came first."""
    return parent.status is not None or isinstance(read_state(parent.state), Ended)


def _checked(connection: Connection, call: Row[Any], state: State, heard: DialEnded) -> DialEnded:
    """Where the carrier does not say whether a screened leg was joined, its own key 1 does."""
    is_screened = isinstance(state, RingingDoctor) or (
        isinstance(state, RingingForAssisted) and state.trying.startswith("practitioner:")
    )
    accepted = exists().where(CALLS.c.parent == call.carrier_id, CALLS.c.was_accepted)
    if not is_screened or connection.execute(select(accepted)).scalar_one():
        return heard
    return DialEnded(DialResult.REFUSED)


def _answer_late(connection: Connection, desk: Desk, call: Row[Any], event: CallEvent, now: datetime) -> Answer:
    """A step that was answered already, heard differently: answered from the state the call has reached.

    A message that comes in this way is kept all the same.
    """
    document = latest_answer(connection, call.id)
    scene = _scene(connection, desk, call, now)
    turn = Turn(Ended(), ())
    if isinstance(event.heard, Recorded) and event.heard.seconds >= SHORTEST_SECONDS:
        turn = turn.also(_stray_message(event.heard))
    add_turn(connection, call.id, event.step, event.heard, turn, scene, document)
    apply_effects(connection, scene, call.practice_id, call.id, turn.effects)
    return Answer(document, call.state["at"], "late")


def _scene(connection: Connection, desk: Desk, call: Row[Any], now: datetime) -> Scene:
    switchboard = desk.switchboards.get(connection, PracticeVersion(call.practice_id, call.version))
    caller = read_caller_of(connection, call.practice_id, call.caller or Withheld())
    return Scene(switchboard, caller, call.line, Language(call.language), now)


def _setting(scene: Scene, call: str, next_step: int) -> Setting:
    return Setting(call, next_step, scene.line, scene.practice, scene.language, scene.caller.is_slow)


def _stray_message(heard: Recorded) -> MessageLeft:
    """A recording nobody waited for is a message to the practice: nothing said is lost."""
    return MessageLeft(heard.recording, heard.seconds, NewTask(TaskKind.MESSAGE))
