"""What of the archive may go: planned first, shown, then done file by file, so that a kill at any point loses nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from store.archive import Archive
from store.database import Database
from store.tables import archives, captures, findings, pages, record_versions, records

GROWTH_DAYS = 30
ENOUGH_DAYS = 3
"""Days with captures from which growth can be told: the first fills the archive and says nothing about the next."""


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One archive file: captures that stay and go, and how many bytes it holds now and would hold."""

    name: str
    kept: int
    dropped: int
    bytes_now: int
    bytes_then: int


def plan(connection: Connection, now: datetime, keep: timedelta) -> list[FilePlan]:
    """The files closed longer ago than `keep` that hold captures which nothing needs any more.

    Needed are the newest good capture of each page, every capture that a finding, a record or a version of a record
    points to, and those still to be read.
    """
    needed = _needed()
    old = (archives.c.closed_at < now - keep) & archives.c.moved.is_(True) & (archives.c.committed_length > 0)
    query = (
        select(
            archives.c.name,
            archives.c.committed_length,
            func.count(captures.c.id).label("all"),
            func.count(captures.c.id).filter(needed).label("kept"),
            func.coalesce(func.sum(captures.c.length).filter(needed), 0).label("bytes"),
        )
        .outerjoin(captures, captures.c.archive == archives.c.name)
        .where(old)
        .group_by(archives.c.name, archives.c.committed_length)
        .order_by(archives.c.name)
    )
    found = (
        FilePlan(row.name, row.kept, row.all - row.kept, row.committed_length, row.bytes)
        for row in connection.execute(query)
    )
    return [item for item in found if item.dropped or not item.kept]


def _needed() -> Any:
    pointed = [pages.c.capture_id, findings.c.capture_id, records.c.capture_id, record_versions.c.capture_id]
    chosen = [captures.c.id.in_(select(column).where(column.is_not(None))) for column in pointed]
    return or_(captures.c.read_at.is_(None), *chosen)


def prune(archive: Archive, database: Database, now: datetime, keep: timedelta) -> Iterator[FilePlan]:
    """Rewrite or remove the files of the plan, one after the other; ArchiveError when a capture that stays is damaged."""
    _remove_emptied(archive, database)
    with database.read() as connection:
        files = plan(connection, now, keep)
    for item in files:
        _prune_file(archive, database, item.name, now)
        _remove_emptied(archive, database)
        yield item


def _prune_file(archive: Archive, database: Database, name: str, now: datetime) -> None:
    with database.read() as connection:
        here = captures.c.archive == name
        kept = connection.execute(select(captures).where(here, _needed()).order_by(captures.c.offset)).all()
    for row in kept:
        archive.read(row)  # length and digest: nothing damaged is carried over in silence
    writer = archive.writer(database, now) if kept else None
    offsets = writer.append_members([archive.member(row) for row in kept]) if writer is not None else []
    with database.write() as connection:
        for row, offset in zip(kept, offsets, strict=True):
            assert writer is not None
            values = {"archive": writer.name, "offset": offset}
            connection.execute(update(captures).where(captures.c.id == row.id).values(**values))
        connection.execute(delete(captures).where(captures.c.archive == name))
        connection.execute(update(archives).where(archives.c.name == name).values(committed_length=0))
        if writer is not None:
            length = writer.length
            connection.execute(update(archives).where(archives.c.name == writer.name).values(committed_length=length))
    if writer is not None:
        writer.close(now)


def _remove_emptied(archive: Archive, database: Database) -> None:
    """Files that no capture points to any more; a kill may have left one."""
    empty = (archives.c.moved.is_(True)) & (archives.c.committed_length == 0)
    with database.read() as connection:
        names = list(connection.scalars(select(archives.c.name).where(empty)))
    for name in names:
        archive.remove(name)
        with database.write() as connection:
            connection.execute(delete(archives).where(archives.c.name == name))


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes in the archive, and how many a usual day adds; None when it is too early to say."""

    archived: int
    a_day: float | None


def growth(connection: Connection, now: datetime) -> Growth:
    """What the archive holds and by how much it grows: the median of the last 30 days on which something came."""
    total = connection.scalar(select(func.sum(archives.c.committed_length))) or 0
    since = now - timedelta(days=GROWTH_DAYS)
    sums: dict[Any, int] = defaultdict(int)
    rows: list[Row[Any]] = list(
        connection.execute(select(captures.c.fetched_at, captures.c.length).where(captures.c.fetched_at > since))
    )
    for row in rows:
        sums[row.fetched_at.date()] += row.length
    return Growth(total, float(median(sums.values())) if len(sums) >= ENOUGH_DAYS else None)
