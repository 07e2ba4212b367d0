"""The worklist of an account: only what it can mend, by state, with who is at it and everything that was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, or_, select, true

from core.clock import local_date
from core.finding_rules import RULES
from core.sites import Province
from core.states import FindingState
from reports.findings import finding_json
from reports.values import Json, stamp
from reports.wording import STATES
from store import acts, worklist
from store.accounts import Account, Role
from store.acts import ActKind
from store.tables import accounts, finding_work, findings

PAGE = 100
RECENT = timedelta(days=7)
"""Work done stays in sight for a week."""

GROUPS = {
    "todo": "Cần làm", "mine": "Giao cho tôi", "waiting": "Chờ kiểm tra lại", "snoozed": "Đang hoãn",
    "false_alarm": "Báo nhầm", "done": "Xong 7 ngày qua",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What part of the worklist is wanted."""

    group: str = "todo"
    site: str = ""
    rule: str = ""
    page: int = 1


def work(connection: Connection, province: Province, account: Account, wanted: WorkFilter, now: datetime) -> Json:
    """The findings of a group with the counts of all groups, and the sites and rules one may filter by."""
    rows = [row for row in connection.execute(_visible(account, now)) if _may_see(account, row.rule)]
    counts = Counter(group for row in rows for group in groups_of(row, account))
    grouped = [row for row in rows if wanted.group in groups_of(row, account)]
    chosen = [r for r in grouped if wanted.site in ("", r.site_id) and wanted.rule in ("", r.rule)]
    owners = province.owners_on(local_date(now))
    chosen.sort(key=lambda row: (owners.get(row.site_id, row.site_id), row.rule, row.first_seen, row.id))
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(1, wanted.page), pages)  # the list grows shorter while somebody works on its last page
    start = (page - 1) * PAGE
    return {
        "as_of": stamp(now),
        "group": wanted.group,
        "counts": {name: counts[name] for name in GROUPS},
        "total": len(chosen),
        "page": page,
        "pages": pages,
        "items": [_task(row, owners) for row in chosen[start : start + PAGE]],
        "sites": {site: owners.get(site, site) for site in sorted({row.site_id for row in grouped})},
        "rules": {rule: _title(rule) for rule in sorted({row.rule for row in grouped})},
    }


def groups_of(row: Row[Any], account: Account) -> list[str]:
    """The groups that a finding is in."""
    if row.state == FindingState.RESOLVED:
        return ["done"]
    if row.state in (FindingState.SNOOZED, FindingState.FALSE_ALARM):
        return [str(row.state)]
    if row.claimed_at is not None:
        return ["waiting"]
    return ["todo", "mine"] if row.assignee_id == account.id else ["todo"]


def _may_see(account: Account, rule: str) -> bool:
    return rule in RULES and RULES[rule].audience in account.audiences


def _joined() -> Select[Any]:
    columns = (finding_work.c.assignee_id, finding_work.c.until, finding_work.c.claimed_at, finding_work.c.claimed_by)
    joined = findings.outerjoin(finding_work, finding_work.c.finding_id == findings.c.id)
    joined = joined.outerjoin(accounts, accounts.c.id == finding_work.c.assignee_id)
    return select(findings, *columns, accounts.c.full_name.label("assignee")).select_from(joined)


def _visible(account: Account, now: datetime) -> Select[Any]:
    recent = and_(findings.c.state == FindingState.RESOLVED.value, findings.c.resolved_at >= now - RECENT)
    alive = or_(findings.c.state != FindingState.RESOLVED.value, recent)
    return _joined().where(alive, _of_sites(account))


def _of_sites(account: Account) -> ColumnElement[bool]:
    if account.role is not Role.EDITOR:
        return true()
    return findings.c.site_id.in_(account.sites) if account.sites else false()


def _title(rule: str) -> str:
    return RULES[rule].title if rule in RULES else rule


def _task(row: Row[Any], owners: dict[str, str]) -> Json:
    state = "waiting" if row.claimed_at is not None and row.state in worklist.TO_DO else row.state
    return finding_json(row) | {
        "owner": owners.get(row.site_id, row.site_id),
        "state_text": GROUPS["waiting"] if state == "waiting" else STATES.get(state, state),
        "assignee": row.assignee,
        "assignee_id": row.assignee_id,
        "until": stamp(row.until) if row.state in (FindingState.SNOOZED, FindingState.FALSE_ALARM) else None,
        "claimed_at": stamp(row.claimed_at),
        "claimed_by": row.claimed_by or "",
        "page": f"/bien-tap/viec/{row.id}",
    }


def task(connection: Connection, province: Province, account: Account, finding_id: int, now: datetime) -> Json | None:
    """One finding with its log and the act that can be taken back; None when the account may not see it."""
    row = connection.execute(_joined().where(findings.c.id == finding_id, _of_sites(account))).first()
    if row is None or not _may_see(account, row.rule):
        return None
    back = worklist.undoable(connection, finding_id)
    return _task(row, province.owners_on(local_date(now))) | {
        "is_done": row.state == FindingState.RESOLVED,
        "is_reviewable": row.rule in worklist.REVIEWABLE,
        "log": act_rows(acts.of_finding(connection, finding_id)),
        "undoable": {"id": back.id, "word": ActKind(back.kind).vietnamese} if back is not None else None,
    }


def titles_of(connection: Connection, rows: Iterable[Row[Any]]) -> dict[int, str]:
    """Finding → what it is about, for the acts of many findings on one page."""
    query = select(findings.c.id, findings.c.rule, findings.c.code)
    found = connection.execute(query.where(findings.c.id.in_({row.finding_id for row in rows if row.finding_id})))
    return {row.id: f"{RULES[row.rule].title} {row.code}".rstrip() for row in found if row.rule in RULES}


def act_rows(rows: Iterable[Row[Any]]) -> list[Json]:
    """Acts as a person reads them."""
    return [
        {
            "id": row.id,
            "at": stamp(row.at),
            "by": row.by,
            "kind": row.kind,
            "word": ActKind(row.kind).vietnamese,
            "finding": row.finding_id,
            "site": row.site_id,
            "section": row.section,
            "text": str(row.details.get("text", "")),
            "until": row.details.get("until"),
            "assignee": row.details.get("assignee"),
            "of": ActKind(row.details["of"]).vietnamese if "of" in row.details else None,
        }
        for row in rows
    ]
