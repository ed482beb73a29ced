"""Documents that patients sent."""

from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Row

from ivr.api.here import shown_at
from ivr.api.pages import PageQuery
from ivr.api.shapes.common import Id, Key, Shape
from ivr.deposits import DocumentKind


class DocumentQuery(PageQuery):
    """Which documents."""

    patient: Key | None = None
    practitioner: Key | None = None


class Document(Shape):
    """A document about a patient for a practitioner, as long as it is kept."""

    id: Id
    patient: Key
    practitioner: Key
    sent_by: Key | None = Field(description="The patient who sent it: themselves, or who may book for them.")
    name: str = Field(description="What the sender called it; not to be trusted as the name of a file.")
    kind: DocumentKind = Field(description="What the content is, whatever the name says.")
    size: int = Field(description="In bytes.")
    task: Id | None
    created: datetime
    opened: datetime | None = Field(description="When it was first taken.")

    @classmethod
    def of(cls, row: Row[Any]) -> "Document":
        return cls(
            id=row.id,
            patient=row.patient,
            practitioner=row.practitioner,
            sent_by=row.sent_by,
            name=row.name,
            kind=DocumentKind(row.kind),
            size=row.size,
            task=row.task_id,
            created=shown_at(row.created_at),
            opened=shown_at(row.opened_at),
        )


class DocumentPage(Shape):
    """A page of documents, the latest first."""

    items: list[Document]
    next: str | None
