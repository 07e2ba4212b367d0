"""What the store proves about one site: its last visit, its sections with their dates, what pages said of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from core.clock import local_date
from core.sites import Province
from core.states import Outcome
from store.tables import pages, records, visits

DAYS_AHEAD = 1
"""A stated date may be a day ahead (clocks, time zones); what is further ahead is no date."""

EARLIER_VISITS = 10
"""Earlier visits of a site that the last one is compared with."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something dated in a section. `day` is the stated day, never later than the day it was first seen."""

    day: date
    title: str
    url: str
    issued_on: date | None = None
    posted: date | None = None  # proven day of posting: stated, or first seen after an earlier visit
    issuer: str = ""


@dataclass(slots=True)
class SectionEvidence:
    """A section of a site as the pages show it."""

    shown: bool = False  # its own page, one click from home, was good at its last check
    doubtful: bool = False  # its own page is known, but failed or was not asked: neither there nor absent
    pages: int = 0
    items: list[Item] = field(default_factory=list)
    undated: int = 0
    undated_rows: set[str] = field(default_factory=set)  # addresses of list rows without a date
    url: str = ""

    @property
    def newest(self) -> Item | None:
        """The newest dated item."""
        return max(self.items, key=lambda item: item.day, default=None)


@dataclass(slots=True)
class SiteEvidence:
    """All that is known of a site. `visit` is its last ended visit, None when it was never visited."""

    site_id: str
    visit: Row[Any] | None = None
    earlier: list[Row[Any]] = field(default_factory=list)
    sections: dict[str, SectionEvidence] = field(default_factory=dict)
    noted: dict[str, list[str]] = field(default_factory=dict)  # note → addresses of pages
    dead: dict[str, tuple[str, int | None]] = field(default_factory=dict)  # address → outcome, last capture

    @property
    def outcome(self) -> Outcome:
        """How the last visit ended."""
        return Outcome(self.visit.outcome) if self.visit is not None and self.visit.outcome else Outcome.NEVER

    @property
    def is_verifiable(self) -> bool:
        """Whether the last visit saw the site itself."""
        return self.outcome in (Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL)

    def section(self, name: str) -> SectionEvidence:
        """The evidence of a section, empty when nothing is known."""
        return self.sections.setdefault(name, SectionEvidence())


_ABSENT = (Outcome.GONE.value, Outcome.HTTP_4XX.value, Outcome.SOFT_404.value)
_GOOD = (Outcome.OK.value, Outcome.UNCHANGED.value)


def gather(connection: Connection, province: Province, today: date) -> dict[str, SiteEvidence]:
    """The evidence of every site of the day, in a handful of statements."""
    found = {site.id: SiteEvidence(site.id) for site in province.sites_on(today)}
    _visits(connection, found)
    first_visit = dict(_first_visits(connection))
    _pages(connection, found)
    _records(connection, found, first_visit, today)
    return found


def _visits(connection: Connection, found: Mapping[str, SiteEvidence]) -> None:
    query = select(visits).where(visits.c.ended_at.is_not(None), visits.c.outcome != Outcome.INTERRUPTED.value)
    for row in connection.execute(query.order_by(visits.c.started_at.desc(), visits.c.id.desc())):
        site = found.get(row.site_id)
        if site is None:
            continue
        if site.visit is None:
            site.visit = row
        elif len(site.earlier) < EARLIER_VISITS:
            site.earlier.append(row)


def _first_visits(connection: Connection) -> Iterable[tuple[str, datetime]]:
    query = select(visits.c.site_id, func.min(visits.c.started_at)).group_by(visits.c.site_id)
    return ((row[0], row[1]) for row in connection.execute(query))


def _pages(connection: Connection, found: Mapping[str, SiteEvidence]) -> None:
    columns = (pages.c.site_id, pages.c.url, pages.c.section, pages.c.depth, pages.c.kind, pages.c.outcome)
    more = (pages.c.notes, pages.c["items"], pages.c.gone_at, pages.c.capture_id)
    for row in connection.execute(select(*columns, *more)):
        site = found.get(row.site_id)
        if site is None:
            continue
        if row.outcome in _ABSENT or row.gone_at is not None:
            site.dead[row.url] = (row.outcome, row.capture_id)
            continue
        if row.outcome not in _GOOD:
            if row.section and row.depth <= 1:
                site.section(row.section).doubtful = True
            continue
        for note in row.notes:
            site.noted.setdefault(note.partition(":")[0], []).append(row.url)
        if not row.section:
            continue
        section = site.section(row.section)
        section.pages += 1
        if row.depth <= 1:
            section.shown = True
            section.url = section.url or row.url
        if row.kind == "list":
            rows = (item for item in row.items if not item.get("published"))
            section.undated_rows.update(item.get("url") or item.get("title", "") for item in rows)


def _records(
    connection: Connection, found: Mapping[str, SiteEvidence], first_visit: Mapping[str, datetime], today: date
) -> None:
    query = (
        select(records, pages.c.url)
        .join(pages, pages.c.id == records.c.page_id)
        .where(records.c.kind.in_(("article", "document")), records.c.withdrawn_at.is_(None), records.c.section != "")
    )
    for row in connection.execute(query):
        site = found.get(row.site_id)
        if site is None:
            continue
        section = site.section(row.section)
        seen = local_date(row.first_seen)
        stated = local_date(row.published) if row.published else None
        issued = row.content.get("issued_on")
        issued_on = date.fromisoformat(issued) if issued else None
        if (max(stated or today, issued_on or today) - today).days > DAYS_AHEAD:
            continue  # a date that has not come says nothing
        began = first_visit.get(row.site_id)
        later = began is not None and local_date(began) < seen
        posted = min(stated, seen) if stated else seen if later else None
        day = posted or issued_on
        if day is None:
            section.undated += 1
            continue
        section.undated_rows.discard(row.url)
        section.items.append(Item(day, row.title, row.url, issued_on, posted, row.content.get("issuer", "")))
