"""The connection to an Elasticsearch cluster: address, credentials, greeting, and every error as one clear sentence."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, UnsupportedProductError, __version__

from core.errors import ConfigError, EngineGone, EngineRefused, TracuuError
from core.settings import Settings

T = TypeVar("T")

CLIENT_MAJOR = int(__version__[0])
"""Client and server must have the same first number; tried with client 9.5.1 and server 9.5.3."""

SLOW_TIMEOUT = 60.0
"""Seconds for what no citizen waits for: bulk, refresh, new indexes, snapshots."""

RETRIES = 2
"""Other nodes that are asked when one does not answer. No hedging: a second question would only load a slow cluster."""

REST = 2.0
"""Seconds in which nobody waits for a cluster that has just not answered: the time-out is paid once, not by each."""

CONNECTIONS = 32
"""Kept per node; the API answers with up to 40 threads."""

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
    return Address(tuple(_host(scheme, host, text) for host in hosts.split(",")), alias)


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


class Cluster:
    """One client with its pool; thread-safe. `ask` runs a call and turns what goes wrong into a TracuuError."""

    def __init__(self, address: Address, settings: Settings, *, patient: bool = False) -> None:
        """`patient`: no citizen waits, so that a busy cluster is waited for instead of given up."""
        self.address = address
        self.timeout = SLOW_TIMEOUT if patient else settings.number("engine_timeout")
        self._client = Elasticsearch(
            list(address.hosts),
            **_credentials(settings, address),
            **_trust(settings),
            request_timeout=self.timeout,
            connections_per_node=CONNECTIONS,
            max_retries=RETRIES,
            retry_on_timeout=True,
            max_dead_node_backoff=10,
            sniff_on_start=False,
            sniff_on_node_failure=False,
        )
        self._slow = self._client.options(request_timeout=SLOW_TIMEOUT, max_retries=RETRIES + 2)
        self._greeting: Mapping[str, Any] | None = None
        self._greeting_lock = threading.Lock()
        self._resting_until = 0.0

    @property
    def uuid(self) -> str:
        """The cluster's own id, the same for as long as its data lives."""
        return str(self.greet()["cluster_uuid"])

    def greet(self, *, slow: bool = True) -> Mapping[str, Any]:
        """Make sure, once, that this is an Elasticsearch of our version; what it says of itself."""
        if self._greeting is None:
            with self._greeting_lock:
                if not slow:
                    self._fail_at_rest()
                if self._greeting is None:
                    self._greeting = self._greeted()
        return self._greeting

    def _greeted(self) -> Mapping[str, Any]:
        # Past the client, which would only say "unsupported product": we name what answers instead.
        headers = {"accept": "application/json", **self._client._headers}
        try:
            answer = self._client.transport.perform_request(
                "GET", "/", headers=headers, request_timeout=self.timeout, max_retries=RETRIES, retry_on_timeout=True
            )
        except TransportError as error:
            sentence = self._sentence(error)
            if isinstance(sentence, EngineGone):
                self._resting_until = time.monotonic() + REST
            raise sentence from error
        if answer.meta.status in (401, 403):
            raise _access_refused(answer.meta.status, str(self.address), "")
        said = answer.body if isinstance(answer.body, Mapping) else {}
        version: Any = said.get("version")
        version = version if isinstance(version, Mapping) else {}
        number = str(version.get("number", ""))
        if version.get("distribution"):
            raise _not_ours(self.address, f"{version['distribution']} {number}".strip())
        if not number or "cluster_uuid" not in said:
            raise _not_ours(self.address, f"something that is no Elasticsearch (it answered {answer.meta.status})")
        if number.partition(".")[0] != str(CLIENT_MAJOR):
            raise EngineRefused(
                f"the server is Elasticsearch {number}, this program's client is {'.'.join(map(str, __version__))}: "
                "their first numbers must be the same",
                f"upgrade the server to {CLIENT_MAJOR}.x (docs/operations.md says in which order)",
            )
        return said

    def ask(self, call: Callable[[Elasticsearch], T], *, slow: bool = False, last: bool = True) -> T:
        """Run `call` with the client. Raises EngineGone and EngineRefused; NotFoundError passes, the caller knows why.

        `slow` is for writers: they wait longer, and try although another call has just failed. `last`: the caller will
        not try again, so that the cluster is left alone for a moment when this fails too.
        """
        if not slow:
            self._fail_at_rest()
        self.greet(slow=slow)
        try:
            return call(self._slow if slow else self._client)
        except NotFoundError:
            raise
        except (ApiError, TransportError) as error:
            sentence = self._sentence(error)
            if isinstance(sentence, EngineGone) and last and not slow:
                self._resting_until = time.monotonic() + REST
            raise sentence from error

    def _fail_at_rest(self) -> None:
        if time.monotonic() < self._resting_until:
            raise EngineGone(f"the search engine at {self.address} did not answer a moment ago", _WAIT)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _sentence(self, error: Exception) -> TracuuError:
        where = str(self.address)
        match error:
            case TlsError():
                return EngineRefused(
                    f"no trusted connection to {where}: {_cause(error)}",
                    "set engine_ca to the authority's PEM file, or engine_fingerprint; check http and https in `engine`",
                )
            case ConnectionTimeout():
                return EngineGone(f"the search engine at {where} did not answer in {self.timeout:g} s", _WAIT)
            case NoConnection():
                return EngineGone(f"nothing answers at {where}: {_cause(error)}", _CHECK)
            case UnsupportedProductError():
                return _not_ours(self.address, "something that is no Elasticsearch")
            case SerializationError():
                return _not_ours(self.address, "something that does not answer in JSON")
            case ApiError():
                return api_sentence(error.meta.status, error.body, where)
        return EngineGone(f"the search engine at {where} failed: {error}", _CHECK)


_WAIT = "it is asked again by itself; look at its nodes if this lasts"
_CHECK = "check the setting `engine` for a typing error, and that the cluster is up"


def api_sentence(status: int, body: object, where: str) -> TracuuError:
    """An error answer of Elasticsearch as a sentence with its remedy."""
    kind, reason = error_of(body)
    if kind == "cluster_block_exception":
        return blocked(reason)
    if status in (401, 403):
        return _access_refused(status, where, reason)
    if status in (429, 502, 503, 504):
        return EngineGone(f"the search engine at {where} has no answer now ({status} {kind}: {reason})", _WAIT)
    return EngineRefused(f"the search engine at {where} refused: {status} {kind}: {reason}", "run `tracuu index check`")


def error_of(body: object) -> tuple[str, str]:
    """Type and reason of an error body, from its root cause when there is one."""
    found = body.get("error", body) if isinstance(body, Mapping) else {"reason": str(body)[:200]}
    if not isinstance(found, Mapping):
        return "", str(found)
    cause = next(iter(found.get("root_cause") or ()), found)
    return str(cause.get("type") or found.get("type", "")), str(cause.get("reason") or found.get("reason", ""))


def blocked(reason: str) -> EngineRefused:
    """The index may not be written: mostly a disk above its flood-stage watermark."""
    if "flood" in reason or "read-only-allow-delete" in reason:
        return EngineRefused(
            f"the index is read-only because a disk of the cluster is full: {reason}",
            "free disk space or add a node; Elasticsearch lifts the block by itself, then run the same command: "
            "nothing was lost",
        )
    return EngineRefused(
        f"the cluster blocks this: {reason}", "have its administrator lift the block, then run the same command"
    )


def _access_refused(status: int, where: str, reason: str) -> EngineRefused:
    if status == 401:
        return EngineRefused(
            f"the search engine at {where} does not accept the credentials",
            "set engine_api_key, or engine_user and engine_password, in settings.toml of the data folder",
        )
    return EngineRefused(
        f"the credentials for {where} lack a privilege{': ' + reason if reason else ''}",
        "grant `monitor` on the cluster and `all` on ALIAS and ALIAS-* (docs/operations.md, Elasticsearch)",
    )


def _not_ours(address: Address, what: str) -> EngineRefused:
    return EngineRefused(
        f"at {', '.join(address.hosts)} answers {what}",
        f"set `engine` to an Elasticsearch {CLIENT_MAJOR}.x, or leave it empty for the embedded engine",
    )


def _cause(error: TransportError) -> str:
    inner = next((str(e) for e in error.errors if str(e)), "") or str(error.message)
    return re.sub(r"^<[^>]*>: |^.*?\(.*?\): ", "", inner)[:200]


def _credentials(settings: Settings, address: Address) -> dict[str, Any]:
    key, user = settings.text("engine_api_key"), settings.text("engine_user")
    if not key and not user:
        return {}
    if key and user:
        raise ConfigError("both engine_api_key and engine_user are set", "keep one of them")
    for host in address.hosts:
        if host.startswith("http://") and not _LOOPBACK.fullmatch(urlsplit(host).netloc.rpartition(":")[0]):
            raise ConfigError(f"credentials would go to {host} unencrypted", "use https:// in the setting `engine`")
    return {"api_key": key} if key else {"basic_auth": (user, settings.text("engine_password"))}


def _trust(settings: Settings) -> dict[str, Any]:
    authority, fingerprint = settings.text("engine_ca"), settings.text("engine_fingerprint")
    if fingerprint:
        if not re.fullmatch(r"(?:[0-9A-Fa-f]{2}:?){32}", fingerprint):
            raise ConfigError("engine_fingerprint is no SHA-256 fingerprint", "64 hexadecimal digits, colons allowed")
        return {"ssl_assert_fingerprint": fingerprint}
    if authority and not Path(authority).is_file():
        raise ConfigError(f"engine_ca = “{authority}”: there is no such file", "name the authority's PEM file")
    return {"ca_certs": authority} if authority else {}
