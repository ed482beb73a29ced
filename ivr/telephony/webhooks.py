"""Everything under /twilio/: one guard, one door, one answer."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog
from flask import Blueprint, Response, abort, current_app, g, request
from structlog.contextvars import bound_contextvars
from werkzeug.datastructures import MultiDict

from db.timed import DatabaseTroubleError, TimedDatabase
from ivr.actions.calls import Desk, UnknownCallError, UnknownLineError, hear
from ivr.actions.endings import end_call, note_receipt, note_recording
from ivr.actions.snapshots import Snapshots
from ivr.actions.switchboards import Switchboards
from ivr.actions.texting import note_texts
from ivr.carrier import (
    CallEvent,
    Carrier,
    Event,
    ReceiptEvent,
    RecordingEvent,
    Setting,
    StatusEvent,
    TextEvent,
    TextReport,
    TroubleEvent,
    WebRequest,
)
from ivr.clock import Clock
from ivr.flows.trouble import NO_PRACTICE, no_such_line, one_moment, trouble
from ivr.flows.turns import Ended, HangUp, Heard, Started, Turn
from ivr.meters import meters
from ivr.phones import PhoneNumber, Withheld, masked
from ivr.routing import Switchboard

MOST_BYTES = 64 * 1024
MOST_HELD = 3
"""How often a caller is asked for a moment's patience before the fallback answers."""
BEGUN = "ivr.begun"
"""Where a request carries when it came, by the performance counter: it may have waited for its turn."""
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

log = structlog.get_logger()
webhooks = Blueprint("twilio", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """What the webhooks need: the carrier, the database, the clock, the practices, their copies."""

    carrier: Carrier
    database: TimedDatabase
    clock: Clock
    switchboards: Switchboards
    snapshots: Snapshots


@webhooks.before_app_request
def refuse_strangers() -> Response | None:
    """Nothing under /twilio/ is read further unless the carrier signed it for our account."""
    if not request.path.startswith("/twilio/"):
        return None
    g.web_request = _web_request()
    if _line().carrier.verify(g.web_request):
        return None
    meters().refused.inc()
    log.warning("webhook_refused", path=request.path)
    return Response(status=403)


@webhooks.route("/twilio/<path:_rest>", methods=["GET", "POST"])
def webhook(_rest: str) -> Response:
    """Read the event, answer it in time; whatever happens, a caller hears something."""
    line, event = _line(), _line().carrier.parse(g.web_request)
    if event is None:
        abort(404)
    with bound_contextvars(call=getattr(event, "call", None)):
        if isinstance(event, TroubleEvent):
            log.warning("fallback_answered", line=masked(event.line or Withheld()))
            return _document(_trouble(line, event.call, event.line, event.heard), "Ended", "fallback")
        try:
            return line.database.run(lambda: answer(line, event))
        except Exception as error:
            if isinstance(event, CallEvent):
                return _help(line, event, error)
            if not isinstance(error, DatabaseTroubleError):
                raise
            # The carrier tells it again, or reconciling makes it good; no caller is waiting.
            log.warning("callback_not_taken", kind=type(event).__name__, reason=str(error))
            return Response(status=503)


def _help(line: Line, event: CallEvent, error: Exception) -> Response:
    """A moment's patience while the database is in trouble; the fallback when that does not help, or for a mistake."""
    if isinstance(error, DatabaseTroubleError) and event.held < MOST_HELD:
        log.warning("call_held", step=event.step, held=event.held, reason=str(error))
        return _document(_hold(line, event), "Ended", "held")
    log.error("call_in_trouble", step=event.step, exc_info=error)
    return _document(_give_up(line, event), "Ended", "fallback")


def answer(line: Line, event: Event) -> Response:
    """What the carrier gets back; voice is answered with a document, callbacks with 204."""
    if isinstance(event, CallEvent):
        return _hear(line, event)
    meters().callbacks.labels(type(event).__name__).inc()
    match event:
        case TextEvent():
            if event.wish is not None:
                with line.database.writing() as connection:
                    note_texts(connection, [TextReport(event, line.clock())])
            return _twiml(EMPTY)
        case StatusEvent():
            with line.database.writing() as connection:
                end_call(connection, event, line.clock())
        case RecordingEvent():
            with line.database.writing() as connection:
                note_recording(connection, event, line.clock())
        case ReceiptEvent():
            with line.database.writing() as connection:
                note_receipt(connection, event, line.clock())
    return Response(status=204)


def _hear(line: Line, event: CallEvent) -> Response:
    database = line.database
    desk = Desk(database.reading, database.writing, line.switchboards, line.carrier.render)
    try:
        answered = hear(desk, event, line.clock())
    except UnknownLineError:
        log.warning("line_unknown", line=masked(event.line or Withheld()))
        document = line.carrier.render(no_such_line(), _setting(event.call, event.line))
        return _document(document, "Ended", "unknown_line")
    except UnknownCallError:
        log.warning("leg_without_call")
        return _document(_hang_up(line, event), "Ended", "unknown_call")
    log.info("turn_answered", step=event.step, state=answered.state, outcome=answered.outcome)
    return _document(answered.document, answered.state, answered.outcome)


def _hold(line: Line, event: CallEvent) -> str:
    """The same request again in a moment, with what was heard."""
    number = None if event.is_leg else event.line
    switchboard = line.snapshots.find(number)
    return line.carrier.hold(g.web_request, one_moment(switchboard), _setting(event.call, number, switchboard))


def _give_up(line: Line, event: CallEvent) -> str:
    """The fallback for a caller; a called person's leg ends, and the caller's own request goes on."""
    if event.is_leg:
        return _hang_up(line, event)
    return _trouble(line, event.call, event.line, Started())


def _trouble(line: Line, call: str, number: PhoneNumber | None, heard: Heard) -> str:
    switchboard = line.snapshots.find(number)
    turn = trouble(switchboard, heard, line.clock())
    return line.carrier.render(turn, _setting(call, number, switchboard))


def _setting(call: str, number: PhoneNumber | None, switchboard: Switchboard | None = None) -> Setting:
    """How an answer without the database is spoken, as far as the practice is known."""
    practice = switchboard.practice if switchboard else NO_PRACTICE
    return Setting(call, None, number, practice, practice.languages[0])


def _hang_up(line: Line, event: CallEvent) -> str:
    return line.carrier.render(Turn(Ended(), (HangUp(),)), _setting(event.call, event.line))


def _document(document: str, state: str, outcome: str) -> Response:
    """A document, counted and timed."""
    meters().turn_answered(state, outcome, time.perf_counter() - request.environ[BEGUN])
    return _twiml(document)


def _twiml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")


def _line() -> Line:
    line: Line = current_app.extensions["ivr.line"]
    return line


def _web_request() -> WebRequest:
    """The request as it came: the raw path without the public prefix, the raw query, all parameters."""
    query = request.query_string.decode("latin-1")
    parameters: MultiDict[str, Any] = request.form if request.method == "POST" else request.args
    return WebRequest(
        method=request.method,
        path=_raw_path(),
        query=query,
        form=dict(parameters.lists()),
        headers=request.headers,  # type: ignore[arg-type]  # a mapping that ignores case
    )


def _raw_path() -> str:
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if not raw:
        return quote(request.path)
    return str(raw).partition("?")[0]
