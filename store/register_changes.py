"""The register's change log: added, amended (fields, old → new), withdrawn, replaced by; one row a code and snapshot."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select

from core.plain import to_plain
from store.tables import register_change_topics, register_changes

Kind = Literal["added", "amended", "withdrawn", "replaced"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of core.model.Procedure (or `fee_text`, `time_text`, `issued_by`, `state`, `type`) with both values, plain JSON."""

    field: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one snapshot changed about one code. `id` grows with every import; 0 = not written yet."""

    code: str
    kind: Kind
    name: str
    as_of: date
    source: str
    sectors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    replaced_by: tuple[str, ...] = ()
    id: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes: after an id, of a day or later, of a code, sector, agency, kind. `newest_first` for feeds."""

    after: int = 0
    since: date | None = None
    code: str = ""
    sector: str = ""
    agency: str = ""
    kind: str = ""
    limit: int = 100
    newest_first: bool = False


def write(connection: Connection, snapshot_id: int, changes: Iterable[Change], at: datetime) -> int:
    """Put the changes of a snapshot in the place of those written for it before; returns how many."""
    forget(connection, snapshot_id)
    count = 0
    for change in changes:
        values = {
            "snapshot_id": snapshot_id,
            "as_of": change.as_of,
            "code": change.code,
            "kind": change.kind,
            "name": change.name,
            "sectors": list(change.sectors),
            "agencies": list(change.agencies),
            "fields": [{"field": f.field, "old": to_plain(f.old), "new": to_plain(f.new)} for f in change.fields],
            "replaced_by": list(change.replaced_by),
            "source": change.source,
            "at": at,
        }
        key = connection.execute(insert(register_changes).values(**values)).inserted_primary_key
        assert key is not None
        topics = {topic("sector", name) for name in change.sectors} | {topic("agency", n) for n in change.agencies}
        if topics:
            rows = [{"change_id": key[0], "topic": name} for name in sorted(topics)]
            connection.execute(insert(register_change_topics), rows)
        count += 1
    return count


def forget(connection: Connection, snapshot_id: int) -> None:
    """Drop what was written for a snapshot: another one came between it and the one before."""
    mine = select(register_changes.c.id).where(register_changes.c.snapshot_id == snapshot_id)
    connection.execute(delete(register_change_topics).where(register_change_topics.c.change_id.in_(mine)))
    connection.execute(delete(register_changes).where(register_changes.c.snapshot_id == snapshot_id))


def topic(kind: str, name: str) -> str:
    """What a feed is about: `sector:` or `agency:` and the name in lower case, one space."""
    return f"{kind}:{' '.join(unicodedata.normalize('NFC', name).casefold().split())}"


def listed(connection: Connection, wanted: ChangeFilter) -> list[Change]:
    """The changes asked for, in the order they were written (or the newest first)."""
    query = select(register_changes).where(register_changes.c.id > wanted.after)
    if wanted.since is not None:
        query = query.where(register_changes.c.as_of >= wanted.since)
    if wanted.code:
        query = query.where(register_changes.c.code == wanted.code)
    if wanted.kind:
        query = query.where(register_changes.c.kind == wanted.kind)
    for kind, name in (("sector", wanted.sector), ("agency", wanted.agency)):
        if name:
            about = select(register_change_topics.c.change_id)
            query = query.where(
                register_changes.c.id.in_(about.where(register_change_topics.c.topic == topic(kind, name)))
            )
    if wanted.newest_first:
        query = query.order_by(register_changes.c.as_of.desc(), register_changes.c.id.desc())
    else:
        query = query.order_by(register_changes.c.id)
    return [_change(row) for row in connection.execute(query.limit(wanted.limit))]


def newest(connection: Connection) -> int:
    """The highest id, 0 when nothing ever changed: where a reader who wants only what comes begins."""
    return connection.scalar(select(func.max(register_changes.c.id))) or 0


def counts(connection: Connection, since: date | None = None) -> dict[str, int]:
    """Kind → number of changes, of a day or later."""
    query = select(register_changes.c.kind, func.count()).group_by(register_changes.c.kind)
    if since is not None:
        query = query.where(register_changes.c.as_of >= since)
    return {row.kind: row[1] for row in connection.execute(query)}


def _change(row: Row[Any]) -> Change:
    return Change(
        code=row.code,
        kind=row.kind,
        name=row.name,
        as_of=row.as_of,
        source=row.source,
        sectors=tuple(row.sectors),
        agencies=tuple(row.agencies),
        fields=tuple(FieldChange(item["field"], item["old"], item["new"]) for item in row.fields),
        replaced_by=tuple(row.replaced_by),
        id=row.id,
        at=row.at,
    )
