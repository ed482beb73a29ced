"""From prompt ids to the sentences a caller hears, and the limits every wording keeps (CALLS.md, head)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from ivr.flows.prompts import FRENCH_FIELDS, LOCKED, PROMPTS, default_wording
from ivr.flows.turns import Say
from ivr.practice import Practice
from ivr.vocabulary import Language

MOST_WORDS_IN_A_SENTENCE = 15
MOST_SECONDS = 20.0
MOST_OPTIONS = 3
WORDS_A_SECOND = 2.4
"""How fast the voices speak at 90 %: measured as 2.3 to 2.6 words a second in French and English."""
PAUSE_SECONDS = 0.4
OPTION_PAUSE_SECONDS = 0.6
LONG_PAUSE, LONG_PAUSE_SECONDS = "…", 2.0
"""Time to find a pen; the sign stands at the beginning of the sentence after it and is not said."""

SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
OPTION = re.compile(r"\b(?:tapez|press) (\d|étoile|star)\b(?!,)")
"""A key that does something; `tapez 0, 5, 0, 3` is an example of what to type."""
KEY_FIRST = re.compile(r"^\s*(?:tapez|press) (?:\d\b(?!,)|étoile|star)", re.IGNORECASE)
NO_NAMES: Mapping[str, str] = {}
SAMPLE_FIELDS = {
    "date": "23 septembre",
    "date_2": "23 septembre",
    "return_date": "mercredi 23 septembre",
    "time": "14 heures 30",
    "time_2": "14 heures 30",
    "number": "01, 99, 00, 12, 34",
    "next_opening": "mercredi 23 septembre à 14 heures 30",
}


def say(practice: Practice, language: Language, prompt: str, fields: Mapping[str, str]) -> str:
    """The sentences of a prompt in the practice's wording, its fields filled in."""
    wording = practice.prompts.get(language, {}).get(prompt) or default_wording(prompt, language)
    return fill(wording, language, fields)


def fill(wording: str, language: Language, fields: Mapping[str, str]) -> str:
    """`wording` with its braces filled; an empty field takes the space before it along."""
    if language is Language.FRENCH:
        fields = {french: fields[name] for french, name in FRENCH_FIELDS.items() if name in fields}
    return re.sub(r"\s+([.,])|\s{2,}", lambda found: found[1] or " ", wording.format_map(fields)).strip()


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a prompt, each said with a pause before it."""
    return tuple(part for part in SENTENCE_END.split(text) if part)


def without_pauses(sentence: str) -> str:
    """A sentence as it is heard."""
    return sentence.removeprefix(LONG_PAUSE).lstrip()


def heard_text(practice: Practice, language: Language, said: Say) -> str:
    """A prompt as it is heard, in one line."""
    text = say(practice, language, said.prompt, said.fields)
    return " ".join(" ".join(without_pauses(sentence) for sentence in sentences(text)).split())


def pause_before(sentence: str) -> float:
    """Seconds of silence before a sentence: a little longer before an option, long where it begins with …"""
    if sentence.startswith(LONG_PAUSE):
        return LONG_PAUSE_SECONDS
    return OPTION_PAUSE_SECONDS if OPTION.search(sentence) else PAUSE_SECONDS


def spoken_seconds(text: str) -> float:
    """About how long `text` takes at the ordinary rate, pauses included."""
    parts = sentences(text)
    return sum(len(part.split()) / WORDS_A_SECOND + pause_before(part) for part in parts)


def wording_faults(prompt: str, language: Language, text: str, names: Mapping[str, str] = NO_NAMES) -> Iterator[str]:
    """Why a practice with these names, by field, may not use `text` for `prompt`; none when it may.

    Each fault with its remedy.
    """
    if prompt not in PROMPTS:
        yield f"there is no prompt {prompt!r}; the ids are those of the call script, such as G1 or M1"
        return
    if prompt in LOCKED:
        yield f"prompt {prompt} cannot be reworded, since the law asks for it; leave it out"
        return
    yield from _field_faults(default_wording(prompt, language), text)
    yield from notice_faults(sampled(text, names))
    kept, wanted = set(OPTION.findall(text)), set(OPTION.findall(default_wording(prompt, language)))
    if kept != wanted:
        keys = ", ".join(sorted(wanted)) or "none"
        yield f"the keys announced must stay the same ({keys}); say every key, each once"


def said_faults(prompt: str, language: Language, fields: Mapping[str, str]) -> Iterator[str]:
    """Which limits the prompt of the call script breaks with these fields, plausible values in the others."""
    yield from limit_faults(sampled(default_wording(prompt, language), fields))


@dataclass(frozen=True, slots=True)
class Measure:
    """What the limits are about: seconds in all, words of the longest sentence, options that are announced."""

    seconds: float
    words: int
    options: int


def measured(text: str) -> Measure:
    """How long a finished text is."""
    return Measure(spoken_seconds(text), max(map(_words, sentences(text)), default=0), len(OPTION.findall(text)))


def _words(sentence: str) -> int:
    """How many are said; a number in pairs counts as one."""
    return len(re.findall(r"[\w']+", re.sub(r"\d\d(, \d\d)+", "number", sentence)))


def notice_faults(text: str) -> Iterator[str]:
    """Why a finished text cannot be read out as it is."""
    if not re.search(r"\w", text):
        yield f"it says nothing ({text!r}); write what is to be said, or leave it out"
    yield from limit_faults(text)


def limit_faults(text: str) -> Iterator[str]:
    """Which limits of the head of CALLS.md a finished text breaks."""
    for sentence in sentences(text):
        words = _words(sentence)
        if words > MOST_WORDS_IN_A_SENTENCE:
            yield f"a sentence has {words} words, {MOST_WORDS_IN_A_SENTENCE} at most; cut it: {sentence!r}"
        if KEY_FIRST.match(sentence):
            yield f"name the function before the key, as in « Pour …, tapez 1 »: {sentence!r}"
    seconds = spoken_seconds(text)
    if seconds > MOST_SECONDS:
        yield f"it takes about {seconds:.0f} seconds to say, {MOST_SECONDS:.0f} at most; shorten it"
    options = len(OPTION.findall(text))
    if options > MOST_OPTIONS:
        yield f"it announces {options} options, {MOST_OPTIONS} at most; leave some to the silent keys"


def spoken_name_faults(name: str) -> Iterator[str]:
    """Why a name cannot be read out as one option among others."""
    yield from key_faults(name)
    yield from limit_faults(f"Pour {name}, tapez 1.")


def key_faults(name: str) -> Iterator[str]:
    """Whether a text that is put into prompts announces a key of its own."""
    if OPTION.search(name.lower()):
        yield f"it announces a key, which only prompts may do; leave that out: {name!r}"


def _field_faults(default: str, text: str) -> Iterator[str]:
    try:
        used = fields_of(text)
    except ValueError:
        yield "its braces do not match; write each field as {name}"
        return
    if "{{" in text or "}}" in text:
        yield "it holds a brace that is no field; nobody can say it"
    if any(conversion or form for _, name, form, conversion in Formatter().parse(text) if name is not None):
        yield "a field is said as it is; write it as {name}, without ! or :"
    wanted = fields_of(default)
    for name in sorted(wanted - used):
        yield f"the field {{{name}}} is missing; it must be said"
    for name in sorted(used - wanted):
        choices = ", ".join(f"{{{field}}}" for field in sorted(wanted)) or "none"
        yield f"there is no field {{{name}}} here; the fields of this prompt are: {choices}"


def fields_of(wording: str) -> set[str]:
    """The names in its braces. Raises ValueError where they do not match."""
    return {name for _, name, _, _ in Formatter().parse(wording) if name is not None}


def sampled(text: str, known: Mapping[str, str]) -> str:
    """The text with what is known in its braces, else with plausible values, to be counted and timed."""
    values = SAMPLE_FIELDS | dict(known)
    return re.sub(r"\{(\w*)\}", lambda found: values.get(FRENCH_FIELDS.get(found[1], found[1]), "Dupont"), text)
