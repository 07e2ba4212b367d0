"""What the crawler would make of one address, without storing anything: for a person at a terminal."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from scrapy.crawler import CrawlerProcess

from core.clock import Clock, local_date
from core.errors import LeaseHeld, UsageError
from core.settings import Settings
from core.sites import Province, Site
from core.states import Outcome
from crawler.discovery import Discovery
from crawler.fetching import Ask, Failed, Fetched, Fetcher, Manners
from crawler.guards import Soft404Sample, sample_of
from crawler.page import RawPage, hints_of, own_hosts
from crawler.politeness import Robots, product, strictest
from crawler.reading import Understood, understand
from crawler.resolver import Resolver, Unresolvable, Unsafe
from crawler.robots import HostRules
from crawler.sections import SectionTable
from crawler.settings import scrapy_settings
from crawler.spider import Download, ProvinceSpider
from crawler.traps import trap
from crawler.urls import canonical, host_of, key_of, twins
from store import leases, pages
from store.database import Database
from store.pages import NewPage, Page

LEASE = timedelta(minutes=5)
"""Three requests with their redirects, and the longest Crawl-delay between them."""


@dataclass(slots=True)
class Probed:
    """Everything that was found out. `allowed`: by robots.txt; None: robots.txt could not be read (`robots` says why)."""

    url: str
    key: str
    site: Site
    trap: str
    known: Page | None = None
    known_keys: dict[str, bool] = field(default_factory=dict)
    allowed: bool | None = None
    robots: str = ""
    answer: Fetched | Failed | None = None
    said: Understood | None = None
    new_pages: list[NewPage] = field(default_factory=list)
    refused_links: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """A probe. `database` None: there is no store yet, everything is new."""

    province: Province
    settings: Settings
    clock: Clock
    database: Database | None = None
    worker: str = "probe"

    def run(self, address: str) -> Probed:
        """Ask for robots.txt, a path that cannot exist and the address; once a process (the reactor cannot be restarted).

        UsageError for an address of no site; LeaseHeld while a worker crawls its server.
        """
        url = canonical(address)
        site = self._site_of(url, address)
        found = Probed(url, key_of(url), site, trap(url))
        resolver = Resolver(self.province.network)
        try:
            server = asyncio.run(resolver.resolve(host_of(url)))
        except (Unresolvable, Unsafe) as error:
            raise UsageError(
                f"{host_of(url)} cannot be asked: {error}", "look at its host line in sites.toml"
            ) from None
        self._lease(server)
        self._look_up(found)
        failures: list[BaseException] = []
        try:
            rules = {server: [site.politeness]}

            async def work(download: Download, _stop: asyncio.Event) -> None:
                try:
                    await self._ask(Fetcher(download, resolver, self.clock, Manners(1, rules)), found)
                except BaseException as error:
                    failures.append(error)

            paces = {server: strictest([site.politeness], self.clock())}
            today = local_date(self.clock())
            unverified = list(own_hosts(self.province, site, today)) if site.tls_exception_on(today) else []
            process = CrawlerProcess(scrapy_settings(self.settings, paces, unverified))
            process.crawl(ProvinceSpider, work=work, resolver=resolver)
            process.start(install_signal_handlers=False)
        finally:
            self._release()
        if failures:
            raise failures[0]
        return found

    def _site_of(self, url: str, address: str) -> Site:
        today = local_date(self.clock())
        for site in self.province.sites_on(today):
            if host_of(url) in own_hosts(self.province, site, today):
                return site
        raise UsageError(f"“{address}” belongs to no site of {today}", "`tracuu sites list` shows the hosts that do")

    def _lease(self, server: str) -> None:
        if self.database is None:
            return
        with self.database.write() as connection:
            _, held = leases.acquire(connection, [server], self.worker, self.clock(), LEASE)
        if held:
            raise LeaseHeld(
                f"{held[0].worker} crawls the server {server} just now",
                "wait until `tracuu status` says that it is free",
            )

    def _release(self) -> None:
        if self.database is not None:
            with self.database.write() as connection:
                leases.release(connection, self.worker)

    def _look_up(self, found: Probed) -> None:
        if self.database is not None:
            with self.database.read() as connection:
                found.known = pages.by_one_of(connection, twins(found.key))
                found.known_keys = pages.known_keys(connection, found.site.id)

    async def _ask(self, fetcher: Fetcher, found: Probed) -> None:
        hosts = own_hosts(self.province, found.site, local_date(self.clock()))
        rules = HostRules(fetcher, hosts, product(self.settings.text("user_agent")))
        found.robots = _told(await rules.of(found.url), rules.answers[host_of(found.url)])
        if (refused := await rules.refusal(found.url)) is not None:
            found.allowed = False if refused.outcome is Outcome.ROBOTS else None
            return
        found.allowed = True
        sample = None
        nowhere = canonical(f"/khong-co-trang-nay-{secrets.token_hex(6)}.html", found.url)
        if not self._is_home(found) and await rules.refusal(nowhere) is None:  # nor does a crawl compare the home page
            missing = await fetcher.fetch(Ask(nowhere, hosts, {}, rules.refusal), retries=0)
            sample = sample_of(_raw(missing)) if isinstance(missing, Fetched) and missing.status == 200 else None
        found.answer = await fetcher.fetch(Ask(found.url, hosts, {}, rules.refusal), retries=0)
        if isinstance(found.answer, Fetched):
            self._read(found, found.answer, sample)

    def _is_home(self, found: Probed) -> bool:
        host = found.site.host_on(local_date(self.clock()))
        return host is not None and found.key == key_of(canonical(host.url))

    def _read(self, found: Probed, answer: Fetched, sample: Soft404Sample | None) -> None:
        sections = SectionTable.load(self.province.national)
        hints = hints_of(self.province, found.site, local_date(self.clock()), sections)
        found.said = understand(_raw(answer), hints, sample)
        if found.said.reading is not None:
            discovery = Discovery(hints.hosts, self.settings.whole("max_depth"), found.known_keys)
            found.new_pages = discovery.new_pages(found.known or _unknown(found), found.said.reading)
            found.refused_links = dict(discovery.traps)


def _told(rules: Robots | Failed, answer: Fetched | Failed) -> str:
    """What robots.txt said, and what a crawl makes of it."""
    if isinstance(rules, Failed):
        said = f"{rules.outcome}: {rules.evidence}" if isinstance(answer, Failed) else str(answer.status)
        return f"robots.txt cannot be read ({said}): nothing would be asked for"
    if isinstance(answer, Failed):
        return f"robots.txt leads away ({answer.outcome}: {answer.evidence}): no rules"
    told = f"robots.txt answers {answer.status}"
    if rules.asked_delay:
        told += f", Crawl-delay {rules.asked_delay:g} s"
    if rules.unread_delay:
        told += ", its Crawl-delay is no number: none is kept"
    return told


def _unknown(found: Probed) -> Page:
    return Page(
        0, found.site.id, found.url, found.key, 1, "", "", 24.0, None, None, None, None, 0, 0, None, None, None, ""
    )  # fmt: skip


def _raw(answer: Fetched) -> RawPage:
    return RawPage(answer.url, answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.body)
