"""Why an act is offered to a patient by telephone or not: in sentences, and as the data the journal keeps."""

from collections.abc import Sequence
from typing import Any

from ivr.acts import ActCode, ActRuling
from ivr.practice import Practice
from ivr.speech import NO_BREAK, written_day
from ivr.vocabulary import Language

CAUSES = {
    ActCode.VISIBLE: ("visible par tous les patients", "visible to all patients"),
    ActCode.SWITCHED_ON: ("ouvert pour ce patient", "switched on for this patient"),
    ActCode.HIDDEN: (
        "masqué aux patients, et pas ouvert pour celui-ci",
        "hidden, and not switched on for this patient",
    ),
    ActCode.SWITCHED_OFF: ("fermé pour ce patient", "switched off for this patient"),
    ActCode.ALL_OFF: ("tous les actes sont fermés pour ce patient", "all acts are switched off for this patient"),
}
OFFERED = ("proposé", "offered")
ON_REQUEST = ("sur demande au cabinet", "on request")
NOT_OFFERED = ("pas proposé", "not offered")
CONTRADICTED = (
    "il est aussi ouvert pour ce patient, mais la fermeture l'emporte",
    "it is switched on as well, but off wins",
)


def act_sentence(ruling: ActRuling, practice: Practice, language: Language) -> str:
    """`Consultation longue avec Martin : proposé, ouvert pour ce patient jusqu'au … (raison)`."""
    index = 0 if language is Language.FRENCH else 1
    offered = (ON_REQUEST if ruling.act.asks_first else OFFERED) if ruling.is_open else NOT_OFFERED
    cause = CAUSES[ruling.code][index] + _until(ruling, language) + _reason(ruling)
    more = f"{_stop(index)} {CONTRADICTED[index]}" if ruling.is_contradicted else ""
    doctor = practice.practitioner(ruling.practitioner).name
    joint, colon = (("avec", f"{NO_BREAK}:"), ("with", ":"))[index]
    name = ruling.act.name[:1].upper() + ruling.act.name[1:]
    return f"{name} {joint} {doctor}{colon} {offered[index]}, {cause}{more}."


def acts_as_json(patient: str, rulings: Sequence[ActRuling]) -> dict[str, Any]:
    """Which acts were open to a patient (a key) and why, as data."""
    return {"patient": patient, "acts": [ruling_as_json(ruling) for ruling in rulings]}


def ruling_as_json(ruling: ActRuling) -> dict[str, Any]:
    """One act's ruling as data; `until` is the last local date of the exception that decided."""
    switch = ruling.switch
    return {
        "practitioner": ruling.practitioner,
        "act": ruling.act.key,
        "open": ruling.is_open,
        "ask_first": ruling.act.asks_first,
        "code": ruling.code.value,
        "reason": switch.reason if switch else None,
        "until": switch.until_on.isoformat() if switch and switch.until_on else None,
        "contradicted": ruling.is_contradicted,
    }


def _until(ruling: ActRuling, language: Language) -> str:
    last = ruling.switch.until_on if ruling.switch else None
    if last is None:
        return ""
    joint = "jusqu'au" if language is Language.FRENCH else "until"
    return f" {joint} {written_day(last, language)} {last.year}"


def _reason(ruling: ActRuling) -> str:
    reason = ruling.switch.reason if ruling.switch else None
    return "" if reason is None else f" ({reason.rstrip('.')})"


def _stop(index: int) -> str:
    return (f"{NO_BREAK};", ";")[index]
