"""Findings as values: for the API, the site's page, the worklist, the sheets and the digests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from core.finding_rules import RULES
from core.states import FindingState
from reports.values import Json, stamp
from store.tables import findings

OPEN_STATES = (FindingState.OPEN.value, FindingState.ACKNOWLEDGED.value)
MOST_FINDINGS = 500


def rules_of(audience: str) -> list[str]:
    """The rules whose findings an audience mends."""
    return [rule.id for rule in RULES.values() if rule.audience == audience]


def list_findings(
    connection: Connection, *, site_id: str = "", rule: str = "", state: str = "", audience: str = ""
) -> list[Json]:
    """Findings, the newest first; without `state` those that are still to be done."""
    query = select(findings).order_by(findings.c.last_seen.desc(), findings.c.id).limit(MOST_FINDINGS)
    query = query.where(findings.c.state == state) if state else query.where(findings.c.state.in_(OPEN_STATES))
    if site_id:
        query = query.where(findings.c.site_id == site_id)
    if rule:
        query = query.where(findings.c.rule == rule)
    if audience:
        query = query.where(findings.c.rule.in_(rules_of(audience)))
    return [finding_json(row) for row in connection.execute(query)]


def finding_json(row: Row[Any]) -> Json:
    """One finding with its evidence."""
    known = RULES.get(row.rule)
    return {
        "id": row.id,
        "rule": row.rule,
        "title": known.title if known else row.rule,
        "audience": known.audience if known else "editor",
        "site": row.site_id,
        "section": row.section,
        "code": row.code,
        "url": row.url,
        "field": row.field,
        "message": row.message,
        "law": row.law,
        "evidence": row.evidence,
        "state": row.state,
        "first_seen": stamp(row.first_seen),
        "last_seen": stamp(row.last_seen),
        "resolved_at": stamp(row.resolved_at),
        "archived_copy": f"/ban-luu/{row.capture_id}" if row.capture_id else None,
    }
