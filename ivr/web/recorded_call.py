"""A rehearsed call as a recorded one (docs/fixtures.md), so that it can be kept among the tests."""

from collections.abc import Iterator
from typing import Any

from ivr.actions.rehearsal import GONE, SPOKEN_SECONDS, CalledPerson, Entry, Rehearsal
from ivr.flows.turns import Decided
from ivr.phones import WITHHELD_SENDER, PhoneNumber
from ivr.reasons import as_json

COMPLETED = "completed"


def recorded_call(call: Rehearsal, practice: str) -> dict[str, Any]:
    """The call in the format of the fixtures; its practice is the file `PRACTICE.toml` beside it."""
    scene = call.entries[0].scene
    return {
        "summary": f"A call to {scene.practice.name}.",
        "source": "written: /phone",
        "practice": f"{practice}.toml",
        "at": scene.local_now.isoformat(),
        "turns": [_turn(entry) for entry in call.entries],
    }


def _turn(entry: Entry) -> dict[str, Any]:
    turn: dict[str, Any] = {"leg": "called"} if entry.is_leg else {}
    form = _form(entry)
    if form:
        turn["form"] = form
    if entry.did == GONE:
        return turn | {"hangs_up": True}
    if hears := [text for _, text in entry.texts()]:
        turn["hears"] = hears
    for decision in _decisions(entry):
        turn["decision"] = decision
    return turn


def _form(entry: Entry) -> dict[str, str]:
    """The parameters that matter."""
    caller = entry.scene.caller.number
    match entry.did:
        case "":
            sender = caller.e164 if isinstance(caller, PhoneNumber) else WITHHELD_SENDER
            return {"From": sender, "To": entry.scene.line.e164}
        case "picks-up" | "-" | "h":
            return {}
        case "speaks":
            return {"RecordingDuration": str(SPOKEN_SECONDS)}
        case CalledPerson.BUSY | CalledPerson.NO_ANSWER:
            return {"DialCallStatus": entry.did}
        case CalledPerson.ANSWERS | CalledPerson.VOICEMAIL:
            return {"DialCallStatus": COMPLETED}
    return {"Digits": entry.did}


def _decisions(entry: Entry) -> Iterator[dict[str, Any]]:
    for effect in entry.turn.effects:
        if isinstance(effect, Decided):
            practice = entry.scene.practice
            told = as_json(effect.decision, practice, practice.languages[0])
            names = ("practitioner", "outcome", "tries")
            yield {name: told[name] for name in names} | {"code": told["reasons"][0]["code"]}
