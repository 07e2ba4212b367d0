"""Sending e-mail: one connection, TLS unless the server is on this machine, and a clear word on what became of each."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from core.errors import ConfigError, TracuuError
from core.plain import digest as digest_of
from core.settings import Settings
from reports.digest import Digest, bodies
from store.subscriptions import DigestKey

TIMEOUT = 30.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class MailServerGone(TracuuError):
    """The mail server cannot be reached or refuses us altogether: nothing was sent, try again later."""


class MessageRefused(TracuuError):
    """The mail server did not take this message: it was surely not sent."""


class MessageUncertain(TracuuError):
    """The connection broke while the message was handed over: nobody knows whether it was sent."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where and how to send."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""

    @classmethod
    def load(cls, settings: Settings) -> MailSettings:
        """From the settings; ConfigError names the one that is missing or odd."""
        host, security = settings.text("smtp_host"), settings.text("smtp_security")
        for name in ("smtp_host", "smtp_from"):
            if not settings.text(name):
                raise ConfigError(f"the setting {name} is empty", "write it into settings.toml of the data folder")
        if security == "none" and host not in LOOPBACK:
            raise ConfigError("smtp_security = none would send in the clear", "use starttls or tls for another machine")
        user = settings.text("smtp_user")
        password = _password(settings, user)
        if host not in LOOPBACK and leads_nowhere(settings):
            raise ConfigError(
                f"public_url = “{settings.text('public_url')}” leads nowhere for whoever reads the mail",
                "set public_url to the address of the pages",
            )
        return cls(host, settings.whole("smtp_port"), security, settings.text("smtp_from"), user, password)


def leads_nowhere(settings: Settings) -> bool:
    """Whether the links of a mail, such as those with the default of `public_url`, work on this machine alone."""
    return urlsplit(settings.text("public_url")).hostname in LOOPBACK


def _password(settings: Settings, user: str) -> str:
    if not user:
        return ""
    file = Path(settings.text("smtp_password_file"))
    try:
        password = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        why = error.strerror or str(error)
        raise ConfigError(f"smtp_password_file “{file}” cannot be read: {why}", "name a file with it") from None
    if not (password.isascii() and user.isascii()):  # smtplib can send no others
        raise ConfigError("smtp_user or its password has letters beyond ASCII", "choose another one at the mail server")
    return password


class Mailer:
    """A connection to the mail server, opened when the first message goes out. `context`: whom TLS trusts."""

    def __init__(self, settings: MailSettings, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Mailer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def connect(self) -> None:
        """Open the connection, or make sure that it still lives. Raises MailServerGone."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._smtp.noop()[0] == 250:
                    return
            self._close()
        try:
            self._smtp = self._open()
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            where = f"{self._settings.host}:{self._settings.port}"
            raise MailServerGone(
                f"the mail server {where} did not let us in: {error}", "check the smtp_ settings"
            ) from None

    def _open(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=self._context)
        else:
            smtp = smtplib.SMTP(host, port, timeout=TIMEOUT)
        self._smtp = smtp
        if self._settings.security == "starttls":
            smtp.starttls(context=self._context)
        if self._settings.user:
            smtp.login(self._settings.user, self._settings.password)
        return smtp

    def send(self, message: EmailMessage) -> None:
        """Hand one message over; call `connect` first. Raises MessageRefused or MessageUncertain."""
        assert self._smtp is not None
        try:
            self._smtp.send_message(message)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # SMTPResponseException is an OSError too: those are answers, handled below.
            if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
                with suppress(smtplib.SMTPException, OSError):
                    self._smtp.rset()
                raise MessageRefused(_said(error)) from None
            self._close()
            raise MessageUncertain(str(error) or type(error).__name__) from None

    def _close(self) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._smtp = None


def _said(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(text)}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def message_id(key: DigestKey, sender: str) -> str:
    """The same for the same digest, so that a mail server that gets it twice can tell."""
    return f"<{key.period}.{digest_of([key.site_id, key.address])[:20]}@{sender.rpartition('@')[2]}>"


def message_of(digest: Digest, key: DigestKey, sender: str, now: datetime) -> EmailMessage:
    """The e-mail of a digest: text, and the same as HTML."""
    text, html = bodies(digest)
    message = EmailMessage()
    message["Subject"] = digest.subject
    message["From"] = formataddr((f"Tra cứu thủ tục {digest.province}", sender))
    message["To"] = key.address
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(key, sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
    message["Content-Language"] = "vi"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message
