"""The national register as dated snapshots: what it said about a code, when, and what it says no longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from core.model import Procedure
from core.plain import digest, from_plain, to_plain
from store import changes
from store.tables import register_entries, register_snapshots, register_texts

CHUNK = 500
"""Codes asked for in one statement; SQLite allows 32,766 parameters, PostgreSQL plans short lists better."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One procedure as a register file has it, with the register's own marks."""

    procedure: Procedure
    format: str = ""  # "catalog", "api" or "rendered"
    issued_by: str = ""
    state: str = ""  # the file's word: ACTIVE, UPDATED, …
    type: str = ""  # STANDARD, SPECIFIC, STANDARD_INTERNAL
    internal: bool = False
    url: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One imported file. Absence of a code means something only when `complete`."""

    id: int
    as_of: date
    complete: bool
    province: str
    source: str
    imported_at: datetime
    entries: int
    rejected: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What one snapshot says about one code."""

    snapshot: Snapshot
    code: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Prepared:
    """A snapshot made ready before the transaction."""

    as_of: date
    complete: bool
    province: str
    source: str
    source_digest: str
    entries: tuple[Entry, ...]
    rejected: tuple[Mapping[str, Any], ...]


def snapshots(connection: Connection) -> list[Snapshot]:
    """All snapshots, newest day first; of one day the one imported last comes first."""
    query = select(register_snapshots).order_by(register_snapshots.c.as_of.desc(), register_snapshots.c.id.desc())
    return [_snapshot(row) for row in connection.execute(query)]


def by_source(connection: Connection, source_digest: str) -> Snapshot | None:
    """The snapshot that was made of exactly this file, if any."""
    query = select(register_snapshots).where(register_snapshots.c.source_digest == source_digest)
    row = connection.execute(query).first()
    return _snapshot(row) if row else None


def newest_complete(connection: Connection) -> Snapshot | None:
    """The newest complete snapshot."""
    return next((s for s in snapshots(connection) if s.complete), None)


def codes_of(connection: Connection, snapshot_id: int) -> set[str]:
    """The codes a snapshot has."""
    query = select(register_entries.c.code).where(register_entries.c.snapshot_id == snapshot_id)
    return set(connection.scalars(query))


def digests_of(connection: Connection, snapshot_id: int) -> dict[str, str]:
    """Code → digest of what a snapshot says about it: two snapshots agree where these are equal."""
    query = select(register_entries.c.code, register_entries.c.text_digest)
    return {row.code: row.text_digest for row in connection.execute(query.where(_of(snapshot_id)))}


def _of(snapshot_id: int) -> Any:
    return register_entries.c.snapshot_id == snapshot_id


def known(connection: Connection, codes: Iterable[str]) -> dict[str, list[Known]]:
    """Everything any snapshot says about these codes, newest snapshot first; equal texts are decoded once."""
    by_id = {snapshot.id: snapshot for snapshot in snapshots(connection)}
    order = {snapshot_id: position for position, snapshot_id in enumerate(by_id)}
    rows: list[Row[Any]] = []
    for chunk in _chunks(list(dict.fromkeys(codes))):
        rows += connection.execute(select(register_entries).where(register_entries.c.code.in_(chunk)))
    entries = _texts(connection, {row.text_digest for row in rows})
    found: dict[str, list[Known]] = {}
    for row in sorted(rows, key=lambda row: order[row.snapshot_id]):
        known_one = Known(by_id[row.snapshot_id], row.code, entries[row.text_digest])
        found.setdefault(row.code, []).append(known_one)
    return found


def write(connection: Connection, snapshot: Prepared, dirty: Iterable[str], at: datetime) -> int:
    """Store a snapshot, its entries and new texts, and mark `dirty` codes, all in the caller's transaction; its id."""
    values = {
        "as_of": snapshot.as_of,
        "complete": snapshot.complete,
        "province": snapshot.province,
        "source": snapshot.source,
        "source_digest": snapshot.source_digest,
        "imported_at": at,
        "entries": len(snapshot.entries),
        "rejected": list(snapshot.rejected),
    }
    key = connection.execute(insert(register_snapshots).values(**values)).inserted_primary_key
    assert key is not None
    plain = [to_plain(entry) for entry in snapshot.entries]
    digests = [digest(item) for item in plain]
    texts = dict(zip(digests, plain, strict=True))
    for chunk in _chunks(list(texts)):
        present = select(register_texts.c.digest).where(register_texts.c.digest.in_(chunk))
        for already in list(connection.scalars(present)):
            del texts[already]
    if texts:
        connection.execute(insert(register_texts), [{"digest": k, "content": v} for k, v in texts.items()])
    rows = [
        {"snapshot_id": key[0], "code": e.procedure.code, "name": e.procedure.name, "text_digest": d}
        for e, d in zip(snapshot.entries, digests, strict=True)
    ]
    if rows:
        connection.execute(insert(register_entries), rows)
    changes.append(connection, "unify", dirty, at)
    return int(key[0])


def _texts(connection: Connection, digests: set[str]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for chunk in _chunks(sorted(digests)):
        for row in connection.execute(select(register_texts).where(register_texts.c.digest.in_(chunk))):
            found[row.digest] = from_plain(Entry, row.content)
    return found


def _snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(
        id=row.id,
        as_of=row.as_of,
        complete=row.complete,
        province=row.province,
        source=row.source,
        imported_at=row.imported_at,
        entries=row.entries,
        rejected=tuple(row.rejected),
    )


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
