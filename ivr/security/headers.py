"""What every answer of the site says to the browser: nothing from elsewhere, nothing inline, nothing kept."""

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Pico draws its arrows and ticks from `data:`, and so is the picture of an authenticator's key."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self)",
}
A_YEAR = "max-age=31536000"
KEPT = frozenset({"static", "feed.agenda"})
"""What says itself how long it may be kept, unless it failed."""
FAILED = 400


def add_headers(app: Flask, *, is_https: bool) -> None:
    """On every answer of that application."""

    @app.after_request
    def guarded(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint not in KEPT or response.status_code >= FAILED:
            response.headers["Cache-Control"] = "no-store"
        if is_https:
            response.headers["Strict-Transport-Security"] = A_YEAR
        return response
