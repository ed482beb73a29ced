"""What a caller hears keeps the limits of the call script, whoever worded it."""

import re
from string import Formatter

import pytest

from ivr.flows.prompts import FRENCH_FIELDS, LOCKED, PROMPTS, default_wording
from ivr.flows.wording import fill, limit_faults, say, sentences, spoken_seconds, wording_faults
from ivr.vocabulary import Language
from tests.builders import a_practice

FRENCH, ENGLISH = Language.FRENCH, Language.ENGLISH

LONG_VALUES = {
    "name": "Martin-Delacroix",
    "practice_name": "Maison de santé pluriprofessionnelle du Vieux Moulin",
    "current_notice": "Le cabinet est fermé le vendredi 25 décembre toute la journée.",
    "emergency": "112",
    "list": "24 heures sur 24",
    "next_opening": "mercredi 23 septembre, à 14 heures 30",
    "duty_number": "01, 99, 00, 12, 34",
    "return_date": "mercredi 23 septembre",
    "locum": "Petit-Delacroix",
    "service": "la Maison médicale de garde",
    "number": "01, 99, 00, 55, 55",
    "time": "mercredi 23 septembre, à 14 heures 30",
    "delay": "demain dans la matinée",
    "a": "Martin-Delacroix",
    "b": "Petit-Delacroix",
    "first_name": "Marie-Christine",
    "first_name_1": "Marie-Christine",
    "first_name_2": "Jean-Christophe",
    "relatives_notice": "Seuls les parents, le conjoint et les enfants peuvent être ajoutés.",
    "act_1": "Suivi psychologique d'un enfant",
    "act_2": "Consultation pour une maladie chronique",
    "day": "mercredi",
    "date": "23 septembre",
    "day_2": "mercredi",
    "date_2": "23 septembre",
    "time_2": "14 heures 30",
}
WITH_A_DAY = {"time": "14 heures 30"}
"""Where the day is said apart, `time` is the time of day alone."""
EVERY_PROMPT = [
    pytest.param(prompt, language, id=f"{prompt}-{language.value}") for prompt in PROMPTS for language in Language
]
LEAVE_TOGETHER = ("D4", "D4b")


def finished(prompt: str, language: Language) -> str:
    """The default wording with long values."""
    wording = default_wording(prompt, language)
    has_day = bool({"{jour}", "{day}"} & set(re.findall(r"\{\w+\}", wording)))
    return fill(wording, language, LONG_VALUES | (WITH_A_DAY if has_day else {}))


@pytest.mark.parametrize(("prompt", "language"), EVERY_PROMPT)
def test_the_default_wording_keeps_the_limits_with_long_values(prompt: str, language: Language) -> None:
    assert list(limit_faults(finished(prompt, language))) == []


@pytest.mark.parametrize(("prompt", "language"), EVERY_PROMPT)
def test_no_sentence_has_more_than_fifteen_words_and_no_prompt_more_than_three_options(
    prompt: str, language: Language
) -> None:
    text = finished(prompt, language)
    for sentence in sentences(re.sub(r"\d\d(, \d\d)+", "numéro", text)):
        assert len(re.findall(r"[\w'-]+", sentence)) <= 15, sentence
    assert len(re.findall(r"\b(?:tapez|press) (?:\d\b(?!,)|étoile|star)", text)) <= 3
    assert spoken_seconds(text) <= 20


@pytest.mark.parametrize(("prompt", "language"), EVERY_PROMPT)
def test_the_default_wording_names_the_function_before_the_key(prompt: str, language: Language) -> None:
    pattern = r"^(Pour|Si) .+, tapez (\d|étoile)\.$" if language is FRENCH else r"^(To|For|If) .+, press (\d|star)\.$"
    key = re.compile(r"\b(tapez|press) (\d\b(?!,)|étoile|star)")
    options = [part for part in sentences(default_wording(prompt, language)) if key.search(part)]
    assert [part for part in options if not re.match(pattern, part)] == []


@pytest.mark.parametrize(("prompt", "language"), EVERY_PROMPT)
def test_the_default_wording_may_be_saved_as_it_is_unless_locked(prompt: str, language: Language) -> None:
    faults = list(wording_faults(prompt, language, default_wording(prompt, language)))
    assert (faults == []) is (prompt not in LOCKED)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_both_languages_say_the_same_fields_and_the_same_keys(prompt: str) -> None:
    french, english = PROMPTS[prompt]
    french_fields = {FRENCH_FIELDS[name] for _, name, _, _ in Formatter().parse(french) if name}
    assert french_fields == {name for _, name, _, _ in Formatter().parse(english) if name}
    assert re.findall(r"tapez (\d)", french) == re.findall(r"press (\d)", english)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("prompt", ["G2", "V1"])
def test_the_emergency_notice_and_the_recording_notice_cannot_be_reworded(prompt: str, language: Language) -> None:
    (fault,) = wording_faults(prompt, language, "Bonjour.")
    assert "cannot be reworded" in fault


def test_only_the_two_notices_are_locked() -> None:
    assert {"G2", "V1"} == LOCKED


SIXTEEN = "Nous sommes très heureux de vous accueillir aujourd'hui dans notre beau cabinet du vieux moulin bleu."
LONG = "Le cabinet du docteur est ouvert du lundi au vendredi. " * 8


@pytest.mark.parametrize(
    ("prompt", "language", "text", "fault"),
    [
        pytest.param("M9", FRENCH, "Bonjour.", "there is no prompt 'M9'", id="unknown prompt"),
        pytest.param("G1", FRENCH, "Bonjour.", "the field {nom} is missing", id="missing field"),
        pytest.param("G1", FRENCH, "Cabinet {nom} {heure}.", "there is no field {heure}", id="field of another prompt"),
        pytest.param("G1", FRENCH, "Cabinet {name} {nom}.", "there is no field {name}", id="English field in French"),
        pytest.param("G1", ENGLISH, "Practice {nom}.", "there is no field {nom}", id="French field in English"),
        pytest.param("G1", FRENCH, "Cabinet {nom} {}.", "there is no field {}", id="empty braces"),
        pytest.param("G1", FRENCH, "Cabinet {nom.x} {nom}.", "there is no field {nom.x}", id="attribute of a field"),
        pytest.param("G1", FRENCH, "Cabinet {nom.", "braces do not match", id="open brace"),
        pytest.param("G1", FRENCH, "Cabinet nom}.", "braces do not match", id="closing brace"),
        pytest.param("D0s", FRENCH, "Tapez 0 pour le secrétariat.", "the function before the key", id="key first"),
        pytest.param(
            "D0s", ENGLISH, "Press 0 for the secretary.", "the function before the key", id="key first, English"
        ),
        pytest.param("D0s", FRENCH, "Pour le secrétariat, tapez 5.", "must stay the same (0)", id="another key"),
        pytest.param("D3m", FRENCH, "Pour un message, tapez 1.", "must stay the same (1, 2)", id="a key left out"),
        pytest.param("E1", FRENCH, "Pour répéter, tapez 1.", "must stay the same (none)", id="a key too many"),
        pytest.param("Z1", FRENCH, SIXTEEN, "16 words, 15 at most", id="a long sentence"),
        pytest.param("Z1", FRENCH, LONG, "20 at most; shorten it", id="a long prompt"),
        pytest.param(
            "M1",
            FRENCH,
            "Pour A, tapez 1. Pour B, tapez 2. Pour C, tapez 3. Pour D, tapez 4.",
            "announces 4 options, 3 at most",
            id="four options",
        ),
    ],
)
def test_a_wording_outside_the_limits_is_refused_with_the_remedy(
    prompt: str, language: Language, text: str, fault: str
) -> None:
    assert any(fault in found for found in wording_faults(prompt, language, text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Cabinet du docteur {nom:d}.", id="a number format"),
        pytest.param("Cabinet du docteur {nom:>300}.", id="a width"),
        pytest.param("Cabinet du docteur {nom!r}.", id="a conversion"),
        pytest.param("Cabinet du docteur {nom:{nom}}.", id="a field in a field"),
    ],
)
def test_a_field_that_cannot_be_said_as_it_is_is_refused(text: str) -> None:
    assert list(wording_faults("G1", FRENCH, text)) != []


def test_a_wording_with_several_faults_gets_them_all() -> None:
    faults = list(wording_faults("M1", FRENCH, f"Tapez 1. {SIXTEEN} {{heure}}"))
    assert len(faults) == 4


def test_a_practice_may_reword_a_prompt_and_only_in_one_language() -> None:
    text = "Cabinet {nom}, bonjour."
    assert list(wording_faults("G1", FRENCH, text)) == []
    practice = a_practice(prompts={FRENCH: {"G1": text}})
    assert say(practice, FRENCH, "G1", {"name": "Martin"}) == "Cabinet Martin, bonjour."
    assert say(practice, ENGLISH, "G1", {"name": "Martin"}) == "Hello. Doctor Martin's practice."


@pytest.mark.parametrize(
    ("prompt", "language", "said"),
    [
        pytest.param("S4", FRENCH, "C'est noté. Nous vous rappelons. Au revoir.", id="French"),
        pytest.param("S4", ENGLISH, "We have noted it. We will call you back. Goodbye.", id="English"),
        pytest.param(
            "S3",
            FRENCH,
            "Le secrétariat ne peut pas répondre. Parlez après le bip. Nous vous rappelons.",
            id="at the end",
        ),
    ],
)
def test_an_empty_delay_leaves_no_gap(prompt: str, language: Language, said: str) -> None:
    assert say(a_practice(), language, prompt, {"delay": ""}) == said


def test_an_empty_field_in_the_middle_leaves_one_space() -> None:
    assert fill("Nous vous {délai} rappelons, {délai}.", FRENCH, {"delay": ""}) == "Nous vous rappelons,."


def test_braces_in_a_name_are_said_as_they_are() -> None:
    assert fill("Cabinet {nom}.", FRENCH, {"name": "{heure}"}) == "Cabinet {heure}."


def test_a_menu_with_long_names_is_still_short_enough_to_follow() -> None:
    """D4 and D4m are heard in one go: the two prompts keep their own limit each."""
    for prompt in LEAVE_TOGETHER:
        assert spoken_seconds(fill(default_wording(prompt, FRENCH), FRENCH, LONG_VALUES)) <= 20
