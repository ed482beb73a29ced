"""What strangers sent goes out as something to save, and is shown by no page of ours."""

from flask import Response

FOREIGN = "application/octet-stream"
SANDBOX = "sandbox; default-src 'none'"
"""For a browser that shows it all the same."""


def to_be_saved(content: bytes, name: str) -> Response:
    """The content, under a name of ours."""
    response = Response(content, content_type=FOREIGN)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
