"""Published procedures as unification needs them: without files and findings, each wording built once however many show it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, cast, select

from core.model import Procedure
from core.plain import from_plain
from store.tables import pages, records

CHUNK = 400

Built = dict[str, Procedure]
"""JSON text → content. Sites copy procedures from one another word for word, and building one costs more than its row."""


@dataclass(frozen=True, slots=True)
class PublishedProcedure:
    """A procedure on a page. `content` is one object for all that say the same."""

    id: int
    site_id: str
    code: str
    title: str
    url: str
    content: Procedure
    published: datetime | None
    changed_at: datetime
    last_seen: datetime
    capture_id: int | None


def by_code(connection: Connection, codes: Iterable[str], built: Built) -> list[PublishedProcedure]:
    """What pages show under these national codes, oldest page first."""
    wanted = list(codes)
    chunks = (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
    return [one for chunk in chunks for one in _live(connection, records.c.code.in_(chunk), built)]


def without_code(connection: Connection, record_ids: Iterable[int], built: Built) -> list[PublishedProcedure]:
    """Those of these records that some page still shows and that have no national code."""
    wanted = sorted(set(record_ids))
    chunks = (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
    codeless = records.c.code == ""
    return [one for chunk in chunks for one in _live(connection, codeless & records.c.id.in_(chunk), built)]


def ids_without_code(connection: Connection) -> list[int]:
    """Every procedure without a national code that some page still shows."""
    live = records.c.kind == "procedure", records.c.code == "", records.c.withdrawn_at.is_(None)
    return list(connection.scalars(select(records.c.id).where(*live).order_by(records.c.id)))


def _live(connection: Connection, condition: ColumnElement[bool], built: Built) -> Iterable[PublishedProcedure]:
    names = ("id", "site_id", "code", "title", "published", "changed_at", "last_seen", "capture_id")
    query = select(*(records.c[name] for name in names), cast(records.c.content, Text).label("text"), pages.c.url)
    query = query.join(pages, pages.c.id == records.c.page_id)
    query = query.where(records.c.kind == "procedure", condition, records.c.withdrawn_at.is_(None))
    for row in connection.execute(query.order_by(records.c.id)):
        content = built.get(row.text)
        if content is None:
            content = built[row.text] = from_plain(Procedure, json.loads(row.text))
        yield PublishedProcedure(
            row.id,
            row.site_id,
            row.code,
            row.title,
            row.url,
            content,
            row.published,
            row.changed_at,
            row.last_seen,
            row.capture_id,
        )
