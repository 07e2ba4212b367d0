"""Where a cluster is and how it is trusted: the settings taken apart, and what is wrong with them said before anything is sent."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import ConfigError
from core.settings import Settings

_ALIAS = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[::1\]")
_REMEDY = "set `engine` to http(s)://HOST:PORT[,HOST:PORT…]/ALIAS, such as https://search1:9200,search2:9200/tracuu"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster is and under which alias the index lives there."""

    hosts: tuple[str, ...]  # scheme://host:port
    alias: str

    def __str__(self) -> str:
        return f"{', '.join(self.hosts)} (alias {self.alias})"


def parse_address(text: str) -> Address:
    """The setting `engine` taken apart; ConfigError says what is wrong with it."""
    scheme, sign, rest = text.partition("://")
    hosts, slash, alias = rest.partition("/")
    if scheme not in ("http", "https") or not sign:
        raise ConfigError(f"engine = “{_shown(text)}” is no address of a search engine", _REMEDY)
    if "@" in hosts:
        raise ConfigError(
            "engine holds a password, which would be shown and logged",
            "leave it out of the address; use engine_api_key, or engine_user and engine_password",
        )
    if not slash or not _ALIAS.fullmatch(alias):
        raise ConfigError(
            f"engine = “{text}” names no alias" if not alias else f"“{alias}” cannot be an alias",
            f"{_REMEDY}; an alias has small letters, digits, “-”, “_” and “.”",
        )
    each = tuple(_host(scheme, host, text) for host in hosts.split(","))
    twice = sorted({host for host in each if each.count(host) > 1})
    if twice:
        raise ConfigError(f"engine = “{text}”: {twice[0]} stands twice", "name every node once")
    return Address(each, alias)


def _shown(text: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", text)


def _host(scheme: str, host: str, text: str) -> str:
    try:
        parts = urlsplit(f"{scheme}://{host.strip()}")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if not parts.hostname or port is None:
        raise ConfigError(f"engine = “{text}”: “{host}” is not HOST:PORT", _REMEDY)
    return f"{scheme}://{host.strip()}"


def credentials(settings: Settings, address: Address) -> dict[str, Any]:
    """The client's arguments for a key or a password; none is sent unencrypted to another machine."""
    key, user, password = (settings.text(f"engine_{name}") for name in ("api_key", "user", "password"))
    if key and user:
        raise ConfigError("both engine_api_key and engine_user are set", "keep one of them")
    if bool(user) != bool(password):
        missing, given = ("engine_password", "engine_user") if user else ("engine_user", "engine_password")
        raise ConfigError(f"{given} is set without {missing}", "set both in settings.toml of the data folder")
    if not key and not user:
        return {}
    if not re.fullmatch(r"[\x21-\x7e]*", key):
        raise ConfigError(
            "engine_api_key holds a character that no key has, such as a space or a line's end",
            "copy the value `encoded` of the answer that made the key",
        )
    for host in address.hosts:
        if host.startswith("http://") and not _LOOPBACK.fullmatch(urlsplit(host).netloc.rpartition(":")[0]):
            raise ConfigError(f"credentials would go to {host} unencrypted", "use https:// in the setting `engine`")
    # Encoded here: the client takes names and passwords in ASCII only.
    return {"api_key": key} if key else {"basic_auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def trust(settings: Settings, address: Address) -> dict[str, Any]:
    """The client's arguments for whom to trust."""
    authority, fingerprint = settings.text("engine_ca"), settings.text("engine_fingerprint")
    for name, value in (("engine_ca", authority), ("engine_fingerprint", fingerprint)):
        if value and address.hosts[0].startswith("http://"):
            raise ConfigError(
                f"{name} is set, but {address.hosts[0]} has no TLS", "use https:// in the setting `engine`"
            )
    if fingerprint:
        if not re.fullmatch(r"(?:[0-9A-Fa-f]{2}:?){32}", fingerprint):
            raise ConfigError("engine_fingerprint is no SHA-256 fingerprint", "64 hexadecimal digits, colons allowed")
        return {"ssl_assert_fingerprint": fingerprint}
    if authority and not Path(authority).is_file():
        raise ConfigError(f"engine_ca = “{authority}”: there is no such file", "name the authority's PEM file")
    return {"ca_certs": authority} if authority else {}
