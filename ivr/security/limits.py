"""How often one address may try a secret: a password, a birth date, a code."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

TRIES = "30 per minute"
"""From one address, at what asks for a secret; an account or a number is locked long before."""


def limited(app: Flask) -> Limiter:
    """Counts what is asked of that application, for each address and in each process."""
    return Limiter(get_remote_address, app=app, storage_uri="memory://")
