"""The board: every site of the day with its verdict, and one site with all that is known about it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from core.clock import local_date
from core.finding_rules import RULES
from core.settings import Settings
from core.sites import Province, Site
from core.states import FindingState, Outcome, Verdict
from search_api.schemas import Json, stamp
from search_api.wording import SHAPES, outcome
from store.tables import findings, pages, verdicts, visits

WORST_FIRST = (Verdict.OVERDUE, Verdict.DUE, Verdict.UNKNOWN, Verdict.FRESH)

SECTIONS = {
    "": "Cả trang", "about": "Giới thiệu", "news": "Tin tức", "procedures": "Thủ tục hành chính", "contact": "Liên hệ",
    "legal_docs": "Văn bản pháp luật", "legal_guidance": "Phổ biến pháp luật", "direction": "Chỉ đạo, điều hành",
    "projects": "Dự án, đầu tư", "planning": "Chiến lược, quy hoạch", "statistics": "Thống kê", "qna": "Hỏi đáp",
    "science": "Đề tài khoa học", "structure": "Cơ cấu tổ chức", "functions": "Chức năng", "gazette": "Công báo",
    "consultation": "Lấy ý kiến", "foreign_language": "Tiếng nước ngoài", "service_stats": "Thống kê dịch vụ công",
}  # fmt: skip

OPEN_STATES = (FindingState.OPEN.value, FindingState.ACKNOWLEDGED.value)
MOST_FINDINGS = 500
MOST_VISITS = 20


def board(connection: Connection, province: Province, settings: Settings, now: datetime) -> Json:
    """The answer of `/api/v1/freshness`: all sites of the day, worst first, with counts per verdict."""
    judged: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(select(verdicts).order_by(verdicts.c.site_id, verdicts.c.section)):
        judged.setdefault(row.site_id, []).append(row)
    good = dict(_pairs(connection, select(pages.c.site_id, func.max(pages.c.last_good)).group_by(pages.c.site_id)))
    todo = (
        select(findings.c.site_id, func.count()).where(findings.c.state.in_(OPEN_STATES)).group_by(findings.c.site_id)
    )
    counted = dict(_pairs(connection, todo))
    oldest = now - timedelta(hours=settings.number("verdict_hours"))
    rows = [
        _site_row(site, judged.get(site.id, []), now, oldest)
        | {"last_good": stamp(good.get(site.id)), "open_findings": counted.get(site.id, 0)}
        for site in province.sites_on(local_date(now))
    ]
    order = {verdict.value: n for n, verdict in enumerate(WORST_FIRST)}
    rows.sort(key=lambda row: (order[row["verdict"]], -row["open_findings"], row["owner"]))
    counts = Counter(row["verdict"] for row in rows)
    decided = max((row["decided_at"] for row in rows if row["decided_at"]), default=None)
    return {
        "as_of": stamp(now),
        "decided_at": decided,
        "total": len(rows),
        "counts": {verdict.value: counts[verdict.value] for verdict in Verdict},
        "sites": rows,
    }


def _pairs(connection: Connection, query: Any) -> Iterable[tuple[Any, Any]]:
    return ((key, value) for key, value in connection.execute(query))


def _site_row(site: Site, judged: list[Row[Any]], now: datetime, oldest: datetime) -> Json:
    day = local_date(now)
    host = site.host_on(day)
    whole = next((row for row in judged if row.section == ""), None)
    sections = [_verdict_json(row, oldest) for row in judged if row.section]
    newest = max((row.newest_item for row in judged if row.newest_item), default=None)
    return {
        "id": site.id,
        "owner": site.owner_on(day),
        "kind": site.kind_on(day),
        "host": host.url if host else "",
        **(_verdict_json(whole, oldest) if whole is not None else _UNJUDGED),
        "newest_item": newest.isoformat() if newest else None,
        "sections": sections,
    }


_UNJUDGED: Json = {
    "section": "", "verdict": Verdict.UNKNOWN.value, "word": Verdict.UNKNOWN.vietnamese, "shape": SHAPES[Verdict.UNKNOWN],
    "rule": "", "reason": "Chưa có lượt kiểm tra nào.", "evidence": {}, "decided_at": None,
}  # fmt: skip


def _verdict_json(row: Row[Any], oldest: datetime) -> Json:
    verdict, rule, reason = Verdict(row.verdict), row.rule, row.reason
    if row.decided_at < oldest and verdict is not Verdict.UNKNOWN:
        # A monitor that stopped must not stay green.
        verdict, rule, reason = Verdict.UNKNOWN, "verdict_hours", f"Kết luận đã quá cũ. Trước đó: {row.reason}"
    return {
        "section": row.section,
        "name": SECTIONS.get(row.section, row.section),
        "verdict": verdict.value,
        "word": verdict.vietnamese,
        "shape": SHAPES[verdict],
        "rule": rule,
        "reason": reason,
        "evidence": row.evidence,
        "newest_item": row.newest_item.isoformat() if row.newest_item else None,
        "decided_at": stamp(row.decided_at),
    }


def board_csv(shown: Json) -> str:
    """The board as CSV, one line a site; a byte order mark, because Excel reads Vietnamese only with it."""
    out = io.StringIO()
    writer = csv.writer(out)
    names = ("id", "owner", "host", "verdict", "word", "rule", "reason", "last_good", "newest_item", "open_findings")
    writer.writerow(names)
    writer.writerows([_safe_cell(row[name]) for name in names] for row in shown["sites"])
    return "\ufeff" + out.getvalue()


def _safe_cell(value: Any) -> Any:
    # A spreadsheet runs a cell that begins like this as a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def sites_json(province: Province, now: datetime) -> Json:
    """The answer of `/api/v1/sites`."""
    day = local_date(now)
    sites = [_site_json(site, now) for site in province.sites_on(day)]
    return {"as_of": day.isoformat(), "total": len(sites), "sites": sites}


def _site_json(site: Site, now: datetime) -> Json:
    day = local_date(now)
    host = site.host_on(day)
    return {
        "id": site.id,
        "owner": site.owner_on(day),
        "kind": site.kind_on(day),
        "host": host.url if host else "",
        "host_status": host.status if host else "",
        "url": f"/nguon/{site.id}",
        "exists": site.exists_on(day),
    }


def site_json(connection: Connection, site: Site, settings: Settings, now: datetime) -> Json:
    """The answer of `/api/v1/sites/{id}`: sections, findings with evidence, visits and how it is crawled."""
    judged = connection.execute(select(verdicts).where(verdicts.c.site_id == site.id)).all()
    oldest = now - timedelta(hours=settings.number("verdict_hours"))
    runs = select(visits).where(visits.c.site_id == site.id).order_by(visits.c.started_at.desc()).limit(MOST_VISITS)
    states = select(pages.c.outcome, func.count()).where(pages.c.site_id == site.id).group_by(pages.c.outcome)
    last = connection.scalar(select(func.max(pages.c.last_good)).where(pages.c.site_id == site.id))
    return {
        **_site_json(site, now),
        **{k: v for k, v in _site_row(site, list(judged), now, oldest).items() if k != "kind"},
        "last_good": stamp(last),
        "findings": list_findings(connection, site_id=site.id),
        "visits": [_visit_json(row) for row in connection.execute(runs)],
        "pages": dict(_pairs(connection, states)),
        "crawl": {
            "cms_family": site.cms_family,
            "delay_seconds": site.politeness.delay,
            "concurrency": site.politeness.concurrency,
            "window": site.politeness.window,
            "user_agent": settings.text("user_agent"),
        },
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
        "is_good": row.outcome in (Outcome.OK, Outcome.UNCHANGED),
    }


def list_findings(connection: Connection, *, site_id: str = "", rule: str = "", state: str = "") -> list[Json]:
    """Findings, the newest first; without `state` those that are still to be done."""
    query = select(findings).order_by(findings.c.last_seen.desc(), findings.c.id).limit(MOST_FINDINGS)
    query = query.where(findings.c.state == state) if state else query.where(findings.c.state.in_(OPEN_STATES))
    if site_id:
        query = query.where(findings.c.site_id == site_id)
    if rule:
        query = query.where(findings.c.rule == rule)
    return [_finding_json(row) for row in connection.execute(query)]


def _finding_json(row: Row[Any]) -> Json:
    return {
        "id": row.id,
        "rule": row.rule,
        "title": RULES[row.rule].title if row.rule in RULES else row.rule,
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
