"""The words of the site: every sentence has its English, and French is set as French is."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "ivr" / "web" / "translations" / "en_GB" / "LC_MESSAGES"
METHODS = [("ivr/web/**.py", "python"), ("ivr/web/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None}
BARE_SIGN = re.compile(r" [?!:;»]|« |\w'\w")


def sentences() -> set[str]:
    """Every French sentence of pages and code."""
    found = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS, directory_filter=lambda folder: ".venv" not in folder)
    return {str(message) for _, _, message, *_ in found}


def catalogue() -> Any:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file)


def test_every_sentence_has_its_english() -> None:
    translated = {message.id for message in catalogue() if message.id and message.string and not message.fuzzy}
    assert sentences() == translated


def test_what_is_read_is_what_is_written() -> None:
    """`make words` has been run since the catalogue was changed."""
    made = BytesIO()
    write_mo(made, catalogue())
    assert made.getvalue() == (FOLDER / "messages.mo").read_bytes()


def test_fields_are_the_same_in_both_languages() -> None:
    fields = re.compile(r"%\(\w+\)s")
    for message in catalogue():
        assert set(fields.findall(str(message.id))) == set(fields.findall(str(message.string))), message.id


def test_french_has_its_spaces_and_apostrophes() -> None:
    assert [sentence for sentence in sentences() if BARE_SIGN.search(sentence)] == []
