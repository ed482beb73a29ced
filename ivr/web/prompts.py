"""Ce qu’entendent les appelants: every prompt in both languages, counted against its limits, and reworded."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext

from ivr.actions.changing import Asked
from ivr.flows.prompts import LOCKED, PROMPTS, default_wording
from ivr.flows.wording import (
    KEY_FIRST,
    MOST_OPTIONS,
    MOST_SECONDS,
    MOST_WORDS_IN_A_SENTENCE,
    OPTION,
    Measure,
    fields_of,
    measured,
    sampled,
    sentences,
)
from ivr.practice import Practice
from ivr.practice_files.words import is_writing
from ivr.security.guard import needs
from ivr.vocabulary import Language, Permission
from ivr.web.changing import RefusedError, save
from ivr.web.here import read, switchboard_here

LONGEST_WORDING = 1000
DOUBLED = re.compile(r"{{|}}")
"""A brace that stands for itself."""
GROUPS: Mapping[str, object] = {
    "GM": lazy_gettext("Accueil et menu"),
    "EIHZ": lazy_gettext("Silence, fausses touches, aide, fin"),
    "B": lazy_gettext("Prendre rendez-vous"),
    "C": lazy_gettext("Déplacer ou annuler"),
    "D": lazy_gettext("Joindre le docteur"),
    "S": lazy_gettext("Secrétariat"),
    "V": lazy_gettext("Messagerie"),
    "A": lazy_gettext("Patients assistés"),
    "NU": lazy_gettext("Numéro masqué ou inconnu"),
    "KT": lazy_gettext("Pas de rendez-vous possible, démarchage"),
    "X": lazy_gettext("En cas de panne"),
}
"""The parts of the call script, by the letters its prompts begin with (CALLS.md)."""

prompts = Blueprint("prompts", __name__, url_prefix="/admin/prompts")


@dataclass(frozen=True, slots=True)
class Wording:
    """A prompt in one language: its text, an example of what is heard, how long that is, and what is wrong with it."""

    language: Language
    text: str
    default: str
    heard: str
    measure: Measure
    troubles: tuple[str, ...]

    @property
    def is_reworded(self) -> bool:
        """Whether it is the practice's own."""
        return self.text != self.default


@prompts.get("")
@needs(Permission.SETTINGS)
def page() -> str:
    """All of them."""
    practice = _practice()
    groups = [
        (heading, [(prompt, [_stored(practice, prompt, one) for one in Language]) for prompt in _of(letters)])
        for letters, heading in GROUPS.items()
    ]
    return render_template("site/prompts.html", groups=groups, locked=LOCKED)


@prompts.get("/<prompt>")
@needs(Permission.SETTINGS)
def wording(prompt: str) -> str:
    """One of them."""
    practice = _practice()
    return _shown(prompt, [_stored(practice, _known(prompt), one) for one in Language])


@prompts.post("/<prompt>")
@needs(Permission.SETTINGS)
def change(prompt: str) -> Any:
    """Count what was written, or save it; nothing written stands for the wording of the call script."""
    practice = _practice()
    default = {one: default_wording(_known(prompt), one) for one in Language}
    texts = {one: _written(one) or default[one] for one in Language}
    if prompt in LOCKED:
        abort(400)

    def reword(tables: dict[str, Any]) -> None:
        for one, text in texts.items():
            kept = tables.setdefault("prompts", {}).pop(one.value, {})
            kept = {name: reworded for name, reworded in kept.items() if name != prompt}
            if text != default[one]:
                kept[prompt] = text
            if kept:
                tables["prompts"][one.value] = kept

    shown = [_wording(practice, prompt, one, text) for one, text in texts.items()]
    if request.form.get("do") == "look":
        return _shown(prompt, shown)
    try:
        save(Asked(reword, f"practice prompt {prompt}"))
    except RefusedError as error:
        flash(str(error), "error")
        return _shown(prompt, shown), 400
    flash(gettext("C’est enregistré."))
    return redirect(url_for("prompts.page", _anchor=prompt), code=303)


def _practice() -> Practice:
    with read()() as connection:
        return switchboard_here(connection).practice


def _known(prompt: str) -> str:
    return prompt if prompt in PROMPTS else abort(404)


def _of(letters: str) -> list[str]:
    return [prompt for prompt in PROMPTS if prompt[0] in letters]


def _written(language: Language) -> str:
    return " ".join(request.form.get(language.value, "")[:LONGEST_WORDING].split())


def _shown(prompt: str, wordings: list[Wording]) -> str:
    limits = {"seconds": MOST_SECONDS, "words": MOST_WORDS_IN_A_SENTENCE, "options": MOST_OPTIONS}
    is_locked = prompt in LOCKED
    return render_template("site/prompt.html", prompt=prompt, wordings=wordings, limits=limits, is_locked=is_locked)


def _stored(practice: Practice, prompt: str, language: Language) -> Wording:
    text = practice.prompts.get(language, {}).get(prompt) or default_wording(prompt, language)
    return _wording(practice, prompt, language, text)


def _wording(practice: Practice, prompt: str, language: Language, text: str) -> Wording:
    default = default_wording(prompt, language)
    names = {"practice_name": practice.name, "name": practice.practitioners[0].name, "emergency": practice.emergency}
    heard = sampled(text, names)
    troubles = () if text == default else tuple(_troubles(default, text))
    return Wording(language, text, default, heard, measured(heard), troubles)


def _troubles(default: str, text: str) -> Iterator[str]:
    """What is wrong beside the figures, as `wording_faults` would say it to who writes practice files."""
    try:
        used, wanted = fields_of(text), fields_of(default)
    except ValueError:
        yield gettext("Les accolades ne vont pas par paires.")
        return
    if missing := wanted - used:
        yield gettext("À dire aussi : %(fields)s", fields=_in_braces(missing))
    if unknown := used - wanted:
        yield gettext("Inconnu ici : %(fields)s", fields=_in_braces(unknown))
    if any(conversion or form for _, name, form, conversion in Formatter().parse(text) if name is not None):
        yield gettext("Écrivez chaque champ comme {nom}, sans rien d’autre entre les accolades.")
    if strange := sorted({letter for letter in text if not is_writing(letter)} | set(DOUBLED.findall(text))):
        yield gettext("Ceci ne se dit pas : %(letters)s", letters=" ".join(strange))
    keys = set(OPTION.findall(default))
    if set(OPTION.findall(text)) != keys:
        told = ", ".join(sorted(keys)) or gettext("aucune")
        yield gettext("Touches à annoncer, chacune une fois : %(keys)s", keys=told)
    if any(KEY_FIRST.match(sentence) for sentence in sentences(text)):
        yield gettext("Dites ce que fait la touche avant la touche : « Pour …, tapez 1. »")


def _in_braces(fields: set[str]) -> str:
    return ", ".join(f"{{{field}}}" for field in sorted(fields))
