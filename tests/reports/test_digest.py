"""Digests go out once, only when something is new, to a real mail server; a killed run sends nothing twice."""

from __future__ import annotations

import datetime as dt
import email
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import insert, select, update

from core.clock import fixed
from core.errors import ConfigError, UsageError
from core.settings import load_settings
from core.site_files import load_province
from core.states import Verdict
from reports.digest import Gatherer
from reports.mail import Mailer, MailServerGone, MailSettings
from reports.sending import Sending, SendReport
from store import acts, findings, subscriptions, verdicts
from store.acts import About, Act, ActKind
from store.database import Database
from store.findings import Finding
from store.subscriptions import Audience, Subscription
from store.tables import digests as digests_table
from store.tables import findings as findings_table
from store.verdicts import Judged
from tests.shared import new_store

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
NOW = datetime(2018, 8, 9, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
PROVINCE = load_province(CONFIG, "thanhhoa")
FEE = Finding("fee_differs", "s-stp", "Phí khác <b>đậm</b>", code="1.000894", url="http://stp/1", law="NĐ 63/2010")
DNS = Finding("outcome.dns", "s-stp", "Không tìm thấy tên miền")
ROLE, BOSS = "vanphong@stp.example.vn", "giamdoc@stp.example.vn"
SENDER = "tracuu@thanhhoa.example.vn"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = new_store(tmp_path / "store.db")
    with made.write() as connection:
        findings.replace(connection, [FEE, DNS], [], NOW - timedelta(hours=1))
        for audience, address in ((Audience.ROLE, ROLE), (Audience.SUPERVISOR, BOSS)):
            subscriptions.subscribe(connection, Subscription("s-stp", audience, address), NOW)
        subscriptions.subscribe(connection, Subscription("s-syt", Audience.ROLE, "vp@syt.example.vn"), NOW)
        subscriptions.subscribe(connection, Subscription("", Audience.OPERATOR, "trucban@example.vn"), NOW)
    yield made
    made.close()


def send(database: Database, box: Any, at: datetime = NOW, *, operators: bool = False) -> SendReport:
    turn = Sending(database, Gatherer(PROVINCE, load_settings(), at), SENDER, fixed(at))
    with Mailer(MailSettings("127.0.0.1", box.port, "none", SENDER)) as mailer:
        return turn.send(mailer, operators=operators)


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_role_and_supervisor_get_text_and_html(database: Database, mailbox: Any) -> None:
    report = send(database, mailbox)
    assert (len(report.sent), report.nothing_new) == (2, 1)
    assert set(mailbox.recipients) == {ROLE, BOSS}
    message = read(mailbox.messages[0])
    assert message["Subject"] == "[Thanh Hóa] Sở Tư pháp: 1 việc mới, ngày 09/8/2018"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith("<2018-W32.")
    text, html = body(message, "plain"), body(message, "html")
    assert "Phí khác <b>đậm</b>" in text
    assert "Phí khác &lt;b&gt;đậm&lt;/b&gt;" in html
    assert "/bien-tap/viec/1" in text
    assert "/bang-chung/1" in text, "a supervisor has no account"
    assert ">Bằng chứng</a>" in html
    assert "Căn cứ: " in text
    assert "Im lặng chỉ là tín hiệu" in text
    assert "tên miền" not in text, "operators' faults go another way"


def test_a_verdict_that_is_too_old_is_not_green_in_an_e_mail(database: Database, mailbox: Any) -> None:
    with database.write() as connection:
        verdicts.replace(connection, [Judged("s-stp", Verdict.FRESH, "43.tin_tuc", "Đều tốt")], NOW, NOW.date())
    send(database, mailbox, NOW + timedelta(hours=27))
    text = body(read(mailbox.messages[0]), "plain")
    assert "Trạng thái: ? Không xác định. Kết luận đã quá cũ. Trước đó: Đều tốt" in text


def test_nothing_goes_out_twice_in_a_week_nor_when_nothing_is_new(database: Database, mailbox: Any) -> None:
    send(database, mailbox)
    again = send(database, mailbox, NOW + timedelta(days=1))
    assert (again.sent, again.already) == ([], 2)
    later = send(database, mailbox, NOW + WEEK)
    assert (later.sent, later.nothing_new) == ([], 3)
    assert len(mailbox.messages) == 2


def test_next_week_tells_only_what_is_new(database: Database, mailbox: Any) -> None:
    send(database, mailbox)
    with database.write() as connection:
        new = Finding("time_differs", "s-stp", "Thời hạn khác", code="1.000894")
        findings.replace(connection, [FEE, DNS, new], [], NOW + timedelta(days=2))
    send(database, mailbox, NOW + WEEK)
    text = body(read(mailbox.messages[-1]), "plain")
    assert "Thời hạn khác" in text
    assert "Phí khác" not in text
    assert "1 việc cũ chưa xong" in text


@pytest.mark.parametrize("kind", [ActKind.REOPENED, ActKind.EXPIRED])
def test_what_was_opened_again_is_new(database: Database, mailbox: Any, kind: ActKind) -> None:
    send(database, mailbox)
    with database.write() as connection:
        number = connection.scalar(select(findings_table.c.id).where(findings_table.c.rule == "fee_differs"))
        acts.write(connection, Act(kind, About(number, "s-stp")), NOW + timedelta(days=2))
    assert len(send(database, mailbox, NOW + WEEK).sent) == 2


def test_what_people_put_aside_is_not_told(database: Database, mailbox: Any) -> None:
    with database.write() as connection:
        connection.execute(update(findings_table).values(state="snoozed"))
    assert send(database, mailbox).sent == []


def test_operators_get_their_own_digest_each_day(database: Database, mailbox: Any) -> None:
    assert len(send(database, mailbox, operators=True).sent) == 1
    assert mailbox.recipients == ["trucban@example.vn"]
    text = body(read(mailbox.messages[0]), "plain")
    assert "Không tìm thấy tên miền" in text
    assert "Sở Tư pháp" in text
    assert "Phí khác" not in text
    for kind in ("plain", "html"):
        told = body(read(mailbox.messages[0]), kind)
        assert "Căn cứ" not in told, "no law binds a server to answer"
        assert "Im lặng" not in told
    assert send(database, mailbox, operators=True).already == 1


def test_a_refused_address_does_not_stop_the_others_and_is_tried_again(database: Database, mailbox: Any) -> None:
    mailbox.refused = {ROLE}
    report = send(database, mailbox)
    assert [key.address for key in report.sent] == [BOSS]
    assert list(report.refused.values()) == ["550 5.1.1 no such mailbox"]
    mailbox.refused = set()
    assert [key.address for key in send(database, mailbox).sent] == [ROLE]


def test_a_server_that_is_gone_loses_nothing(database: Database, mailbox: Any) -> None:
    class Nowhere:
        port = 1

    with pytest.raises(MailServerGone, match="did not let us in"):
        send(database, Nowhere())
    assert len(send(database, mailbox).sent) == 2


@pytest.mark.slow
def test_a_run_killed_in_the_middle_sends_nothing_twice(database: Database, mailbox: Any, tmp_path: Path) -> None:
    options = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_security": "none", "smtp_from": SENDER}
    words = [word for name, value in options.items() for word in ("--set", f"{name}={value}")]
    at = ("--at", NOW.isoformat())
    command = [sys.executable, "-m", "cli.main", "--data", str(tmp_path), "--config", str(CONFIG), *at, *words]
    child = subprocess.Popen([*command, "digest", "send"], cwd=ROOT)
    mailbox.before_answer = lambda: os.kill(child.pid, signal.SIGKILL)  # taken, but the sender never learns of it
    assert child.wait(60) == -signal.SIGKILL
    first = list(mailbox.recipients)
    assert len(first) == 1
    mailbox.before_answer = lambda: None
    told = subprocess.run([*command, "digest", "send"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert sorted(mailbox.recipients) == sorted([ROLE, BOSS])
    assert f"uncertain: {first[0]}" in told
    assert "release" in told
    subprocess.run([*command, "digest", "release", first[0]], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*command, "digest", "send"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    assert mailbox.recipients.count(first[0]) == 2
    assert len({read(raw)["Message-ID"] for raw in mailbox.messages}) == 2, "a repeat can be told by its id"


def test_two_runs_at_once_send_one(database: Database) -> None:
    key = subscriptions.DigestKey("2018-W32", "s-stp", ROLE)
    with database.write() as connection:
        assert subscriptions.claim(connection, key, "<a>", NOW)
    with database.write() as connection:
        assert not subscriptions.claim(connection, key, "<a>", NOW)
        assert subscriptions.uncertain(connection) == [key]


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS with a certificate for 127.0.0.1, and a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = dt.datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + WEEK)
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    signed = made.sign(key, hashes.SHA256())
    file = folder / "server.pem"
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(plain + signed.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


def test_with_starttls_and_a_password(database: Database, serve_mail: Any, tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path)

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.login == b"tracuu" and data.password == b"mat-khau")

    box = serve_mail(tls_context=server, require_starttls=True, authenticator=check, auth_required=True)
    turn = Sending(database, Gatherer(PROVINCE, load_settings(), NOW), SENDER, fixed(NOW))
    settings = MailSettings("127.0.0.1", box.port, "starttls", SENDER, "tracuu", "mat-khau")
    with Mailer(settings, trusting) as mailer:
        assert len(turn.send(mailer).sent) == 2
    with Mailer(settings) as careful, pytest.raises(MailServerGone, match="certificate"):
        careful.connect()


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "smtp_host"), ({"smtp_host": "mail.example.vn"}, "smtp_from"),
        ({"smtp_host": "mail.example.vn", "smtp_from": SENDER, "smtp_security": "none"}, "in the clear"),
        ({"smtp_host": "mail.example.vn", "smtp_from": SENDER}, "public_url"),
        ({"smtp_host": "mail.example.vn", "smtp_from": SENDER, "smtp_user": "x"}, "smtp_password_file"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_named(given: dict[str, str], what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        MailSettings.load(load_settings(None, given))


def test_a_password_the_protocol_cannot_carry_is_refused_beforehand(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("mật khẩu", encoding="utf-8")
    given = {"smtp_host": "m.vn", "smtp_from": SENDER, "smtp_user": "x", "smtp_password_file": str(file)}
    with pytest.raises(ConfigError, match="ASCII"):
        MailSettings.load(load_settings(None, given))


@pytest.mark.parametrize("address", ["x", "a@b", "a b@c.vn", "a@c.vn\nBcc: d@e.vn", "<a@c.vn>", "a@c.vn,d@e.vn"])
def test_what_is_no_address_is_refused(database: Database, address: str) -> None:
    with database.write() as connection, pytest.raises(UsageError, match="e-mail"):
        subscriptions.subscribe(connection, Subscription("s-stp", Audience.ROLE, address), NOW)


def test_a_site_that_is_no_more_is_not_written_about(database: Database, mailbox: Any) -> None:
    with database.write() as connection:
        connection.execute(insert(findings_table).values(
            rule="silence", site_id="h-nongcong", section="news", message="x", first_seen=NOW, last_seen=NOW, evidence={},
        ))  # fmt: skip
        subscriptions.subscribe(connection, Subscription("h-nongcong", Audience.ROLE, "vp@nc.example.vn"), NOW)
    late = datetime(2026, 11, 2, 1, tzinfo=UTC)
    there = {site.id for site in PROVINCE.sites_on(late.date())}
    sent = {key.site_id for key in send(database, mailbox, late).sent}
    assert sent <= there
    with database.read() as connection:
        assert {row.site_id for row in connection.execute(select(digests_table))} <= there
