"""Patients from other programs: tables (CSV) and address books (vCard), each entry read or refused with the reason."""

import csv
import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import vobject

from ivr.names import folded
from ivr.phones import PhoneNumber, read_number

MOST_ENTRIES = 5000
LONGEST_NAME, MOST_NUMBERS = 100, 20
FIRST_YEAR = 1900
VCARD = "BEGIN:VCARD"
BETWEEN_NUMBERS = re.compile(r"[,;/|\n]+")
DATES = (
    re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})(T.*)?"),
)
COLUMNS = {
    "last": ("nom", "nom de famille", "nom de naissance", "last name", "surname", "family name", "name"),
    "first": ("prenom", "first name", "given name"),
    "born": ("date de naissance", "ne le", "nee le", "naissance", "birth date", "birthday", "born", "date of birth"),
    "number": ("telephone", "tel", "mobile", "portable", "fixe", "numero", "phone", "phone number", "cell"),
}
"""What the columns of a table may be called, folded; several may hold numbers (`telephone 2`)."""

logging.getLogger("vobject.base").setLevel(logging.CRITICAL)  # it logs the lines it cannot read, with names and numbers


class Trouble(StrEnum):
    """Why an entry is refused."""

    NO_NAME = "no-name"
    BAD_NAME = "bad-name"
    BAD_NUMBER = "bad-number"
    BAD_DATE = "bad-date"
    UNREADABLE = "unreadable"
    REPEATED = "repeated"
    AMBIGUOUS = "ambiguous"
    TOO_MANY = "too-many"
    OUR_LINE = "our-line"
    NUISANCE = "nuisance"


class FileTrouble(StrEnum):
    """Why a whole file is refused."""

    EMPTY = "empty"
    NO_COLUMNS = "no-columns"
    TOO_LONG = "too-long"


class PatientFileError(Exception):
    """A file that is neither kind, or too long."""

    def __init__(self, trouble: FileTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Entry:
    """One patient of the file; `place` is the line of the file at which it ends or begins: of a table, or of a card."""

    place: int
    first_name: str
    last_name: str
    born: date | None = None
    numbers: tuple[PhoneNumber, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that is not taken, as it was written, and why."""

    place: int
    shown: str
    trouble: Trouble


def read_patient_file(content: bytes, country: str, today: date) -> list[Entry | Refusal]:
    """Every entry of the file, in its order; numbers in national form are read by the plan of `country`.

    Raises:
        PatientFileError: no table with a column of names, no vCard, or more than 5,000 entries.
    """
    text = "\n".join(_decoded(content).splitlines()).strip("\n ")
    if not text.strip():
        raise PatientFileError(FileTrouble.EMPTY)
    rows = _cards(text) if text[: len(VCARD)].upper() == VCARD else _table(text)
    found: list[Entry | Refusal] = []
    for count, (place, row) in enumerate(rows, start=1):
        if count > MOST_ENTRIES:
            raise PatientFileError(FileTrouble.TOO_LONG)
        found.append(read_entry(place, row, country, today))
    return found


def _decoded(content: bytes) -> str:
    """UTF-8, with or without a mark, else what Windows writes."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _table(text: str) -> Iterator[tuple[int, dict[str, list[str]]]]:
    head, _, _ = text.partition("\n")
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        columns = [_meaning(name) for name in next(reader, [])]
        if "last" not in columns:
            raise PatientFileError(FileTrouble.NO_COLUMNS)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _by_meaning(zip(columns, cells, strict=False))
    except csv.Error:  # a cell of more than 128 KB
        raise PatientFileError(FileTrouble.TOO_LONG) from None


def _meaning(column: str) -> str | None:
    plain = re.sub(r"\s*\d+$", "", folded(column).strip())
    return next((meaning for meaning, names in COLUMNS.items() if plain in names), None)


def _by_meaning(cells: Iterable[tuple[str | None, str]]) -> dict[str, list[str]]:
    row: dict[str, list[str]] = {}
    for meaning, cell in cells:
        if meaning and cell.strip():
            row.setdefault(meaning, []).append(cell.strip())
    return row


def _cards(text: str) -> Iterator[tuple[int, dict[str, list[str]] | None]]:
    """None for a card that nobody can read."""
    for card in re.finditer(r"BEGIN:VCARD.*?(?:END:VCARD|\Z)", text, flags=re.DOTALL | re.IGNORECASE):
        place = text.count("\n", 0, card.start()) + 1
        try:
            read = vobject.readOne(card[0], ignoreUnreadable=True, allowQP=True)
            yield place, _of_card(read.contents)
        except Exception:
            yield place, None


def _of_card(contents: dict[str, Any]) -> dict[str, list[str]]:
    names = contents["n"][0].value if contents.get("n") else None
    if names is not None:
        first, last = _joined(names.given), _joined(names.family)
    else:
        first, _, last = str(contents["fn"][0].value).rpartition(" ") if contents.get("fn") else ("", "", "")
    numbers = [str(one.value).removeprefix("tel:") for one in contents.get("tel", [])]
    born = [str(one.value) for one in contents.get("bday", []) if not str(one.value).startswith("--")]
    return _by_meaning(
        [("first", first), ("last", last), *(("number", n) for n in numbers), *(("born", b) for b in born)]
    )


def _joined(part: str | list[str]) -> str:
    """A part of a name; the library gives several as a list."""
    return part if isinstance(part, str) else " ".join(part)


def read_entry(place: int, row: dict[str, list[str]] | None, country: str, today: date) -> Entry | Refusal:
    """What is written of one patient, by the names of `COLUMNS`; None where nobody could read it."""
    if row is None:
        return Refusal(place, "", Trouble.UNREADABLE)
    last, first = (_name(row.get(part, [""])[0]) for part in ("last", "first"))
    shown = f"{last} {first}".strip()[: 2 * LONGEST_NAME]
    if not last or not first:
        return Refusal(place, shown, Trouble.NO_NAME)
    if not (_is_name(last) and _is_name(first)):
        return Refusal(place, shown, Trouble.BAD_NAME)
    try:
        born = _date(row["born"][0], today) if "born" in row else None
    except ValueError:
        return Refusal(place, f"{shown} {row['born'][0][:20]}", Trouble.BAD_DATE)
    written = [one for cell in row.get("number", []) for one in BETWEEN_NUMBERS.split(cell) if one.strip()]
    try:
        numbers = tuple(dict.fromkeys(read_number(one.strip(), country) for one in written))
    except ValueError:
        return Refusal(place, f"{shown} {' '.join(written)[:40]}", Trouble.BAD_NUMBER)
    if len(numbers) > MOST_NUMBERS:
        return Refusal(place, shown, Trouble.TOO_MANY)
    return Entry(place, first, last, born, numbers)


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _is_name(text: str) -> bool:
    """Letters, and what stands between the parts of a name."""
    fits = all(letter.isalpha() or unicodedata.category(letter) == "Mn" or letter in " '’.-" for letter in text)
    return fits and len(text) <= LONGEST_NAME and any(letter.isalpha() for letter in text)


def _date(text: str, today: date) -> date:
    """05/03/1941 or 1941-03-05. Raises ValueError for anything else, and for who is not born yet."""
    for form in DATES:
        if found := form.fullmatch(text.strip()):
            born = date(int(found["year"]), int(found["month"]), int(found["day"]))
            if born.year >= FIRST_YEAR and born <= today:
                return born
    raise ValueError(text)
