"""A certificate that does not verify is an outcome, unless the site's configuration says why not and until when."""

from __future__ import annotations

import ipaddress
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from small_site import TEXT, SmallSite, crawl, rows, words, workspace
from sqlalchemy import select

from cli.workspace import Workspace
from core.errors import ConfigError
from store.tables import visits

pytestmark = pytest.mark.crawl

EXCEPTION = 'tls_exception = { reason = "tự ký, đã báo", until = 2018-08-10 }\n'


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "khac.localhost")]),
    )
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime.now(UTC) - timedelta(days=2)).not_valid_after(
        datetime.now(UTC) - timedelta(days=1)
    )
    made = made.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
    )
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(pem + secret)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<title>Trang chủ</title><h1>Trang chủ</h1><p>{TEXT}</p>".encode()
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def place_of(folder: Path, port: int, exception: str) -> Workspace:
    place = workspace(folder, SmallSite("127.0.0.1", port, {}))
    sites = place.config / "thanhhoa" / "sites.toml"
    text = (
        sites.read_text(encoding="utf-8")
        .replace("http://", "https://")
        .replace('id = "s-stp"\n', f'id = "s-stp"\n{exception}')
    )
    sites.write_text(text, encoding="utf-8")
    return place


def test_a_bad_certificate_is_an_outcome_an_exception_lets_it_pass_until_its_day(tmp_path: Path, port: int) -> None:
    strict = place_of(tmp_path / "strict", port, "")
    crawl(strict)
    (visit,) = rows(strict, select(visits))
    assert visit.outcome == "tls"
    lenient = place_of(tmp_path / "lenient", port, EXCEPTION)
    crawl(lenient)
    crawl(lenient, "--all", at=timedelta(days=2))
    first, later = rows(lenient, select(visits).order_by(visits.c.id))
    assert (first.outcome, first.counters["tls_exception"]) == ("ok", "tự ký, đã báo (until 2018-08-10)")
    assert later.outcome == "tls"


def test_a_probe_makes_the_exception_that_a_crawl_makes(tmp_path: Path, port: int) -> None:
    place = place_of(tmp_path, port, EXCEPTION)
    command = [sys.executable, "-m", "cli.main", *words(place, "probe", f"https://stp.localhost:{port}/")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert "robots.txt answers" in shown


def test_an_exception_without_reason_or_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs reason and until"):
        assert place_of(tmp_path, 1, 'tls_exception = { reason = "x" }\n').province
