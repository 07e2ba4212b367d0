"""Whether the last round was complete: who was visited and judged lately, and how the visits ended that saw nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from core.clock import local_date
from core.settings import Settings
from core.sites import Province
from core.states import Outcome
from reports.values import Json, stamp
from reports.wording import outcome
from store import verdicts
from store.tables import visits

SEEN = (Outcome.OK.value, Outcome.UNCHANGED.value, Outcome.PARTIAL.value)
"""Outcomes of a visit that saw the site, be it in part."""


def oldest_verdict(settings: Settings, now: datetime) -> datetime:
    """A verdict from before this moment counts no longer."""
    return now - timedelta(hours=settings.number("verdict_hours"))


def last_visits(connection: Connection, since: datetime) -> dict[str, Row[Any]]:
    """Site → its last visit that ended since then."""
    query = select(visits).where(visits.c.ended_at >= since).order_by(visits.c.ended_at, visits.c.id)
    return {row.site_id: row for row in connection.execute(query)}


def watch(connection: Connection, province: Province, settings: Settings, now: datetime) -> Json:
    """The sites of the day: how many were visited within `verdict_hours`, which have no verdict, which were not seen and why."""
    oldest, day = oldest_verdict(settings, now), local_date(now)
    sites = province.sites_on(day)
    visited, decided = last_visits(connection, oldest), verdicts.decided(connection)
    named = [{"site": site.id, "owner": site.owner_on(day)} for site in sites]
    return {
        "hours": settings.number("verdict_hours"),
        "sites": len(sites),
        "visited": sum(site.id in visited for site in sites),
        "last_visit": stamp(max((row.ended_at for row in visited.values()), default=None)),
        "last_check": stamp(max(decided.values(), default=None)),
        "without_visit": [item for item in named if item["site"] not in visited],
        "without_verdict": [i for i in named if i["site"] not in decided or decided[i["site"]] < oldest],
        "not_seen": [
            item | {"outcome": row.outcome, "outcome_text": outcome(row.outcome), "ended_at": stamp(row.ended_at)}
            for item in named
            if (row := visited.get(item["site"])) is not None and row.outcome not in SEEN
        ],
    }
