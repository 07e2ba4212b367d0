"""Documents that the search engine would not take, with its reason, until they are written or their index is gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from store.tables import index_dead_letters

SLICE = 500
"""Ids in one statement; SQLite takes 32,766 parameters."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One refused document. `reason` is what the engine said."""

    document: str
    version: int
    reason: str


def put(connection: Connection, consumer: str, letters: Sequence[DeadLetter], at: datetime) -> None:
    """Keep refused documents; a newer refusal takes the place of an older one."""
    settle(connection, consumer, [letter.document for letter in letters])
    rows = [
        {"consumer": consumer, "document": x.document, "version": x.version, "reason": x.reason, "at": at}
        for x in {letter.document: letter for letter in letters}.values()
    ]
    if rows:
        connection.execute(insert(index_dead_letters), rows)


def settle(connection: Connection, consumer: str, documents: Iterable[str]) -> None:
    """These documents have been written or deleted: nothing is wrong with them any more."""
    ids = sorted(set(documents))
    for start in range(0, len(ids), SLICE):
        here = index_dead_letters.c.document.in_(ids[start : start + SLICE])
        connection.execute(delete(index_dead_letters).where(index_dead_letters.c.consumer == consumer, here))


def of(connection: Connection, consumer: str) -> tuple[DeadLetter, ...]:
    """All that one index would not take, in order of id."""
    query = select(index_dead_letters).where(index_dead_letters.c.consumer == consumer)
    rows = connection.execute(query.order_by(index_dead_letters.c.document))
    return tuple(DeadLetter(row.document, row.version, row.reason) for row in rows)


def forget(connection: Connection, consumer: str) -> None:
    """The index is gone, and with it everything that was wrong with it."""
    connection.execute(delete(index_dead_letters).where(index_dead_letters.c.consumer == consumer))
