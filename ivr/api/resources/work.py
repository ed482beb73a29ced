"""What a practice has to do and what was said to it: tasks, voice messages and calls."""

import structlog
from flask import Blueprint, Response, current_app
from sqlalchemy import Connection, Row

from db.queries.journal import find_call, last_decisions, turns_of
from db.queries.today import find_sound
from db.queries.work import calls_after, find_message, find_task, lock_task, messages_after, tasks_after
from ivr.actions.tasks import do_task, hand_over, open_task_again
from ivr.api.answers import check_mark, marked
from ivr.api.here import here, note, note_read, read, write
from ivr.api.operations import Operation, operation
from ivr.api.pages import after_id, page
from ivr.api.problems import not_found
from ivr.api.resources.exceptions import practitioner_here
from ivr.api.shapes.common import number_of
from ivr.api.shapes.work import (
    Call,
    CallPage,
    CallQuery,
    CallSummary,
    MessagePage,
    MessageQuery,
    Task,
    TaskChange,
    TaskPage,
    TaskQuery,
    TaskState,
    Turn,
    VoiceMessage,
)
from ivr.vault import VaultError
from ivr.vocabulary import Scope

SOUND = "audio/wav"
READ, WRITE = Scope.TASKS_READ, Scope.TASKS_WRITE

tasks = Blueprint("tasks", __name__, url_prefix="/tasks")
messages = Blueprint("messages", __name__, url_prefix="/messages")
calls = Blueprint("calls", __name__, url_prefix="/calls")

log = structlog.get_logger()


@tasks.get("")
@operation(Operation("list_tasks", READ, "Tasks", TaskPage, query=TaskQuery, has_pages=True))
def list_tasks(query: TaskQuery) -> Response:
    """List tasks, the latest first."""
    with read()() as connection:
        if query.practitioner is not None:
            practitioner_here(connection, query.practitioner)
        asked = here().id, after_id(query), query.limit
        rows = tasks_after(connection, *asked, state=query.state, practitioner=query.practitioner)
    note_read("listed", "tasks", [row.id for row in rows[: query.limit]])
    return page(TaskPage, query, rows, Task.of, lambda row: (row.id,))


@tasks.get("/<row:task>")
@operation(Operation("get_task", READ, "Tasks", Task, has_mark=True))
def get(task: int) -> Response:
    """Read a task."""
    with read()() as connection:
        found = Task.of(_task(connection, task))
    note_read("opened", f"task {task}")
    return marked(found)


@tasks.patch("/<row:task>")
@operation(Operation("change_task", WRITE, "Tasks", Task, body=TaskChange, has_mark=True, needs_mark=True))
def change(task: int, body: TaskChange) -> Response:
    """Mark a task done or open, or hand it over."""
    with write()() as connection:
        _task(connection, task)
        lock_task(connection, task)
        check_mark(Task.of(_task(connection, task)))
        if "practitioner" in body.model_fields_set:
            if body.practitioner is not None:
                practitioner_here(connection, body.practitioner)
            hand_over(connection, here().id, task, body.practitioner)
            note(connection, "handed over", f"task {task}")
        if body.state is TaskState.DONE and do_task(connection, here().id, task, here().now):
            note(connection, "done", f"task {task}")
        if body.state is TaskState.OPEN and open_task_again(connection, here().id, task):
            note(connection, "opened again", f"task {task}")
        found = Task.of(_task(connection, task))
    return marked(found)


@messages.get("")
@operation(Operation("list_messages", READ, "Messages", MessagePage, query=MessageQuery, has_pages=True))
def list_messages(query: MessageQuery) -> Response:
    """List voice messages, the latest first."""
    with read()() as connection:
        rows = messages_after(connection, here().id, after_id(query), query.limit, state=query.state)
    note_read("listed", "messages", [row.id for row in rows[: query.limit]])
    return page(MessagePage, query, rows, VoiceMessage.of, lambda row: (row.id,))


@messages.get("/<row:message>")
@operation(Operation("get_message", READ, "Messages", VoiceMessage, has_mark=True))
def get_message(message: int) -> Response:
    """Read what is known of a voice message."""
    with read()() as connection:
        row = find_message(connection, here().id, message)
    if row is None:
        raise not_found()
    note_read("opened", f"task {row.task_id}")
    return marked(VoiceMessage.of(row))


@messages.get("/<row:message>/sound")
@operation(Operation("get_sound", READ, "Messages", None, media_type=SOUND))
def sound(message: int) -> Response:
    """Hear a voice message.

    Only one that is stored has a sound.
    """
    with read()() as connection:
        found = find_sound(connection, here().id, message)
    if found is None:
        raise not_found()
    try:
        heard = current_app.extensions["ivr.archive"].read(found.file)
    except (OSError, VaultError) as error:
        log.error("message_not_read", message=message, reason=str(error))
        raise not_found() from None
    note_read("opened", f"task {found.task_id}")
    return Response(heard, content_type=SOUND)


@calls.get("")
@operation(Operation("list_calls", Scope.CALLS_READ, "Calls", CallPage, query=CallQuery, has_pages=True))
def list_calls(query: CallQuery) -> Response:
    """List calls, the latest first.

    Each with what was decided last about key 2.
    """
    caller = number_of(query.caller) if query.caller else None
    with read()() as connection:
        asked = here().id, after_id(query), query.limit
        rows = calls_after(connection, *asked, start=query.start, end=query.until, caller=caller)
        decisions = last_decisions(connection, [row.id for row in rows])
    note_read("listed", "calls", [row.id for row in rows[: query.limit]])
    return page(
        CallPage,
        query,
        rows,
        lambda row: CallSummary(**CallSummary.told(row, decisions.get(row.id))),
        lambda row: (row.id,),
    )


@calls.get("/<row:call>")
@operation(Operation("get_call", Scope.CALLS_READ, "Calls", Call, has_mark=True))
def get_call(call: int) -> Response:
    """Read a call, step by step, with every decision."""
    with read()() as connection:
        row = find_call(connection, here().id, call)
        if row is None:
            raise not_found()
        turns = [Turn.of(turn) for turn in turns_of(connection, row)]
        last = last_decisions(connection, [row.id]).get(row.id)
    note_read("opened", f"call {call}")
    return marked(Call(**CallSummary.told(row, last), turns=turns))


def _task(connection: Connection, task: int) -> Row[tuple[object, ...]]:
    found = find_task(connection, here().id, task)
    if found is None:
        raise not_found()
    return found
