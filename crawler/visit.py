"""One run over one site: robots.txt, the home page, then whatever is due, until nothing is or the budget is used up."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock, local_date
from core.settings import Settings
from core.sites import Host, Site
from core.states import Outcome
from crawler import checks
from crawler.checks import Capture, Check, Failure, Leads
from crawler.coverage import coverage
from crawler.discovery import Discovery
from crawler.fetching import Ask, Failed, Fetched, Fetcher
from crawler.frontier import SLACK, Bounds, due_after_failure
from crawler.guards import Soft404Sample, sample_of
from crawler.hints import MAX_SITEMAPS, TRIALS, Hint, are_believed, feeds_of, newer, read_announcement
from crawler.keeping import Again, Arrived, Keeper
from crawler.page import RawPage, SiteHints
from crawler.politeness import LONGEST_WAIT, Robots, retry_after, window_opens
from crawler.readers import Readers
from crawler.reading import Understood
from crawler.sections import SectionTable
from crawler.urls import canonical, host_of, key_of
from store import page_links, pages, visits
from store.archive import Answer
from store.pages import DueQuery, NewPage, Page
from store.visits import VisitEnd

SLOW_SECONDS = 5.0
"""An answer that takes longer is counted as slow; a citizen has left by then."""

PARTIAL_SHARE = 0.05
"""A visit in which a larger share of the pages failed (absence is no failure) saw only a part of the site."""

FEW_PAGES = 3
"""So many absent pages say nothing about a site as a whole, however small it is."""

_ABSENCES = (Outcome.GONE, Outcome.SOFT_404)


@dataclass(frozen=True, slots=True)
class Tools:
    """What all visits of a run share."""

    fetcher: Fetcher
    keeper: Keeper
    settings: Settings
    clock: Clock
    sections: SectionTable
    readers: Readers
    worker: str
    everything: bool
    stop: asyncio.Event
    accept_absences: bool = False
    told: Callable[[str, int, int | None], None] | None = None


@dataclass(slots=True)
class SiteVisit:
    """The visit of one site at one address. `run` never raises for what a site does."""

    tools: Tools
    site: Site
    host: Host
    server: str
    visit_id: int = 0
    robots: Robots = field(default_factory=lambda: Robots(""))
    sample: Soft404Sample | None = None
    counters: Counter[str] = field(default_factory=Counter)
    notes: dict[str, str] = field(default_factory=dict)  # note → first page that has it
    failures: Counter[str] = field(default_factory=Counter)
    absences: list[Check] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)  # that the home page names
    hinted: set[str] = field(default_factory=set)  # keys of pages said to be newer than their last check
    announced: dict[str, Any] = field(default_factory=dict)
    cut_short: str = ""  # why the run ended before everything due was asked
    away_until: datetime | None = None  # the server is left alone until then
    begun: datetime = field(init=False)
    discovery: Discovery = field(init=False)
    hints: SiteHints = field(init=False)
    bounds: Bounds = field(init=False)

    def __post_init__(self) -> None:
        """Work out what the configuration says for today."""
        self.begun = self.tools.clock()
        today = local_date(self.begun)
        hosts = frozenset({self.host.name})
        self.bounds = Bounds.of(self.tools.settings)
        self.discovery = Discovery(hosts, self.tools.settings.whole("max_depth"), {})
        self.hints = SiteHints(
            self.site.cms_family, self.site.quirks, hosts, self.site.owner_on(today), self.tools.sections
        )

    @property
    def home(self) -> str:
        """The canonical address of the home page."""
        return canonical(self.host.url)

    async def run(self) -> VisitEnd:
        """Visit the site and write how it ended; a visit that is cancelled is written down as interrupted."""
        now = self.tools.clock()
        self.visit_id = await self._write(lambda c: visits.start(c, self.site.id, self.server, self.tools.worker, now))
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
        await self._write(lambda c: visits.end(c, self.visit_id, now, ending))

    async def _visit(self) -> VisitEnd:
        now = self.tools.clock()
        home = NewPage(self.home, 0, key=key_of(self.home))
        await self._write(lambda c: pages.discover(c, self.site.id, self.server, [home], now))
        self.discovery.known |= await self._ask(lambda c: pages.known_keys(c, self.site.id))
        self.discovery.remember_barren(await self._ask(lambda c: pages.barren_urls(c, self.site.id)))
        refusal = await self._read_robots()
        if refusal is not None:
            return await self._unwell(*refusal)
        self.sample = await self._sample()
        page = await self._ask(lambda c: pages.by_key(c, home.key))
        assert page is not None
        outcome, evidence = await self._check(page)
        if not outcome.is_good:
            return await self._unwell(outcome, evidence)
        await self._follow_hints()
        await self._follow_others()
        await self._rest()
        shares = await self._ask(lambda c: coverage(c, self.site.id))
        if self.tools.stop.is_set():
            return VisitEnd(Outcome.INTERRUPTED, "stopped by the operator", self._counted(), shares)
        if self.away_until is not None:
            until = self.away_until
            await self._write(lambda c: pages.postpone(c, self.site.id, until))
        self.counters["slowed_down"] = self.tools.fetcher.pacer(self.server).slowed
        outcome, evidence = await self._judged(evidence)
        return VisitEnd(outcome, evidence, self._counted(), shares)

    async def _judged(self, evidence: str) -> tuple[Outcome, str]:
        """How well the site as a whole was seen; only what is absent from a site that is well counts as absent."""
        if lost := self.tools.fetcher.lost(self.home):
            return Outcome.PARTIAL, lost
        absent, looked_at = await self._ask(lambda c: pages.count_absent(c, self.site.id))
        share = self.tools.settings.number("breaker_share")
        if absent >= FEW_PAGES and absent > share * looked_at and not self.tools.accept_absences:
            return Outcome.ABSENT, f"{absent} of {looked_at} pages say that they are not there"
        failed = sum(self.failures.values())
        if failed > PARTIAL_SHARE * self.counters["pages"]:
            causes = ", ".join(f"{name} ({count})" for name, count in self.failures.most_common(3))
            return Outcome.PARTIAL, f"{failed} pages failed: {causes}"
        absences = self.absences
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
        address = canonical("/robots.txt", self.host.url)
        result = await self.tools.fetcher.fetch(Ask(address, self.discovery.hosts, {}))
        if isinstance(result, Failed):
            if result.outcome in (Outcome.REDIRECT_LOOP, Outcome.MOVED, Outcome.LOGIN):
                return None  # the home page tells more
            return result.outcome, result.evidence
        if result.status >= 500:
            home = await self.tools.fetcher.fetch(Ask(self.home, self.discovery.hosts, {}), retries=0)
            if isinstance(home, Fetched) and home.status < 500:
                return Outcome.ROBOTS_UNREACHABLE, f"{address} answers {result.status}"
            return Outcome.HTTP_5XX, f"{address} and the home page answer {result.status}"
        if result.status == 200:
            self.robots = Robots(result.body.decode("utf-8", "replace"))
        if self.robots.asked_delay:
            self.counters["crawl_delay_seconds"] = round(self.robots.asked_delay)
            self.tools.fetcher.pacer(self.server).keep_crawl_delay(self.host.name, self.robots.delay)
        if not self.robots.allows(self.home):
            return Outcome.ROBOTS, f"{address} forbids the home page"
        return None

    async def _sample(self) -> Soft404Sample | None:
        """What the site answers for an address that cannot exist."""
        address = canonical(f"/khong-co-trang-nay-{secrets.token_hex(6)}.html", self.host.url)
        if not self.robots.allows(address):
            return None
        result = await self.tools.fetcher.fetch(Ask(address, self.discovery.hosts, {}), retries=0)
        return sample_of(_raw(result)) if isinstance(result, Fetched) and result.status == 200 else None

    async def _follow_hints(self) -> None:
        """Sitemaps and feeds, once in `recheck_hours`: unknown addresses join the frontier, newer ones are due now."""
        before = await self._ask(lambda c: visits.newest_counter(c, self.site.id, "hints")) or {}
        self.feeds = self.feeds or before.get("feeds", [])
        now = self.tools.clock()
        since = now - datetime.fromisoformat(before["at"]) if "at" in before else None
        wait = timedelta(hours=self.bounds.recheck_hours * SLACK)
        if (since is not None and since < wait) or not (self.robots.sitemaps or self.feeds):
            return
        announced = await self._announced()
        new = self.discovery.announced_pages((hint.url for hint in announced), self.home)
        checked = await self._ask(lambda c: pages.last_checks(c, self.site.id))
        keyed = [Hint(key_of(canonical(hint.url, self.home)), hint.modified) for hint in announced]
        found = newer(keyed, checked)
        if not are_believed(before.get("asked", 0), before.get("true", 0)):
            found = found[:TRIALS]
        self.hinted = set(found)
        self.announced = {"at": now.isoformat(), "feeds": self.feeds, "urls": len(announced), "new": len(new)}

        def write(connection: Connection) -> None:
            pages.discover(connection, self.site.id, self.server, new, now)
            pages.bring_forward(connection, found, now)

        await self._write(write)

    async def _follow_others(self) -> None:
        """Addresses of this site that the text of other sites' pages leads to join the frontier, like any found here."""
        linked = await self._ask(lambda c: page_links.unasked(c, self.site.id, self.discovery.hosts))
        new = self.discovery.linked_elsewhere(linked)
        if new:
            now = self.tools.clock()
            await self._write(lambda c: pages.discover(c, self.site.id, self.server, new, now))

    async def _announced(self) -> list[Hint]:
        waiting, seen, found = [*self.robots.sitemaps, *self.feeds], set[str](), list[Hint]()
        while waiting and len(seen) < MAX_SITEMAPS:
            url = canonical(waiting.pop(0), self.home)
            if url in seen or host_of(url) not in self.discovery.hosts or not self.robots.allows(url):
                continue
            seen.add(url)
            result = await self.tools.fetcher.fetch(Ask(url, self.discovery.hosts, {}), retries=0)
            if isinstance(result, Fetched) and result.status == 200:
                announced = read_announcement(result.body, url)
                waiting += announced.sitemaps
                found += announced.hints
        return found

    async def _rest(self) -> None:
        """Everything else that is due; addresses found on the way are due at once."""
        lanes = max(1, self.site.politeness.concurrency)
        while not self._must_end():
            query = DueQuery(self.site.id, self.visit_id, self.tools.clock(), self.tools.everything)
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
        if now - self.begun > timedelta(minutes=rules.max_minutes):
            why = f" (robots.txt asks for {self.robots.asked_delay:g} s between requests)" * bool(self.robots.delay)
            return f"{rules.max_minutes} minutes were used up{why}"
        if opening := window_opens(rules.window, now):
            self.away_until = opening
            return f"its window {rules.window} closed"
        if lost := self.tools.fetcher.lost(self.home):
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
            outcome, _ = await self._check(page)
            if page.key in self.hinted:
                self.announced["asked"] = self.announced.get("asked", 0) + 1
                self.announced["true"] = self.announced.get("true", 0) + (outcome is Outcome.OK)
            if self.tools.told:
                self.tools.told(self.site.id, self.counters["pages"], None)

    async def _check(self, page: Page) -> tuple[Outcome, str]:
        """Ask for one page and write what came of it."""
        if not self.robots.allows(page.url):
            check = self._of(page)
            await self._write(lambda c: checks.left_out(c, check, Outcome.ROBOTS, "forbidden by robots.txt"))
            self.counters["robots"] += 1
            return Outcome.ROBOTS, "forbidden by robots.txt"
        self.counters["pages"] += 1
        result = await self.tools.fetcher.fetch(Ask(page.url, self.discovery.hosts, _validators(page)))
        if isinstance(result, Failed):
            return await self._failed(page, result.outcome, result.evidence, Failure(result.status))
        self.counters["bytes"] += len(result.body)
        self.counters["slow"] += result.seconds > SLOW_SECONDS
        landed = canonical(result.url)
        if page.depth == 0:  # the home page's own address, to which "/" leads, is no second page
            self.discovery.known.setdefault(key_of(landed), True)
        if result.status == 304 and page.capture_id is not None:
            return await self._unchanged(page, result, None)
        if key_of(landed) != page.key and page.depth > 0:
            return await self._elsewhere(page, landed, result.status)
        return await self._answered(page, result)

    async def _elsewhere(self, page: Page, landed: str, status: int) -> tuple[Outcome, str]:
        check, target = self._of(page), NewPage(landed, page.depth, page.section, page.id, key_of(landed))
        self.discovery.known.setdefault(target.key, bool(target.section))
        await self._write(lambda c: checks.leads_elsewhere(c, check, target, status, self.server))
        return Outcome.OK, f"redirects to {landed}"

    async def _answered(self, page: Page, result: Fetched) -> tuple[Outcome, str]:
        if page.depth == 0:
            self.feeds = feeds_of(result.body, result.url)
        digest = hashlib.sha256(result.body).hexdigest()
        validators = {"etag": result.header("etag"), "last_modified": result.header("last-modified")}
        if result.status == 200 and digest == page.body_digest and page.capture_id is not None:
            return await self._unchanged(page, result, Capture(page.capture_id, 200, digest, **validators))
        if page.capture_id is not None and page.gone_at is None:
            # A token or a counter makes other bytes of the same page: what says nothing new is not kept again.
            said = await self._understand(page, result)
            if checks.says_the_same(page, said):
                check, same = self._of(page), Capture(page.capture_id, result.status, digest, **validators)
                await self._write(lambda c: checks.unchanged(c, check, same))
                self.counters["unchanged"] += 1
                return Outcome.UNCHANGED, ""
            capture_id = await self._archive(page, result)
        else:
            capture_id = await self._archive(page, result)
            said = await self._understand(page, result)
        if said.reading is None:
            pause = retry_after(result.header("retry-after"), result.at)
            return await self._failed(page, said.outcome, said.evidence, Failure(result.status, capture_id, pause))
        return await self._good(page, Capture(capture_id, result.status, digest, **validators), said)

    async def _archive(self, page: Page, result: Fetched) -> int:
        return await self.tools.keeper.archive(Arrived(page.id, self.visit_id, _answer(result)))

    async def _understand(self, page: Page, result: Fetched) -> Understood:
        # Some sites answer a path that cannot exist with their home page: that makes the home page no soft 404.
        sample = self.sample if page.depth > 0 else None
        return await self.tools.readers.understand(_raw(result), self.hints, sample)

    async def _unchanged(self, page: Page, result: Fetched, same: Capture | None) -> tuple[Outcome, str]:
        assert page.capture_id is not None
        await self.tools.keeper.seen_again(Again(page.capture_id, page.body_digest or "", _answer(result)))
        check = self._of(page)
        await self._write(lambda c: checks.unchanged(c, check, same))
        self.counters["unchanged"] += 1
        return Outcome.UNCHANGED, ""

    async def _good(self, page: Page, capture: Capture, said: Understood) -> tuple[Outcome, str]:
        assert said.reading is not None
        check = self._of(page)
        linked = self.discovery.linked_again(page, said.reading)
        new = self.discovery.new_pages(page, said.reading)
        leads = Leads(new, self.discovery.sections_of_rows(page, said.reading), linked)
        for note in said.notes:
            self.counters[f"note:{note.partition(':')[0]}"] += 1
            self.notes.setdefault(note, page.url)
        written = await self._write(lambda c: checks.good(c, check, capture, said, leads))
        self.counters["changed"] += bool(written.new or written.changed or written.withdrawn)
        self.counters["records_new"] += written.new
        self.counters["records_changed"] += written.changed
        self.counters["records_withdrawn"] += written.withdrawn
        return said.outcome, said.evidence

    async def _failed(self, page: Page, outcome: Outcome, evidence: str, more: Failure) -> tuple[Outcome, str]:
        check = self._of(page)
        if outcome in _ABSENCES and page.depth > 0:
            self.counters[f"absent_{outcome.value}"] += 1
            self.absences.append(check)
            await self._write(lambda c: checks.absent(c, check, outcome, evidence, more))
            return outcome, evidence
        self.failures[outcome.value] += 1
        self.counters["unreadable"] += outcome is Outcome.UNREADABLE
        await self._write(lambda c: checks.failed(c, check, outcome, evidence, more))
        return outcome, evidence

    def _counted(self) -> dict[str, Any]:
        excepted = self.site.tls_exception_on(local_date(self.begun))
        return {
            **{name: count for name, count in self.counters.items() if count},
            "failed": dict(self.failures),
            "traps": dict(self.discovery.traps),
            "trap_examples": dict(self.discovery.trap_examples),
            **({"tls_exception": f"{excepted.reason} (until {excepted.until})"} if excepted else {}),
            **({"hints": self.announced} if self.announced else {}),
            "notes": dict(list(self.notes.items())[:50]),
        }

    def _of(self, page: Page) -> Check:
        return Check(page, self.visit_id, self.tools.clock(), self.bounds)

    async def _write(self, change: Callable[[Connection], Any]) -> Any:
        return await self.tools.keeper.write(change)

    async def _ask(self, question: Callable[[Connection], Any]) -> Any:
        return await self.tools.keeper.read(question)


def _validators(page: Page) -> dict[str, str]:
    """Conditional request headers; only of a page whose last good answer is stored (RFC 9110 §13)."""
    if page.capture_id is None:
        return {}
    found = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
    return {name: value for name, value in found.items() if value}


def _answer(result: Fetched) -> Answer:
    return Answer(result.url, result.at, result.status, result.headers, result.body)


def _raw(result: Fetched) -> RawPage:
    headers = {name.lower(): value for name, value in result.headers.items()}
    return RawPage(result.url, result.status, headers, result.body)
