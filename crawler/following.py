"""Addresses that others name: a site's own sitemaps and feeds, and pages of other sites; they join the frontier first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.states import Outcome
from crawler.checking import Checker
from crawler.fetching import Ask, Fetched
from crawler.frontier import SLACK
from crawler.hints import MAX_SITEMAPS, TRIALS, Hint, are_believed, newer, read_announcement
from crawler.urls import canonical, host_of, key_of
from store import page_links, pages, visits


@dataclass(slots=True)
class Following:
    """What a visit follows besides the links of its pages. `home` is the canonical address of the home page."""

    checker: Checker
    site_id: str
    home: str
    hinted: set[str] = field(default_factory=set)  # keys of pages said to be newer than their last check
    announced: dict[str, Any] = field(default_factory=dict)  # what was, and how much of it was true

    async def hints(self, sitemaps: Sequence[str]) -> None:
        """Sitemaps and feeds, once in `recheck_hours`: unknown addresses join the frontier, newer ones are due now."""
        before = await self._ask(lambda c: visits.newest_counter(c, self.site_id, "hints")) or {}
        self.checker.feeds = self.checker.feeds or before.get("feeds", [])
        now = self.checker.tools.clock()
        since = now - datetime.fromisoformat(before["at"]) if "at" in before else None
        wait = timedelta(hours=self.checker.bounds.recheck_hours * SLACK)
        if (since is not None and since < wait) or not (sitemaps or self.checker.feeds):
            return
        announced = await self._announced(sitemaps)
        new = self.checker.discovery.announced_pages((hint.url for hint in announced), self.home)
        checked = await self._ask(lambda c: pages.last_checks(c, self.site_id))
        keyed = [Hint(key_of(canonical(hint.url, self.home)), hint.modified) for hint in announced]
        found = newer(keyed, checked)
        if not are_believed(before.get("asked", 0), before.get("true", 0)):
            found = found[:TRIALS]
        self.hinted = set(found)
        self.announced = {"at": now.isoformat(), "feeds": self.checker.feeds, "urls": len(announced), "new": len(new)}

        def write(connection: Connection) -> None:
            pages.discover(connection, self.site_id, self.checker.server, new, now)
            pages.bring_forward(connection, found, now)

        await self.checker.tools.keeper.write(write)

    async def others(self) -> None:
        """Addresses of this site that the text of other sites' pages leads to join the frontier, like any found here."""
        linked = await self._ask(lambda c: page_links.unasked(c, self.site_id, self.checker.discovery.hosts))
        new = self.checker.discovery.linked_elsewhere(linked)
        if new:
            now, server = self.checker.tools.clock(), self.checker.server
            await self.checker.tools.keeper.write(lambda c: pages.discover(c, self.site_id, server, new, now))

    def seen(self, key: str, outcome: Outcome) -> None:
        """Count whether a page that was said to be newer was."""
        if key in self.hinted:
            self.announced["asked"] = self.announced.get("asked", 0) + 1
            self.announced["true"] = self.announced.get("true", 0) + (outcome is Outcome.OK)

    async def _announced(self, sitemaps: Sequence[str]) -> list[Hint]:
        waiting, seen, found = [*sitemaps, *self.checker.feeds], set[str](), list[Hint]()
        while waiting and len(seen) < MAX_SITEMAPS:
            url = canonical(waiting.pop(0), self.home)
            if url in seen or host_of(url) not in self.checker.discovery.hosts:
                continue
            seen.add(url)
            if await self.checker.rules.refusal(url):
                continue
            ask = Ask(url, self.checker.discovery.hosts, {})
            result = await self.checker.tools.fetcher.fetch(ask, retries=0)
            if isinstance(result, Fetched) and result.status == 200:
                announced = read_announcement(result.body, url)
                waiting += announced.sitemaps
                found += announced.hints
        return found

    async def _ask(self, question: Callable[[Connection], Any]) -> Any:
        return await self.checker.tools.keeper.read(question)
