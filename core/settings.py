"""The one table of settings: from it come validation, `tracuu settings`, the options' help and docs/settings.md.

Values come from `settings.toml` in the data folder, then from the command line (`--set name=value`). Nothing is read
from the environment. Unknown names are refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

from core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. Its type is that of the default. `within`: least and most; `form`: what the whole text must match."""

    name: str
    default: str | int | float | bool
    help: str
    secret: bool = False  # never printed
    within: tuple[float, float] = (-inf, inf)
    among: tuple[str, ...] = ()
    form: str = ""

    @property
    def allowed(self) -> str:
        """What it may be, for people; "" when anything of its type will do."""
        least, most = self.within
        if least > -inf:
            return f"from {least:,g} to {most:,g}" if most < inf else f"at least {least:,g}"
        return f"one of {', '.join(self.among)}" if self.among else _FORMS.get(self.form, "")

    def takes(self, value: str | int | float | bool) -> bool:
        """Whether it may be this."""
        if isinstance(value, str):
            return (not self.among or value in self.among) and (not self.form or bool(re.fullmatch(self.form, value)))
        return self.within[0] <= value <= self.within[1]


_WEB, _SOME = r"https?://\S+", r"(?s).*\S.*"
_FORMS = {_WEB: "an address that begins with http:// or https://", _SOME: "not empty"}
_LONGEST = 366 * 100  # days, or hours of four years: what is longer is a slip, and past what calendars can add


TABLE: tuple[Setting, ...] = (
    Setting("province", "thanhhoa", "Folder under the config folder whose sites are crawled."),
    Setting("database", "", "SQLAlchemy URL of the store; empty = SQLite file store.db in the data folder."),
    Setting("archive", "", "fsspec URL to which closed WARC files are moved; empty = archive/ in the data folder."),
    Setting("archive_endpoint", "", "Address of the S3-compatible server of an archive at s3://; empty = Amazon's."),
    Setting("archive_key", "", "Access key for that server."),
    Setting("archive_secret", "", "Secret key for that server.", True),
    Setting("archive_region", "", "Region that the server wants to be named, if any."),
    Setting(
        "archive_ca", "", "File with the certificate authority (PEM) that the server's certificate must come from."
    ),
    Setting(
        "engine",
        "",
        "Search engine: empty = embedded in the data folder, or http(s)://HOST:PORT[,HOST:PORT…]/ALIAS of Elasticsearch 9.",
    ),
    Setting(
        "engine_api_key", "", "API key for the engine, as Elasticsearch encodes it; instead of user and password.", True
    ),
    Setting("engine_user", "", "User name for the engine."),
    Setting("engine_password", "", "Password for the engine.", True),
    Setting("engine_ca", "", "File with the certificate authority (PEM) that the engine's certificate must come from."),
    Setting(
        "engine_fingerprint", "", "SHA-256 fingerprint that the engine's own certificate must have, in place of a CA."
    ),
    Setting("engine_timeout", 2.0, "Seconds a search waits for one node before it asks another one.", within=(0.1, 60)),
    Setting("engine_shards", 1, "Primary shards of a new index; docs/scale.md says how many.", within=(1, 1024)),
    Setting("engine_replicas", 1, "Copies of every shard, as far as there are nodes for them.", within=(0, 100)),
    Setting(
        "saved_answers",
        2000,
        "Answers kept in memory: given again while the embedded index is the same, shown with their time while a cluster is away.",
        within=(0, inf),
    ),
    Setting("index_words", True, "Also index underthesea's words (slower the first time, kept per clause)."),
    Setting(
        "user_agent",
        "tracuu/0.1 (+https://thanhhoa.gov.vn; 02373 900 900)",
        "Sent with every request; must name a contact.",
        form=_SOME,
    ),
    Setting("request_timeout", 30.0, "Seconds until a request is given up.", within=(0.1, 3600)),
    Setting(
        "max_body_bytes",
        20_000_000,
        "Largest answer that is kept; a larger one is recorded as too_large.",
        within=(1000, inf),
    ),
    Setting(
        "max_header_bytes",
        65_536,
        "Largest headers of an answer, together; larger ones are recorded as too_large.",
        within=(1000, inf),
    ),
    Setting(
        "max_unpacked_ratio",
        100.0,
        "Times its sent size to which an answer over 1 MB may unpack (real pages: at most 14); past it, too_large.",
        within=(1, inf),
    ),
    Setting("max_depth", 12, "Links away from the home page at most.", within=(0, 1000)),
    Setting("concurrency", 16, "Requests at once over all servers.", within=(1, 1000)),
    Setting(
        "reader_processes",
        0,
        "Processes that read pages beside the one that fetches; 0 = one for each core.",
        within=(0, 256),
    ),
    Setting(
        "lease_seconds",
        120,
        "A crawler that gives no sign for so long loses its servers to another worker.",
        within=(1, 86_400),
    ),
    Setting("recheck_hours", 24.0, "Longest time until a page of a list is checked again.", within=(0.01, _LONGEST)),
    Setting("max_interval_days", 7.0, "Longest time until any page is checked again.", within=(0.01, _LONGEST)),
    Setting(
        "absences_to_gone", 3, "Times a page must be positively absent before it gets a tombstone.", within=(1, 100)
    ),
    Setting("absence_days", 2.0, "Days over which these absences must lie.", within=(0, _LONGEST)),
    Setting(
        "keep_captures_days",
        180,
        "Days for which every capture is kept; later only those that something needs.",
        within=(0, _LONGEST),
    ),
    Setting(
        "breaker_share",
        0.3,
        "A swap or register import that would drop more than this share stops and asks.",
        within=(0, 1),
    ),
    Setting("hotline", "02373 900 900", "Shown to citizens when the search cannot answer."),
    Setting("portal_url", "https://dichvucong.gov.vn", "Where citizens file online.", form=_WEB),
    Setting(
        "verdict_hours",
        26.0,
        "A verdict older than this is unknown: a monitor that stopped must not stay green.",
        within=(0.01, _LONGEST),
    ),
    Setting("suggestions", True, "Complete what is typed; `false` switches suggestions off at once."),
    Setting("session_hours", 12.0, "How long somebody stays signed in to /bien-tap.", within=(0.01, _LONGEST)),
    Setting(
        "public_url", "http://127.0.0.1:8000", "Address of the pages, for links in e-mails and reports.", form=_WEB
    ),
    Setting("smtp_host", "", "Mail server for digests; empty = none are sent."),
    Setting("smtp_port", 587, "Its port.", within=(1, 65_535)),
    Setting(
        "smtp_security",
        "starttls",
        "starttls, tls (from the first byte, port 465) or none (only on loopback).",
        among=("starttls", "tls", "none"),
    ),
    Setting("smtp_user", "", "Account at the mail server; empty = without signing in."),
    Setting("smtp_password_file", "", "File that holds its password, readable only for the user that runs tracuu."),
    Setting("smtp_from", "", "Sender of digests, such as tracuu@thanhhoa.gov.vn."),
    Setting("query_max_chars", 300, "Longest query that is answered, in characters.", within=(1, inf)),
)

_BY_NAME = {setting.name: setting for setting in TABLE}
SECRET = frozenset(setting.name for setting in TABLE if setting.secret)
"""Settings whose value is never printed or logged."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Validated values; read them as `settings["name"]` (typed getters for the common types)."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def text(self, name: str) -> str:
        """A text setting."""
        return str(self.values[name])

    def number(self, name: str) -> float:
        """A numeric setting as float."""
        return float(self.values[name])

    def whole(self, name: str) -> int:
        """A whole-number setting."""
        return int(self.values[name])


def load_settings(file: Path | None = None, overrides: Mapping[str, str] | None = None) -> Settings:
    """Defaults, then `file` when it exists, then `overrides` (texts); ConfigError names the setting and the remedy."""
    values: dict[str, Any] = {setting.name: setting.default for setting in TABLE}
    if file is not None and file.exists():
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{file} is not valid TOML: {error}", "mend that line") from None
        for name, value in given.items():
            values[name] = _typed(str(file), name, value)
    for name, text in (overrides or {}).items():
        values[name] = _typed("--set", name, text)
    return Settings(values)


def _converted(kind: type, value: Any) -> Any:
    if kind is bool and isinstance(value, str):
        return {"true": True, "false": False}[value.lower()]
    if isinstance(value, bool) is not (kind is bool) or (kind is int and isinstance(value, float) and value % 1):
        raise TypeError
    return kind(value)


_NAMES = {bool: "`true` or `false`", int: "whole number", float: "number", str: "text"}


def _typed(where: str, name: str, value: Any) -> Any:
    setting = _BY_NAME.get(name)
    if setting is None:
        raise ConfigError(f"{where}: unknown setting “{name}”", "`tracuu settings` lists them all")
    kind = type(setting.default)
    try:
        found = _converted(kind, value)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise ConfigError(f"{where}: {name} = {value!r} is no {_NAMES[kind]}", setting.help) from None
    if not setting.takes(found):
        raise ConfigError(f"{where}: {name} = {found!r} cannot be", f"it is {setting.allowed}: {setting.help}")
    return found
