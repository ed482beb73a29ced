"""Fetching a calendar from an address that somebody wrote: over https, from the public internet and nowhere else."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from ivr.calendars import CalendarError
from ivr.vocabulary import CalendarTrouble

CONNECT_SECONDS, READ_SECONDS = 5, 10
MOST_BYTES = 2 * 1024 * 1024
PIECE_BYTES = 64 * 1024
MOST_REDIRECTS = 3
LONGEST_ETAG = 200
OK, NOT_MODIFIED, SERVER_ERROR = 200, 304, 500
GONE = frozenset({404, 410})

Address: TypeAlias = IPv4Address | IPv6Address


def is_public(address: Address) -> bool:
    """Whether the whole internet has it, and not only whoever stands where this machine stands."""
    inside = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if inside is not None:
        return is_public(inside)
    ours = address.is_private or address.is_loopback or address.is_link_local
    return address.is_global and not (ours or address.is_multicast or address.is_reserved or address.is_unspecified)


@dataclass(frozen=True, slots=True)
class Network:
    """Where may be asked, how, and who vouches for the other side."""

    is_allowed: Callable[[Address], bool] = is_public
    schemes: frozenset[str] = frozenset({"https"})
    authorities: str | bool = True
    """The library's own, or a file of them."""


PUBLIC = Network()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document with its mark; no text where it is as it was."""

    text: str | None
    etag: str | None


def fetch(address: str, etag: str | None, network: Network = PUBLIC) -> Fetched:
    """What stands there, unless it has that `etag` still.

    Raises:
        CalendarError: nothing can be had, or must not be.
    """
    with requests.Session() as session:
        session.trust_env = False  # a proxy would look the host up anew
        for scheme in ("https://", "http://"):
            session.mount(scheme, _CheckedAdapter(network))
        for _ in range(MOST_REDIRECTS + 1):
            with _ask(session, address, etag, network) as response:
                if not response.is_redirect:
                    return _fetched(response, etag)
                address = _led_to(address, response.headers["Location"])
    raise CalendarError(CalendarTrouble.REDIRECTS)


def _ask(session: requests.Session, address: str, etag: str | None, network: Network) -> requests.Response:
    headers = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "ivr"}
    if etag is not None:
        headers["If-None-Match"] = etag
    try:
        if urlsplit(address).scheme not in network.schemes:
            raise CalendarError(CalendarTrouble.ADDRESS)
        return session.get(
            address,
            headers=headers,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
            verify=network.authorities,
        )
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError):
        raise CalendarError(CalendarTrouble.ADDRESS) from None
    except (requests.exceptions.RequestException, OSError):  # its words hold the address
        raise CalendarError(CalendarTrouble.NO_ANSWER) from None
    except ValueError:
        raise CalendarError(CalendarTrouble.ADDRESS) from None


def _led_to(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise CalendarError(CalendarTrouble.ADDRESS) from None


def _fetched(response: requests.Response, etag: str | None) -> Fetched:
    if response.status_code == NOT_MODIFIED and etag is not None:
        return Fetched(None, etag)
    if response.status_code in GONE:
        raise CalendarError(CalendarTrouble.GONE)
    if response.status_code >= SERVER_ERROR:
        raise CalendarError(CalendarTrouble.NO_ANSWER)
    if response.status_code != OK:
        raise CalendarError(CalendarTrouble.REFUSED)
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise CalendarError(CalendarTrouble.NOT_A_CALENDAR)
    found = _body(response)
    mark = response.headers.get("ETag", "")
    is_kept = 0 < len(mark) <= LONGEST_ETAG and mark.isascii() and mark.isprintable()
    return Fetched(found.decode("utf-8-sig", errors="replace"), mark if is_kept else None)


def _body(response: requests.Response) -> bytes:
    found = bytearray()
    try:
        while piece := response.raw.read(PIECE_BYTES, decode_content=False):
            found += piece
            if len(found) > MOST_BYTES:
                raise CalendarError(CalendarTrouble.TOO_LARGE)
    except (urllib3.exceptions.HTTPError, OSError):
        raise CalendarError(CalendarTrouble.NO_ANSWER) from None
    return bytes(found)


class _CheckedAdapter(HTTPAdapter):
    """Looks a host up once, and connects to the very address that was found and allowed."""

    def __init__(self, network: Network) -> None:
        self._network = network
        super().__init__()

    def add_headers(self, request: requests.PreparedRequest, **_options: Any) -> None:
        """The library asks for headers here; its own `Host` would be the bare address."""
        request.headers["Host"] = urlsplit(request.url or "").netloc.rpartition("@")[2]

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """The library asks here where to connect to, and whose certificate it must be."""
        host, options = super().build_connection_pool_key_attributes(request, verify, cert)
        name = host["host"]
        whose = {"server_hostname": name, "assert_hostname": name} if host["scheme"] == "https" else {}
        return {**host, "host": self._find(name, host["port"])}, {**options, **whose}

    def _find(self, name: str, port: int | None) -> str:
        found = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        if not addresses or not all(map(self._network.is_allowed, addresses)):
            raise CalendarError(CalendarTrouble.ADDRESS)
        return str(addresses[0])
