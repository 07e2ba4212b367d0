"""Verdicts of sites and sections, and one verdict a day for the trend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from core.states import Verdict
from store.tables import verdict_days, verdicts


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the rule that decided and its evidence. `section` "" = the site as a whole."""

    site_id: str
    verdict: Verdict
    rule: str
    reason: str
    section: str = ""
    newest_item: date | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


def replace(connection: Connection, judged: Iterable[Judged], now: datetime, day: date) -> None:
    """Put these verdicts in the place of all earlier ones of their sites; the site's verdict also goes to the trend."""
    items = list(judged)
    sites = {item.site_id for item in items}
    connection.execute(delete(verdicts).where(verdicts.c.site_id.in_(sites)))
    connection.execute(delete(verdict_days).where(verdict_days.c.site_id.in_(sites), verdict_days.c.day == day))
    rows = [
        {
            "site_id": item.site_id,
            "section": item.section,
            "verdict": item.verdict.value,
            "rule": item.rule,
            "reason": item.reason,
            "evidence": dict(item.evidence),
            "newest_item": item.newest_item,
            "decided_at": now,
        }
        for item in items
    ]
    if rows:
        connection.execute(insert(verdicts), rows)
    whole = [{"site_id": i.site_id, "day": day, "verdict": i.verdict.value} for i in items if not i.section]
    if whole:
        connection.execute(insert(verdict_days), whole)


def decided(connection: Connection) -> dict[str, datetime]:
    """Site → when its verdict was decided."""
    query = select(verdicts.c.site_id, verdicts.c.decided_at).where(verdicts.c.section == "")
    return {row.site_id: row.decided_at for row in connection.execute(query)}


def trend(connection: Connection, since: date) -> dict[str, list[tuple[date, str]]]:
    """Site → (day, verdict) from `since` on, oldest first."""
    found: dict[str, list[tuple[date, str]]] = {}
    query = select(verdict_days).where(verdict_days.c.day >= since).order_by(verdict_days.c.day)
    for row in connection.execute(query):
        found.setdefault(row.site_id, []).append((row.day, row.verdict))
    return found
