"""Patients and their numbers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from pydantic import Field
from sqlalchemy import Row

from ivr.api.pages import PageQuery
from ivr.api.shapes.common import EXAMPLES, Id, Key, Number, PersonName, Shape, Shown, Words
from ivr.patient_files import MOST_NUMBERS
from ivr.vocabulary import Language, RelativesRule


class PatientQuery(PageQuery):
    """Which patients."""

    name: Words | None = Field(default=None, max_length=100, description="Words of the name begin so; accents ignored.")
    number: Number | None = Field(default=None, description="They have that number.")


class PatientNumber(Shape):
    """A number of a patient; `slow` says that everything is said slowly to it."""

    id: Id
    number: Shown
    slow: bool
    language: Language | None

    @classmethod
    def of(cls, row: Row[Any]) -> "PatientNumber":
        return cls(id=row.id, number=row.number.e164, slow=row.is_slow, language=row.language)


class Patient(Shape):
    """A patient of the practice, by the words of the practice file."""

    key: Key
    first_name: str
    last_name: str
    born: date | None
    language: Language | None
    relatives: RelativesRule = Field(description="Whether relatives may be declared for this patient.")
    phones: list[PatientNumber]

    @classmethod
    def of(cls, row: Row[Any], phones: Iterable[Row[Any]]) -> "Patient":
        """Of the row of a patient and those of the numbers."""
        return cls(
            key=row.key,
            first_name=row.first_name,
            last_name=row.last_name,
            born=row.born_on,
            language=row.language,
            relatives=row.relatives,
            phones=[PatientNumber.of(phone) for phone in phones],
        )


class PatientPage(Shape):
    """A page of patients, by the order in which they were added."""

    items: list[Patient]
    next: str | None


class NewPatient(Shape):
    """A patient to be added."""

    first_name: PersonName
    last_name: PersonName
    born: date | None = None
    phones: list[Number] = Field(default=[], max_length=MOST_NUMBERS)


class PatientChange(Shape):
    """What is corrected; what is left out stays."""

    first_name: PersonName | None = None
    last_name: PersonName | None = None
    born: date | None = None
    relatives: RelativesRule | None = None


class NewNumber(Shape):
    """Another number of a patient."""

    number: Number


EXAMPLES |= {
    "create_patient": {
        "first_name": "Lucie",
        "last_name": "Fabre",
        "born": "1968-07-14",
        "phones": ["+33639986001"],
    },
    "correct_patient": {"last_name": "Durand-Petit"},
    "add_number": {"number": "+33199006001"},
}
