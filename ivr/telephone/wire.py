"""How the telephone's requests reach a server, signed as Twilio signs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode, urljoin

import requests
from flask import Flask
from twilio.request_validator import RequestValidator

CONNECT_SECONDS = 5
"""What Twilio waits for a connection."""
TIMEOUT_SECONDS = 15
"""What Twilio waits for a webhook."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    content_type: str
    body: bytes


Send: TypeAlias = Callable[[str, str, Mapping[str, str], Mapping[str, str]], Reply]
"""Sends a form with headers to a full address, by GET or POST."""


class Wire:
    """Signs each request for the public address and sends it."""

    def __init__(self, public_url: str, token: str, send: Send) -> None:
        self._public_url = public_url.rstrip("/")
        self._signer = RequestValidator(token)
        self._send = send

    def post(self, address: str, form: Mapping[str, str]) -> Reply:
        """Post to an address: full, or a path as TwiML gives it."""
        return self.send("POST", address, form)

    def send(self, method: str, address: str, form: Mapping[str, str]) -> Reply:
        """By GET the form goes into the query, which is signed with the address; a fragment is no part of it."""
        url = self.full(address).partition("#")[0]
        if method == "GET":
            url, form = f"{url}{'&' if '?' in url else '?'}{urlencode(dict(form))}", {}
        headers = {
            "X-Twilio-Signature": self._signer.compute_signature(url, dict(form)),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        return self._send(method, url, form, headers)

    def full(self, address: str) -> str:
        """The full address; a path without the prefix of the public address is one of ours."""
        if address.startswith("/twilio/"):
            return self._public_url + address
        return urljoin(f"{self._public_url}/", address)


def through_app(app: Flask) -> Send:
    """Straight into the application, without a network."""
    client = app.test_client(use_cookies=False)

    def send(method: str, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        response = client.open(url, method=method, data=dict(form) or None, headers=dict(headers))
        return Reply(response.status_code, response.content_type or "", response.data)

    return send


def over_http(method: str, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
    """To a running server."""
    response = requests.request(
        method, url, data=dict(form), headers=dict(headers), timeout=TIMEOUT_SECONDS, allow_redirects=False
    )
    return Reply(response.status_code, response.headers.get("Content-Type", ""), response.content)
