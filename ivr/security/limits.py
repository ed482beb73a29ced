"""How often one address may try a secret: a password, a birth date, a code."""

from flask import Flask, request
from flask_limiter import Limiter

TRIES = "30 per minute"
"""From one address, at what asks for a secret; an account or a number is locked long before."""


def limited(app: Flask) -> Limiter:
    """Counts what is asked of that application, for each address and in each process."""
    return Limiter(_address, app=app, storage_uri="memory://")


def _address() -> str:
    """Who asks: the address our own proxy names, else the peer's."""
    peer = request.remote_addr or ""
    named = request.headers.get("X-Forwarded-For", "")
    return named.rpartition(",")[2].strip() if peer in {"", "127.0.0.1", "::1"} and named else peer
