"""The connection to an Elasticsearch cluster: pool, greeting, and every error as one clear sentence."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, SerializationError, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, UnsupportedProductError, __version__

from core.errors import EngineGone, EngineRefused, TracuuError
from core.settings import Settings
from indexer.engines.address import Address, credentials, trust
from indexer.engines.sentences import AGAIN, AWAY, CHECK, WAIT, access_refused, api_sentence, error_of

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
"""Kept per node; the API answers sixteen questions at a time, and other pages look at its health."""


class Cluster:
    """One client with its pool; thread-safe. `ask` runs a call and turns what goes wrong into a TracuuError."""

    def __init__(self, address: Address, settings: Settings, *, patient: bool = False) -> None:
        """`patient`: no citizen waits, so that a busy cluster is waited for instead of given up."""
        self.address = address
        self.timeout = SLOW_TIMEOUT if patient else settings.number("engine_timeout")
        self._client = Elasticsearch(
            list(address.hosts),
            **credentials(settings, address),
            **trust(settings, address),
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
            raise access_refused(answer.meta.status, str(self.address), "")
        if answer.meta.status in AWAY:  # a proxy whose cluster is away, or a server that has too much to do
            self._resting_until = time.monotonic() + REST
            raise EngineGone(f"what listens at {self.address} has no answer now ({answer.meta.status})", WAIT)
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
        if said["cluster_uuid"] in ("", "_na_"):  # its indexes, and what of the store they have, are told by this id
            raise EngineGone(f"the cluster at {self.address} is just being formed", WAIT)
        return said

    def ask(
        self, call: Callable[[Elasticsearch], T], *, slow: bool = False, last: bool = True, may_miss: bool = False
    ) -> T:
        """Run `call` with the client. Raises EngineGone and EngineRefused, with `may_miss` also NotFoundError.

        `slow` is for writers: they wait longer, and try although another call has just failed. `last`: the caller will
        not try again, so that the cluster is left alone for a moment when this fails too.
        """
        if not slow:
            self._fail_at_rest()
        self.greet(slow=slow)
        try:
            return call(self._slow if slow else self._client)
        except NotFoundError as error:
            if may_miss:
                raise
            kind, reason = error_of(error.body)
            raise EngineGone(f"{self.address} no longer has what was asked for ({kind}: {reason})", AGAIN) from error
        except (ApiError, TransportError) as error:
            sentence = self._sentence(error)
            if isinstance(sentence, EngineGone) and last and not slow:
                self._resting_until = time.monotonic() + REST
            raise sentence from error

    def _fail_at_rest(self) -> None:
        if time.monotonic() < self._resting_until:
            raise EngineGone(f"the search engine at {self.address} did not answer a moment ago", WAIT)

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
                return EngineGone(f"the search engine at {where} did not answer in {self.timeout:g} s", WAIT)
            case NoConnection():
                return EngineGone(f"nothing answers at {where}: {_cause(error)}", CHECK)
            case UnsupportedProductError():
                return _not_ours(self.address, "something that is no Elasticsearch")
            case SerializationError():
                return _not_ours(self.address, "something that does not answer in JSON")
            case ApiError():
                return api_sentence(error.meta.status, error.body, where)
        return EngineGone(f"the search engine at {where} failed: {error}", CHECK)


def _not_ours(address: Address, what: str) -> EngineRefused:
    return EngineRefused(
        f"at {', '.join(address.hosts)} answers {what}",
        f"set `engine` to an Elasticsearch {CLIENT_MAJOR}.x, or leave it empty for the embedded engine",
    )


def _cause(error: TransportError) -> str:
    inner = next((str(e) for e in error.errors if str(e)), "") or str(error.message)
    return re.sub(r"^<[^>]*>: |^.*?\(.*?\): ", "", inner)[:200]
