"""Whether readers find less than they did: each site against its own last 30 days, one alarm for a whole family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, select

from store.tables import visits

DAYS = 30
"""A site is compared with its own visits of so many days."""

FALL = 0.3
"""A field that so much smaller a share of the procedures shows has been lost by the reader, not by an editor."""

FEWEST = 3
"""Procedures that a site must have for its shares to mean anything."""

EARLIER_VISITS = 2
"""A site with fewer earlier visits has no past to be compared with."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A field that a family's reader finds no longer where it did. Shares are the medians over the sites."""

    family: str
    field: str
    before: float
    now: float
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visited:
    """One visit as drift sees it: family → field → share, with `procedures` = their number."""

    site_id: str
    coverage: Mapping[str, Mapping[str, float]]


def drift(connection: Connection, now: datetime) -> list[Drift]:
    """The alarms of today, most sites first."""
    query = select(visits.c.site_id, visits.c.coverage).where(visits.c.started_at > now - timedelta(days=DAYS))
    rows: Iterable[Any] = connection.execute(query.where(visits.c.outcome == "ok").order_by(visits.c.id))
    return alarms(Visited(row.site_id, row.coverage) for row in rows)


def alarms(visited: Iterable[Visited]) -> list[Drift]:
    """One alarm for each family and field, however many of its sites show it; visits oldest first."""
    history: dict[tuple[str, str], list[Mapping[str, float]]] = defaultdict(list)
    newest: dict[str, Mapping[str, Mapping[str, float]]] = {}
    for visit in visited:
        newest[visit.site_id] = visit.coverage
        for family, shares in visit.coverage.items():
            if shares.get("procedures", 0) >= FEWEST:
                history[family, visit.site_id].append(shares)
    fallen: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
    for (family, site_id), past in history.items():
        now = newest[site_id].get(family, {})
        earlier = past[:-1] if now else past  # a family that is gone from the newest visit lost everything
        fields = {name for shares in earlier for name in shares if name != "procedures"}
        for field in sorted(fields) if len(earlier) >= EARLIER_VISITS else ():
            before = median(shares.get(field, 0.0) for shares in earlier)
            if before - now.get(field, 0.0) >= FALL:
                fallen[family, field].append((site_id, before, now.get(field, 0.0)))
    found = [
        Drift(
            family, field, median(before for _, before, _ in sites), median(now for _, _, now in sites),
            tuple(sorted(site for site, _, _ in sites)),
        )
        for (family, field), sites in fallen.items()
    ]  # fmt: skip
    return sorted(found, key=lambda item: (-len(item.sites), item.family, item.field))
