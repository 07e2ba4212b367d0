"""The change sequence: what must be unified or indexed again, in an order that never has a late number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select

from store.tables import changes, marks

Topic = Literal["unify", "index"]

INDEXED_RECORDS = ("article", "document")
"""Kinds of record that are documents of the index themselves; procedures are unified first, attachments only proved."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry. `key`: for "unify" a code or `record:ID`; for "index" `procedure:KEY` or `record:ID`."""

    seq: int
    key: str


def append(connection: Connection, topic: Topic, keys: Iterable[str], at: datetime) -> None:
    """Say that these keys changed, inside the caller's write transaction: numbers are given and committed one at a time."""
    unique = list(dict.fromkeys(keys))
    if not unique:
        return
    last = connection.scalar(_LAST) or 0
    rows = [{"seq": last + n, "topic": topic, "key": key, "at": at} for n, key in enumerate(unique, 1)]
    connection.execute(_INSERT, rows)


# Made once: putting a statement together costs more than it takes.
_LAST, _INSERT = select(func.max(changes.c.seq)), insert(changes)


def since(connection: Connection, topic: Topic, seq: int, limit: int) -> list[Change]:
    """Up to `limit` changes of a topic after `seq`, in order; a key may come several times."""
    query = select(changes.c.seq, changes.c.key).where(changes.c.topic == topic, changes.c.seq > seq)
    rows = connection.execute(query.order_by(changes.c.seq).limit(limit))
    return [Change(row.seq, row.key) for row in rows]


def last(connection: Connection) -> int:
    """The newest number, 0 when nothing ever changed."""
    return connection.scalar(_LAST) or 0


def mark(connection: Connection, consumer: str) -> int:
    """How far a consumer has come, 0 when it never began."""
    return connection.scalar(select(marks.c.seq).where(marks.c.consumer == consumer)) or 0


def move_mark(connection: Connection, consumer: str, seq: int, at: datetime) -> None:
    """The consumer has dealt with everything up to `seq`; a mark never goes back."""
    if mark(connection, consumer) >= seq:
        return
    connection.execute(delete(marks).where(marks.c.consumer == consumer))
    connection.execute(insert(marks).values(consumer=consumer, seq=seq, at=at))


def set_mark(connection: Connection, consumer: str, seq: int, at: datetime) -> None:
    """Put a mark where it belongs, also back: for an index that was brought back from a snapshot."""
    forget(connection, consumer)
    connection.execute(insert(marks).values(consumer=consumer, seq=seq, at=at))


def forget(connection: Connection, consumer: str) -> None:
    """There is no such consumer any more."""
    connection.execute(delete(marks).where(marks.c.consumer == consumer))


def pending(connection: Connection, topic: Topic, consumer: str) -> int:
    """How many changes of a topic a consumer has still to deal with."""
    after = mark(connection, consumer)
    query = select(func.count()).select_from(changes).where(changes.c.topic == topic, changes.c.seq > after)
    return connection.scalar(query) or 0


def number(connection: Connection, seq: int) -> str:
    """What stands behind one number: its topic, key and time as one text, "" when the number was never given.

    A store that was restored from a backup gives the same numbers to other changes.
    """
    row = connection.execute(select(changes).where(changes.c.seq == seq)).first()
    return f"{row.topic} {row.key} {row.at.isoformat()}" if row else ""
