"""The whole story of one page: where it was found, what its checks came to, what is stored of it and whether it is indexed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from store.tables import captures, changes, findings, marks, pages, record_versions, records, visits


@dataclass(frozen=True, slots=True)
class Story:
    """`path`: from the home page to this one. `captures` newest first. `indexed`: consumer → up to date with the page."""

    page: Row[Any]
    path: list[Row[Any]]
    captures: list[Row[Any]]
    visit: Row[Any] | None
    records: list[Row[Any]]
    versions: list[Row[Any]]
    findings: list[Row[Any]]
    indexed: dict[str, bool]


def find(connection: Connection, keys: Sequence[str], url: str) -> Story | None:
    """The story of the page with this address or the first of these keys; None when the frontier has none of them."""
    found = connection.execute(select(pages).where(pages.c.key.in_(keys) | (pages.c.url == url))).all()
    page = min(found, key=lambda row: keys.index(row.key) if row.key in keys else len(keys), default=None)
    if page is None:
        return None
    rows = list(connection.execute(select(records).where(records.c.page_id == page.id).order_by(records.c.id)))
    ids = [row.id for row in rows]
    return Story(
        page,
        _path(connection, page),
        list(connection.execute(select(captures).where(captures.c.page_id == page.id).order_by(captures.c.id.desc()))),
        connection.execute(select(visits).where(visits.c.id == page.visit_id)).one_or_none(),
        rows,
        list(connection.execute(select(record_versions).where(record_versions.c.record_id.in_(ids)))),
        list(connection.execute(select(findings).where(findings.c.url == page.url))),
        _indexed(connection, rows),
    )


def _path(connection: Connection, page: Row[Any]) -> list[Row[Any]]:
    path, seen = [page], {page.id}
    while (before := path[0].discovered_from) is not None and before not in seen:
        row = connection.execute(select(pages).where(pages.c.id == before)).one_or_none()
        if row is None:
            break
        seen.add(row.id)
        path.insert(0, row)
    return path


def _indexed(connection: Connection, rows: list[Row[Any]]) -> dict[str, bool]:
    """For "unify" and every index: whether it has dealt with the newest change of these records."""
    keys = {f"record:{row.id}" for row in rows} | {row.code for row in rows if row.code}
    keys |= {f"procedure:{row.code}" for row in rows if row.code}
    if not keys:
        return {}
    query = select(changes.c.topic, func.max(changes.c.seq).label("seq")).where(changes.c.key.in_(keys))
    newest = {row.topic: row.seq for row in connection.execute(query.group_by(changes.c.topic))}
    found = {}
    for row in connection.execute(select(marks).order_by(marks.c.consumer)):
        topic = row.consumer.partition(":")[0]
        if topic in newest:
            found[row.consumer] = row.seq >= newest[topic]
    return found
