"""A program that is told of events: an https server on this machine that keeps what it is sent."""

import datetime
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ivr.delivery.network import Network

DRIP_SECONDS = 0.05


@dataclass
class Told:
    """One message."""

    headers: Mapping[str, str]
    body: str


@dataclass
class HookHost:
    """`status` is what it answers, without an end when it drips; `network` is the one in which it may be asked."""

    address: str
    network: Network
    status: int = 204
    is_dripping: bool = False
    told: list[Told] = field(default_factory=list)


@contextmanager
def hook_host(folder: Path) -> Iterator[HookHost]:
    """One that runs."""
    certificate = _certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    here = Network(lambda address: address == ip_address("127.0.0.1"), frozenset({"https"}), str(certificate))
    host = HookHost(f"https://localhost:{server.server_address[1]}/hooks", here)
    server.RequestHandlerClass = _handler(host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(host: HookHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            host.told.append(Told({name.lower(): value for name, value in self.headers.items()}, body))
            if host.is_dripping:
                self.drip()
                return
            self.send_response(host.status)
            self.send_header("Location", host.address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def drip(self) -> None:
            drops = threading.Event()
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.1")
                while not drops.wait(DRIP_SECONDS):
                    self.wfile.write(b" ")

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    return Handler


def _certificate(folder: Path) -> Path:
    """Of localhost, vouched for by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    signed = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "hook.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file
