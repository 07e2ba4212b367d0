"""Findings: raised once, kept with their first day, resolved only on evidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core.states import FindingState
from store.tables import findings

_IDENTITY = ("rule", "site_id", "section", "code", "url", "field")
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
    evidence: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two findings the same."""
        return tuple(str(getattr(self, name)) for name in _IDENTITY)


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many findings were opened (or opened again), still hold, or were resolved."""

    opened: int = 0
    kept: int = 0
    resolved: int = 0


def replace(
    connection: Connection, found: Iterable[Finding], verifiable: Iterable[tuple[str, str]], now: datetime
) -> Replaced:
    """Write what was found; a live finding that was not found again is resolved if its (site, rule) was verifiable.

    A finding marked as a false alarm stays so.
    """
    known = {tuple(str(getattr(row, name)) for name in _IDENTITY): row for row in connection.execute(select(findings))}
    counts = {"opened": 0, "kept": 0, "resolved": 0}
    for item in found:
        row = known.pop(item.identity, None)
        values = _values(item) | {"last_seen": now}
        if row is None:
            connection.execute(insert(findings).values(**values, state=FindingState.OPEN.value, first_seen=now))
            counts["opened"] += 1
        elif row.state == FindingState.RESOLVED.value:
            again = values | {"state": FindingState.OPEN.value, "resolved_at": None, "first_seen": now}
            connection.execute(update(findings).where(findings.c.id == row.id).values(**again))
            counts["opened"] += 1
        else:
            connection.execute(update(findings).where(findings.c.id == row.id).values(**values))
            counts["kept"] += 1
    checked = set(verifiable)
    for row in known.values():
        if row.state in _LIVE and (row.site_id, row.rule) in checked:
            gone = {"state": FindingState.RESOLVED.value, "resolved_at": now}
            connection.execute(update(findings).where(findings.c.id == row.id).values(**gone))
            counts["resolved"] += 1
    return Replaced(**counts)


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
