"""One site with all that is known about it: sections, findings, visits, coverage, how it is crawled and whom to ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from core.clock import local_date
from core.finding_rules import RULES
from core.settings import Settings
from core.sites import Province, Site
from core.states import Outcome
from reports.board import TREND_DAYS, days_of, pairs, site_facts, site_row
from reports.findings import FindingFilter, list_findings
from reports.trust import of_counters
from reports.values import Json, stamp
from reports.watch import oldest_verdict
from reports.wording import outcome
from store import verdicts as verdict_store
from store.tables import pages, verdicts, visits

MOST_VISITS = 20


def site_json(connection: Connection, province: Province, site: Site, settings: Settings, now: datetime) -> Json:
    """The answer of `/api/v1/sites/{id}`."""
    judged = connection.execute(select(verdicts).where(verdicts.c.site_id == site.id)).all()
    runs = select(visits).where(visits.c.site_id == site.id).order_by(visits.c.started_at.desc()).limit(MOST_VISITS)
    states = select(pages.c.outcome, func.count()).where(pages.c.site_id == site.id).group_by(pages.c.outcome)
    last = connection.scalar(select(func.max(pages.c.last_good)).where(pages.c.site_id == site.id))
    first = local_date(now) - timedelta(days=TREND_DAYS - 1)
    moments = (now, oldest_verdict(settings, now))
    line = site_row(site, list(judged), moments, province)
    recent = list(connection.execute(runs))
    return {
        **site_facts(site, now),
        **{name: value for name, value in line.items() if name not in ("kind", "folded")},
        "last_good": stamp(last),
        "findings": list_findings(connection, FindingFilter(site.id)),
        "visits": [_visit_json(row) for row in recent],
        "pages": dict(pairs(connection, states)),
        "coverage": _coverage(recent),
        "trend": [[d.isoformat(), v] for d, v in verdict_store.trend(connection, first).get(site.id, [])],
        "section_trends": _section_trends(connection, site.id, now),
        "crawl": {
            "cms_family": site.cms_family,
            "delay_seconds": site.politeness.delay,
            "concurrency": site.politeness.concurrency,
            "max_pages": site.politeness.max_pages,
            "window": site.politeness.window,
            "user_agent": settings.text("user_agent"),
        },
        "expected_codes": len(site.expected_codes),
        "notes": list(site.notes),
        "successors": list(site.successors),
    }


def _visit_json(row: Row[Any]) -> Json:
    return {
        "started_at": stamp(row.started_at),
        "ended_at": stamp(row.ended_at),
        "outcome": row.outcome,
        "outcome_text": outcome(row.outcome) if row.outcome else "Đang chạy",
        "evidence": row.evidence,
        "counters": row.counters,
        "unverified": of_counters(row.counters),
        "is_good": row.outcome in (Outcome.OK, Outcome.UNCHANGED),
    }


def _coverage(recent: list[Row[Any]]) -> Json:
    """Family → {"procedures": how many were read, "fields": field → share that has it}, of the last visit that read any."""
    for row in recent:
        if row.coverage:
            return {"as_of": stamp(row.started_at), "families": {k: _family(v) for k, v in row.coverage.items()}}
    return {"as_of": None, "families": {}}


def _family(shares: Mapping[str, Any]) -> Json:
    fields = {name: float(share) for name, share in shares.items() if name != "procedures"}
    return {"procedures": int(shares.get("procedures", 0)), "fields": dict(sorted(fields.items(), key=lambda f: -f[1]))}


def _section_trends(connection: Connection, site_id: str, now: datetime) -> Json:
    found: dict[str, list[list[str]]] = defaultdict(list)
    for kept in days_of(connection, site_id, local_date(now) - timedelta(days=TREND_DAYS - 1)):
        for name, verdict in kept.sections.items():
            found[name].append([kept.day.isoformat(), verdict])
    return dict(found)


def by_rule(found: list[Json]) -> list[tuple[str, str, list[Json]]]:
    """(rule, title, findings) with the most frequent rule first: one cause is read once."""
    groups: dict[str, list[Json]] = defaultdict(list)
    for item in found:
        groups[item["rule"]].append(item)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [(rule, RULES[rule].title if rule in RULES else rule, items) for rule, items in ordered]
