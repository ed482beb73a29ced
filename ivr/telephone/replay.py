"""Playing recorded calls again: the telephone does what was recorded, and every difference is reported."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from db.engine import reading
from db.models.calls import TurnRow
from ivr.actions.leavings import leavings
from ivr.app import make_app
from ivr.settings import Credentials, Settings
from ivr.telephone.document import Gather, NotTwimlError, Say, read_document
from ivr.telephone.faults import Fault, Faults
from ivr.telephone.fixtures import RecordedCall, RecordedTurn
from ivr.telephone.scratch import MADE_UP_ACCOUNT
from ivr.telephone.telephone import CallOverError, Telephone, VirtualClock, new_call_id
from ivr.telephone.wire import Reply, Wire, through_app

OK = 200


@dataclass
class Played:
    """What really happened in one turn."""

    hears: list[str] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    status: int = OK
    decision: dict[str, Any] | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Result:
    """All turns as played, what was kept, and how they differ from the record."""

    turns: list[Played]
    leaves: dict[str, list[str]]
    differences: list[str]


def play(call: RecordedCall, engine: Engine, settings: Settings, fault: Fault | None = None) -> Result:
    """Play a call on that database, which holds its practice and no call. `fault` befalls each of its requests."""
    player = _Player(call, engine, settings, fault)
    played = [player.turn(recorded) for recorded in call.turns]
    leaves = leavings(engine)
    return Result(played, leaves, list(_differences(call, played, leaves)))


def updated(call: RecordedCall, result: Result) -> RecordedCall:
    """The record with what really happened as its expectations."""
    turns = [
        recorded.model_copy(
            update={
                "hears": played.hears or None,
                "verbs": played.verbs if played.status == OK else None,
                "status": played.status,
                "decision": played.decision,
            }
        )
        for recorded, played in zip(call.turns, result.turns, strict=True)
    ]
    return call.model_copy(update={"turns": turns, "leaves": result.leaves})


class _Player:
    """One call being played."""

    def __init__(self, call: RecordedCall, engine: Engine, settings: Settings, fault: Fault | None) -> None:
        self._engine = engine
        self._faults = Faults(fault)
        self._clock = VirtualClock(datetime.fromisoformat(call.at))
        self._credentials = Credentials(settings)
        self._wire = Wire(
            settings.public_url, self._credentials.token, through_app(make_app(settings, engine, self._clock))
        )
        self._phone: Telephone | None = None
        self._leg: Telephone | None = None
        self._decisions = 0

    def turn(self, recorded: RecordedTurn) -> Played:
        played = Played()
        try:
            if recorded.to is not None:
                self._direct(recorded, played)
            else:
                self._on_the_phone(recorded, played)
        except (CallOverError, NotTwimlError) as error:
            played.failure = str(error)
        played.decision = self._new_decision()
        return played

    def _direct(self, recorded: RecordedTurn, played: Played) -> None:
        """A request to an address of its own, as it is."""
        form = {"AccountSid": MADE_UP_ACCOUNT} | recorded.form
        if form["AccountSid"] == "":
            del form["AccountSid"]
        if self._faults.fault is Fault.REPEAT:
            self._wire.send(recorded.method, recorded.to or "", form)
        reply = self._wire.send(recorded.method, recorded.to or "", form)
        played.status = reply.status
        if reply.body and reply.status == OK:
            played.verbs, played.hears = _seen(reply)

    def _on_the_phone(self, recorded: RecordedTurn, played: Played) -> None:
        phone = self._phone_for(recorded)
        said, asked = len(phone.heard), len(phone.exchanges)
        self._act(phone, recorded)
        played.hears = [spoken.text for spoken in phone.heard[said:]]
        if len(phone.exchanges) > asked:
            played.verbs = [type(verb).__name__ for verb in phone.exchanges[asked].verbs]

    def _phone_for(self, recorded: RecordedTurn) -> Telephone:
        if recorded.leg == "called":
            if self._phone is None:
                raise CallOverError("nobody was rung yet")
            self._leg = self._leg or self._phone.leg(recorded.form.get("CallSid"))
            return self._leg
        if self._phone is None:
            form = recorded.form
            self._phone = Telephone(
                self._wire,
                self._credentials.account_sid or "",
                form.get("From", ""),
                form.get("To", "+33199001234"),
                self._clock,
                call=form.get("CallSid") or new_call_id(),
                faults=self._faults,
            )
        return self._phone

    def _act(self, phone: Telephone, recorded: RecordedTurn) -> None:
        """What the recorded form says was done."""
        form = dict(recorded.form)
        if recorded.hangs_up:
            phone.hang_up()
        elif phone.started is None:
            phone.start(phone.first_address, **form)
        elif "DialCallStatus" in form:
            leg, self._leg = self._leg, None
            phone.ringing_ends(form.pop("DialCallStatus"), leg, **form)
        elif "RecordingDuration" in form or "RecordingSid" in form:
            is_gone = form.get("Digits") == "hangup"
            phone.speak(int(form.get("RecordingDuration", "0")), then_hang_up=is_gone, **form)
        elif form.get("Digits"):
            phone.press(form.pop("Digits"), **form)
        else:
            phone.stay_silent(**form)

    def _new_decision(self) -> dict[str, Any] | None:
        """The decision this turn added to the journal, as far as records name it."""
        query = select(TurnRow.decision).order_by(TurnRow.id)
        with reading(self._engine)() as connection:
            made = [decision for decision in connection.scalars(query) if decision]
        if len(made) <= self._decisions:
            return None
        self._decisions = len(made)
        latest = made[-1]
        return {
            "practitioner": latest["practitioner"],
            "outcome": latest["outcome"],
            "tries": latest["tries"],
            "code": latest["reasons"][0]["code"],
        }


def _seen(reply: Reply) -> tuple[list[str], list[str]]:
    verbs = read_document(reply.body, reply.content_type)
    says = [said for verb in verbs for said in (verb.says if isinstance(verb, Gather) else (verb,))]
    return [type(verb).__name__ for verb in verbs], [said.text for said in says if isinstance(said, Say)]


def _differences(call: RecordedCall, turns: list[Played], leaves: dict[str, list[str]]) -> Any:
    for place, (recorded, played) in enumerate(zip(call.turns, turns, strict=True)):
        where = f"turn {place}"
        if played.failure:
            yield f"{where}: {played.failure}"
        if played.status != recorded.status:
            yield f"{where}: status {played.status}, recorded {recorded.status}"
        if recorded.verbs is not None and recorded.verbs != played.verbs:
            yield f"{where}: verbs {' '.join(played.verbs) or 'none'}, recorded {' '.join(recorded.verbs) or 'none'}"
        yield from (f"{where}: {missing}" for missing in _unheard(recorded.hears or [], played.hears))
        if recorded.decision is not None and recorded.decision != played.decision:
            yield f"{where}: decision {played.decision}, recorded {recorded.decision}"
    if call.leaves is not None and call.leaves != leaves:
        yield f"at the end: kept {leaves}, recorded {call.leaves}"


def _unheard(wanted: list[str], heard: list[str]) -> Any:
    """Texts that were not said, or not in that order."""
    rest = list(heard)
    for text in wanted:
        place = next((i for i, said in enumerate(rest) if text in said), None)
        if place is None:
            yield f"not heard: {text!r}; heard: {' | '.join(heard) or 'nothing'}"
        else:
            rest = rest[place + 1 :]
