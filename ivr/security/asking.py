"""Who asks, as far as the network tells."""

from flask import request


def address_asking() -> str:
    """Who asks: the address our own proxy names, else the peer's."""
    peer = request.remote_addr or ""
    named = request.headers.get("X-Forwarded-For", "")
    return named.rpartition(",")[2].strip() if peer in {"", "127.0.0.1", "::1"} and named else peer
