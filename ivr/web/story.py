"""A call as a story: what was heard, said and decided at each step, in words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from flask_babel import gettext
from sqlalchemy import Row

SAY = "Say"
DIALS = frozenset({"Number", "Sip"})
BEFELL = frozenset({"dial:busy", "dial:no-answer", "dial:refused", "dial:failed", "dial:voicemail"})
"""What nobody on the phone did: it became of the ringing."""
MOST_KEYS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Scene:
    """One step: who was on the phone, what they did or what befell them, what they were told, whom it rang, and why."""

    at: datetime
    is_leg: bool
    befell: bool
    heard: str
    said: tuple[str, ...]
    rang: tuple[str, ...]
    reasons: tuple[dict[str, str], ...]


def story_of(turns: Iterable[Row[Any]]) -> Iterator[Scene]:
    """The steps of a call, in their order."""
    for turn in turns:
        said, rang = _read(turn.answer)
        decided = turn.decision or {}
        heard, reasons = heard_in_words(turn.heard), _reasons(decided)
        yield Scene(turn.at, turn.parent is not None, turn.heard in BEFELL, heard, said, rang, reasons)


def heard_in_words(heard: str) -> str:
    """`digits:2` as a person says it. Of longer input, such as a birth date, only the length is told."""
    kind, _, what = heard.partition(":")
    if kind == "digits":
        shown = what if len(what) <= MOST_KEYS_SHOWN else gettext("%(count)s chiffres", count=len(what))
        return str(gettext("tape %(keys)s", keys=shown))
    words = {
        "started": gettext("appelle"),
        "silence": gettext("ne dit rien"),
        "recorded": gettext("laisse un message"),
        "dial:reached": gettext("a parlé avec la personne appelée"),
        "dial:voicemail": gettext("une messagerie a répondu"),
        "dial:busy": gettext("la ligne appelée était occupée"),
        "dial:no-answer": gettext("personne n’a répondu"),
        "dial:refused": gettext("l’appel n’a pas été pris"),
        "dial:failed": gettext("le numéro n’a pas pu être appelé"),
        "dial:caller-left": gettext("a raccroché pendant la sonnerie"),
    }
    return str(words.get(heard) or words.get(kind) or gettext("continue"))


def _read(answer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What our own answer said and rang; nothing of one that was forgotten since."""
    if not answer:
        return (), ()
    try:
        document = ElementTree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", answer))  # noqa: S314 we wrote it
    except ElementTree.ParseError:
        return (), ()
    said = tuple(" ".join(" ".join(say.itertext()).split()) for say in document.iter(SAY))
    rang = tuple((number.text or "").strip() for number in document.iter() if number.tag in DIALS)
    return tuple(text for text in said if text), tuple(number for number in rang if number)


def _reasons(decision: dict[str, Any]) -> tuple[dict[str, str], ...]:
    return tuple({"rule": str(r.get("rule")), "text": str(r.get("text"))} for r in decision.get("reasons", ()))
