"""The board: every site of the day with its verdict, its sections, its last weeks and what is to be done."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from core.clock import local_date
from core.sections import SECTIONS
from core.settings import Settings
from core.sites import Province, Site
from core.states import Verdict
from reports import rules
from reports.values import Json, stamp
from reports.watch import last_visits, oldest_verdict
from reports.wording import SHAPES
from store import board_days
from store import verdicts as verdict_store
from store.board_days import EDITORS_RULES
from store.tables import findings, pages, verdicts
from store.worklist import TO_DO
from vietnamese.syllables import fold_text

WORST_FIRST = (Verdict.OVERDUE, Verdict.DUE, Verdict.UNKNOWN, Verdict.FRESH)
_RANK = {verdict.value: rank for rank, verdict in enumerate(WORST_FIRST)}

TREND_DAYS = 30

SORTS = ("worst", "todo", "newest", "name")


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What part of the board is wanted, as it stands in the address. `q`: words of the agency's name, folded."""

    q: str = ""
    kind: str = ""
    verdict: str = ""
    section: str = ""
    sort: str = "worst"


def board(
    connection: Connection, province: Province, settings: Settings, now: datetime, wanted: BoardFilter | None = None
) -> Json:
    """The answer of `/api/v1/freshness`: the sites of the day, worst first, with counts per verdict of all of them."""
    rows = _rows(connection, province, settings, now)
    counts = Counter(row["verdict"] for row in rows)
    decided = max((row["decided_at"] for row in rows if row["decided_at"]), default=None)
    shown = choose(rows, wanted or BoardFilter())
    return {
        "as_of": stamp(now),
        "decided_at": decided,
        "total": len(rows),
        "counts": {verdict.value: counts[verdict.value] for verdict in Verdict},
        "visited": len({row["id"] for row in rows} & last_visits(connection, oldest_verdict(settings, now)).keys()),
        "hours": settings.number("verdict_hours"),
        "missing_unknown": missing_unknown(rows),
        "days": _counts_by_day(connection, {row["id"] for row in shown}, local_date(now)),
        "sites": shown,
    }


def missing_unknown(rows: Iterable[Json]) -> int:
    """Sites of which nobody knows whether a procedure is missing: without a list of what they must publish, or not seen."""
    return sum(not _has_list(row) for row in rows)


def _has_list(row: Json) -> bool:
    of_procedures = (item for item in row["sections"] if item["section"] == "procedures")
    return any("must_publish" in item["evidence"] and item["verdict"] != Verdict.UNKNOWN for item in of_procedures)


def _rows(connection: Connection, province: Province, settings: Settings, now: datetime) -> list[Json]:
    judged: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(verdicts).order_by(verdicts.c.site_id, verdicts.c.section)):
        judged[row.site_id].append(row)
    good = dict(pairs(connection, select(pages.c.site_id, func.max(pages.c.last_good)).group_by(pages.c.site_id)))
    counted = _to_do(connection)
    oldest = oldest_verdict(settings, now)
    today = local_date(now)
    days = verdict_store.trend(connection, today - timedelta(days=TREND_DAYS - 1))
    return [
        site_row(site, judged[site.id], (now, oldest), province)
        | {
            "last_good": stamp(good.get(site.id)),
            "open_findings": counted.get(site.id, 0),
            "trend": [[day.isoformat(), verdict] for day, verdict in days.get(site.id, []) if day <= today],
        }
        for site in province.sites_on(today)
    ]


def _to_do(connection: Connection) -> dict[str, int]:
    """What editors have to do: faults that only an operator can mend are not among it."""
    live = findings.c.state.in_(TO_DO)
    query = select(findings.c.site_id, func.count()).where(live, findings.c.rule.in_(EDITORS_RULES))
    return dict(pairs(connection, query.group_by(findings.c.site_id)))


def pairs(connection: Connection, query: Any) -> Iterable[tuple[Any, Any]]:
    """Rows of two columns."""
    return ((key, value) for key, value in connection.execute(query))


def choose(rows: Iterable[Json], wanted: BoardFilter) -> list[Json]:
    """The rows that a filter leaves, in its order."""
    words = fold_text(wanted.q).split()
    kept = [
        row
        for row in rows
        if all(word in row["folded"] for word in words)
        and wanted.kind in ("", row["kind"])
        and wanted.verdict in ("", _state(row, wanted.section))
    ]
    if wanted.section:
        kept = [row for row in kept if _state(row, wanted.section)]
    kept.sort(key=lambda row: (_RANK.get(_state(row, wanted.section), 9), -row["open_findings"], row["owner"]))
    if wanted.sort == "name":
        kept.sort(key=lambda row: str(row["folded"]))
    elif wanted.sort == "newest":
        kept.sort(key=lambda row: row["newest_item"] or "")
    elif wanted.sort == "todo":
        kept.sort(key=lambda row: -row["open_findings"])
    return [{name: value for name, value in row.items() if name != "folded"} for row in kept]


def _state(row: Json, section: str) -> str:
    if not section:
        return str(row["verdict"])
    return next((str(item["verdict"]) for item in row["sections"] if item["section"] == section), "")


def _counts_by_day(connection: Connection, site_ids: set[str], today: date) -> list[Json]:
    """How many of these sites had which verdict on each of the last days; days without a check are not there."""
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for site_id, days in verdict_store.trend(connection, today - timedelta(days=TREND_DAYS - 1)).items():
        for day, verdict in days:
            if site_id in site_ids and day <= today:
                found[day][verdict] += 1
    return [{"day": day.isoformat(), **{v.value: found[day][v.value] for v in Verdict}} for day in sorted(found)]


def site_row(site: Site, judged: list[Row[Any]], moments: tuple[datetime, datetime], province: Province) -> Json:
    """One line of the board; `moments`: now, and the oldest moment of a verdict that still counts."""
    now, oldest = moments
    day = local_date(now)
    host = site.host_on(day)
    whole = next((row for row in judged if row.section == ""), None)
    order = list(SECTIONS)
    sections = [verdict_json(row, oldest, province) for row in judged if row.section]
    sections.sort(key=lambda item: order.index(item["section"]) if item["section"] in SECTIONS else len(order))
    newest = max((row.newest_item for row in judged if row.newest_item), default=None)
    owner = site.owner_on(day)
    return {
        "id": site.id,
        "owner": owner,
        "folded": fold_text(owner),
        "kind": site.kind_on(day),
        "host": host.url if host else "",
        **(verdict_json(whole, oldest, province) if whole is not None else _UNJUDGED),
        "newest_item": newest.isoformat() if newest else None,
        "sections": sections,
    }


_UNJUDGED: Json = {
    "section": "", "name": SECTIONS[""], "verdict": Verdict.UNKNOWN.value, "word": Verdict.UNKNOWN.vietnamese,
    "shape": SHAPES[Verdict.UNKNOWN], "rule": "", "behind": "", "reason": "Chưa có lượt kiểm tra nào.", "evidence": {},
    "decided_at": None,
}  # fmt: skip


def verdict_json(row: Row[Any], oldest: datetime, province: Province) -> Json:
    """A verdict with its rule, what stands behind the rule, and its evidence."""
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
        "behind": rules.behind(province.national, rule),
        "reason": reason,
        "evidence": row.evidence,
        "newest_item": row.newest_item.isoformat() if row.newest_item else None,
        "decided_at": stamp(row.decided_at),
    }


def board_csv(shown: Json) -> str:
    """The board as CSV, one line a site with a column a section; a byte order mark, or Excel misreads Vietnamese."""
    out = io.StringIO()
    writer = csv.writer(out)
    names = ("id", "owner", "host", "verdict", "word", "rule", "reason", "last_good", "newest_item", "open_findings")
    sections = section_names(shown["sites"])
    writer.writerow([*names, *sections])
    for row in shown["sites"]:
        of_section = {item["section"]: item["verdict"] for item in row["sections"]}
        writer.writerow([safe_cell(row[name]) for name in names] + [of_section.get(name, "") for name in sections])
    return "\ufeff" + out.getvalue()


def section_names(rows: Iterable[Json]) -> list[str]:
    """The sections that any of these rows has, in the order of the columns."""
    there = {item["section"] for row in rows for item in row["sections"]}
    return [name for name in SECTIONS if name in there] + sorted(there - set(SECTIONS))


def safe_cell(value: Any) -> Any:
    """A value for a spreadsheet, which would run a text that begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def sites_json(province: Province, now: datetime) -> Json:
    """The answer of `/api/v1/sites`."""
    day = local_date(now)
    sites = [site_facts(site, now) for site in province.sites_on(day)]
    return {"as_of": day.isoformat(), "total": len(sites), "sites": sites}


def site_facts(site: Site, now: datetime) -> Json:
    """Who a site belongs to and where it is, on the day."""
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


def days_of(connection: Connection, site_id: str, first: date) -> list[board_days.BoardDay]:
    """The kept days of one site from `first` on."""
    return board_days.since(connection, first).get(site_id, [])
