"""From TOML text to a checked practice file; every fault at once, or none."""

import tomllib
from collections.abc import Collection

from pydantic import ValidationError

from ivr.practice_files.faults import Fault, FaultyFileError, faults_of
from ivr.practice_files.references import reference_faults
from ivr.practice_files.schema import PracticeFile


def read_practice(text: str, file: str, known_patients: Collection[str] = ()) -> PracticeFile:
    """The practice file in `text`; `known_patients` are keys the database already has.

    Raises:
        FaultyFileError: with every fault, each with its place and remedy.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FaultyFileError(file, [Fault("text", f"this is not TOML: {error}")]) from None
    head = document.get("practice")
    country = head.get("country", "FR") if isinstance(head, dict) else "FR"
    faults = list(reference_faults(document, known_patients))
    try:
        practice = PracticeFile.model_validate(document, context={"country": country})
    except ValidationError as error:
        faults += faults_of(error, document)
        raise FaultyFileError(file, sorted(set(faults))) from None
    if faults:
        raise FaultyFileError(file, sorted(set(faults)))
    return practice
