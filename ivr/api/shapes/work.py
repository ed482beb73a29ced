"""Tasks, voice messages and calls."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator
from sqlalchemy import Row

from ivr.api.here import shown_at
from ivr.api.pages import PageQuery
from ivr.api.shapes.common import EXAMPLES, Id, Instant, Key, Number, Shape, e164
from ivr.flows.turns import TaskKind
from ivr.vocabulary import CallerKind, Language, Outcome

MOST_KEYS_SHOWN = 2


class TaskState(StrEnum):
    """Whether there is something to do."""

    OPEN = "open"
    DONE = "done"


class MessageState(StrEnum):
    """What became of a recording."""

    WAITING = "waiting"
    """It is on its way from the carrier."""
    STORED = "stored"
    SILENT = "silent"
    LOST = "lost"
    PURGED = "purged"
    """It was kept long enough."""


class TaskQuery(PageQuery):
    """Which tasks."""

    state: TaskState | None = None
    practitioner: Key | None = Field(default=None, description="It is for that practitioner alone.")


class Task(Shape):
    """Something to do, for a practitioner or, without one, for the whole practice; who and what it is about."""

    id: Id
    kind: TaskKind
    state: TaskState
    outcome: str | None = Field(description="How it was done.")
    urgent: bool
    practitioner: Key | None
    caller: str | None
    patient: Key | None
    act: Key | None
    appointment: Id | None
    call: Id | None
    message: Id | None
    note: str | None = Field(description="What the patient wrote.")
    created: datetime
    due: datetime
    done: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> "Task":
        same = ("id", "kind", "state", "outcome", "practitioner", "patient", "act", "note")
        about = {"appointment": row.appointment_id, "call": row.call_id, "message": row.message_id}
        instants = {"created": row.created_at, "due": row.due_at, "done": row.done_at}
        return cls(
            urgent=row.is_urgent,
            caller=e164(row.caller),
            **{name: getattr(row, name) for name in same},
            **about,
            **{name: shown_at(moment) for name, moment in instants.items()},
        )


class TaskPage(Shape):
    """A page of tasks, the latest first."""

    items: list[Task]
    next: str | None


class TaskChange(Shape):
    """What becomes of a task; what is left out stays. Without a practitioner it is for everybody."""

    state: TaskState | None = None
    practitioner: Key | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "TaskChange":
        if self.state is None and "practitioner" not in self.model_fields_set:
            message = "says nothing; give state or practitioner"
            raise ValueError(message)
        return self


class MessageQuery(PageQuery):
    """Which voice messages."""

    state: MessageState | None = None


class VoiceMessage(Shape):
    """A voice message; one that is stored can be heard."""

    id: Id
    state: MessageState
    seconds: int
    caller: str | None
    call: Id
    task: Id
    created: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> "VoiceMessage":
        return cls(
            id=row.id,
            state=row.state,
            seconds=row.seconds,
            caller=e164(row.caller),
            call=row.call_id,
            task=row.task_id,
            created=shown_at(row.created_at),
        )


class MessagePage(Shape):
    """A page of voice messages, the latest first."""

    items: list[VoiceMessage]
    next: str | None


class CallQuery(PageQuery):
    """Which calls; `from` and `until` are about when they began."""

    start: Instant | None = Field(default=None, alias="from")
    until: Instant | None = Field(default=None, description="They began before it.")
    caller: Number | None = None


class Why(Shape):
    """One reason of a decision: its rule, its code and a sentence."""

    rule: str
    code: str
    text: str


class Decision(Shape):
    """What key 2 led to, and why; the same object as of `ivr explain`."""

    practice: str
    practitioner: str | None
    caller_number: str | None = Field(alias="from", description="Empty for a hidden number, and when it is forgotten.")
    at: datetime
    caller: CallerKind
    reach: str
    assisted: bool
    outcome: Outcome
    tries: list[str] = Field(description="Who is rung, in order, then `voicemail` where a message is taken.")
    reasons: list[Why]
    next_opening: datetime | None
    until: datetime | None = Field(description="When outcome or tries would change.")

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> "Decision | None":
        return None if kept is None else cls.model_validate({"from": None} | kept)


class CallSummary(Shape):
    """A call: who called when, and what was decided last about key 2."""

    id: Id
    line: str
    caller: str | None
    language: Language
    started: datetime
    ended: datetime | None
    status: str | None = Field(description="As the carrier says it; empty while it lasts.")
    seconds: int | None
    accepted: bool = Field(description="Somebody who was rung took the call.")
    abandoned_at: str | None = Field(description="The prompt at which the caller hung up before the end.")
    decision: Decision | None

    @classmethod
    def told(cls, row: Row[Any], decision: dict[str, Any] | None) -> dict[str, Any]:
        """The fields of a call."""
        same = ("id", "language", "status", "seconds", "abandoned_at")
        return {name: getattr(row, name) for name in same} | {
            "line": row.line.e164,
            "caller": e164(row.caller),
            "started": shown_at(row.started_at),
            "ended": shown_at(row.ended_at),
            "accepted": row.was_accepted,
            "decision": Decision.of(decision),
        }


class CallPage(Shape):
    """A page of calls, the latest first."""

    items: list[CallSummary]
    next: str | None


class Turn(Shape):
    """One step of a call: what was heard, which prompts were said, and what was decided."""

    step: int
    at: datetime
    leg: bool = Field(description="Heard from a person who was called, not from the caller.")
    heard: str = Field(description="Of keys longer than two, such as a birth date, only how many.")
    prompts: list[str]
    decision: Decision | None
    acts: dict[str, Any] | None = Field(description="Which acts were open to the patient, and why.")

    @classmethod
    def of(cls, row: Row[Any]) -> "Turn":
        return cls(
            step=row.step,
            at=shown_at(row.at),
            leg=row.parent is not None,
            heard=_without_secrets(row.heard),
            prompts=row.prompts,
            decision=Decision.of(row.decision),
            acts=row.acts,
        )


class Call(CallSummary):
    """A call with every step of it."""

    turns: list[Turn]


def _without_secrets(heard: str) -> str:
    kind, _, keys = heard.partition(":")
    return heard if kind != "digits" or len(keys) <= MOST_KEYS_SHOWN else f"digits:{'*' * len(keys)}"


EXAMPLES |= {"change_task": {"state": "done"}}
