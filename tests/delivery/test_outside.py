"""What is fetched from an address that somebody wrote, and what is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ivr.calendars import CalendarError
from ivr.delivery import outside
from ivr.delivery.network import Address, Network, is_public
from ivr.delivery.outside import MOST_BYTES, Fetched, fetch
from ivr.vocabulary import CalendarTrouble
from tests.delivery.calendar_host import CalendarHost, Page


def is_here(address: Address) -> bool:
    return address == ip_address("127.0.0.1")


HERE = Network(is_here, frozenset({"http"}))


@pytest.fixture
def host() -> Iterator[CalendarHost]:
    with CalendarHost() as running:
        yield running


def trouble(address: str, network: Network = HERE) -> CalendarTrouble:
    with pytest.raises(CalendarError) as refused:
        fetch(address, None, network)
    assert address not in str(refused.value)
    return refused.value.trouble


def test_a_document_comes_with_its_mark(host: CalendarHost) -> None:
    host.says("\ufeffBEGIN:VCALENDAR é", ETag='"7"')
    assert fetch(host.address(), None, HERE) == Fetched("BEGIN:VCALENDAR é", '"7"')
    assert fetch(host.address(), '"7"', HERE) == Fetched(None, '"7"')
    assert fetch(host.address(), '"6"', HERE).text is not None
    assert [asked.get("If-None-Match") for asked in host.asked] == [None, '"7"', '"6"']


def test_the_host_hears_its_own_name_and_whom_it_lets_in(host: CalendarHost) -> None:
    host.says("x")
    fetch(host.address(host="anna:secret@localhost"), None, HERE)
    (asked,) = host.asked
    assert asked["Host"] == host.address("", "localhost").removeprefix("http://")
    assert asked["Authorization"].startswith("Basic ")
    assert asked["Accept-Encoding"] == "identity"


def test_a_mark_that_cannot_be_sent_back_is_not_kept(host: CalendarHost) -> None:
    host.says("x", ETag="7" * 201)
    assert fetch(host.address(), None, HERE).etag is None


def test_three_redirects_are_followed_and_no_more(host: CalendarHost) -> None:
    for number in range(5):
        host.pages[f"/{number}"] = Page(status=302, headers={"Location": f"{number + 1}"})
    host.says("x", "/5")
    assert fetch(host.address("/2"), None, HERE).text == "x"
    assert trouble(host.address("/1")) is CalendarTrouble.REDIRECTS


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "https://127.0.0.1/x",
        "http://10.0.0.1/x",
        "http://[::1]/x",
        "http://[",
    ],
)
def test_each_redirect_is_looked_at_anew(host: CalendarHost, target: str) -> None:
    host.pages["/agenda.ics"] = Page(status=301, headers={"Location": target})
    assert trouble(host.address()) is CalendarTrouble.ADDRESS


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, CalendarTrouble.REFUSED),
        (403, CalendarTrouble.REFUSED),
        (404, CalendarTrouble.GONE),
        (410, CalendarTrouble.GONE),
        (204, CalendarTrouble.REFUSED),
        (304, CalendarTrouble.REFUSED),
        (503, CalendarTrouble.NO_ANSWER),
    ],
)
def test_what_is_not_handed_out_is_told_apart(host: CalendarHost, status: int, told: CalendarTrouble) -> None:
    host.pages["/agenda.ics"] = Page(status=status)
    assert trouble(host.address()) is told


def test_what_is_too_large_or_packed_is_not_taken(host: CalendarHost) -> None:
    host.pages["/agenda.ics"] = Page(b"x" * (MOST_BYTES + 1))
    assert trouble(host.address()) is CalendarTrouble.TOO_LARGE
    host.pages["/agenda.ics"] = Page(b"x" * MOST_BYTES)
    assert fetch(host.address(), None, HERE).text == "x" * MOST_BYTES
    host.says("x", **{"Content-Encoding": "gzip"})
    assert trouble(host.address()) is CalendarTrouble.NOT_A_CALENDAR


def test_an_answer_that_breaks_off_or_never_comes_is_no_answer(
    host: CalendarHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.pages["/agenda.ics"] = Page(b"x", headers={"Content-Length": "9"})
    assert trouble(host.address()) is CalendarTrouble.NO_ANSWER
    monkeypatch.setattr(outside, "READ_SECONDS", 0.05)
    host.pages["/agenda.ics"] = Page(is_endless=True)
    assert trouble(host.address()) is CalendarTrouble.NO_ANSWER


def test_nobody_at_the_address_is_no_answer(host: CalendarHost) -> None:
    with CalendarHost() as gone:
        address = gone.address()
    assert trouble(address) is CalendarTrouble.NO_ANSWER
    assert trouble("http://nowhere.invalid/x") is CalendarTrouble.NO_ANSWER


def test_a_host_inside_is_refused_before_it_is_asked(host: CalendarHost) -> None:
    inside = Network(is_public, frozenset({"http"}))
    assert trouble(host.address(), inside) is CalendarTrouble.ADDRESS
    assert trouble(host.address(host="localhost"), inside) is CalendarTrouble.ADDRESS
    assert host.asked == []


@pytest.mark.parametrize("address", ["http://127.0.0.1/x", "https://127.0.0.1/x", "https://localhost/x", "https:///x"])
def test_in_earnest_only_https_to_the_internet_is_asked(address: str) -> None:
    with pytest.raises(CalendarError) as refused:
        fetch(address, None)
    assert refused.value.trouble is CalendarTrouble.ADDRESS


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("9.9.9.9", True),
        ("2620:fe::fe", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 an address to ask
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("192.0.2.1", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:9.9.9.9", True),
        ("2002:0a00:0001::", False),
        ("64:ff9b::a00:1", False),
    ],
)
def test_only_addresses_of_the_whole_internet_are_public(address: str, expected: bool) -> None:
    assert is_public(ip_address(address)) is expected


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of `localhost`, by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "host.pem"
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_the_certificate_must_be_of_the_name_that_was_written(certificate: Path) -> None:
    with CalendarHost(certificate) as secure:
        secure.says("x")
        here = Network(is_here, frozenset({"https"}), str(certificate))
        assert fetch(secure.address(host="localhost"), None, here).text == "x"
        assert trouble(secure.address(host="127.0.0.1"), here) is CalendarTrouble.NO_ANSWER
        stranger = Network(is_here, frozenset({"https"}))
        assert trouble(secure.address(host="localhost"), stranger) is CalendarTrouble.NO_ANSWER
