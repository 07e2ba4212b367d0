"""Records and their versions: a new version only when a field changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from core.model import CONTENT_TYPES, AttachmentText, Content, FileLink, Found, Procedure, Record
from core.plain import from_plain
from store import changes
from store.prepared import Prepared
from store.prepared import prepare as prepare
from store.tables import pages, record_versions, records


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


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as the store holds it."""

    id: int
    page_id: int
    site_id: str
    kind: str
    key: str
    code: str
    title: str
    section: str
    published: datetime | None
    content: Content
    files: tuple[FileLink, ...]
    found: dict[str, Found]
    version: int
    reader: str
    first_seen: datetime
    changed_at: datetime
    last_seen: datetime
    withdrawn_at: datetime | None
    capture_id: int | None
    url: str = ""  # of its page


def write_page_records(connection: Connection, origin: Origin, prepared: Iterable[Prepared]) -> Written:
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


def withdraw_page(connection: Connection, page_id: int, at: datetime) -> int:
    """Mark all records of a page as withdrawn: it got its tombstone, or another one has them; returns how many."""
    query = select(records).where(records.c.page_id == page_id, records.c.withdrawn_at.is_(None))
    rows = connection.execute(query).all()
    connection.execute(
        update(records).where(records.c.page_id == page_id, records.c.withdrawn_at.is_(None)).values(withdrawn_at=at)
    )
    _announce(connection, [(row.kind, row.code, row.id) for row in rows], at)
    return len(rows)


def announce_page(connection: Connection, page_id: int, at: datetime) -> None:
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


def from_row(row: Row[Any], built: dict[str, Content] | None = None) -> StoredRecord:
    """A row of `records` (with the `url` of its page) with its content as the dataclass it was.

    `built`: digest → content, filled here. Sites copy procedures from one another and from the register, word for word,
    and building one takes longer than reading its row.
    """
    content = built.get(row.fields_digest) if built is not None else None
    if content is None:
        content = from_plain(CONTENT_TYPES[row.kind], row.content)
        if built is not None:
            built[row.fields_digest] = content
    return StoredRecord(
        id=row.id,
        page_id=row.page_id,
        site_id=row.site_id,
        kind=row.kind,
        key=row.key,
        code=row.code,
        title=row.title,
        section=row.section,
        published=row.published,
        content=content,
        files=tuple(from_plain(FileLink, item) for item in row.files),
        found={name: from_plain(Found, item) for name, item in row.found.items()},
        version=row.version,
        reader=row.reader,
        first_seen=row.first_seen,
        changed_at=row.changed_at,
        last_seen=row.last_seen,
        withdrawn_at=row.withdrawn_at,
        capture_id=row.capture_id,
        url=row.url,
    )


def _with_url() -> Select[Any]:
    return select(records, pages.c.url).join(pages, pages.c.id == records.c.page_id)


def by_id(connection: Connection, record_ids: Iterable[int]) -> dict[int, StoredRecord]:
    """The records with these ids."""
    wanted = list(record_ids)
    if not wanted:
        return {}
    built: dict[str, Content] = {}
    rows = connection.execute(_with_url().where(records.c.id.in_(wanted)))
    return {row.id: from_row(row, built) for row in rows}


def contents_ever(connection: Connection, record_ids: Iterable[int]) -> dict[int, list[Content]]:
    """What records say and said before, in every version that is kept."""
    query = select(record_versions.c.record_id, record_versions.c.content, records.c.kind)
    query = query.join(records, records.c.id == record_versions.c.record_id)
    found: dict[int, list[Content]] = {}
    for row in connection.execute(query.where(record_versions.c.record_id.in_(list(record_ids)))):
        found.setdefault(row.record_id, []).append(from_plain(CONTENT_TYPES[row.kind], row.content))
    return found


def of_page(connection: Connection, page_id: int) -> list[StoredRecord]:
    """All records of a page, withdrawn ones too."""
    query = _with_url().where(records.c.page_id == page_id).order_by(records.c.id)
    return [from_row(row) for row in connection.execute(query)]


def digests_of_page(connection: Connection, page_id: int) -> dict[tuple[str, str], tuple[str, int]]:
    """(kind, key) → (digest of the fields, version) of what a page shows."""
    rows = connection.execute(select(records).where(records.c.page_id == page_id, records.c.withdrawn_at.is_(None)))
    return {(row.kind, row.key): (row.fields_digest, row.version) for row in rows}


def live_ids(connection: Connection, kinds: Iterable[str], section: str = "") -> list[int]:
    """Ids of the records of these kinds (and of this section) that some page still shows."""
    query = select(records.c.id).where(records.c.kind.in_(list(kinds)), records.c.withdrawn_at.is_(None))
    if section:
        query = query.where(records.c.section == section)
    return list(connection.scalars(query.order_by(records.c.id)))


def iterate_live(
    connection: Connection, kinds: Iterable[str], chunk: int = 500, section: str = ""
) -> Iterator[StoredRecord]:
    """The live records of these kinds by id, read in pages, so that any number fits."""
    ids = live_ids(connection, kinds, section)
    for start in range(0, len(ids), chunk):
        found = by_id(connection, ids[start : start + chunk])
        yield from (found[key] for key in sorted(found))


def count_attachments(connection: Connection, condition: str) -> int:
    """How many files that some page still shows are in this condition."""
    is_so = records.c.content["condition"].as_string() == condition
    live = records.c.kind == "attachment", records.c.withdrawn_at.is_(None)
    return connection.scalar(select(func.count()).where(*live, is_so)) or 0


def attachment_text(record: StoredRecord) -> str:
    """The text of an attachment record, "" for any other kind."""
    return record.content.text if isinstance(record.content, AttachmentText) else ""
