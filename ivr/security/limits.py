"""How often one address may try a secret: a password, a birth date, a code."""

from flask import Flask
from flask_limiter import Limiter

from ivr.security.asking import address_asking

TRIES = "30 per minute"
"""From one address, at what asks for a secret; an account or a number is locked long before."""


def limited(app: Flask) -> Limiter:
    """Counts what is asked of that application, for each address and in each process."""
    return Limiter(address_asking, app=app, storage_uri="memory://")
