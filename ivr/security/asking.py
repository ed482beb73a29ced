"""Who asks, as far as the network tells."""

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network


def address_asking(peer: str, forwarded: str, proxies: Collection[Network]) -> str:
    """The nearest address that is no proxy of ours; empty when a program of this machine asks by a socket.

    `peer` is who connected, empty for a socket; `forwarded` is X-Forwarded-For, to which each proxy adds whom it heard.
    What stands before an address that is not ours may be written by anybody.
    """
    asking = peer
    for named in reversed(forwarded.split(",")):
        if not _is_ours(asking, proxies) or not _is_address(named.strip()):
            break
        asking = named.strip()
    return asking


def _is_ours(address: str, proxies: Collection[Network]) -> bool:
    return not address or any(ip_address(address) in network for network in proxies)


def _is_address(written: str) -> bool:
    try:
        ip_address(written)
    except ValueError:
        return False
    return True
