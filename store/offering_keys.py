"""Which pages without a national code belong to which key, and which old codes stand beside national ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, insert, select

from store.tables import keys_to_propose, offering_keys, shown_old_codes

CHUNK = 400


@dataclass(frozen=True, slots=True)
class OfferingKey:
    """A page without a national code: its own key, the procedure it was counted to ("": it shows it no more), its name."""

    record_id: int
    key: str
    leads_to: str
    name: str


def of_records(connection: Connection, record_ids: Iterable[int]) -> list[OfferingKey]:
    """What is kept of these records."""
    return list(_where(connection, offering_keys.c.record_id, record_ids))


def with_keys(connection: Connection, keys: Iterable[str]) -> list[OfferingKey]:
    """The pages that have one of these keys of their own, also those that are shown no more."""
    return list(_where(connection, offering_keys.c.key, keys))


def named(connection: Connection, names: Iterable[str]) -> set[str]:
    """The keys of all pages with one of these plain names."""
    return {row.key for row in _where(connection, offering_keys.c.name, names)}


def replace(connection: Connection, rows: Iterable[OfferingKey]) -> None:
    """Keep these rows in the place of earlier ones of the same records."""
    items = [{"record_id": r.record_id, "key": r.key, "leads_to": r.leads_to, "name": r.name} for r in rows]
    for chunk in _chunks([item["record_id"] for item in items]):
        connection.execute(delete(offering_keys).where(offering_keys.c.record_id.in_(chunk)))
    if items:
        connection.execute(insert(offering_keys), items)


def codes_beside(connection: Connection, old_codes: Iterable[str]) -> list[tuple[str, str]]:
    """(old code, national code) of every page that shows one of these old codes beside a national one."""
    return list(_pairs(connection, shown_old_codes.c.old, old_codes))


def old_codes_beside(connection: Connection, codes: Iterable[str]) -> list[tuple[str, str]]:
    """(old code, national code) of every page that shows one of these national codes beside an old one."""
    return list(_pairs(connection, shown_old_codes.c.code, codes))


def replace_old_codes(connection: Connection, codes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> None:
    """Keep these pairs in the place of all that were known of the national codes."""
    for chunk in _chunks(list(codes)):
        connection.execute(delete(shown_old_codes).where(shown_old_codes.c.code.in_(chunk)))
    rows = [{"old": old, "code": code} for old, code in sorted(set(pairs))]
    if rows:
        connection.execute(insert(shown_old_codes), rows)


def ask_to_propose(connection: Connection, keys: Iterable[str]) -> None:
    """Let the proposals of these keys be worked out again."""
    wanted = sorted(set(keys))
    for chunk in _chunks(wanted):
        connection.execute(delete(keys_to_propose).where(keys_to_propose.c.key.in_(chunk)))
    if wanted:
        connection.execute(insert(keys_to_propose), [{"key": key} for key in wanted])


def to_propose(connection: Connection) -> list[str]:
    """The keys whose proposals must be worked out again."""
    return list(connection.scalars(select(keys_to_propose.c.key).order_by(keys_to_propose.c.key)))


def proposed(connection: Connection, keys: Iterable[str]) -> None:
    """The proposals of these keys are written."""
    for chunk in _chunks(list(keys)):
        connection.execute(delete(keys_to_propose).where(keys_to_propose.c.key.in_(chunk)))


def _where(connection: Connection, column: Column[Any], values: Iterable[Any]) -> Iterator[OfferingKey]:
    for row in _rows(connection, offering_keys, column, values):
        yield OfferingKey(row.record_id, row.key, row.leads_to, row.name)


def _pairs(connection: Connection, column: Column[Any], values: Iterable[str]) -> Iterator[tuple[str, str]]:
    for row in _rows(connection, shown_old_codes, column, values):
        yield row.old, row.code


def _rows(connection: Connection, table: Table, column: Column[Any], values: Iterable[Any]) -> Iterator[Any]:
    for chunk in _chunks(sorted(set(values))):
        yield from connection.execute(select(table).where(column.in_(chunk)))


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
