"""From TOML text to a checked practice file; every fault at once, or none."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ivr.practice_files.dates import date_faults
from ivr.practice_files.faults import Fault, FaultyFileError, faults_of
from ivr.practice_files.numbers import number_faults
from ivr.practice_files.raw import country, head, tables
from ivr.practice_files.references import reference_faults
from ivr.practice_files.schema import PracticeFile
from ivr.practice_files.texts import text_faults
from ivr.practice_files.windows import window_faults
from ivr.practice_files.words import word_faults


@dataclass(frozen=True, slots=True)
class Draft:
    """A practice file that is TOML, not yet checked."""

    file: str
    document: dict[str, Any]

    @property
    def key(self) -> str:
        """The key of the practice, as far as it is written."""
        return str(head(self.document).get("key", ""))

    def patients_named(self) -> set[str]:
        """Keys of patients the file refers to; the database may know some that the file leaves out."""
        relatives = (patient.get("relative_of", []) for patient in tables(self.document, "patients"))
        named = {str(key) for keys in relatives if isinstance(keys, list) for key in keys}
        return named | {str(entry.get("patient")) for entry in tables(self.document, "appointments")}

    def check(self, known_patients: Collection[str] = (), today: date = date.max) -> PracticeFile:
        """The practice file; `known_patients` are keys that exist already, nobody is born after `today`.

        Raises:
            FaultyFileError: with every fault, each with its place and remedy.
        """
        faults = [*reference_faults(self.document, known_patients), *date_faults(self.document, today)]
        for find_faults in (number_faults, window_faults, word_faults, text_faults):
            faults += find_faults(self.document)
        try:
            practice = self._parsed()
        except ValidationError as error:
            faults += faults_of(error, self.document)
        if faults:
            raise FaultyFileError(self.file, sorted(set(faults)))
        return practice

    def as_saved(self) -> PracticeFile:
        """A practice that was checked when it was saved: rules that came later are no reason to lose it.

        Raises:
            FaultyFileError: it cannot be read any more.
        """
        try:
            return self._parsed()
        except ValidationError as error:
            raise FaultyFileError(self.file, sorted(set(faults_of(error, self.document)))) from None

    def _parsed(self) -> PracticeFile:
        return PracticeFile.model_validate(self.document, context={"country": country(self.document)})


def parse_practice(source: Path | str, file: str) -> Draft:
    """A draft from a file's path or its text; `file` is its name in faults.

    Raises:
        FaultyFileError: not UTF-8, or not TOML, with the line.
    """
    try:
        text = source if isinstance(source, str) else source.read_text(encoding="utf-8-sig")
        return Draft(file, tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise FaultyFileError(file, [Fault(f"byte {error.start}", "this is not UTF-8; save it as UTF-8")]) from None
    except RecursionError:
        deep = "tables and lists in it are nested too deeply; no setting needs it"
        raise FaultyFileError(file, [Fault("text", deep)]) from None
    except tomllib.TOMLDecodeError as error:
        place = str(error).replace("at end of document", f"at line {len(text.splitlines())}, the end")
        raise FaultyFileError(file, [Fault("text", f"this is not TOML: {place}")]) from None
