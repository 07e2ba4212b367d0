"""Visits: one row a run and site, begun before the first request and ended whatever happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from core.states import Outcome
from store.tables import visits


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """How a visit ended. `coverage`: family → field → share of its procedures that have the field."""

    outcome: Outcome
    evidence: str = ""
    counters: Mapping[str, Any] = field(default_factory=dict)
    coverage: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def start(connection: Connection, site_id: str, server: str, worker: str, now: datetime) -> int:
    """Begin a visit; returns its id."""
    values = {"site_id": site_id, "server": server, "worker": worker, "started_at": now}
    key = connection.execute(insert(visits).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def end(connection: Connection, visit_id: int, now: datetime, ending: VisitEnd) -> None:
    """Write how a visit ended."""
    values = {
        "ended_at": now,
        "outcome": ending.outcome.value,
        "evidence": ending.evidence[:2000],
        "counters": dict(ending.counters),
        "coverage": {family: dict(shares) for family, shares in ending.coverage.items()},
    }
    connection.execute(update(visits).where(visits.c.id == visit_id).values(**values))


def newest_counter(connection: Connection, site_id: str, name: str, among: int = 60) -> Any:
    """The value of a counter in the newest of a site's last visits that has it, else None."""
    query = select(visits.c.counters).where(visits.c.site_id == site_id).order_by(visits.c.id.desc()).limit(among)
    return next((row[name] for row in connection.scalars(query) if row and name in row), None)


def close_interrupted(connection: Connection, site_ids: Sequence[str], now: datetime) -> int:
    """Close the open visits of these sites, whose process is dead (its lease is ours now); returns how many."""
    values = {"ended_at": now, "outcome": Outcome.INTERRUPTED.value, "evidence": "the process was killed"}
    query = update(visits).where(visits.c.site_id.in_(site_ids), visits.c.ended_at.is_(None))
    return connection.execute(query.values(**values)).rowcount
