"""Links in the main content of pages: kept page by page, so that a dead address is told with the pages that lead there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, bindparam, delete, insert, or_, select

from core.states import Outcome
from store.tables import page_links, pages, records

CHUNK = 400

NOT_SHOWN = (Outcome.NEVER.value, Outcome.GONE.value, Outcome.SOFT_404.value)
"""Outcomes of a page after which nothing that it said counts. A failure (a time-out, a fire wall) takes nothing back."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of a page's main content. `key` tells the page that it leads to (store.pages)."""

    url: str
    key: str
    host: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """An address that said it was not there whenever its site was seen well since it was last seen: `absences` times."""

    url: str
    key: str
    site_id: str
    outcome: str
    absences: int
    since: str
    is_gone: bool
    capture_id: int | None


@dataclass(frozen=True, slots=True)
class Referrer:
    """A page that leads to `target` (an address of `Absent`), with the link's words."""

    target: str
    site_id: str
    url: str
    title: str
    words: str
    capture_id: int | None


def replace(connection: Connection, page_id: int, links: Iterable[PageLink]) -> None:
    """Put these links in the place of all that the page had; a link to one page twice is one, the first with words."""
    found: dict[str, PageLink] = {}
    for link in links:
        known = found.get(link.key)
        if known is None or (link.words and not known.words):
            found[link.key] = link
    connection.execute(_FORGET, {"page": page_id})
    if found:
        rows = [
            {"page_id": page_id, "key": one.key, "url": one.url, "host": one.host, "words": one.words}
            for one in found.values()
        ]
        connection.execute(_INSERT, rows)


# Made once: putting a statement together costs more than it takes.
_FORGET, _INSERT = delete(page_links).where(page_links.c.page_id == bindparam("page")), insert(page_links)


def of_page(connection: Connection, page_id: int) -> list[PageLink]:
    """The links of a page by address."""
    query = select(page_links).where(page_links.c.page_id == page_id).order_by(page_links.c.url)
    return [PageLink(row.url, row.key, row.host, row.words) for row in connection.execute(query)]


def unasked(connection: Connection, site_id: str, hosts: Iterable[str]) -> list[tuple[str, int]]:
    """(address, referring page) on these hosts that pages of other sites lead to and the frontier does not have."""
    referrer, target = pages.alias(), pages.alias()
    joined = page_links.join(referrer, referrer.c.id == page_links.c.page_id)
    joined = joined.outerjoin(target, target.c.key == page_links.c.key)
    query = select(page_links.c.url, page_links.c.page_id).select_from(joined)
    query = query.where(page_links.c.host.in_(list(hosts)), target.c.id.is_(None))
    query = query.where(referrer.c.site_id != site_id, _shown(referrer))
    return [(row.url, row.page_id) for row in connection.execute(query.order_by(page_links.c.url))]


def absent(connection: Connection, least: int) -> dict[str, Absent]:
    """By address, the pages that were absent so often in a row, or are tombstones. Only a good answer ends that."""
    names = ("url", "key", "site_id", "outcome", "absences", "absent_since", "gone_at", "capture_id")
    query = select(*(pages.c[name] for name in names))
    query = query.where(or_(pages.c.gone_at.is_not(None), pages.c.absences >= least))
    found = {}
    for row in connection.execute(query):
        since = row.absent_since or row.gone_at
        found[row.url] = Absent(
            row.url,
            row.key,
            row.site_id,
            row.outcome,
            row.absences,
            since.isoformat() if since else "",
            row.gone_at is not None,
            row.capture_id,
        )
    return found


def leading_to(connection: Connection, targets: Sequence[Absent]) -> Iterator[Referrer]:
    """The pages that lead to these addresses: in their text, as an entry of a list, as an attachment."""
    by_key = {target.key: target.url for target in targets}
    keys = list(by_key)
    for start in range(0, len(keys), CHUNK):
        query = select(page_links.c.key, page_links.c.words, *_REFERRER).join(pages, pages.c.id == page_links.c.page_id)
        query = query.where(page_links.c.key.in_(keys[start : start + CHUNK]), _shown(pages))
        for row in connection.execute(query.order_by(pages.c.id)):
            yield _referrer(row, by_key[row.key], row.words)
    if keys:
        yield from _listed(connection, set(by_key.values()))


def _listed(connection: Connection, urls: Set[str]) -> Iterator[Referrer]:
    lists = select(*_REFERRER, pages.c["items"].label("links")).where(pages.c.kind.in_(("list", "home")), _shown(pages))
    files = select(*_REFERRER, records.c.files.label("links")).join(records, records.c.page_id == pages.c.id)
    files = files.where(records.c.kind.in_(("article", "document")), records.c.withdrawn_at.is_(None), _shown(pages))
    for query in (lists, files):
        rows: Iterable[Row[Any]] = connection.execute(query.order_by(pages.c.id))
        for row in rows:
            for item in row.links:
                if item.get("url") in urls:
                    yield _referrer(row, item["url"], item.get("title") or item.get("name", ""))


_REFERRER = (pages.c.site_id, pages.c.url.label("page_url"), pages.c.title, pages.c.capture_id)


def _referrer(row: Any, target: str, words: str) -> Referrer:
    return Referrer(target, row.site_id, row.page_url, row.title, words, row.capture_id)


def _shown(page: FromClause) -> ColumnElement[bool]:
    return page.c.gone_at.is_(None) & page.c.outcome.not_in(NOT_SHOWN)
