"""SMS texts (CALLS.md 14): one part, the basic alphabet, no act, no reason, no patient's surname."""

import unicodedata
from collections.abc import Mapping

from ivr.vocabulary import Language

ONE_PART = 160
BASIC_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""GSM-7 without its extension table, whose characters count twice."""

TRANSLITERATED = str.maketrans(
    {
        "ê": "e", "ë": "e", "â": "a", "î": "i", "ï": "i", "ô": "o", "û": "u", "ç": "c", "œ": "oe", "æ": "ae",
        "Ê": "E", "Ë": "E", "È": "E", "À": "A", "Â": "A", "Î": "I", "Ï": "I", "Ô": "O", "Û": "U", "Ù": "U",
        "Œ": "OE", "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...",
        "Ł": "L", "ł": "l", "Đ": "D", "đ": "d",
        "\u00a0": " ", "\u202f": " ", "[": "(", "]": ")", "{": "(", "}": ")", "€": "EUR",
    }
)  # fmt: skip

TEXTS: Mapping[str, tuple[str, str]] = {
    "SMS-BOOK": (
        "Cabinet Dr {name}: RDV pour {first_name} {day} {date} a {time}. Pour changer: {tel}, touche 3. "
        "Urgence: {emergency}.",
        "Dr {name}: appointment for {first_name} {day} {date} at {time}. To change: {tel}, key 3. "
        "Emergency: {emergency}.",
    ),
    "SMS-CANCEL": (
        "Cabinet Dr {name}: RDV de {first_name} du {date} a {time} annulé. Nouveau RDV: {tel}, touche 1.",
        "Dr {name}: {first_name}'s appointment on {date} at {time} is cancelled. New one: {tel}, key 1.",
    ),
    "SMS-REMIND": (
        "Rappel: RDV pour {first_name} demain {date} a {time}, cabinet Dr {name}. "
        "Si vous ne venez pas: {tel}, touche 3.",
        "Reminder: appointment for {first_name} tomorrow {date} at {time}, Dr {name}. "
        "If you cannot come: {tel}, key 3.",
    ),
    "SMS-FREE": (
        "Cabinet Dr {name}: une place pour {first_name} {day} {date} à {time}, gardée jusqu'à {until}. "
        "Pour la prendre: {tel}, touche 1.",
        "Dr {name}: a time for {first_name} {day} {date} at {time}, kept until {until}. To take it: {tel}, key 1.",
    ),
    "SMS-LEAVE": (
        "Dr {name} en congé, retour le {date}. Pour voir un médecin: {locum} {number}. Urgence: {emergency}.",
        "Dr {name} is on leave, back on {date}. To see a doctor: {locum} {number}. Emergency: {emergency}.",
    ),
    "SMS-LINK": (
        "Cabinet Dr {name}: pour écrire au cabinet: {link} (valable 24 h). "
        "Pas pour une urgence: faites le {emergency}.",
        "Dr {name}: to write to the practice: {link} (valid 24 h). Not for emergencies: call {emergency}.",
    ),
    "SMS-SPACE": (
        "Cabinet Dr {name}: vos rendez-vous et documents: {link} (valable 24 h). Urgence: {emergency}.",
        "Dr {name}: your appointments and documents: {link} (valid 24 h). Emergency: {emergency}.",
    ),
    "SMS-ANSWER": (
        "Cabinet Dr {name}: une réponse vous attend: {link} (valable 24 h). Urgence: {emergency}.",
        "Dr {name}: an answer is waiting for you: {link} (valid 24 h). Emergency: {emergency}.",
    ),
    "SMS-CODE": (
        "Cabinet Dr {name}: votre code est {code}, valable 10 minutes. Ne le donnez à personne.",
        "Dr {name}: your code is {code}, valid for 10 minutes. Give it to nobody.",
    ),
    "SMS-MISSED": (
        "Appel {list} manqué a {time}: {caller} {number}. Message: {answer}. Marquer vu: {link}",
        "Missed {list} call at {time}: {caller} {number}. Message: {answer}. Mark seen: {link}",
    ),
}

LISTS = {
    Language.FRENCH: {"priority": "Prioritaire", "always": "24h/24", "none": "assisté"},
    Language.ENGLISH: {"priority": "priority", "always": "24-hour", "none": "assisted"},
}
FRENCH_EMERGENCY = "15"
DEAF = {Language.FRENCH: " (114 par SMS si sourd)", Language.ENGLISH: " (text 114 if deaf)"}
"""Who cannot speak writes to 114 where the emergency number is the French one."""
ANSWERS = {Language.FRENCH: {"yes": "oui", "no": "non"}, Language.ENGLISH: {"yes": "yes", "no": "no"}}


def compose(template: str, language: Language, fields: Mapping[str, str]) -> str:
    """The text of an SMS in the basic alphabet; a text too long for one part loses the end of its names.

    One that was promised before texts told the practice's `emergency` number tells the French one.
    """
    wording, filled = _parts(template, language, fields)
    text = _basic(wording.format_map(filled))
    for name in ("locum", "caller", "name", "first_name"):
        surplus = len(text) - ONE_PART
        if surplus > 0 and name in filled:
            filled[name] = filled[name][: max(len(filled[name]) - surplus, 1)]
            text = _basic(wording.format_map(filled))
    return text


def letters_too_many(template: str, language: Language, fields: Mapping[str, str]) -> int:
    """How many letters names would lose for the text to be one part; 0 when it holds them all."""
    wording, filled = _parts(template, language, fields)
    return max(len(_basic(wording.format_map(filled))) - ONE_PART, 0)


def _parts(template: str, language: Language, fields: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The wording of a text, and what is put into it in the basic alphabet."""
    filled = {"emergency": FRENCH_EMERGENCY} | dict(fields)
    if template == "SMS-BOOK" and filled["emergency"] == FRENCH_EMERGENCY:
        filled["emergency"] += DEAF[language]
    if template == "SMS-MISSED":
        filled |= {"list": LISTS[language][fields["reach"]], "answer": ANSWERS[language][fields["message"]]}
    wording = TEXTS[template][0 if language is Language.FRENCH else 1]
    return wording, {name: _basic(value) for name, value in filled.items()}


def is_one_part(text: str) -> bool:
    """Whether the carrier counts it as one SMS."""
    return len(text) <= ONE_PART and BASIC_ALPHABET.issuperset(text)


def _basic(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(TRANSLITERATED)
    return " ".join("".join(_basic_letter(letter) for letter in composed).split())


def _basic_letter(letter: str) -> str:
    """The letter, else without its accents, else a question mark."""
    if letter in BASIC_ALPHABET:
        return letter
    bare = unicodedata.normalize("NFKD", letter)[:1]
    return bare if bare in BASIC_ALPHABET else "?"
