"""Findings as values: for the API, the site's page, the worklist, the sheets and the digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from core.finding_rules import RULES
from reports.values import Json, stamp
from store.tables import findings
from store.worklist import TO_DO

MOST_FINDINGS = 500


def rules_of(audience: str) -> list[str]:
    """The rules whose findings an audience mends."""
    return [rule.id for rule in RULES.values() if rule.audience == audience]


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings; without `state` those that are still to be done."""

    site_id: str = ""
    rule: str = ""
    state: str = ""
    audience: str = ""

    def of(self, query: Select[Any]) -> Select[Any]:
        """The query for these alone."""
        states = (self.state,) if self.state else TO_DO
        query = query.where(findings.c.state.in_(states))
        if self.site_id:
            query = query.where(findings.c.site_id == self.site_id)
        if self.rule:
            query = query.where(findings.c.rule == self.rule)
        if self.audience:
            query = query.where(findings.c.rule.in_(rules_of(self.audience)))
        return query


def list_findings(
    connection: Connection, wanted: FindingFilter, *, limit: int = MOST_FINDINGS, offset: int = 0
) -> list[Json]:
    """Findings, the newest first."""
    query = wanted.of(select(findings)).order_by(findings.c.last_seen.desc(), findings.c.id)
    return [finding_json(row) for row in connection.execute(query.limit(limit).offset(offset))]


def count_findings(connection: Connection, wanted: FindingFilter) -> int:
    """How many there are, however many a list shows."""
    return connection.scalar(wanted.of(select(func.count()).select_from(findings))) or 0


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
