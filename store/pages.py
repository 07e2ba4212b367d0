"""The frontier: every known URL of a site with its state, what is due, and what each check wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.states import Outcome
from store import changes
from store.tables import page_links, pages, record_links, records

CHUNK = 400


@dataclass(frozen=True, slots=True)
class NewPage:
    """A URL to be looked at. `section` and `discovered_from` say where it was linked; `key` tells pages apart ("" = url)."""

    url: str
    depth: int
    section: str = ""
    discovered_from: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the frontier sees it."""

    id: int
    site_id: str
    url: str
    key: str
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
    fields_digest: str | None = None
    reader: str = ""
    notes: Sequence[str] = ()
    newest_item: date | None = None
    last_checked: datetime | None = None
    outcome: str = ""


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
    """The page at a URL."""
    row = connection.execute(select(pages).where(pages.c.url == url)).one_or_none()
    return _from_row(row) if row else None


def by_key(connection: Connection, key: str) -> Page | None:
    """The page that is known by a key, whatever address it was linked under."""
    row = connection.execute(select(pages).where(pages.c.key == key)).one_or_none()
    return _from_row(row) if row else None


def by_one_of(connection: Connection, keys: Sequence[str]) -> Page | None:
    """The page that is known by the first of these keys that any has."""
    found = {row.key: row for row in connection.execute(select(pages).where(pages.c.key.in_(keys)))}
    return next((_from_row(found[key]) for key in keys if key in found), None)


def known_keys(connection: Connection, site_id: str) -> dict[str, bool]:
    """The key of every page of a site that the frontier has → whether its section is known."""
    rows = connection.execute(select(pages.c.key, pages.c.section).where(pages.c.site_id == site_id))
    return {row.key: bool(row.section) for row in rows}


def lost_keys(connection: Connection, site_id: str) -> frozenset[str]:
    """The keys of a site's pages that say they are gone, or failed `LASTING` times running."""
    lost = pages.c.outcome.in_((Outcome.GONE.value, Outcome.SOFT_404.value)) | (pages.c.failures >= LASTING)
    return frozenset(connection.scalars(select(pages.c.key).where(pages.c.site_id == site_id, lost)))


LASTING = 3
"""Failures in a row that are no passing trouble."""


def barren_urls(connection: Connection, site_id: str) -> list[str]:
    """The addresses of a site that answered well with neither a record nor a list."""
    seen = pages.c.site_id == site_id, pages.c.kind == "other", pages.c.capture_id.is_not(None)
    return list(connection.scalars(select(pages.c.url).where(*seen)))


def shown(connection: Connection, site_id: str) -> list[tuple[str, tuple[str | None, tuple[str, ...]]]]:
    """The key of every page of a site that has parameters and was read → its fields and the titles of its rows, where
    it has any."""
    seen = pages.c.site_id == site_id, pages.c.key.contains("?"), pages.c.text_digest.is_not(None)
    said = pages.c.kind.not_in(("", "other")), pages.c.gone_at.is_(None)
    rows = connection.execute(select(pages.c.key, pages.c.fields_digest, pages.c["items"]).where(*seen, *said))
    return [(row[0], (row[1], tuple(item.get("title", "") for item in row[2]))) for row in rows]


def discover(connection: Connection, site_id: str, server: str, found: Iterable[NewPage], now: datetime) -> int:
    """Add URLs that are not known yet, due now; returns how many were new."""
    rows = [
        {
            "site_id": site_id,
            "server": server,
            "url": page.url,
            "key": page.key or page.url,
            "depth": page.depth,
            "section": page.section,
            "discovered_from": page.discovered_from,
            "first_seen": now,
            "next_due": now,
        }
        for page in {page.url: page for page in found}.values()
    ]
    if not rows:
        return 0
    return connection.execute(_DISCOVER[connection.dialect.name], rows).rowcount


# Made once: putting a statement together costs more than most of them take, and a crawl asks ten a page.
_DISCOVER = {
    name: dialect.insert(pages).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_UPDATE = update(pages).where(pages.c.id == bindparam("page_id"))
_SECTION = select(pages.c.section).where(pages.c.id == bindparam("page_id"))
_RECALL_ABSENT = (
    update(pages)
    .where(or_(pages.c.absences > 0, pages.c.gone_at.is_not(None)), pages.c.next_due > bindparam("now"))
    .values(next_due=bindparam("now"))
)
_RECALL = _RECALL_ABSENT.where(pages.c.key.in_(bindparam("keys", expanding=True)))
_RECALL_OF_PAGE = _RECALL_ABSENT.where(
    or_(
        pages.c.key.in_(select(page_links.c.key).where(page_links.c.page_id == bindparam("of_page"))),
        pages.c.url.in_(
            select(record_links.c.url)
            .join(records, records.c.id == record_links.c.record_id)
            .where(records.c.page_id == bindparam("of_page"), records.c.withdrawn_at.is_(None))
        ),
    )
)


def section_of(connection: Connection, page: Page) -> str:
    """The section of a page now: a list may have named it since it was handed out."""
    if page.section:
        return page.section
    return connection.scalar(_SECTION, {"page_id": page.id}) or ""


def name_sections(connection: Connection, found: Mapping[str, str], now: datetime) -> int:
    """Give a section (key → section) to pages found where none was named, and to their records; returns how many pages.

    A known section is never overwritten.
    """
    named = 0
    for section in sorted(set(found.values())):
        keys = [key for key, value in found.items() if value == section]
        for chunk in _chunks(keys):
            ids = list(connection.scalars(select(pages.c.id).where(pages.c.key.in_(chunk), pages.c.section == "")))
            if not ids:
                continue
            connection.execute(update(pages).where(pages.c.id.in_(ids)).values(section=section))
            nameless = records.c.page_id.in_(ids), records.c.section == ""
            indexed = records.c.kind.in_(changes.INDEXED_RECORDS), records.c.withdrawn_at.is_(None)
            touched = list(connection.scalars(select(records.c.id).where(*nameless, *indexed)))
            connection.execute(update(records).where(*nameless).values(section=section))
            changes.append(connection, "index", [f"record:{record_id}" for record_id in touched], now)
            named += len(ids)
    return named


def recall(connection: Connection, keys: Sequence[str], now: datetime) -> int:
    """Make pages that were absent due now: a page that says something new links to them; returns how many."""
    return sum(connection.execute(_RECALL, {"keys": list(chunk), "now": now}).rowcount for chunk in _chunks(keys))


def recall_of_page(connection: Connection, page_id: int, now: datetime) -> int:
    """Make what a page leads to due now where it was absent: the page was absent too, and has come back as it was."""
    return connection.execute(_RECALL_OF_PAGE, {"of_page": page_id, "now": now}).rowcount


def _chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def last_checks(connection: Connection, site_id: str) -> dict[str, datetime | None]:
    """The key of every page of a site → when it was last looked at."""
    rows = connection.execute(select(pages.c.key, pages.c.last_checked).where(pages.c.site_id == site_id))
    return {row.key: row.last_checked for row in rows}


def bring_forward(connection: Connection, keys: Iterable[str], now: datetime) -> int:
    """Make pages due now; returns how many were not yet. Tombstones and pages that fail keep their time."""
    moved = 0
    for chunk in _chunks(list(keys)):
        query = update(pages).where(pages.c.key.in_(chunk), pages.c.next_due > now, pages.c.gone_at.is_(None))
        moved += connection.execute(query.where(pages.c.failures == 0).values(next_due=now)).rowcount
    return moved


def count_absent(connection: Connection, site_id: str) -> tuple[int, int]:
    """Pages of a site that were looked at and are no tombstones: how many say that they are not there, of how many.

    An address that another site leads to and that never was there says something of that other site alone.
    """
    referrer = pages.alias()
    elsewhere = select(referrer.c.id).where(referrer.c.id == pages.c.discovered_from)
    elsewhere = elsewhere.where(referrer.c.site_id != pages.c.site_id).correlate(pages)
    absent = pages.c.outcome.in_((Outcome.GONE.value, Outcome.SOFT_404.value))
    query = select(func.count(), func.sum(case((absent, 1), else_=0))).where(
        pages.c.site_id == site_id, pages.c.gone_at.is_(None), pages.c.outcome != Outcome.NEVER.value
    )
    query = query.where(or_(pages.c.last_good.is_not(None), ~elsewhere.exists()))
    looked_at, missing = connection.execute(query).one()
    return missing or 0, looked_at


def count_never(connection: Connection, site_id: str) -> int:
    """Pages of a site that were never asked for."""
    query = select(func.count()).where(pages.c.site_id == site_id, pages.c.outcome == Outcome.NEVER.value)
    return connection.scalar(query) or 0


def update_page(connection: Connection, page_id: int, values: Mapping[str, Any]) -> None:
    """Write the state of a page after a check; validators only together with the reading they belong to."""
    connection.execute(_UPDATE, {"page_id": page_id, **values})


def postpone(connection: Connection, site_id: str, until: datetime) -> int:
    """Ask for nothing of a site before `until` (it is not well, or its window is closed); returns how many pages."""
    query = update(pages).where(pages.c.site_id == site_id, pages.c.next_due < until)
    return connection.execute(query.values(next_due=until)).rowcount


def set_server(connection: Connection, site_id: str, server: str) -> None:
    """The address that a site's host resolves to today."""
    connection.execute(update(pages).where(pages.c.site_id == site_id, pages.c.server != server).values(server=server))
