"""One run over one site: robots.txt, the home page, then whatever is due, until nothing is or the budget is used up."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.clock import local_date
from core.sites import Host, Site
from core.states import Outcome
from crawler import checks
from crawler.checking import Checker, Tools, raw_page
from crawler.coverage import coverage
from crawler.discovery import Discovery
from crawler.fetching import Ask, Failed, Fetched
from crawler.following import Following
from crawler.frontier import Bounds, due_after_failure
from crawler.guards import Soft404Sample, sample_of
from crawler.page import hints_of
from crawler.politeness import LONGEST_WAIT, Robots, product, window_opens
from crawler.robots import HostRules
from crawler.trouble import Trouble
from crawler.urls import canonical, key_of
from store import pages, visits
from store.hosts import Home, is_elsewhere, settle
from store.pages import DueQuery, NewPage
from store.visits import VisitEnd

PARTIAL_SHARE = 0.05
"""A visit in which a larger share of the pages failed (absence is no failure) saw only a part of the site."""

STOPPED = "stopped by the operator"
"""Evidence of a visit that a signal ended."""

FEW_PAGES = 3
"""So many absent pages say nothing about a site as a whole, however small it is."""


@dataclass(slots=True)
class SiteVisit:
    """The visit of one site at one address. `run` never raises for what a site does."""

    tools: Tools
    site: Site
    host: Host
    server: str
    robots: Robots = field(default_factory=lambda: Robots(""))  # of the home page's host
    cut_short: str = ""  # why the run ended before everything due was asked
    away_until: datetime | None = None  # the server is left alone until then
    trouble: Trouble = field(default_factory=Trouble)
    turned: str = ""  # how the site went bad in the middle of the run
    begun: datetime = field(init=False)
    checker: Checker = field(init=False)
    following: Following = field(init=False)

    def __post_init__(self) -> None:
        """Work out what the configuration says for today."""
        self.begun = self.tools.clock()
        today = local_date(self.begun)
        hints = hints_of(self.tools.province, self.site, today, self.tools.sections)
        discovery = Discovery(hints.hosts, self.tools.settings.whole("max_depth"), {})
        rules = HostRules(self.tools.fetcher, hints.hosts, product(self.tools.settings.text("user_agent")))
        self.checker = Checker(self.tools, self.server, discovery, hints, Bounds.of(self.tools.settings), rules)
        self.following = Following(self.checker, self.site.id, self.home)

    @property
    def counters(self) -> Counter[str]:
        """What the visit counted, by name."""
        return self.checker.counters

    @property
    def home(self) -> str:
        """The canonical address of the home page."""
        return canonical(self.host.url)

    async def run(self) -> VisitEnd:
        """Visit the site and write how it ended; a visit that is cancelled is written down as interrupted."""
        now = self.tools.clock()
        self.checker.visit_id = await self._write(
            lambda c: visits.start(c, self.site.id, self.server, self.tools.worker, now)
        )
        try:
            ending = await self._visit()
        except BaseException as error:
            what = "stopped" if isinstance(error, asyncio.CancelledError) else f"{type(error).__name__}: {error}"
            await self._end(VisitEnd(Outcome.INTERRUPTED, what, self._counted()))
            raise
        await self._end(ending)
        return ending

    async def _end(self, ending: VisitEnd) -> None:
        now = self.tools.clock()
        await self._write(lambda c: visits.end(c, self.checker.visit_id, now, ending))

    async def _visit(self) -> VisitEnd:
        now = self.tools.clock()
        home = NewPage(self.home, 0, key=key_of(self.home))
        known = await self._settled(home.key, now)
        await self._write(lambda c: pages.discover(c, self.site.id, self.server, [home], now))
        self.checker.discovery.known |= {home.key: False} | known
        self.checker.discovery.lost = await self._ask(lambda c: pages.lost_keys(c, self.site.id))
        self.checker.discovery.remember_barren(await self._ask(lambda c: pages.barren_urls(c, self.site.id)))
        for key, shown in await self._ask(lambda c: pages.shown(c, self.site.id)):
            self.checker.discovery.duplicates.learn(key, shown)
        refusal = await self._read_robots()
        if refusal is not None:
            return await self._unwell(*refusal)
        self.checker.sample = await self._sample()
        page = await self._ask(lambda c: pages.by_key(c, home.key))
        assert page is not None
        outcome, evidence = await self.checker.check(page)
        if not outcome.is_good:
            return await self._unwell(outcome, evidence)
        await self.following.hints(self.robots.sitemaps)
        await self.following.others()
        await self._rest()
        shares = await self._ask(lambda c: coverage(c, self.site.id))
        if self.tools.stop.is_set():
            return VisitEnd(Outcome.INTERRUPTED, STOPPED, self._counted(), shares)
        if self.away_until is not None:
            until = self.away_until
            await self._write(lambda c: pages.postpone(c, self.site.id, until))
        self.counters["slowed_down"] = self.tools.fetcher.pacer(self.server).slowed
        outcome, evidence = await self._judged(evidence)
        return VisitEnd(outcome, evidence, self._counted(), shares)

    async def _settled(self, key: str, now: datetime) -> dict[str, bool]:
        """The keys of the site's pages, with those that the frontier had under another site or an earlier host."""
        home = Home(self.site.id, self.home, key, self.checker.discovery.hosts)
        known: dict[str, bool] = await self._ask(lambda c: pages.known_keys(c, self.site.id))
        if key in known and not is_elsewhere(known, home):
            return known
        self.counters["changed_hosts"] = await self._write(lambda c: settle(c, home, now))
        return dict(await self._ask(lambda c: pages.known_keys(c, self.site.id)))

    async def _judged(self, evidence: str) -> tuple[Outcome, str]:
        """How well the site as a whole was seen; only what is absent from a site that is well counts as absent."""
        if lost := self.tools.fetcher.lost(self.home) or self.turned:
            return Outcome.PARTIAL, lost
        absent, looked_at = await self._ask(lambda c: pages.count_absent(c, self.site.id))
        share = self.tools.settings.number("breaker_share")
        if absent >= FEW_PAGES and absent > share * looked_at and not self.tools.accept_absences:
            return Outcome.ABSENT, f"{absent} of {looked_at} pages say that they are not there"
        failed = sum(self.checker.failures.values())
        if failed > PARTIAL_SHARE * self.counters["pages"]:
            causes = ", ".join(f"{name} ({count})" for name, count in self.checker.failures.most_common(3))
            return Outcome.PARTIAL, f"{failed} pages failed: {causes}"
        absences = self.checker.absences
        self.counters["tombstones"] += await self._write(lambda c: checks.confirm_absences(c, absences))
        never = await self._ask(lambda c: pages.count_never(c, self.site.id))
        if never and self.cut_short:
            return Outcome.PARTIAL, f"{self.cut_short}; {never} pages were not looked at yet"
        if self.cut_short:
            self.counters["cut_short"] = 1
        return Outcome.OK, self.cut_short or evidence

    async def _unwell(self, outcome: Outcome, evidence: str) -> VisitEnd:
        """The site did not show itself: nothing more is asked of it until the home page is tried again."""
        until = due_after_failure(self.tools.clock(), 1)
        await self._write(lambda c: pages.postpone(c, self.site.id, until))
        return VisitEnd(outcome, evidence, self._counted())

    async def _read_robots(self) -> tuple[Outcome, str] | None:
        """Why the site may not be crawled, or None (RFC 9309: 4xx and endless redirects open, 5xx closed)."""
        rules = await self.checker.rules.of(self.home)
        if isinstance(rules, Failed):
            if rules.outcome is not Outcome.ROBOTS_UNREACHABLE:
                return rules.outcome, rules.evidence
            home = await self.tools.fetcher.fetch(Ask(self.home, self.checker.discovery.hosts, {}), retries=0)
            if isinstance(home, Fetched) and home.status < 500:
                return rules.outcome, rules.evidence
            return Outcome.HTTP_5XX, f"{rules.evidence}, and so does the home page"
        self.robots, address = rules, canonical("/robots.txt", self.home)
        if rules.unread_delay:
            self.checker.notes.setdefault("crawl_delay: no number, none is kept", address)
        if rules.asked_delay:
            self.counters["crawl_delay_seconds"] = round(rules.asked_delay)
        if not rules.allows(self.home):
            return Outcome.ROBOTS, f"{address} forbids the home page"
        return None

    async def _sample(self) -> Soft404Sample | None:
        """What the site answers for an address that cannot exist."""
        address = canonical(f"/khong-co-trang-nay-{secrets.token_hex(6)}.html", self.host.url)
        if not self.robots.allows(address):
            return None
        ask = Ask(address, self.checker.discovery.hosts, {}, self.checker.rules.refusal)
        result = await self.tools.fetcher.fetch(ask, retries=0)
        return sample_of(raw_page(result)) if isinstance(result, Fetched) and result.status == 200 else None

    async def _rest(self) -> None:
        """Everything else that is due; addresses found on the way are due at once."""
        lanes = max(1, self.site.politeness.concurrency)
        while not self._must_end():
            query = DueQuery(self.site.id, self.checker.visit_id, self.tools.clock(), self.tools.everything)
            batch = await self._ask(lambda c, query=query: pages.due(c, query))  # type: ignore[misc]
            if not batch:
                return
            queue = iter(batch)
            await asyncio.gather(*(self._lane(queue) for _ in range(lanes)))

    def _must_end(self) -> bool:
        """Whether the run over this site is over before everything due was asked; says why in `cut_short`."""
        if not self.cut_short:
            self.cut_short = self._limit()
        return bool(self.cut_short) or self.tools.stop.is_set()

    def _limit(self) -> str:
        rules, now = self.site.politeness, self.tools.clock()
        if self.counters["pages"] >= rules.max_pages:
            return f"the budget of {rules.max_pages} pages a run was used up"
        if self.counters["bytes"] > rules.max_bytes:
            return f"the budget of {rules.max_bytes} bytes a run was used up"
        minutes = min(rules.max_minutes, self.tools.minutes or rules.max_minutes)
        if now - self.begun > timedelta(minutes=minutes):
            why = f" (robots.txt asks for {self.robots.asked_delay:g} s between requests)" * bool(self.robots.delay)
            return f"{minutes:g} minutes were used up{why}"
        if opening := window_opens(rules.window, now):
            self.away_until = opening
            return f"its window {rules.window} closed"
        if lost := self.tools.fetcher.lost(self.home) or self.turned:
            self.away_until = due_after_failure(now, 1)
            return lost
        wait = self.tools.fetcher.pacer(self.server).wait
        if wait > LONGEST_WAIT:
            self.away_until = now + timedelta(seconds=wait)
            return f"the server asked to be left alone for {wait / 60:.0f} minutes"
        return ""

    async def _lane(self, queue: Any) -> None:
        for page in queue:
            if self._must_end():
                return
            outcome, _ = await self.checker.check(page)
            await self._heed(outcome)
            self.following.seen(page.key, outcome)
            if self.tools.told:
                self.tools.told(self.site.id, self.counters["pages"], None)

    async def _heed(self, outcome: Outcome) -> None:
        """Look at the home page again after many troubled pages in a row, and ask for nothing more when it is bad too."""
        many = self.trouble.seen(outcome)
        if not many:
            return
        home = await self._ask(lambda c: pages.by_key(c, key_of(self.home)))
        assert home is not None
        outcome, evidence = await self.checker.check(home)
        if not outcome.is_good:
            self.turned = f"{many} pages in a row failed, then the home page too: {outcome.value}, {evidence}"

    def _counted(self) -> dict[str, Any]:
        excepted = self.site.tls_exception_on(local_date(self.begun))
        return {
            **{name: count for name, count in self.counters.items() if count},
            "failed": dict(self.checker.failures),
            "traps": dict(self.checker.discovery.traps),
            "trap_examples": dict(self.checker.discovery.trap_examples),
            **({"duplicate_links": refused} if (refused := self.checker.discovery.duplicates.refused) else {}),
            **({"tls_exception": f"{excepted.reason} (until {excepted.until})"} if excepted else {}),
            **({"hints": self.following.announced} if self.following.announced else {}),
            "notes": dict(list(self.checker.notes.items())[:50]),
        }

    async def _write(self, change: Callable[[Connection], Any]) -> Any:
        return await self.tools.keeper.write(change)

    async def _ask(self, question: Callable[[Connection], Any]) -> Any:
        return await self.tools.keeper.read(question)
