"""Signatures of webhooks by the Standard Webhooks scheme, made and checked."""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256

BEGINS = "whsec_"


def secret_from(installation: str, salt: str) -> str:
    """The secret of an address, as its program keeps it: nobody can make it who has the database alone."""
    made = hmac.new(installation.encode(), f"webhook {salt}".encode(), sha256).digest()
    return BEGINS + b64encode(made).decode()


def sign(secret: str, token: str, at: datetime, body: str) -> str:
    """The signature of a message that is sent then."""
    key = b64decode(secret.removeprefix(BEGINS))
    signed = f"{token}.{int(at.timestamp())}.{body}".encode()
    return "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
