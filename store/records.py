"""Records as the store holds them, read with all that they say or with what they said before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from core.model import CONTENT_TYPES, AttachmentText, Content, FileLink, Found
from core.plain import from_plain
from store.tables import pages, record_versions, records


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
