"""The unified procedures as the store keeps them, and the history of a code in the register."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from core.plain import digest, from_plain, to_plain
from core.unified import REGISTER, Offering, UnifiedProcedure
from store import changes
from store.noted import noted
from store.tables import matched_records, procedures

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Prepared:
    """A unified procedure made ready before the transaction."""

    procedure: UnifiedProcedure
    content: Any
    digest: str
    reference: str = ""
    plain_name: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """How many unified procedures were new, changed or unchanged."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def by_key(
    connection: Connection, keys: Iterable[str], *, of_records: Collection[int] | None = None
) -> dict[str, UnifiedProcedure]:
    """The procedures with these keys (a national code is its own key); unknown keys are left out.

    With `of_records` only the offerings of these records are built: forty-eight sites publish one procedure, and whoever
    judges one page needs one of them (two thirds of a check's time went into the others).
    """
    found: dict[str, UnifiedProcedure] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), CHUNK):
        for key, content in connection.execute(_CONTENTS, {"keys": wanted[start : start + CHUNK]}):
            narrowed = content if of_records is None else _narrowed(content, of_records)
            found[key] = from_plain(UnifiedProcedure, narrowed)
    return found


def digests(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Key → digest of what is shown of the procedures with these keys: what a reader kept of them still holds."""

    def look(some: list[str]) -> dict[str, str]:
        return {row.key: row.digest for row in connection.execute(_DIGESTS, {"keys": some})}

    return noted(connection, "digests", keys, look)


# Made once: putting a statement together costs as much as asking it.
_DIGESTS = select(procedures.c.key, procedures.c.digest).where(procedures.c.key.in_(bindparam("keys", expanding=True)))
_CONTENTS = select(procedures.c.key, procedures.c.content).where(
    procedures.c.key.in_(bindparam("keys", expanding=True))
)


def _narrowed(content: dict[str, Any], of_records: Collection[int]) -> dict[str, Any]:
    def is_wanted(offering: dict[str, Any]) -> bool:
        ids = [page["record_id"] for page in offering.get("pages", ())] or [offering["record_id"]]
        return any(record_id in of_records for record_id in ids)

    return content | {"offerings": [offering for offering in content.get("offerings", ()) if is_wanted(offering)]}


def by_code(connection: Connection, code: str) -> UnifiedProcedure | None:
    """The procedure with this national code, or None."""
    return by_key(connection, [code]).get(code)


def iterate(connection: Connection, *, public_only: bool = False, after: str = "") -> Iterator[UnifiedProcedure]:
    """All procedures by key, read in pages, so that any number fits; `after` goes on behind a key."""
    while True:
        query = select(procedures).where(procedures.c.key > after).order_by(procedures.c.key).limit(CHUNK)
        if public_only:
            query = query.where(procedures.c.is_public)
        rows = connection.execute(query).all()
        yield from (_from_row(row) for row in rows)
        if len(rows) < CHUNK:
            return
        after = rows[-1].key


@dataclass(frozen=True, slots=True)
class Offered:
    """Of a procedure that sites offer what is counted by unit and level."""

    key: str
    service_level: str
    offerings: tuple[Offering, ...]


def offered(connection: Connection) -> Iterator[Offered]:
    """The public procedures that sites offer; only these parts are read, for most of the register no site offers."""
    level, offerings = procedures.c.content["service_level"].as_string(), procedures.c.content["offerings"]
    for key, said, plain in connection.execute(
        select(procedures.c.key, level, offerings).where(procedures.c.is_public)
    ):
        if plain:
            yield Offered(key, said or "", tuple(from_plain(Offering, one) for one in plain))


def count(connection: Connection, *, public_only: bool = False) -> int:
    """Number of unified procedures."""
    query = select(func.count()).select_from(procedures)
    return connection.scalar(query.where(procedures.c.is_public) if public_only else query) or 0


def keys(connection: Connection, *, public_only: bool = False) -> list[str]:
    """Every key, in order."""
    query = select(procedures.c.key).order_by(procedures.c.key)
    return list(connection.scalars(query.where(procedures.c.is_public) if public_only else query))


def without_code(connection: Connection) -> list[UnifiedProcedure]:
    """Procedures known without a national code."""
    return [_from_row(row) for row in connection.execute(select(procedures).where(procedures.c.code == ""))]


def plain_names(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Key → plain name of the procedures with these keys."""
    found: dict[str, str] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), CHUNK):
        query = select(procedures.c.key, procedures.c.plain_name)
        query = query.where(procedures.c.key.in_(wanted[start : start + CHUNK]))
        found |= {row.key: row.plain_name for row in connection.execute(query)}
    return found


def codes_named(connection: Connection, plain_names: Iterable[str]) -> dict[str, list[str]]:
    """Plain name → the national codes of the procedures that bear it, in order."""
    found: dict[str, list[str]] = {}
    wanted = list(dict.fromkeys(plain_names))
    for start in range(0, len(wanted), CHUNK):
        query = select(procedures.c.plain_name, procedures.c.code).where(procedures.c.code != "")
        query = query.where(procedures.c.plain_name.in_(wanted[start : start + CHUNK]))
        for row in connection.execute(query.order_by(procedures.c.code)):
            found.setdefault(row.plain_name, []).append(row.code)
    return found


def prepare(procedure: UnifiedProcedure, plain_name: str = "") -> Prepared:
    """JSON and digest of a unified procedure; times of checks are not in the digest. `plain_name`: what it is found by."""
    content = to_plain(procedure)
    shown = _digest([procedure.is_public, _without_times(content)])
    return Prepared(procedure, content, shown, _reference(procedure, content), plain_name)


def _reference(procedure: UnifiedProcedure, content: dict[str, Any]) -> str:
    """A digest of the register's part: while it stays, nothing new can be said about an unchanged page."""
    fields = {n: f["value"] for n, f in (content.get("fields") or {}).items() if f["source"] == REGISTER}
    register_says = _without_times(content["register"]) if procedure.register else None
    return _digest([procedure.name, register_says, fields])


def _digest(plain: Any) -> str:
    """core.plain.digest of what is plain JSON already: a procedure of fifty sites has thousands of values to look through."""
    return digest(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def write(connection: Connection, prepared: Iterable[Prepared], at: datetime) -> Written:
    """Store unified procedures and announce the changed ones to the index, in the caller's transaction."""
    items = {item.procedure.key: item for item in prepared}
    known = _versions(connection, list(items))
    new, changed, unchanged = [], [], []
    for key, item in items.items():
        values = {
            "code": item.procedure.code,
            "name": item.procedure.name,
            "plain_name": item.plain_name,
            "state": item.procedure.state.value,
            "is_public": item.procedure.is_public,
            "content": item.content,
            "reference": item.reference,
        }
        row = known.get(key)
        if row is None:
            new.append(values | {"key": key, "digest": item.digest, "version": 1, "updated_at": at})
        elif row.digest == item.digest:
            kept = {"content": item.content, "reference": item.reference, "plain_name": item.plain_name}
            unchanged.append(kept | {"the_key": key})
        else:
            more = {"the_key": key, "digest": item.digest, "version": row.version + 1, "updated_at": at}
            changed.append(values | more)
    statement = update(procedures).where(procedures.c.key == bindparam("the_key"))
    if new:
        connection.execute(insert(procedures), new)
    for rows in (changed, unchanged):
        if rows:
            connection.execute(statement, rows)
    _write_matched(connection, items)
    touched = [row["key"] for row in new] + [row["the_key"] for row in changed]
    changes.append(connection, "index", [f"procedure:{key}" for key in touched], at)
    return Written(len(new), len(changed), len(unchanged))


def _write_matched(connection: Connection, items: Mapping[str, Prepared]) -> None:
    """Keep to which procedure pages without its code belong; a page belongs to one at a time."""
    pages = [
        {"record_id": page.record_id, "key": key}
        for key, item in items.items()
        for offering in item.procedure.offerings
        for page in offering.all_pages()
        if page.matched
    ]
    for column, values in (
        (matched_records.c.key, list(items)),
        (matched_records.c.record_id, [p["record_id"] for p in pages]),
    ):
        for start in range(0, len(values), CHUNK):
            connection.execute(delete(matched_records).where(column.in_(values[start : start + CHUNK])))
    if pages:
        connection.execute(insert(matched_records), pages)


def _versions(connection: Connection, keys: list[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(keys), CHUNK):
        query = select(procedures.c.key, procedures.c.digest, procedures.c.version)
        query = query.where(procedures.c.key.in_(keys[start : start + CHUNK]))
        found |= {row.key: row for row in connection.execute(query)}
    return found


def _from_row(row: Row[Any]) -> UnifiedProcedure:
    return from_plain(UnifiedProcedure, row.content)


_TIMES = {"as_of", "seen_at", "changed_at", "snapshot_as_of", "capture_id"}


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_times(item) for name, item in value.items() if name not in _TIMES}
    if isinstance(value, list):
        return [_without_times(item) for item in value]
    return value
