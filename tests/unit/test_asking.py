"""Whose tries are counted: the nearest address that is no proxy of ours."""

from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.security.asking import address_asking

OURS = (ip_network("127.0.0.1"), ip_network("::1"), ip_network("10.0.0.0/8"))
VISITOR, OTHER = "198.51.100.7", "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "forwarded", "asking"),
    [
        (VISITOR, "", VISITOR),
        (VISITOR, OTHER, VISITOR),
        ("127.0.0.1", VISITOR, VISITOR),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("", VISITOR, VISITOR),
        ("", "", ""),
        ("127.0.0.1", f"{OTHER}, {VISITOR}", VISITOR),
        ("127.0.0.1", f"{OTHER}, {VISITOR}, 10.0.0.7", VISITOR),
        ("127.0.0.1", "10.0.0.8, 10.0.0.7", "10.0.0.8"),
        ("127.0.0.1", "somebody", "127.0.0.1"),
        ("127.0.0.1", f"{VISITOR}, somebody", "127.0.0.1"),
        ("10.0.0.7", " ", "10.0.0.7"),
    ],
)
def test_proxies_of_ours_are_believed_and_nobody_else(peer: str, forwarded: str, asking: str) -> None:
    assert address_asking(peer, forwarded, OURS) == asking


@given(written=st.text(max_size=40), visitor=st.ip_addresses(v=4))
def test_what_a_visitor_writes_never_changes_who_asks(written: str, visitor: IPv4Address) -> None:
    told = f"{written}, {visitor}"
    if not any(visitor in network for network in OURS if network.version == 4):
        assert address_asking("127.0.0.1", told, OURS) == str(visitor)
        assert address_asking(str(visitor), written, OURS) == str(visitor)
