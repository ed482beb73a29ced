"""Twilio's request signature, checked against the public address (WIRE.md 2)."""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.telephony.addresses import ASKED, TOLD

STANDARD_PORTS = {"https": "443", "http": "80"}


class SignatureGuard:
    """Checks that a request was signed with one of our tokens for the address Twilio asked.

    The address is rebuilt from the configured public one, never from headers a stranger may write.
    """

    def __init__(self, public_url: str, tokens: Sequence[str]) -> None:
        self._public_url = public_url.rstrip("/")
        self._validators = [RequestValidator(token) for token in tokens]

    def accepts(self, path: str, query: str, form: Mapping[str, Sequence[str]], signature: str) -> bool:
        """Whether `signature` is right for a request to that raw path and query.

        `form` holds the parameters of a POST body and is empty for GET.
        """
        if not signature:
            return False
        url = self._public_url + path + (f"?{query}" if query else "")
        parameters: MultiDict[str, str] = MultiDict((name, value) for name, values in form.items() for value in values)
        given = signature.encode()
        return any(
            hmac.compare_digest(validator.compute_signature(address, parameters).encode(), given)
            for validator in self._validators
            for address in as_carriers_write_it(url)
        )


def as_carriers_write_it(url: str) -> Iterator[str]:
    """Without the fragment, as Twilio signs; then with those we give, as a compatible carrier may."""
    yield from with_and_without_port(url)
    yield from (url + fragment for fragment in (ASKED, TOLD))


def with_and_without_port(url: str) -> Iterator[str]:
    """The address as it is, then with or without the standard port: Twilio signs now one, now the other."""
    yield url
    parts = urlsplit(url)
    standard = STANDARD_PORTS[parts.scheme]
    host = parts.netloc
    if parts.port is None:
        yield urlunsplit(parts._replace(netloc=f"{host}:{standard}"))
    elif host.endswith(f":{standard}"):
        yield urlunsplit(parts._replace(netloc=host.removesuffix(f":{standard}")))
