"""One crawl: leases taken, sites visited side by side, captures of a killed run read first, everything closed."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Literal

# First of all: while it is loaded it looks through all that is loaded by then (0.7 s as one of the last, 0.1 s here).
import scrapy.core.downloader.handlers.http11  # noqa: F401
from scrapy.crawler import CrawlerProcess

from core.clock import Clock, local_date
from core.errors import ArchiveError, StoreError
from core.settings import Settings
from core.sites import Host, Politeness, Province, Site
from core.states import Outcome
from crawler.checking import Tools
from crawler.fetching import Fetcher, Manners
from crawler.heartbeat import Heartbeat
from crawler.keeping import Keeper
from crawler.page import RawPage, SiteHints, own_hosts
from crawler.politeness import strictest, window_opens
from crawler.presence import is_dead, present
from crawler.readers import GARBAGE_AFTER, ReaderPool, Readers
from crawler.reading import Understood
from crawler.reread import read_unread
from crawler.resolver import Resolver, Unresolvable, Unsafe
from crawler.sections import SectionTable
from crawler.settings import scrapy_settings
from crawler.spider import Download, ProvinceSpider
from crawler.visit import SiteVisit
from store import leases, pages, visits
from store.archive import Archive
from store.archive_writer import ArchiveWriter
from store.database import Database
from store.visits import VisitEnd

Progress = Callable[[str, int, int | None], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What to crawl. `site_ids` empty: all sites of the day. `mode` "all": every known page, due or not."""

    database: Database
    province: Province
    settings: Settings
    clock: Clock
    data_dir: Path
    site_ids: tuple[str, ...] = ()
    mode: Literal["due", "all"] = "due"
    worker: str = "crawler"
    readers: Readers | None = None  # None: processes of their own
    accept_absences: bool = False  # a person has looked: most pages of these sites are gone indeed
    minutes: float | None = None  # after which the run over every site ends, where its own limit is not reached before


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """One site of a run. `changed`: pages whose records changed; `seconds` of real time; `evidence` says why it is bad.

    `left_to`: the worker that crawls its server, so that this run did not; `left_alone`: it was not visited for that or
    another reason that is no fault of the site's.
    """

    site_id: str
    outcome: Outcome
    pages: int = 0
    changed: int = 0
    unreadable: int = 0
    seconds: float = 0.0
    evidence: str = ""
    left_alone: bool = False
    left_to: str = ""


@dataclass(slots=True)
class _Run:
    """The state of one crawl."""

    options: CrawlOptions
    resolver: Resolver
    archive: Archive
    progress: Progress | None
    ready: list[tuple[Site, Host, str]] = field(default_factory=list)  # site, its host today, its server
    done: list[VisitSummary] = field(default_factory=list)
    servers: set[str] = field(default_factory=set)
    rules: Mapping[str, list[Politeness]] = field(default_factory=dict)  # server → the rules of its sites
    error: BaseException | None = None


def crawl(options: CrawlOptions, progress: Progress | None = None) -> list[VisitSummary]:
    """Crawl in this process, once a process: Scrapy's reactor cannot be started again.

    Every chosen site gets a visit, or a summary that says why not (its server is another worker's, its window is
    closed, it has no address). Raises StoreError or ArchiveError when nothing can be written any more, and before the
    first request ArchiveError or ConfigError when captures could not be moved to where the settings say.
    """
    archive = Archive.of(options.data_dir, options.settings)
    archive.check()
    with options.database.kept_open() as database, present(options.data_dir, options.worker):
        run = _Run(replace(options, database=database), Resolver(options.province.network), archive, progress)
        _prepare(run)
        if run.ready:
            _crawl(run)
    if run.error is not None:
        raise run.error
    return sorted(run.done, key=lambda summary: summary.site_id)


def _prepare(run: _Run) -> None:
    """Resolve every site, keep those that may be crawled now, and take the leases of their servers."""
    options, now = run.options, run.options.clock()
    today = local_date(now)
    chosen = [s for s in options.province.sites_on(today) if not options.site_ids or s.id in options.site_ids]
    found = []
    for site in chosen:
        host = site.host_on(today)
        if host is None:
            _not_visited(run, site, Outcome.DNS, f"no host is known for {site.id} on {today}")
        elif opening := window_opens(site.politeness.window, now):
            with options.database.write() as connection:
                pages.postpone(connection, site.id, opening)
            opens = f"its window opens at {opening:%Y-%m-%d %H:%M %z}"
            run.done.append(VisitSummary(site.id, Outcome.UNCHANGED, evidence=opens, left_alone=True))
        else:
            found.append((site, host))
    addresses = asyncio.run(_resolve(run.resolver, [host.name for _, host in found]))
    for site, host in found:
        answer = addresses[host.name]
        if isinstance(answer, str):
            run.ready.append((site, host, answer))
        else:
            outcome = Outcome.UNSAFE if isinstance(answer, Unsafe) else Outcome.DNS
            _not_visited(run, site, outcome, str(answer))
    _lease(run)


async def _resolve(resolver: Resolver, hosts: list[str]) -> dict[str, str | Exception]:
    async def one(host: str) -> str | Exception:
        try:
            return await resolver.resolve(host)
        except (Unresolvable, Unsafe) as error:
            return error

    return dict(zip(hosts, await asyncio.gather(*map(one, hosts)), strict=True))


def _not_visited(run: _Run, site: Site, outcome: Outcome, evidence: str) -> None:
    """A run that failed before its first request still writes its visit."""
    options, now = run.options, run.options.clock()
    with options.database.write() as connection:
        visit = visits.start(connection, site.id, "", options.worker, now)
        visits.end(connection, visit, now, VisitEnd(outcome, evidence))
        pages.postpone(connection, site.id, now + timedelta(hours=1))
    run.done.append(VisitSummary(site.id, outcome, evidence=evidence))


def _lease(run: _Run) -> None:
    options, now = run.options, run.options.clock()
    span = timedelta(seconds=options.settings.number("lease_seconds"))
    wanted = {server for _, _, server in run.ready}
    with options.database.write() as connection:
        taken, held = leases.acquire(connection, wanted, options.worker, now, span)
    if dead := [worker for worker in {item.worker for item in held} if is_dead(options.data_dir, worker)]:
        with options.database.write() as connection:
            for worker in dead:
                leases.release(connection, worker)
            taken, held = leases.acquire(connection, wanted, options.worker, now, span)
    run.servers = set(taken)
    holders = {item.server: item.worker for item in held}
    for site, _, server in run.ready:
        if server in holders:
            evidence = f"its server {server} is being crawled by {holders[server]}"
            summary = VisitSummary(
                site.id, Outcome.UNCHANGED, evidence=evidence, left_alone=True, left_to=holders[server]
            )
            run.done.append(summary)
    run.ready = [item for item in run.ready if item[2] in run.servers]
    by_server: dict[str, list[Politeness]] = defaultdict(list)
    for site, _, server in run.ready:
        by_server[server].append(site.politeness)
    run.rules = by_server
    with options.database.write() as connection:
        visits.close_interrupted(connection, [site.id for site, _, _ in run.ready], now)
        for site, _, server in run.ready:
            pages.set_server(connection, site.id, server)


def _crawl(run: _Run) -> None:
    options, archive = run.options, run.archive
    writer: ArchiveWriter | None = None
    keeping = ThreadPoolExecutor(1, "store")
    readers: Readers | None = None
    heart = Heartbeat(partial(_renew, options), options.settings.number("lease_seconds"), run.servers)
    heart.start()
    gc.set_threshold(GARBAGE_AFTER)
    try:
        archive.recover(options.database, options.clock())
        sections = SectionTable.load(options.province.national)
        ids = [site.id for site, _, _ in run.ready]
        reading = readers = options.readers or ReaderPool(sections, options.settings.whole("reader_processes"))

        def read(page: RawPage, hints: SiteHints) -> Understood:
            # Where it costs one page: what killed the last run may be what it left unread.
            return asyncio.run(reading.understand(page, hints, None))

        read_unread(options.database, options.province, options.settings, options.clock, archive, ids, read)
        writer = archive.writer(options.database, options.clock())
        keeper = Keeper(options.database, writer, options.clock, keeping)
        today = local_date(options.clock())
        own = {name: site for site, _, _ in run.ready for name in own_hosts(options.province, site, today)}

        async def work(download: Download, stop: asyncio.Event) -> None:
            manners = Manners(
                options.settings.whole("concurrency"), run.rules, {name: site.politeness for name, site in own.items()}
            )
            fetcher = Fetcher(download, run.resolver, options.clock, manners, partial(_claim, run, keeper))
            everything = options.mode == "all"
            tools = Tools(
                fetcher, keeper, options.settings, options.clock, options.province, sections, reading, options.worker,
                everything, stop, options.accept_absences, run.progress, options.minutes,
            )  # fmt: skip
            watch = asyncio.create_task(_watch(heart, stop))
            try:
                await asyncio.gather(*(_visit(run, tools, *item) for item in run.ready))
            except BaseException as error:
                run.error = error
            finally:
                watch.cancel()

        unverified = [name for name, site in own.items() if site.tls_exception_on(today)]
        paces = {server: strictest(rules, options.clock()) for server, rules in run.rules.items()}
        process = CrawlerProcess(scrapy_settings(options.settings, paces, unverified))
        process.crawl(ProvinceSpider, work=work, resolver=run.resolver)
        process.start(install_signal_handlers=False)
    finally:
        heart.stop()
        if readers is not None:
            readers.close()
        keeping.shutdown()
        try:
            if writer is not None and isinstance(run.error, StoreError):
                writer.leave()
            elif writer is not None:
                writer.close(options.clock())
        finally:
            with options.database.write() as connection:
                leases.release(connection, options.worker)


async def _claim(run: _Run, keeper: Keeper, server: str) -> str:
    """Take the lease of one more server; who has it already, "" when it is this run's now."""
    options = run.options
    span = timedelta(seconds=options.settings.number("lease_seconds"))
    taken, held = await keeper.write(lambda c: leases.acquire(c, [server], options.worker, options.clock(), span))
    run.servers.update(taken)
    return held[0].worker if held else ""


def _renew(options: CrawlOptions) -> set[str]:
    span = timedelta(seconds=options.settings.number("lease_seconds"))
    with options.database.write() as connection:
        return leases.renew(connection, options.worker, options.clock(), span)


async def _visit(run: _Run, tools: Tools, site: Site, host: Host, server: str) -> None:
    begun = monotonic()
    visit = SiteVisit(tools, site, host, server)
    try:
        ending = await visit.run()
    except asyncio.CancelledError:
        raise
    except (StoreError, ArchiveError):
        tools.stop.set()  # nothing can be written: no further request is of use
        raise
    except Exception as error:
        log.exception("the visit of %s failed", site.id)
        ending = VisitEnd(Outcome.INTERRUPTED, f"{type(error).__name__}: {error}")
    counts = visit.counters
    run.done.append(
        VisitSummary(
            site.id, ending.outcome, counts["pages"], counts["changed"], counts["unreadable"], monotonic() - begun,
            ending.evidence,
        )
    )  # fmt: skip
    if tools.told:
        tools.told(site.id, counts["pages"], counts["pages"])


async def _watch(heart: Heartbeat, stop: asyncio.Event) -> None:
    while not heart.lost.is_set():
        await asyncio.sleep(0.5)
    stop.set()
