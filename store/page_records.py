"""What a page says, written: a new version of a record only when a field changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from core.model import Content, Procedure, Record
from store import changes
from store.prepared import Prepared
from store.tables import record_versions, records


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records come from."""

    page_id: int
    site_id: str
    section: str
    reader: str
    capture_id: int | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """How many records of a page were new, changed, unchanged or withdrawn."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0


def write(connection: Connection, origin: Origin, prepared: Iterable[Prepared]) -> Written:
    """Replace what a page says by a good reading of it; versions grow only for records whose fields changed.

    Records that the page shows no longer are marked withdrawn, never deleted. Dirty codes and index keys go to the
    change sequence in the same transaction.
    """
    rows = connection.execute(_OF_PAGE, {"page": origin.page_id}).all()
    known = {(row.kind, row.key): row for row in rows}
    counts = {"new": 0, "changed": 0, "unchanged": 0, "withdrawn": 0}
    dirty: list[Row[Any]] = []
    touched: list[tuple[str, str, int]] = []
    for item in prepared:
        row = known.pop((item.record.kind, item.record.key), None)
        if row is None:
            record_id = _insert(connection, origin, item)
            counts["new"] += 1
        elif row.fields_digest == item.digest and row.withdrawn_at is None:
            values = {
                "last_seen": origin.seen_at,
                "section": origin.section,
                "found": item.found,
                "reader": origin.reader,
            }
            connection.execute(_UPDATE, {"record": row.id, **values})
            counts["unchanged"] += 1
            continue
        else:
            record_id = row.id
            _update(connection, origin, item, row)
            dirty.append(row)
            counts["changed"] += 1
        touched.append((item.record.kind, _code(item.record), record_id))
    for row in known.values():
        if row.withdrawn_at is None:
            connection.execute(_UPDATE, {"record": row.id, "withdrawn_at": origin.seen_at})
            dirty.append(row)
            counts["withdrawn"] += 1
    touched += [(row.kind, row.code, row.id) for row in dirty]
    _announce(connection, touched, origin.seen_at)
    return Written(**counts)


# Made once: putting a statement together costs more than most of them take.
_OF_PAGE = select(records).where(records.c.page_id == bindparam("page"))
_UPDATE = update(records).where(records.c.id == bindparam("record"))
_INSERT, _INSERT_VERSION = insert(records), insert(record_versions)
_PROCEDURE_OF_PAGE = (
    select(records.c.id)
    .where(records.c.page_id == bindparam("page"), records.c.kind == "procedure", records.c.withdrawn_at.is_(None))
    .limit(1)
)


def shows_procedures(connection: Connection, page_id: int) -> bool:
    """Whether a page's records that still hold have a procedure among them."""
    return connection.execute(_PROCEDURE_OF_PAGE, {"page": page_id}).first() is not None


def withdraw(connection: Connection, page_id: int, at: datetime) -> int:
    """Mark all records of a page as withdrawn: it got its tombstone, or another one has them; returns how many."""
    query = select(records).where(records.c.page_id == page_id, records.c.withdrawn_at.is_(None))
    rows = connection.execute(query).all()
    connection.execute(
        update(records).where(records.c.page_id == page_id, records.c.withdrawn_at.is_(None)).values(withdrawn_at=at)
    )
    _announce(connection, [(row.kind, row.code, row.id) for row in rows], at)
    return len(rows)


def announce(connection: Connection, page_id: int, at: datetime) -> None:
    """Have the records of a page unified and indexed again: its address or site is another one."""
    rows = connection.execute(_OF_PAGE, {"page": page_id}).all()
    _announce(connection, [(row.kind, row.code, row.id) for row in rows], at)


def _announce(connection: Connection, touched: Iterable[tuple[str, str, int]], at: datetime) -> None:
    items = list(touched)
    unify = [code or f"record:{record_id}" for kind, code, record_id in items if kind == "procedure"]
    index = [f"record:{record_id}" for kind, _, record_id in items if kind in changes.INDEXED_RECORDS]
    changes.append(connection, "unify", unify, at)
    changes.append(connection, "index", index, at)


def _code(record: Record) -> str:
    return record.content.code if isinstance(record.content, Procedure) else ""


def _title(content: Content) -> str:
    return content.name if isinstance(content, Procedure) else content.title


def _values(origin: Origin, item: Prepared) -> dict[str, Any]:
    return {
        "code": _code(item.record),
        "title": _title(item.record.content),
        "section": origin.section,
        "published": item.record.published,
        "content": item.content,
        "files": item.files,
        "found": item.found,
        "fields_digest": item.digest,
        "reader": origin.reader,
        "changed_at": origin.seen_at,
        "last_seen": origin.seen_at,
        "withdrawn_at": None,
        "capture_id": origin.capture_id,
    }


def _insert(connection: Connection, origin: Origin, item: Prepared) -> int:
    values = _values(origin, item) | {
        "page_id": origin.page_id,
        "site_id": origin.site_id,
        "kind": item.record.kind,
        "key": item.record.key,
        "version": 1,
        "first_seen": origin.seen_at,
    }
    record_id = connection.execute(_INSERT, values).inserted_primary_key
    assert record_id is not None
    _keep_version(connection, origin, item, record_id[0], 1)
    return int(record_id[0])


def _update(connection: Connection, origin: Origin, item: Prepared, row: Row[Any]) -> None:
    values = _values(origin, item)
    version = row.version
    if row.fields_digest != item.digest:
        version += 1
        _keep_version(connection, origin, item, row.id, version)
    else:  # shown again after it was withdrawn: the same version lives on
        values.pop("changed_at")
        values.pop("capture_id")
    connection.execute(_UPDATE, {"record": row.id, "version": version, **values})


def _keep_version(connection: Connection, origin: Origin, item: Prepared, record_id: int, version: int) -> None:
    values = {"record_id": record_id, "version": version, "capture_id": origin.capture_id, "seen_at": origin.seen_at}
    connection.execute(_INSERT_VERSION, {**values, "content": item.content})
