"""What patients and practitioners write to each other."""

from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Row

from ivr.actions.letters import LONGEST_LETTER
from ivr.api.here import shown_at
from ivr.api.pages import PageQuery
from ivr.api.shapes.common import EXAMPLES, Id, Key, Shape


class LetterQuery(PageQuery):
    """Which letters."""

    patient: Key | None = None
    practitioner: Key | None = None


class Letter(Shape):
    """What a patient wrote to a practitioner, or the answer."""

    id: Id
    patient: Key
    practitioner: Key
    is_answer: bool
    text: str
    task: Id | None
    created: datetime
    read: datetime | None = Field(description="When the other side first saw it.")

    @classmethod
    def of(cls, row: Row[Any]) -> "Letter":
        return cls(
            id=row.id,
            patient=row.patient,
            practitioner=row.practitioner,
            is_answer=row.is_answer,
            text=row.text,
            task=row.task_id,
            created=shown_at(row.created_at),
            read=shown_at(row.read_at),
        )


class LetterPage(Shape):
    """A page of letters, the latest first."""

    items: list[Letter]
    next: str | None


class NewAnswer(Shape):
    """An answer to what that patient wrote last to that practitioner."""

    patient: Key
    practitioner: Key
    text: str = Field(min_length=1, max_length=LONGEST_LETTER)


class Answered(Shape):
    """The answer, and whether an SMS tells that there is one; without it, somebody should call back."""

    letter: Letter
    told: bool


EXAMPLES["answer_letter"] = {"patient": "moreau", "practitioner": "leroy", "text": "C’est normal, ne changez rien."}
