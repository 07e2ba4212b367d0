"""One page of a visit: asked for, archived, understood, and what came of it written."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock
from core.settings import Settings
from core.sites import Province
from core.states import Outcome
from crawler import belief, checks
from crawler.checks import Capture, Check, Failure, Leads
from crawler.discovery import Discovery
from crawler.fetching import Ask, Failed, Fetched, Fetcher
from crawler.frontier import Bounds
from crawler.guards import Soft404Sample
from crawler.hints import feeds_of
from crawler.keeping import Again, Arrived, Keeper
from crawler.page import RawPage, SiteHints
from crawler.politeness import retry_after
from crawler.readers import Readers
from crawler.reading import Understood
from crawler.robots import HostRules
from crawler.sections import SectionTable
from crawler.urls import canonical, key_of, other_www
from store.pages import NewPage, Page
from store.warc import Answer

SLOW_SECONDS = 5.0
"""An answer that takes longer is counted as slow; a citizen has left by then."""

_LEFT_OUT = {Outcome.ROBOTS: "robots", Outcome.OK: "duplicates"}
_ABSENCES = (Outcome.GONE, Outcome.SOFT_404)


@dataclass(frozen=True, slots=True)
class Tools:
    """What all visits of a run share."""

    fetcher: Fetcher
    keeper: Keeper
    settings: Settings
    clock: Clock
    province: Province
    sections: SectionTable
    readers: Readers
    worker: str
    everything: bool
    stop: asyncio.Event
    accept_absences: bool = False
    told: Callable[[str, int, int | None], None] | None = None
    minutes: float | None = None


@dataclass(slots=True)
class Checker:
    """Checks the pages of one visit, and counts what came of them."""

    tools: Tools
    server: str
    discovery: Discovery
    hints: SiteHints
    bounds: Bounds
    rules: HostRules
    visit_id: int = 0
    sample: Soft404Sample | None = None
    homes: set[str] = field(default_factory=set)  # keys of the home page: "/" and where that leads
    counters: Counter[str] = field(default_factory=Counter)
    notes: dict[str, str] = field(default_factory=dict)  # note → first page that has it
    failures: Counter[str] = field(default_factory=Counter)
    absences: list[Check] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)  # that the home page names

    async def check(self, page: Page) -> tuple[Outcome, str]:
        """Ask for one page and write what came of it."""
        if page.capture_id is None and "?" in page.key and (name := self.discovery.duplicates.parameter(page.key)):
            return await self._left_out(
                page, Failed(Outcome.OK, f"“{name}” changes nothing: it was read without this one")
            )
        result: Fetched | Failed | None = await self.rules.refusal(page.url)
        if result is None:
            self.counters["pages"] += 1
            ask = Ask(page.url, self.discovery.hosts, _validators(page), self.rules.refusal)
            result = await self.tools.fetcher.fetch(ask)
        if isinstance(result, Failed) and (result.outcome is Outcome.ROBOTS or not self.rules.speak_for(page.url)):
            return await self._left_out(page, result)
        if isinstance(result, Failed):
            return await self._failed(page, result.outcome, result.evidence, Failure(result.status))
        self.counters["bytes"] += len(result.body)
        self.counters["slow"] += result.seconds > SLOW_SECONDS
        landed = canonical(result.url)
        if page.depth == 0:  # the home page's own address, to which "/" leads, is no second page
            self.discovery.known.setdefault(key_of(landed), True)
            self.homes |= {page.key, key_of(landed), other_www(page.key), other_www(key_of(landed))}
        led = page.depth > 0 and key_of(landed) != page.key
        if led and result.status == 304 and _validators(page):  # sent with another page's validators (RFC 9110 §13)
            return await self.check(replace(page, etag=None, last_modified=None))
        if result.status == 304 and page.capture_id is not None:
            return await self._unchanged(page, result, None)
        return await (self._elsewhere(page, landed, result) if led else self._answered(page, result))

    async def _left_out(self, page: Page, why: Failed) -> tuple[Outcome, str]:
        check = self._of(page)
        await self._write(lambda c: checks.left_out(c, check, why.outcome, why.evidence))
        self.counters[_LEFT_OUT.get(why.outcome, "other_hosts")] += 1
        return why.outcome, why.evidence

    async def _elsewhere(self, page: Page, landed: str, result: Fetched) -> tuple[Outcome, str]:
        if page.capture_id is not None and (lost := await self._sent_away(page, landed, result)):
            return await self._failed(page, *lost)
        check, target = self._of(page), NewPage(landed, page.depth, page.section, page.id, key_of(landed))
        self.discovery.known.setdefault(target.key, bool(target.section))
        withdrawn = await self._write(lambda c: checks.leads_elsewhere(c, check, target, result.status, self.server))
        self.counters["records_withdrawn"] += withdrawn
        return Outcome.OK, f"redirects to {landed}"

    async def _sent_away(self, page: Page, landed: str, result: Fetched) -> tuple[Outcome, str, Failure] | None:
        """What has become of a page that was read once and now sends its reader to one that does not show the same.

        "Removed" is mostly said by a redirect to the home page: that is a soft 404. An alias that never showed anything
        of its own has nothing to lose.
        """
        failure = Failure(result.status, None, retry_after(result.header("retry-after"), result.at))
        if key_of(landed) in self.homes:
            return Outcome.SOFT_404, f"redirects to the home page {landed}", failure
        said = await self._understand(page, result)
        if said.reading is None:
            return said.outcome, f"redirects to {landed}: {said.evidence}", failure
        if await self.tools.keeper.read(lambda c: belief.shows_what_stood(c, page, said)):
            return None
        return Outcome.SOFT_404, f"redirects to {landed}, which does not show what stood here", failure

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
        return await self.tools.readers.understand(raw_page(result), self.hints, sample)

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
        if "?" in page.key and (said.prepared or said.reading.items):
            titles = tuple(item.title for item in said.reading.items)
            self.discovery.duplicates.learn(page.key, (said.fields_digest, titles))
        linked = self.discovery.linked_again(page, said.reading)
        new = self.discovery.new_pages(page, said.reading)
        leads = Leads(new, self.discovery.sections_of_rows(page, said.reading), linked)
        for note in said.notes:
            self.counters[f"note:{note.partition(':')[0]}"] += 1
            self.notes.setdefault(note, page.url)
        written = await self._write(lambda c: checks.good(c, check, capture, said, leads))
        if written is None:
            self.failures[Outcome.EMPTY.value] += 1
            return Outcome.EMPTY, "the page has lost what it showed"
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

    def _of(self, page: Page) -> Check:
        return Check(page, self.visit_id, self.tools.clock(), self.bounds)

    async def _write(self, change: Callable[[Connection], Any]) -> Any:
        return await self.tools.keeper.write(change)


def _validators(page: Page) -> dict[str, str]:
    """Conditional request headers; only of a page whose last good answer is stored (RFC 9110 §13)."""
    if page.capture_id is None:
        return {}
    found = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
    return {name: value for name, value in found.items() if value}


def _answer(result: Fetched) -> Answer:
    return Answer(result.url, result.at, result.status, result.headers, result.body)


def raw_page(result: Fetched) -> RawPage:
    """An answer as readers and guards are given it."""
    headers = {name.lower(): value for name, value in result.headers.items()}
    return RawPage(result.url, result.status, headers, result.body)
