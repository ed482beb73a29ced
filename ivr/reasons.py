"""Decisions in sentences a doctor understands, and as the one JSON object shown everywhere (INTERFACE.md 6)."""

from datetime import datetime
from typing import Any

from ivr.clock import Zone, local, zone_named
from ivr.hours import range_at
from ivr.phones import PhoneNumber
from ivr.practice import Practice
from ivr.public_holidays import holiday_name
from ivr.routing import VOICEMAIL, Decision, on_duty
from ivr.schedules import Calendar
from ivr.speech import NO_BREAK, written_moment, written_range, written_span_end
from ivr.vocabulary import CallerKind, Language, Outcome, Reach, ReasonCode

FRENCH, ENGLISH = Language.FRENCH, Language.ENGLISH

CALLERS = {
    FRENCH: {
        Reach.PRIORITY: "Liste Prioritaires",
        Reach.ALWAYS: f"Liste 24{NO_BREAK}h/24",
        CallerKind.KNOWN: "Patient connu, sans liste",
        CallerKind.UNKNOWN: "Numéro inconnu",
        CallerKind.WITHHELD: "Numéro masqué",
    },
    ENGLISH: {
        Reach.PRIORITY: "Priority list",
        Reach.ALWAYS: "24-hour list",
        CallerKind.KNOWN: "Known patient, on no list",
        CallerKind.UNKNOWN: "Unknown number",
        CallerKind.WITHHELD: "Withheld number",
    },
}

CAUSES = {
    ReasonCode.ORDINARY_HOURS: ("pendant les horaires de contact", "within contact hours"),
    ReasonCode.PRIORITY_WINDOW: ("{window}, pas de congé", "{window}, not on leave"),
    ReasonCode.ALWAYS_LIST: (
        "à toute heure, sauf congé ou absence",
        "at any hour, except during leave or absence",
    ),
    ReasonCode.OPEN_NOW: ("le praticien s'est déclaré joignable", "the practitioner has opened the line"),
    ReasonCode.ON_LEAVE: ("le praticien est en congé jusqu'au {leave}", "the practitioner is on leave until {leave}"),
    ReasonCode.AWAY: ("le praticien est absent jusqu'au {away}", "the practitioner is away until {away}"),
    ReasonCode.CLOSED_HOURS: ("hors des heures où ce numéro peut joindre le praticien", "outside this caller's hours"),
    ReasonCode.HOLIDAY: ("jour férié ({holiday})", "a public holiday ({holiday})"),
    ReasonCode.PAUSE: ("pause jusqu'au {pause}", "paused until {pause}"),
    ReasonCode.NO_PHONE: ("aucun téléphone n'est enregistré pour le praticien", "the practitioner has no phone set"),
    ReasonCode.MESSAGES_ONLY: (
        "le praticien répond par écrit aux appelants sans liste",
        "the practitioner answers callers on no list in writing",
    ),
    ReasonCode.UNKNOWN_LEAVE_MESSAGE: (
        "le cabinet demande un message aux numéros inconnus ou masqués",
        "the practice asks unknown and withheld numbers for a message",
    ),
    ReasonCode.SECRETARY_FIRST: (
        "le secrétariat répond d'abord aux appelants sans liste",
        "the secretary answers callers on no list first",
    ),
    ReasonCode.SECRETARY_CLOSED: (
        "le secrétariat, qui répond d'abord aux appelants sans liste, est fermé",
        "the secretary, who answers callers on no list first, is closed",
    ),
    ReasonCode.ASSISTED_RINGS: ("patient assisté, aucune touche à taper", "assisted patient, no key to press"),
    ReasonCode.ASSISTED_MESSAGE: (
        "patient assisté, personne ne peut être appelé",
        "assisted patient, nobody can be rung",
    ),
    ReasonCode.NUISANCE_LIST: ("numéro sur la liste des indésirables", "a number on the nuisance list"),
    ReasonCode.TELEMARKETING: ("numéro réservé au démarchage", "a number reserved for telemarketing"),
}

EFFECTS = {
    Outcome.RING: ("le téléphone du docteur sonne", "the doctor's phone rings"),
    Outcome.SECRETARY: ("le secrétariat sonne", "the secretary's phone rings"),
    Outcome.WRITE: (
        "l'appelant reçoit un lien pour écrire, ou laisse un message",
        "the caller gets a link to write, or leaves a message",
    ),
    Outcome.MESSAGE: ("l'appelant laisse un message", "the caller leaves a message"),
    Outcome.CLOSED: (
        "l'appelant entend quand rappeler et peut laisser un message",
        "the caller hears when to call again and may leave a message",
    ),
    Outcome.PAUSED: (
        "l'appelant entend l'heure de la fin et peut laisser un message",
        "the caller hears when it ends and may leave a message",
    ),
    Outcome.LEAVE: (
        "l'appelant entend qui appeler à la place et peut laisser un message",
        "the caller hears whom to call instead and may leave a message",
    ),
    Outcome.NUISANCE: ("l'appel est terminé poliment", "the call is ended politely"),
}

PRIORITY = {FRENCH: "dans la plage des Prioritaires", ENGLISH: "within the priority window"}
"""For the hour of a clock change, which the weekly table does not name."""

TRIES = {"practitioner": ("le docteur", "the doctor"), "secretary": ("le secrétariat", "the secretary")}


def sentence(decision: Decision, practice: Practice, language: Language) -> str:
    """Who, when, why, and so what: one sentence, for the journal and the practice's screens."""
    index = 0 if language is FRENCH else 1
    zone = zone_named(practice.timezone)
    caller = CALLERS[language][_caller_word(decision)]
    cause = CAUSES[decision.ruling.code][index].format_map(_details(decision, practice, zone, language))
    cause += _locum_note(decision, index)
    colon = f"{NO_BREAK}:" if language is FRENCH else ":"
    return f"{caller}, {written_moment(decision.at, language)}, {cause}{colon} {_effect(decision, index)}."


def tries_in_words(decision: Decision, practice: Practice, language: Language) -> str:
    """Who is rung, in order: `le docteur Martin, puis la messagerie`; a dash for nobody."""
    index = 0 if language is FRENCH else 1
    names = [_try(decision, target, practice, index) for target in decision.ruling.tries]
    return (", puis ", ", then ")[index].join(names) or "–"


def as_json(decision: Decision, practice: Practice, language: Language) -> dict[str, Any]:
    """The decision as data (INTERFACE.md 6); times are local to the practice."""
    number, zone = decision.number, zone_named(practice.timezone)
    return {
        "practice": decision.practice,
        "practitioner": decision.practitioner,
        "from": number.e164 if isinstance(number, PhoneNumber) else None,
        "at": decision.at.isoformat(),
        "caller": decision.profile.kind.value,
        "reach": decision.profile.reach.word,
        "assisted": decision.profile.is_assisted,
        "outcome": decision.outcome.value,
        "tries": list(decision.ruling.tries),
        "reasons": [
            {
                "rule": decision.ruling.rule,
                "code": decision.ruling.code.value,
                "text": sentence(decision, practice, language),
            }
        ],
        "next_opening": local_iso(decision.next_opening, zone),
        "until": local_iso(decision.until, zone),
    }


def local_iso(moment: datetime | None, zone: Zone) -> str | None:
    """An instant as JSON shows it: local to the practice, with its offset."""
    return None if moment is None else local(zone, moment).isoformat()


def _try(decision: Decision, target: str, practice: Practice, index: int) -> str:
    if target == VOICEMAIL:
        return ("la messagerie", "voicemail")[index]
    kind, _, key = target.partition(":")
    name = on_duty(practice.practitioner(key), decision.moment).name if kind == "practitioner" else key
    return f"{TRIES[kind][index]} {name}"


def _caller_word(decision: Decision) -> Reach | CallerKind:
    reach = decision.profile.reach
    return decision.profile.kind if reach is Reach.NONE else reach


def _details(decision: Decision, practice: Practice, zone: Zone, language: Language) -> dict[str, str]:
    """What the causes may name: ends of leave, absence and pause, the holiday, the window the hour lies in."""
    moment, calendar = decision.moment, Calendar(practice)
    details = {"holiday": holiday_name(practice.territory, decision.at.date(), language), "window": PRIORITY[language]}
    if decision.practitioner:
        window = range_at(practice.practitioner(decision.practitioner).priority_hours, decision.at)
        details |= {"window": written_range(window, language)} if window else {}
    for name, plan in (("leave", moment.leave), ("away", moment.away), ("pause", moment.pause)):
        if plan is not None:
            details[name] = written_span_end(local(zone, calendar.span(plan.span).end), language)
    return details


def _locum_note(decision: Decision, index: int) -> str:
    locum = decision.moment.locum
    return "" if locum is None else (f", remplacé par {locum.name}", f", replaced by {locum.name}")[index]


def _effect(decision: Decision, index: int) -> str:
    if decision.outcome is not Outcome.ASSISTED:
        return EFFECTS[decision.outcome][index]
    kinds = dict.fromkeys(target.partition(":")[0] for target in decision.ruling.tries if target != VOICEMAIL)
    if not kinds:
        return EFFECTS[Outcome.MESSAGE][index]
    names = (", puis ", ", then ")[index].join(TRIES[kind][index] for kind in kinds)
    return (f"on appelle {names}, puis la messagerie", f"{names} are rung, then voicemail")[index]
