"""A TLS-terminating proxy in front of a test node, with certificates of its own and the answers of the security module."""

from __future__ import annotations

import base64
import http.client
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

API_KEY = base64.b64encode(b"key-id:sesam-key").decode()
READ_ONLY_KEY = base64.b64encode(b"reader:sesam-key").decode()
USER, PASSWORD = "tracuu", "sesam-password"
ALLOWED = {f"ApiKey {API_KEY}", "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}
NOT_PASSED_ON = frozenset({"host", "authorization", "content-length"})
READERS = {f"ApiKey {READ_ONLY_KEY}"}


@dataclass
class Certificates:
    """An authority, and a server's certificate for 127.0.0.1 that it signed."""

    authority: Path
    certificate: Path
    key: Path
    fingerprint: str


def make_certificates(folder: Path) -> Certificates:
    """A new authority and server certificate in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _signed(
        "tracuu test authority", authority_key, authority_key, "tracuu test authority", is_authority=True
    )
    server = _signed("127.0.0.1", server_key, authority_key, "tracuu test authority", is_authority=False)
    pem = serialization.Encoding.PEM
    made = Certificates(
        folder / "ca.pem", folder / "server.pem", folder / "key.pem", server.fingerprint(hashes.SHA256()).hex()
    )
    made.authority.write_bytes(authority.public_bytes(pem))
    made.certificate.write_bytes(server.public_bytes(pem))
    plain = serialization.NoEncryption()
    made.key.write_bytes(server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return made


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    by: ec.EllipticCurvePrivateKey,
    issuer: str,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=is_authority, crl_sign=is_authority, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if not is_authority:
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    return builder.sign(by, hashes.SHA256())


@dataclass
class Proxy:
    """Where it listens, and the credentials it saw."""

    port: int
    seen: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"https://127.0.0.1:{self.port}"


@contextmanager
def proxy_before(target_port: int, certificates: Certificates) -> Iterator[Proxy]:
    """TLS on loopback; 401 without credentials, 403 for a reader that wants to write, everything else passed on."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            credentials = self.headers.get("Authorization", "")
            proxy.seen.append(credentials)
            path = self.path.partition("?")[0]
            if credentials not in ALLOWED | READERS:
                self._refuse(401, "missing or wrong authentication credentials")
            elif credentials in READERS and (self.command in ("PUT", "DELETE") or path.endswith(("_bulk", "_aliases"))):
                self._refuse(403, f"action [{self.command} {path}] is unauthorized for API key id [reader]")
            else:
                self._forward(body)

        def _forward(self, body: bytes) -> None:
            kept = {n: v for n, v in self.headers.items() if n.lower() not in NOT_PASSED_ON}
            with closing(http.client.HTTPConnection("127.0.0.1", target_port, timeout=90)) as connection:
                connection.request(self.command, self.path, body or None, kept)
                answer = connection.getresponse()
                data, status, headers = answer.read(), answer.status, answer.getheaders()
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in ("content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self._end(data)

        def _refuse(self, status: int, reason: str) -> None:
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/json")
            error = {"type": "security_exception", "reason": reason}
            self._end(json.dumps({"error": {"root_cause": [error], **error}, "status": status}).encode())

        def _end(self, data: bytes) -> None:
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that does not trust us goes away in the middle of the handshake."""

        def finish_request(self, request: Any, client_address: Any) -> None:
            with context.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    server = Server(("127.0.0.1", 0), Handler)
    proxy = Proxy(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
