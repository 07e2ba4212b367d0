"""robots.txt of each host of a site: it speaks for the host on which it stands, and "www." is another one (RFC 9309, 2.3)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from core.states import Outcome
from crawler.fetching import Ask, Failed, Fetched, Fetcher
from crawler.politeness import OUR_NAME, Robots
from crawler.urls import canonical, host_of

LEADS_AWAY = (Outcome.REDIRECT_LOOP, Outcome.MOVED, Outcome.LOGIN)
"""What comes of a robots.txt that is none: the site is open (RFC 9309, 2.3.1.2), its home page tells more."""


def rules_in(result: Fetched | Failed, agent: str = OUR_NAME) -> Robots | Failed:
    """The rules that an answer to /robots.txt holds: 4xx and what leads away open, 5xx and silence closed."""
    if isinstance(result, Failed):
        return Robots("") if result.outcome in LEADS_AWAY else result
    if result.status >= 500:
        return Failed(Outcome.ROBOTS_UNREACHABLE, f"{result.url} answers {result.status}", result.status)
    return Robots(result.body if result.status == 200 else "", agent)


@dataclass(slots=True)
class HostRules:
    """The rules of a site's hosts for `agent`, each read when the first address on it comes up."""

    fetcher: Fetcher
    hosts: frozenset[str]
    agent: str = OUR_NAME
    answers: dict[str, Fetched | Failed] = field(default_factory=dict)  # host → what came for its robots.txt
    _known: dict[str, Robots | Failed] = field(default_factory=dict)
    _door: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, url: str) -> Robots | Failed:
        """The rules of the host of an address, its Crawl-delay kept; why they could not be read."""
        host = host_of(url)
        async with self._door:
            if host not in self._known:
                answer = await self.fetcher.fetch(Ask(canonical("/robots.txt", url), self.hosts, {}))
                rules, self.answers[host] = rules_in(answer, self.agent), answer
                self._known[host] = rules
                if isinstance(rules, Robots) and rules.asked_delay:
                    self.fetcher.keep_crawl_delay(host, rules.delay)
            return self._known[host]

    def speak_for(self, url: str) -> bool:
        """Whether an address is on a host of the site at all: the frontier may have one on a host of its past."""
        return host_of(url) in self.hosts

    async def refusal(self, url: str) -> Failed | None:
        """Why an address may not be asked for; None where it may."""
        if not self.speak_for(url):
            return Failed(Outcome.MOVED, f"{host_of(url)} is no host of the site today")
        rules = await self.of(url)
        if isinstance(rules, Failed):
            return rules
        return None if rules.allows(url) else Failed(Outcome.ROBOTS, "forbidden by robots.txt")
