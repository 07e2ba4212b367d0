"""Reading again from the archive, without a request: after a label or rule changed, and what a killed run left unread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock, local_date
from core.errors import ArchiveAway, ArchiveError, TracuuError
from core.settings import Settings
from core.sites import Province
from core.states import Outcome
from crawler import checks
from crawler.checks import Capture, Check, Leads
from crawler.discovery import Discovery
from crawler.frontier import Bounds
from crawler.page import RawPage, SiteHints, hints_of
from crawler.reading import Understood, understand
from crawler.sections import SectionTable
from crawler.sections_of_links import sections_of_keys
from crawler.urls import canonical, key_of
from store import captures, pages
from store.archive import Archive
from store.database import Database
from store.pages import Page
from store.warc import ArchivedResponse

log = logging.getLogger(__name__)

Read = Callable[[RawPage, SiteHints], Understood]
"""Judges and reads one answer."""

Progress = Callable[[str, int, int | None], None]

BATCH = 100


@dataclass(frozen=True, slots=True)
class RereadSummary:
    """Captures read again, how many of them changed a record, and how many could not be read."""

    captures: int = 0
    changed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Readers:
    """What reading needs: hints per site of the day, and what reads."""

    province: Province
    clock: Clock
    sections: SectionTable
    read: Read = understand

    def hints(self, site_id: str) -> SiteHints:
        """What the configuration says about a site today."""
        return hints_of(self.province, self.province.site(site_id), local_date(self.clock()), self.sections)


def reread(
    database: Database,
    province: Province,
    settings: Settings,
    clock: Clock,
    data_dir: Path,
    progress: Progress | None = None,
) -> RereadSummary:
    """Extract every page's newest good capture again; only records whose fields differ get a new version.

    ArchiveAway, before a page is taken for unreadable, when the server of the captures does not answer.
    """
    archive = Archive.of(data_dir, settings)
    readers = _Readers(province, clock, SectionTable.load(province.national))
    known = {site.id for site in province.sites}
    done = changed = failed = after = 0
    with database.read() as connection:
        total = captures.count_newest_good(connection)
    while True:
        with database.read() as connection:
            rows = captures.newest_good(connection, after, BATCH)
            found = pages.by_ids(connection, [row.page_id for row in rows])
        if not rows:
            return RereadSummary(done, changed, failed)
        after = rows[-1].page_id
        said = [(row, _read(archive, readers, row, row.site_id)) for row in rows if row.site_id in known]
        with database.write() as connection:
            for row, understood in said:
                if understood is None or understood.reading is None:
                    failed += 1  # the record of the last good reading stays
                    continue
                changed += _replace(connection, found[row.page_id], row, understood)
        done += len(said)
        if progress:
            progress("reread", done, total)


def _read(archive: Archive, readers: _Readers, row: Any, site_id: str) -> Understood | None:
    try:
        answer = archive.read(row)
    except ArchiveAway:
        raise
    except ArchiveError:
        return None
    return readers.read(_raw(answer), readers.hints(site_id))


def _replace(connection: Connection, page: Page, row: Any, said: Understood) -> bool:
    """Write what the capture says now; its page was seen when it was fetched, not today."""
    page = replace(page, section=pages.section_of(connection, page))
    capture, said = Capture(row.id, row.status, page.body_digest or ""), checks.believed(connection, page, said)
    written = checks.write_records(connection, page, capture, said, row.fetched_at)
    pages.update_page(connection, page.id, checks.reading_values(page, said))
    assert said.reading is not None
    pages.name_sections(connection, sections_of_keys(page, said.reading), row.fetched_at)
    return bool(written.new or written.changed or written.withdrawn)


def read_unread(
    database: Database,
    province: Province,
    settings: Settings,
    clock: Clock,
    archive: Archive,
    site_ids: Iterable[str],
    read: Read = understand,
) -> int:
    """Read the captures that a killed run archived and did not read, oldest first; returns how many were looked at.

    Those that lie on a server which does not answer now are left for the next run.
    """
    with database.read() as connection:
        rows = captures.unread(connection, list(site_ids))
        found = pages.by_ids(connection, [row.page_id for row in rows])
    if not rows:
        return 0
    readers = _Readers(province, clock, SectionTable.load(province.national), read)
    unread = _Unread(readers, Bounds.of(settings), settings.whole("max_depth"))
    for done, row in enumerate(rows):
        page = found[row.page_id]
        try:
            said = _read(archive, readers, row, page.site_id)
        except ArchiveAway as error:
            log.warning("%s", error)
            return done
        try:
            with database.write() as connection:
                unread.take(connection, page, row, said)
        except TracuuError:
            raise
        except Exception:  # a fault of ours in one of them would end every crawl from now on
            log.exception("the capture %d of %s could not be kept", row.id, row.url)
            with database.write() as connection:
                captures.mark_read(connection, row.id, Outcome.UNREADABLE.value, clock())
    return len(rows)


@dataclass(frozen=True, slots=True)
class _Unread:
    """Takes captures that were left unread as what they were: looks at a page at the time of the capture."""

    readers: _Readers
    bounds: Bounds
    max_depth: int
    discoveries: dict[str, Discovery] = field(default_factory=dict)  # by site

    def take(self, connection: Connection, page: Page, row: Any, said: Understood | None) -> None:
        """Write what the page said then, unless what it said later was read before."""
        if said is None or said.reading is None:
            outcome = said.outcome if said else Outcome.UNREADABLE
            captures.mark_read(connection, row.id, outcome.value, self.readers.clock())
            return
        if page.capture_id is not None and page.capture_id > row.id:
            captures.mark_read(connection, row.id, Outcome.UNCHANGED.value, self.readers.clock())
            return
        if page.site_id not in self.discoveries:
            hosts = self.readers.hints(page.site_id).hosts
            self.discoveries[page.site_id] = _discovery(connection, page.site_id, hosts, self.max_depth)
        discovery = self.discoveries[page.site_id]
        leads = Leads(discovery.new_pages(page, said.reading), discovery.sections_of_rows(page, said.reading))
        capture = Capture(row.id, row.status, row.digest, *_validators(row.headers))
        checks.good(connection, Check(page, row.visit_id or 0, row.fetched_at, self.bounds), capture, said, leads)


def _discovery(connection: Connection, site_id: str, hosts: frozenset[str], max_depth: int) -> Discovery:
    """What a visit of the site would know of its addresses when it begins."""
    known = pages.known_keys(connection, site_id)
    for url in captures.answered_for_home(connection, site_id):
        known.setdefault(key_of(canonical(url)), True)  # as in a visit: where "/" leads is no second page
    discovery = Discovery(hosts, max_depth, known, pages.lost_keys(connection, site_id))
    discovery.remember_barren(pages.barren_urls(connection, site_id))
    return discovery


def _validators(headers: dict[str, str]) -> tuple[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("etag", ""), lower.get("last-modified", "")


def _raw(answer: ArchivedResponse) -> RawPage:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return RawPage(answer.url, answer.status, headers, answer.body)
