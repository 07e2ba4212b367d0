"""Captures: the raw answer of a page as it came, and whether it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from store.archive_writer import Placed
from store.database import Database
from store.tables import archives, captures, pages
from store.warc import Answer


@dataclass(frozen=True, slots=True)
class NewCapture:
    """An answer that lies in the archive and the page and visit it belongs to."""

    page_id: int
    visit_id: int | None
    answer: Answer
    placed: Placed


def insert_all(connection: Connection, items: Iterable[NewCapture]) -> list[int]:
    """Insert captures and, in the same transaction, move their files' committed length; returns their ids."""
    ids: list[int] = []
    done = list(items)
    for item in done:
        placed = item.placed
        values = {
            "page_id": item.page_id,
            "visit_id": item.visit_id,
            "url": item.answer.url,
            "fetched_at": item.answer.fetched_at,
            "status": item.answer.status,
            "headers": dict(item.answer.headers),
            "archive": placed.archive,
            "offset": placed.offset,
            "length": placed.length,
            "digest": placed.digest,
            "body_bytes": placed.body_bytes,
        }
        result = connection.execute(_INSERT, values)
        assert result.inserted_primary_key is not None
        ids.append(int(result.inserted_primary_key[0]))
    commit_lengths(connection, (item.placed for item in done))
    return ids


# Made once: putting a statement together costs more than it takes.
_INSERT = insert(captures)
_MARK_READ = update(captures).where(captures.c.id == bindparam("capture"))
_COMMIT_LENGTH = update(archives).where(archives.c.name == bindparam("archive"))


def commit_lengths(connection: Connection, placed: Iterable[Placed]) -> None:
    """What lies in these files up to here counts now (revisits have no row of their own)."""
    lengths: dict[str, int] = {}
    for place in placed:
        lengths[place.archive] = max(lengths.get(place.archive, 0), place.offset + place.length)
    for name, length in lengths.items():
        connection.execute(_COMMIT_LENGTH, {"archive": name, "committed_length": length})


def moments(connection: Connection, ids: Iterable[int]) -> dict[int, datetime]:
    """When these captures were fetched."""
    rows = connection.execute(select(captures.c.id, captures.c.fetched_at).where(captures.c.id.in_(list(ids))))
    return {row.id: row.fetched_at for row in rows}


def in_order(database: Database, chunk: int = 500) -> Iterator[Row[Any]]:
    """Every capture by id, read in pages, so that any number fits."""
    after = 0
    while True:
        with database.read() as connection:
            query = select(captures).where(captures.c.id > after).order_by(captures.c.id).limit(chunk)
            rows = connection.execute(query).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].id


def mark_read(connection: Connection, capture_id: int, outcome: str, at: datetime) -> None:
    """The capture was judged and, when good, read, in this transaction."""
    connection.execute(_MARK_READ, {"capture": capture_id, "outcome": outcome, "read_at": at})


def unread(connection: Connection, site_ids: Sequence[str]) -> list[Row[Any]]:
    """Captures of these sites that a killed run fetched and did not read, oldest first."""
    query = select(captures).join(pages, pages.c.id == captures.c.page_id)
    query = query.where(captures.c.read_at.is_(None), pages.c.site_id.in_(site_ids))
    return list(connection.execute(query.order_by(captures.c.id)))


def answered_for_home(connection: Connection, site_id: str) -> list[str]:
    """The addresses that ever answered when a site's home page was asked for."""
    query = select(captures.c.url).distinct().join(pages, pages.c.id == captures.c.page_id)
    return list(connection.scalars(query.where(pages.c.site_id == site_id, pages.c.depth == 0)))


def newest_good(connection: Connection, after_page: int, limit: int) -> list[Row[Any]]:
    """The capture each page's reading rests on, by page id, after `after_page`; rows also carry the page's `site_id`."""
    query = select(captures, pages.c.site_id).join(pages, pages.c.capture_id == captures.c.id)
    query = query.where(pages.c.id > after_page, pages.c.gone_at.is_(None)).order_by(pages.c.id).limit(limit)
    return list(connection.execute(query))


def count_newest_good(connection: Connection) -> int:
    """How many pages have a good capture."""
    query = select(func.count()).select_from(pages)
    return connection.scalar(query.where(pages.c.capture_id.is_not(None), pages.c.gone_at.is_(None))) or 0
