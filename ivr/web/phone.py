"""Le téléphone dans le navigateur: any caller at any time, the same dialogues and documents, and nothing is stored.

The page holds the whole call: who calls, when, and what was done so far, which is done again for each new key.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection

from db.queries.patients import owner_ids
from ivr.actions.journal import with_empty_messages
from ivr.actions.questions import QuestionError, read_asked_number, read_asked_time
from ivr.actions.rehearsal import NotNowError, Rehearsal, rehearse
from ivr.actions.switchboards import read_caller_of
from ivr.flows.scene import Scene
from ivr.flows.turns import Ask, Record, Ring
from ivr.phones import CallerNumber, PhoneNumber
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.conversation import conversation
from ivr.web.here import here, note, read, seen_lately, switchboard_here, write
from ivr.web.recorded_call import recorded_call
from ivr.web.wording import wall_time

KEYPAD = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")
MOST_WRITTEN = 4000

phone = Blueprint("phone", __name__, url_prefix="/phone")


@dataclass(frozen=True, slots=True)
class Dialled:
    """What the form says: who calls, the local time, what was done so far and what is done now."""

    caller: str
    at: str
    did: tuple[str, ...]


@phone.get("")
@needs(Permission.PATIENTS)
def page() -> str:
    """The telephone, on the hook."""
    return render_template("site/phone.html", dialled=Dialled("", "", ()), call=None)


@phone.post("")
@needs(Permission.PATIENTS)
def ring() -> Any:
    """The call as far as it has come."""
    dialled = _dialled()
    try:
        with read()() as connection:
            call = _call(connection, dialled)
            lines = conversation(call.entries, current_app.extensions["ivr.render"])
    except QuestionError:
        told = gettext("Ce numéro ou ce moment n’est pas lisible. Rien n’a été appelé.")
        return render_template("site/phone.html", dialled=dialled, call=None, wrong=told), 400
    except NotNowError:
        abort(400)
    _note(call.entries[0].scene.caller.number)
    waits = call.waits_for
    return render_template(
        "site/phone.html",
        dialled=Dialled(dialled.caller, wall_time(call.began), dialled.did),
        call=call,
        caller=call.entries[0].scene.caller.phone,
        lines=lines,
        keys=waits.digits if isinstance(waits, Ask) else 0,
        is_ringing=isinstance(waits, Ring),
        is_recording=isinstance(waits, Record),
        KEYPAD=KEYPAD,
    )


@phone.post("/recorded-call")
@needs(Permission.PATIENTS)
def save() -> Response:
    """The call as a file that `ivr replay` plays again."""
    try:
        with read()() as connection:
            call = _call(connection, _dialled())
    except (QuestionError, NotNowError):
        abort(400)
    _note(call.entries[0].scene.caller.number)
    text = json.dumps(recorded_call(call, here().key), ensure_ascii=False, indent=1) + "\n"
    headers = {"Content-Disposition": f'attachment; filename="{here().key}-{call.began:%Y%m%d-%H%M}.json"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


def _dialled() -> Dialled:
    form = request.form
    did = form.get("did", "")[:MOST_WRITTEN].split()
    now = [key for name in ("press", "keys") if (key := form.get(name, "").replace(" ", "")[:20])]
    return Dialled(form.get("from", "").strip()[:40], form.get("at", "").strip()[:40], (*did, *now[:1]))


def _call(connection: Connection, dialled: Dialled) -> Rehearsal:
    """The call, with everything done again. Raises QuestionError or NotNowError."""
    switchboard = switchboard_here(connection)
    practice = switchboard.practice
    number = read_asked_number(dialled.caller, practice.country)
    now = read_asked_time(switchboard, dialled.at) if dialled.at else here().now
    now -= timedelta(microseconds=now.microsecond)
    caller = with_empty_messages(connection, here().id, read_caller_of(connection, here().id, number), now)
    slots = current_app.extensions["ivr.switchboards"].slots(switchboard)
    scene = Scene(switchboard, caller, practice.lines[0], practice.language_for(caller.language), now)
    call = rehearse(connection, here().id, slots, scene)
    for act in dialled.did:
        call.do(act)
    return call


def _note(number: CallerNumber) -> None:
    """Who rings for a patient sees something of them: whom they are taken for, and what is planned. Once an hour."""
    if not isinstance(number, PhoneNumber):
        return
    with read()() as connection:
        patients = [f"patient {one}" for one in owner_ids(connection, here().id, number)]
        unseen = [one for one in patients if not seen_lately(connection, "rehearsed", one)]
    if unseen:
        with write()() as connection:
            for patient in unseen:
                note(connection, "rehearsed", patient)
