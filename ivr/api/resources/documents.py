"""Documents that patients sent: listed, and taken as they are."""

import structlog
from flask import Blueprint, Response, current_app
from sqlalchemy import Connection, Row

from db.queries.documents import documents_after, find_document
from ivr.actions.documents import mark_opened
from ivr.api.answers import marked
from ivr.api.here import here, note, note_read, read, write
from ivr.api.operations import Operation, operation
from ivr.api.pages import after_id, page
from ivr.api.problems import not_found
from ivr.api.resources.exceptions import check_whom
from ivr.api.shapes.documents import Document, DocumentPage, DocumentQuery
from ivr.security.sandbox import FOREIGN, to_be_saved
from ivr.vault import VaultError
from ivr.vocabulary import Scope

READ, TAG = Scope.DOCUMENTS_READ, "Documents"

deposits = Blueprint("deposits", __name__, url_prefix="/documents")

log = structlog.get_logger()


@deposits.get("")
@operation(Operation("list_documents", READ, TAG, DocumentPage, query=DocumentQuery, has_pages=True))
def list_documents(query: DocumentQuery) -> Response:
    """List documents that patients sent, the latest first."""
    with read()() as connection:
        check_whom(connection, query.patient, query.practitioner)
        asked = here().id, after_id(query), query.limit
        rows = documents_after(connection, *asked, patient=query.patient, practitioner=query.practitioner)
    note_read("listed", "documents", [row.id for row in rows[: query.limit]])
    return page(DocumentPage, query, rows, Document.of, lambda row: (row.id,))


@deposits.get("/<row:document>")
@operation(Operation("get_document", READ, TAG, Document, has_mark=True))
def get(document: int) -> Response:
    """Read what is known of a document."""
    with read()() as connection:
        row = _found(connection, document)
    note_read("opened", f"patient {row.patient_id}")
    return marked(Document.of(row))


@deposits.get("/<row:document>/content")
@operation(Operation("get_content", READ, TAG, None, media_type=FOREIGN))
def content(document: int) -> Response:
    """Take a document as the patient sent it.

    It comes from outside: save it, and open it as carefully as an attachment of a mail.
    """
    with read()() as connection:
        row = _found(connection, document)
    try:
        found = current_app.extensions["ivr.documents"].read(row.file)
    except (OSError, VaultError) as error:
        log.error("document_not_read", document=document, reason=str(error))
        raise not_found() from None
    with write()() as connection:
        mark_opened(connection, row.id, here().now)
        note(connection, "opened", f"document {row.id}")
    return to_be_saved(found, f"{row.patient}-{row.id}.{row.kind}")


def _found(connection: Connection, document: int) -> Row[tuple[object, ...]]:
    found = find_document(connection, here().id, document)
    if found is None:
        raise not_found()
    return found
