"""Asking for one URL: checked addresses on every hop, redirects in sight, retries by cause. Scrapy's downloader does the rest."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    UnsupportedURLSchemeError,
)
from w3lib.html import get_meta_refresh

from core.clock import Clock
from core.sites import Politeness
from core.states import Outcome
from crawler.guards import is_login_address
from crawler.limits import TooMuch, Unpackable
from crawler.politeness import LeftAlone, Lost, Pacer, retry_after
from crawler.resolver import Resolver, Unresolvable, Unsafe
from crawler.urls import canonical, host_of, with_session

MAX_HOPS = 8
"""Redirects followed; browsers stop at 20, no page of the 48 sites needs more than 3."""

HEAD_BYTES = 8_192
"""Bytes of a page in which a refresh is looked for."""

LONGEST_REFRESH = 10.0
"""Seconds; a page that sends its reader away later is read first (a session that ends, a news ticker)."""

RETRY_PAUSES = (1.0, 3.0)
"""Seconds before the second and third attempt after a timeout, a reset or a 5xx."""

_TOO_LARGE = re.compile(r"max ?size", re.I)  # what Scrapy says of a body past DOWNLOAD_MAXSIZE, announced or come

REDIRECTS = (301, 302, 303, 307, 308)
UNANSWERED = (Outcome.TIMEOUT, Outcome.REFUSED)
RETRIED = (*UNANSWERED, Outcome.HTTP_5XX)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is the address that finally answered; header names are as sent."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    at: datetime
    seconds: float

    def header(self, name: str) -> str:
        """One header, "" when it was not sent."""
        return next((value for key, value in self.headers.items() if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class Failed:
    """No answer of the site itself, and why."""

    outcome: Outcome
    evidence: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: where, with which extra headers, and which hosts are the site's own. `refusal` tells why an address on
    these may not be asked for (robots.txt), before a redirect leads there."""

    url: str
    hosts: frozenset[str]
    headers: Mapping[str, str]
    refusal: Callable[[str], Awaitable[Failed | None]] | None = None


@dataclass(frozen=True, slots=True)
class Manners:
    """How a run asks: requests at once over all servers, and for each server the rules of its sites; for each host those of
    its site, where it stands on another server ("www.")."""

    concurrency: int
    rules: Mapping[str, Sequence[Politeness]]
    hosts: Mapping[str, Politeness] = field(default_factory=dict)


class Fetcher:
    """Fetches for all sites of a run. `download` is Scrapy's `engine.download_async`.

    `claim` takes the lease of a server on which no site of the run stands ("www." may be on another one); it returns the
    worker that has it already, "" when it is ours.
    """

    def __init__(
        self,
        download: Callable[[Request], Awaitable[Any]],
        resolver: Resolver,
        clock: Clock,
        manners: Manners,
        claim: Callable[[str], Awaitable[str]] | None = None,
    ) -> None:
        self._download, self._resolver, self._clock, self._claim = download, resolver, clock, claim
        self._gate, self._hosts = asyncio.Semaphore(manners.concurrency), manners.hosts
        self._pacers = {server: Pacer(rules, clock) for server, rules in manners.rules.items()}

    def pacer(self, server: str, host: str = "") -> Pacer:
        """The turns of a server; one that no site stands on is asked as gently as the host's site, or as any."""
        if server not in self._pacers:
            self._pacers[server] = Pacer([self._hosts.get(host, Politeness())], self._clock)
        return self._pacers[server]

    def keep_crawl_delay(self, host: str, seconds: float) -> None:
        """What robots.txt of a host asks for; the host has been asked before."""
        if server := self._resolver.address_of(host):
            self.pacer(server, host).keep_crawl_delay(host, seconds)

    def lost(self, url: str) -> str:
        """Why the host of this address is asked no more in this run; "" while it is."""
        server = self._resolver.address_of(host_of(url))
        lost = self.pacer(server).lost.get(host_of(url)) if server else None
        return lost.why if lost else ""

    async def fetch(self, ask: Ask, *, retries: int = len(RETRY_PAUSES)) -> Fetched | Failed:
        """The answer after redirects within the site's hosts; two more attempts after a timeout, reset or 5xx."""
        result = await self._tried(ask, retries)
        await self._heed(ask.url, result)
        return result

    async def _heed(self, url: str, result: Fetched | Failed) -> None:
        """Give up a host for this run when nothing comes any more, not even robots.txt.

        A closed network would else cost three time limits for each page that is due: hours.
        """
        host, server = host_of(url), self._resolver.address_of(host_of(url))
        if server is None:
            return
        pacer = self.pacer(server)
        if isinstance(result, Fetched) or result.outcome not in UNANSWERED:
            pacer.alive(host)
        elif pacer.unanswered(host):
            sign = await self._once(canonical("/robots.txt", url), {})
            if isinstance(sign, Fetched) or sign.outcome not in UNANSWERED:
                pacer.alive(host)
            else:
                pacer.lost.setdefault(host, Lost(sign.outcome, f"nothing answers any more: {sign.evidence}"))

    async def _tried(self, ask: Ask, retries: int) -> Fetched | Failed:
        for pause in RETRY_PAUSES[:retries]:
            result = await self._follow(ask)
            asks_to_wait = isinstance(result, Fetched) and result.header("retry-after")
            if asks_to_wait or not _is_worth_another(result) or self.lost(ask.url):
                return result
            await asyncio.sleep(pause)
        return await self._follow(ask)

    async def _follow(self, ask: Ask) -> Fetched | Failed:
        url, seen, session = ask.url, {ask.url}, ""
        jar: defaultdict[str, dict[str, str]] = defaultdict(
            dict
        )  # host → cookies, for this request and its redirects alone
        for _ in range(MAX_HOPS):
            cookies = jar[host_of(url)]
            result = await self._once(session or url, {**ask.headers, **_sent_back(cookies)})
            if session and isinstance(result, Fetched):
                result = replace(result, url=url)
            if isinstance(result, Failed) or (location := _led_to(result)) is None:
                return result
            target = canonical(location, url)
            if result.status not in REDIRECTS and target == url:
                return result  # a page that only shows itself anew
            where = f"{url} redirects to {target or location or 'nowhere'}"
            if refusal := _refuse_hop(target, where, result.status, ask.hosts):
                return refusal
            session = with_session(location, url) if target in seen else ""
            given = dict(_COOKIE.findall(result.header("set-cookie")))
            is_asked_anew = bool(given.keys() - cookies.keys())  # by a server that wants to see its cookie first
            cookies |= given
            if (session or target) in seen and not is_asked_anew:
                return Failed(Outcome.REDIRECT_LOOP, f"{url} leads back to {target}", result.status)
            if ask.refusal and (forbidden := await ask.refusal(target)):
                return replace(forbidden, evidence=f"{where}: {forbidden.evidence}")
            seen.add(session or target)
            url = target
        return Failed(Outcome.REDIRECT_LOOP, f"more than {MAX_HOPS} redirects from {ask.url}")

    async def _once(self, url: str, headers: Mapping[str, str]) -> Fetched | Failed:
        try:
            server = await self._resolver.resolve(host_of(url))
        except Unresolvable as error:
            return Failed(Outcome.DNS, str(error))
        except Unsafe as error:
            return Failed(Outcome.UNSAFE, str(error))
        if server not in self._pacers and self._claim and (holder := await self._claim(server)):
            return Failed(Outcome.BLOCKED, f"{url} was not asked for: its server {server} is being crawled by {holder}")
        pacer = self.pacer(server, host_of(url))
        if lost := pacer.lost.get(host_of(url)):
            return Failed(lost.outcome, f"{url} was not asked for: {lost.why}")
        try:
            return await self._in_turn(url, headers, pacer, server)
        except LeftAlone as error:
            return Failed(Outcome.BLOCKED, f"{url} was not asked for: {error}")

    async def _in_turn(self, url: str, headers: Mapping[str, str], pacer: Pacer, server: str) -> Fetched | Failed:
        request = Request(url, headers=dict(headers), meta={"download_slot": server}, dont_filter=True)
        async with pacer.turn(host_of(url), self._gate):
            begun = monotonic()
            try:
                response = await self._download(request)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                return _failure(error, url)
        names = {key.decode("latin-1"): values for key, values in response.headers.items()}
        sent = {key: _header_text(b", ".join(values)) for key, values in names.items()}
        seconds = float(request.meta.get("download_latency", monotonic() - begun))
        now = self._clock()
        asked = next((value for key, value in sent.items() if key.lower() == "retry-after"), "")
        pacer.answered(response.status, seconds, retry_after(asked, now))
        return Fetched(url, response.status, sent, bytes(response.body), now, seconds)


_COOKIE = re.compile(r"(?:^|, ?)([\w!#$%&'*.^`|~+-]+)=([^;,]*)")
"""Name and value in a Set-Cookie, or several joined by commas; “Expires=Wed, 09 Jun” has a comma, and no name after it."""


def _sent_back(cookies: Mapping[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}


def _header_text(sent: bytes) -> str:
    """A header as browsers read it: RFC 9110 §5.5 allows ASCII, servers write addresses and file names in UTF-8."""
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return sent.decode("latin-1")


def _is_worth_another(result: Fetched | Failed) -> bool:
    if isinstance(result, Fetched):
        return result.status >= 500
    return result.outcome in RETRIED


def _led_to(result: Fetched) -> str | None:
    """Where an answer sends its reader at once, by status or by `<meta http-equiv="refresh">`; None when it stays."""
    if result.status in REDIRECTS:
        return result.header("location")
    head = result.body[:HEAD_BYTES]
    if result.status != 200 or b"refresh" not in head.lower():
        return None
    try:
        seconds, target = get_meta_refresh(head.decode("utf-8", "replace"), result.url)
    except ValueError:  # to what is no address: browsers stay too
        return None
    return target if seconds is not None and seconds <= LONGEST_REFRESH else None


def _refuse_hop(target: str, where: str, status: int, hosts: frozenset[str]) -> Failed | None:
    if not target:
        return Failed(Outcome.UNSAFE, where, status)
    if is_login_address(target):
        return Failed(Outcome.LOGIN, where, status)
    if host_of(target) not in hosts:
        return Failed(Outcome.MOVED, where, status)
    return None


def _past_a_cap(error: Exception, cause: BaseException, url: str) -> Failed | None:
    """What `crawler.limits` said, wherever it lies: raised itself, or among the reasons that Twisted gathers."""
    for one in (error, *(reason.value for reason in getattr(cause, "reasons", ()))):
        if isinstance(one, TooMuch | Unpackable):
            outcome = Outcome.TOO_LARGE if isinstance(one, TooMuch) else Outcome.UNREADABLE
            return Failed(outcome, f"{url}: {one}"[:500])
    return None


def _failure(error: Exception, url: str) -> Failed:
    cause = error.__cause__ if error.__cause__ is not None else error
    words = f"{url}: {cause or type(cause).__name__}"[:500]
    if told := _past_a_cap(error, cause, url):
        return told
    if isinstance(error, DownloadTimeoutError):
        return Failed(Outcome.TIMEOUT, words)
    if isinstance(error, CannotResolveHostError):
        return Failed(Outcome.DNS, words)
    if isinstance(error, UnsupportedURLSchemeError):
        return Failed(Outcome.UNSAFE, words)
    if isinstance(error, DownloadCancelledError) and _TOO_LARGE.search(str(error)):
        return Failed(Outcome.TOO_LARGE, words)
    if isinstance(error, DownloadConnectionRefusedError):
        return Failed(Outcome.REFUSED, words)
    if any(word in f"{type(error).__name__} {cause!r}" for word in ("SSL", "certificate", "VerificationError", "TLS")):
        return Failed(Outcome.TLS, words)
    return Failed(Outcome.REFUSED, words)  # reset, cut off, no answer: the server is there and does not talk to us
