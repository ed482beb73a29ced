"""SMS: one part each, in the basic alphabet, with long values."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.texts import BASIC_ALPHABET, ONE_PART, TEXTS, compose, is_one_part, letters_too_many
from ivr.vocabulary import Language

FRENCH, ENGLISH = Language.FRENCH, Language.ENGLISH
LONG_VALUES = {
    "name": "de La Rochefoucauld-Montmorency",
    "date": "31/12",
    "locum": "la Maison médicale de garde du Vieux Moulin de Saint-Étienne",
    "number": "0199005555",
    "link": "https://standard.cabinet-pasteur.example.org/p/0123456789abcdefghijkl",
    "time": "23\u00a0h\u00a059",
    "caller": "Marie-Françoise-Élisabeth",
    "reach": "priority",
    "message": "yes",
    "tel": "0199001234",
    "first_name": "Marie-Françoise-Élisabeth",
    "day": "mercredi",
    "until": "23\u00a0h\u00a059",
    "code": "123456",
}
KEPT = {
    "SMS-BOOK": ("mercredi 31/12", "23 h 59", "0199001234", "15", "114"),
    "SMS-CANCEL": ("31/12", "23 h 59", "0199001234"),
    "SMS-REMIND": ("31/12", "23 h 59", "0199001234"),
    "SMS-FREE": ("mercredi 31/12", "23 h 59", "0199001234"),
    "SMS-LEAVE": ("0199005555", "31/12", "15"),
    "SMS-LINK": (LONG_VALUES["link"], "24 h", "15"),
    "SMS-SPACE": (LONG_VALUES["link"], "24 h", "15"),
    "SMS-ANSWER": (LONG_VALUES["link"], "24 h", "15"),
    "SMS-CODE": ("123456", "10 minutes"),
    "SMS-MISSED": ("0199005555", "23 h 59", LONG_VALUES["link"]),
}
EVERY_TEXT = [
    pytest.param(template, language, id=f"{template}-{language.value}") for template in TEXTS for language in Language
]


@pytest.mark.parametrize(("template", "language"), EVERY_TEXT)
def test_a_text_with_long_values_is_one_part_and_keeps_what_matters(template: str, language: Language) -> None:
    text = compose(template, language, LONG_VALUES)
    assert is_one_part(text)
    assert [kept for kept in KEPT[template] if kept not in text] == []
    assert "  " not in text


@pytest.mark.parametrize("reach", ["priority", "always", "none"])
@pytest.mark.parametrize("message", ["yes", "no"])
@pytest.mark.parametrize("language", Language)
def test_the_doctor_is_told_of_a_missed_call_whatever_the_list(language: Language, reach: str, message: str) -> None:
    assert is_one_part(compose("SMS-MISSED", language, LONG_VALUES | {"reach": reach, "message": message}))


def test_a_missed_call_is_told_as_in_the_call_script() -> None:
    fields = {
        "reach": "always",
        "time": "20\u00a0h\u00a005",
        "caller": "Paul",
        "number": "0639982222",
        "message": "no",
        "link": "https://x.test/t/a",
    }
    assert compose("SMS-MISSED", FRENCH, fields) == (
        "Appel 24h/24 manqué a 20 h 05: Paul 0639982222. Message: non. Marquer vu: https://x.test/t/a"
    )


def test_a_leave_is_told_as_in_the_call_script() -> None:
    fields = {"name": "Martin", "date": "04/01", "locum": "Docteur Petit", "number": "0199005555"}
    assert compose("SMS-LEAVE", FRENCH, fields) == (
        "Dr Martin en congé, retour le 04/01. Pour voir un médecin: Docteur Petit 0199005555. Urgence: 15."
    )


def test_an_appointment_is_told_as_in_the_call_script() -> None:
    fields = {
        "name": "Martin",
        "first_name": "Jeanne",
        "day": "mercredi",
        "date": "02/12",
        "time": "10\u00a0h\u00a015",
        "tel": "0199001234",
    }
    assert compose("SMS-BOOK", FRENCH, fields) == (
        "Cabinet Dr Martin: RDV pour Jeanne mercredi 02/12 a 10 h 15. Pour changer: 0199001234, touche 3. "
        "Urgence: 15 (114 par SMS si sourd)."
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("template", ["SMS-BOOK", "SMS-LEAVE", "SMS-LINK", "SMS-SPACE"])
def test_the_emergency_number_is_the_practices(template: str, language: Language) -> None:
    text = compose(template, language, LONG_VALUES | {"emergency": "144"})
    assert "144" in text
    assert not re.search(r"\b(15|114)\b", text)
    assert is_one_part(text)


@pytest.mark.parametrize(("template", "language"), EVERY_TEXT)
@pytest.mark.parametrize("letter", ["É", "œ", "…"], ids=["decomposed", "two letters", "three dots"])
def test_names_that_grow_or_shrink_make_no_second_part(template: str, language: Language, letter: str) -> None:
    long = unicodedata.normalize("NFD", letter * 45)
    assert is_one_part(compose(template, language, LONG_VALUES | {"name": long, "first_name": long, "caller": long}))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Lefèvre", "Lefèvre", id="è stays"),
        pytest.param("Béatrice", "Béatrice", id="é stays"),
        pytest.param("François", "Francois", id="ç"),
        pytest.param("Benoît", "Benoit", id="î"),
        pytest.param("Jérôme", "Jérome", id="ô"),
        pytest.param("Loïc", "Loic", id="ï"),
        pytest.param("Anaëlle", "Anaelle", id="ë"),
        pytest.param("Lecœur", "Lecoeur", id="œ"),
        pytest.param("Château", "Chateau", id="â"),
        pytest.param("D’Artagnan", "D'Artagnan", id="typographic apostrophe"),
        pytest.param("Élodie", "Élodie", id="É stays"),
        pytest.param("Çelik", "Çelik", id="Ç stays"),
        pytest.param("Muñoz", "Muñoz", id="ñ stays"),
        pytest.param("Nuñez [x]", "Nuñez (x)", id="brackets count twice"),
        pytest.param("João Simões", "Joao Simoes", id="Portuguese"),
        pytest.param("García", "Garcia", id="Spanish"),
        pytest.param("Łukasz", "Lukasz", id="Polish"),
        pytest.param("Dvořák", "Dvorak", id="Czech"),
        pytest.param("Ἀλέξης", None, id="Greek"),
        pytest.param("Le\u0301a", "Léa", id="an accent of its own, as some systems write it"),
    ],
)
def test_a_name_is_written_in_the_basic_alphabet(name: str, shown: str | None) -> None:
    fields = {"name": name, "date": "04/01", "locum": "X", "number": "0199005555"}
    text = compose("SMS-LEAVE", FRENCH, fields)
    assert is_one_part(text)
    if shown is not None:
        assert text.startswith(f"Dr {shown} en congé")


NAMES = st.text(min_size=1, max_size=200)


@given(
    template=st.sampled_from(sorted(TEXTS)), language=st.sampled_from(Language), names=st.tuples(NAMES, NAMES, NAMES)
)
@settings(max_examples=150, deadline=None)
def test_no_name_makes_a_second_part(template: str, language: Language, names: tuple[str, str, str]) -> None:
    fields: dict[str, Any] = LONG_VALUES | dict(zip(("name", "locum", "caller"), names, strict=True))
    assert is_one_part(compose(template, language, fields))


@pytest.mark.parametrize(("template", "language"), EVERY_TEXT)
def test_letters_too_many_are_those_that_names_lose(template: str, language: Language) -> None:
    names = {"name": "Martin", "first_name": "Jeanne", "caller": "Jeanne", "locum": "Docteur Petit"}
    short = LONG_VALUES | names | {"link": "https://ivr.example.org/p/0123456789ab"}
    assert letters_too_many(template, language, short) == 0
    room = ONE_PART - len(compose(template, language, short))
    grown = "locum" if template == "SMS-LEAVE" else "caller" if template == "SMS-MISSED" else "name"
    for more in (room, room + 5):
        longer = short | {grown: names[grown] + "n" * more}
        assert letters_too_many(template, language, longer) == more - room
        assert (longer[grown] in compose(template, language, longer)) is (more == room)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param("é" * ONE_PART, True, id="exactly one part"),
        pytest.param("e" * (ONE_PART + 1), False, id="one too many"),
        pytest.param("ç", False, id="not in the alphabet"),
        pytest.param("€", False, id="counts twice"),
        pytest.param("", True, id="nothing"),
    ],
)
def test_one_part_is_160_of_the_basic_alphabet(text: str, answer: bool) -> None:
    assert is_one_part(text) is answer


def test_the_basic_alphabet_is_the_one_of_gsm() -> None:
    assert len(BASIC_ALPHABET) == 127
    assert set("éèàùìò") <= BASIC_ALPHABET
    assert not set("êçôîâëï€[]{}\\^~|") & BASIC_ALPHABET
