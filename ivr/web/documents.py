"""Documents that patients deposited, taken by people of the practice: to be saved, never to be shown in the page."""

from typing import Any

import structlog
from flask import Blueprint, abort, current_app

from db.queries.documents import find_document
from ivr.actions.documents import mark_opened
from ivr.security.guard import needs
from ivr.security.sandbox import to_be_saved
from ivr.vault import VaultError
from ivr.vocabulary import Permission
from ivr.web.here import here, note, read, write

log = structlog.get_logger()
documents = Blueprint("documents", __name__, url_prefix="/admin/documents")


@documents.get("/<row:document>")
@needs(Permission.RECORDS)
def take(document: int) -> Any:
    """The document as a file to save, under a name of ours; who took it is noted before it is sent."""
    with read()() as connection:
        found = find_document(connection, here().id, document) or abort(404)
    try:
        content = current_app.extensions["ivr.documents"].read(found.file)
    except (OSError, VaultError) as error:
        log.error("document_not_read", document=document, reason=str(error))
        abort(404)
    with write()() as connection:
        mark_opened(connection, found.id, here().now)
        note(connection, "opened", f"document {found.id}")
    name = f"{found.patient}-{found.created_at:%Y-%m-%d}-{found.id}.{found.kind}"
    return to_be_saved(content, name)
