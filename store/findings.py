"""Findings: raised once, kept with their first day, resolved only on evidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from core.states import FindingState
from store.signs import IDENTITY, Need, Signs
from store.tables import findings

_IDENTITY = IDENTITY
_LIVE = (FindingState.OPEN.value, FindingState.ACKNOWLEDGED.value, FindingState.SNOOZED.value)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an editor or operator should know; `message` and `evidence` are for people, the rest identifies it."""

    rule: str
    site_id: str
    message: str
    section: str = ""
    code: str = ""
    url: str = ""
    field: str = ""
    law: str = ""
    capture_id: int | None = None
    seen_in: str = ""  # the observation that showed it, where that is not the site's visit
    evidence: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two findings the same."""
        return tuple(str(getattr(self, name)) for name in _IDENTITY)


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many findings were opened (or opened again), still hold, were resolved, or wait for more signs."""

    opened: int = 0
    kept: int = 0
    resolved: int = 0
    suspected: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check was evidence for: (site, rule) pairs, how many signs a rule needs, and the visit each site was judged by."""

    pairs: Iterable[tuple[str, str]] = ()
    needs: Mapping[str, Need] = dataclasses.field(default_factory=dict)
    observations: Mapping[str, str] = dataclasses.field(default_factory=dict)  # site → its visit


def replace(
    connection: Connection, found: Iterable[Finding], checked: Checked | Iterable[tuple[str, str]], now: datetime
) -> Replaced:
    """Write what was found; a live finding that was not found again is resolved if its (site, rule) was checked.

    A rule that needs several signs opens a finding only with the last of them. A false alarm stays one. `checked` may
    be the (site, rule) pairs alone: then one sign is enough.
    """
    checked = checked if isinstance(checked, Checked) else Checked(checked)
    unresolved = select(findings).where(findings.c.state != FindingState.RESOLVED.value)
    known = {_identity_of(row): row for row in connection.execute(unresolved)}
    signs = Signs(connection)
    counts = {"opened": 0, "kept": 0, "resolved": 0, "suspected": 0}
    kept: list[dict[str, Any]] = []
    opened: dict[tuple[str, ...], Finding] = {}
    for item in found:
        row = known.pop(item.identity, None)
        if not _enough(signs, item, checked, now) and row is None:
            counts["suspected"] += 1
        elif row is None:
            opened[item.identity] = item
        else:
            kept.append(_values(item) | {"last_seen": now, "the_id": row.id})
    _update(connection, kept)
    _open(connection, opened, now)
    counts |= {"opened": len(opened), "kept": len(kept)}
    pairs = set(checked.pairs)
    signs.not_seen(pairs, checked.observations)
    for row in known.values():
        if row.state in _LIVE and (row.site_id, row.rule) in pairs:
            gone = {"state": FindingState.RESOLVED.value, "resolved_at": now}
            connection.execute(update(findings).where(findings.c.id == row.id).values(**gone))
            counts["resolved"] += 1
    return Replaced(**counts)


def _enough(signs: Signs, item: Finding, checked: Checked, now: datetime) -> bool:
    need = checked.needs.get(item.rule, Need())
    if need.of <= 1:
        return True
    return signs.seen(item.identity, item.seen_in or checked.observations.get(item.site_id, ""), need, now)


def _update(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(update(findings).where(findings.c.id == bindparam("the_id")), rows)


def _open(connection: Connection, items: Mapping[tuple[str, ...], Finding], now: datetime) -> None:
    """Write findings that are new or open again, in two statements however many there are."""
    if not items:
        return
    opened = {"state": FindingState.OPEN.value, "resolved_at": None, "first_seen": now, "last_seen": now}
    sites = {item.site_id for item in items.values()}
    before = select(findings.c.id, *(findings.c[name] for name in _IDENTITY)).where(findings.c.site_id.in_(sites))
    ids = {_identity_of(row): row.id for row in connection.execute(before)}
    rows = {identity: _values(item) | opened for identity, item in items.items()}
    _update(connection, [row | {"the_id": ids[identity]} for identity, row in rows.items() if identity in ids])
    new = [row for identity, row in rows.items() if identity not in ids]
    if new:
        connection.execute(insert(findings), new)


def _identity_of(row: Row[Any]) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in _IDENTITY)


def _values(item: Finding) -> dict[str, Any]:
    identity = {name: getattr(item, name) for name in _IDENTITY}
    return identity | {
        "message": item.message,
        "law": item.law,
        "capture_id": item.capture_id,
        "evidence": dict(item.evidence),
    }


def live(connection: Connection, site_id: str | None = None) -> list[Row[Any]]:
    """Findings that are open, acknowledged or snoozed, newest first."""
    query = select(findings).where(findings.c.state.in_(_LIVE))
    if site_id is not None:
        query = query.where(findings.c.site_id == site_id)
    return list(connection.execute(query.order_by(findings.c.first_seen.desc(), findings.c.id)))
