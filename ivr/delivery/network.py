"""Asking an address that somebody wrote: on the public internet and nowhere else, and where it was looked up."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from weakref import WeakSet

import requests

from ivr.delivery.punctual import PunctualAdapter, PunctualSession

CONNECT_SECONDS, READ_SECONDS = 5, 10

Address: TypeAlias = IPv4Address | IPv6Address


class NotAllowedError(Exception):
    """The address leads to a place that must not be asked."""


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
    seconds: float = CONNECT_SECONDS + READ_SECONDS
    """How long all of it may take, where the answer comes in drops."""

    def session(self) -> PunctualSession:
        """A session that asks nobody else. What it raises may hold the address."""
        session = PunctualSession(partial(_CheckedAdapter, self))
        session.trust_env = False  # a proxy would look the host up anew
        session.verify = self.authorities
        return session

    def check_scheme(self, address: str) -> None:
        """Raises NotAllowedError for a scheme that is none of ours, ValueError for what is no address."""
        if urlsplit(address).scheme not in self.schemes:
            raise NotAllowedError


PUBLIC = Network()


class _CheckedAdapter(PunctualAdapter):
    """Looks a host up once, and connects to the very address that was found and allowed."""

    def __init__(self, network: Network, sockets: "WeakSet[socket.socket]") -> None:
        self._network = network
        super().__init__(sockets)

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
            raise NotAllowedError
        return str(addresses[0])
