"""The frontier: every known URL of a site with its state, what is due, and what each check wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import pages, records

CHUNK = 400


@dataclass(frozen=True, slots=True)
class NewPage:
    """A URL to be looked at. `section` and `discovered_from` say where it was linked."""

    url: str
    depth: int
    section: str = ""
    discovered_from: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the frontier sees it."""

    id: int
    site_id: str
    url: str
    depth: int
    kind: str
    section: str
    interval_hours: float
    etag: str | None
    last_modified: str | None
    body_digest: str | None
    text_digest: str | None
    failures: int
    absences: int
    absent_since: datetime | None
    gone_at: datetime | None
    capture_id: int | None
    server: str


@dataclass(frozen=True, slots=True)
class DueQuery:
    """Which pages of a site to hand out: not those asked in `visit_id`; `everything`: due or not."""

    site_id: str
    visit_id: int
    now: datetime
    everything: bool = False
    limit: int = 200


def _from_row(row: Row[Any]) -> Page:
    return Page(**{name: getattr(row, name) for name in Page.__dataclass_fields__})


def due(connection: Connection, query: DueQuery) -> list[Page]:
    """The pages to ask for now, nearest to the home page first among those first due; tombstones only when due again."""
    chosen = select(pages).where(pages.c.site_id == query.site_id)
    chosen = chosen.where(or_(pages.c.visit_id.is_(None), pages.c.visit_id != query.visit_id))
    if query.everything:
        chosen = chosen.where(or_(pages.c.gone_at.is_(None), pages.c.next_due <= query.now))
    else:
        chosen = chosen.where(pages.c.next_due <= query.now)
    chosen = chosen.order_by(pages.c.next_due, pages.c.depth, pages.c.id).limit(query.limit)
    return [_from_row(row) for row in connection.execute(chosen)]


def by_ids(connection: Connection, ids: Sequence[int]) -> dict[int, Page]:
    """The pages with these ids."""
    found: dict[int, Page] = {}
    for start in range(0, len(ids), CHUNK):
        rows = connection.execute(select(pages).where(pages.c.id.in_(ids[start : start + CHUNK])))
        found |= {row.id: _from_row(row) for row in rows}
    return found


def by_url(connection: Connection, url: str) -> Page | None:
    """The page at a canonical URL."""
    row = connection.execute(select(pages).where(pages.c.url == url)).one_or_none()
    return _from_row(row) if row else None


def known_urls(connection: Connection, site_id: str) -> set[str]:
    """Every URL of a site that the frontier has."""
    return set(connection.scalars(select(pages.c.url).where(pages.c.site_id == site_id)))


def discover(connection: Connection, site_id: str, server: str, found: Iterable[NewPage], now: datetime) -> int:
    """Add URLs that are not known yet, due now; returns how many were new."""
    rows = [
        {
            "site_id": site_id,
            "server": server,
            "url": page.url,
            "depth": page.depth,
            "section": page.section,
            "discovered_from": page.discovered_from,
            "first_seen": now,
            "next_due": now,
        }
        for page in {page.url: page for page in found}.values()
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = 0
    for start in range(0, len(rows), CHUNK // 10):
        statement = dialect.insert(pages).values(rows[start : start + CHUNK // 10]).on_conflict_do_nothing()
        added += connection.execute(statement).rowcount
    return added


def section_of(connection: Connection, page_id: int) -> str:
    """The section a page has now, "" when none is known."""
    return connection.scalar(select(pages.c.section).where(pages.c.id == page_id)) or ""


def name_section(connection: Connection, site_id: str, urls: Iterable[str], section: str) -> None:
    """Give a section to a site's pages, and their records, that have none; a known section is never overwritten."""
    for chunk in _chunks(list(urls)):
        nameless = select(pages.c.id).where(pages.c.site_id == site_id, pages.c.url.in_(chunk), pages.c.section == "")
        ids = list(connection.scalars(nameless))
        if ids:
            connection.execute(update(pages).where(pages.c.id.in_(ids)).values(section=section))
            connection.execute(
                update(records).where(records.c.page_id.in_(ids), records.c.section == "").values(section=section)
            )


def _chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def update_page(connection: Connection, page_id: int, values: Mapping[str, Any]) -> None:
    """Write the state of a page after a check; validators only together with the reading they belong to."""
    connection.execute(update(pages).where(pages.c.id == page_id).values(**values))


def postpone(connection: Connection, site_id: str, until: datetime) -> int:
    """Ask for nothing of a site before `until` (it is not well, or its window is closed); returns how many pages."""
    query = update(pages).where(pages.c.site_id == site_id, pages.c.next_due < until)
    return connection.execute(query.values(next_due=until)).rowcount


def set_server(connection: Connection, site_id: str, server: str) -> None:
    """The address that a site's host resolves to today."""
    connection.execute(update(pages).where(pages.c.site_id == site_id, pages.c.server != server).values(server=server))
