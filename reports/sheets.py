"""The tables that officials report with, as values: unit × section, findings, and the score of each agency by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, select

from core.clock import local_date
from core.finding_rules import RULES
from core.settings import Settings
from core.sites import Province
from core.states import FindingState, Verdict
from reports.board import board, missing_unknown, section_names
from reports.values import Json
from reports.wording import STATES, section
from store import board_days
from store.tables import accounts, finding_work, findings

Kind = Literal["text", "day", "number", "percent", "points", "link"]

MONTHS = 6
"""Months on the score sheet: half a year, as the reports of NĐ 63/2010 Đ35 cover."""

WEB = ("http://", "https://")

STATE_COLUMN = "Trạng thái"

PROOF = "Bằng chứng"
"""A column of links into the system: a sheet that leaves it must still be able to prove what it says."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what its values are, and its width in characters."""

    title: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. `note` says where the figures come from; `name` stands in addresses and file names."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one export says, of one moment."""

    province: str
    now: datetime
    shown: Json  # the board
    sheets: tuple[Sheet, ...]

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return local_date(self.now)

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name; KeyError when there is none."""
        return {sheet.name: sheet for sheet in self.sheets}[name]

    @property
    def to_do(self) -> list[tuple[Any, ...]]:
        """The rows of what is to be done now, as many as the board counts: what is put off stands on the sheet, not here."""
        sheet = self.sheet("viec-can-lam")
        state = next(n for n, column in enumerate(sheet.columns) if column.title == STATE_COLUMN)
        return [row for row in sheet.rows if row[state] != STATES[FindingState.SNOOZED.value]]


def report(
    connection: Connection, province: Province, settings: Settings, now: datetime, sites: tuple[str, ...] | None = None
) -> Report:
    """Gather all sheets; of these sites only when any are given."""
    shown = board(connection, province, settings, now)
    if sites is not None:
        shown = shown | {"sites": [row for row in shown["sites"] if row["id"] in sites]}
        shown["counts"] = {v.value: sum(row["verdict"] == v.value for row in shown["sites"]) for v in Verdict}
        shown["total"] = len(shown["sites"])
        shown["missing_unknown"] = missing_unknown(shown["sites"])
    base = settings.text("public_url").rstrip("/")
    owners = {row["id"]: row["owner"] for row in shown["sites"]}
    rows = [row for row in _live(connection) if row.site_id in owners]
    return Report(
        province.name,
        now,
        shown,
        (_sections(shown, rows, base), _findings(rows, owners, base), _scores(connection, shown["sites"], now)),
    )


SHEETS = {"chuyen-muc": "Đơn vị × chuyên mục", "viec-can-lam": "Việc cần làm", "bang-diem": "Bảng điểm theo tháng"}


def _live(connection: Connection) -> list[Any]:
    joined = findings.outerjoin(finding_work, finding_work.c.finding_id == findings.c.id)
    joined = joined.outerjoin(accounts, accounts.c.id == finding_work.c.assignee_id)
    query = select(findings, accounts.c.full_name.label("assignee")).select_from(joined)
    query = query.where(findings.c.state.not_in((FindingState.RESOLVED.value, FindingState.FALSE_ALARM.value)))
    return list(connection.execute(query.order_by(findings.c.site_id, findings.c.rule, findings.c.id)))


def _sections(shown: Json, live: Iterable[Any], base: str) -> Sheet:
    late: dict[tuple[str, str], int] = {}
    for row in live:
        if row.rule in ("late_posting", "late_answer"):
            items = [*row.evidence.get("documents", ()), *row.evidence.get("questions", ())]
            worst = max((int(item.get("working_days", 0)) for item in items), default=0)
            late[row.site_id, row.section] = max(worst, late.get((row.site_id, row.section), 0))
    columns = (
        Column("Đơn vị", width=30), Column("Chuyên mục", width=22), Column("Kết luận", width=16),
        Column("Mục mới nhất", "day", 13), Column("Im lặng (ngày làm việc)", "number", 12),
        Column("Đăng chậm nhất (ngày làm việc)", "number", 13), Column("Quy tắc", width=34),
        Column("Lý do", width=48), Column("Liên kết", "link", 34), Column("Kết luận ngày", "day", 13),
        Column(PROOF, "link", 34),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for site in shown["sites"]:
        parts = site["sections"] or [site]
        for item in parts:
            evidence: Mapping[str, Any] = item["evidence"] or {}
            rows.append((
                site["owner"], section(item["section"]), item["word"], day_of(item["newest_item"]),
                evidence.get("working_days"), late.get((site["id"], item["section"])), item["behind"] or item["rule"],
                item["reason"], web(evidence.get("url")) or web(site["host"]), day_of(item["decided_at"]),
                web(f"{base}/nguon/{site['id']}{'#' + item['section'] if item['section'] else ''}"),
            ))  # fmt: skip
    note = "Im lặng là tín hiệu để rà soát (ngưỡng nội bộ, không phải luật); đăng chậm tính từ ngày ban hành, trả lời chậm từ ngày hỏi, theo luật của ngày đó."
    return Sheet("chuyen-muc", SHEETS["chuyen-muc"], note, columns, rows)


def board_sheet(shown: Json) -> Sheet:
    """The board as a table: one line a site, one column a section, in words."""
    names = section_names(shown["sites"])
    columns = (
        Column("Đơn vị"), Column("Địa chỉ", "link"), Column("Kết luận"), Column("Lý do"), Column("Quy tắc"),
        Column("Việc cần làm", "number"), Column("Mục mới nhất", "day"), Column("Đọc được gần nhất", "day"),
        *(Column(section(name)) for name in names),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for site in shown["sites"]:
        words = {item["section"]: item["word"] for item in site["sections"]}
        rows.append((
            site["owner"], web(site["host"]), site["word"], site["reason"], site["behind"] or site["rule"],
            site["open_findings"], day_of(site["newest_item"]), day_of(site["last_good"]),
            *(words.get(name, "") for name in names),
        ))  # fmt: skip
    return Sheet("trang-nguon", "Trang nguồn", "", columns, rows)


def _findings(live: Iterable[Any], owners: Mapping[str, str], base: str) -> Sheet:
    columns = (
        Column("Đơn vị", width=30), Column("Loại", width=30), Column("Nội dung", width=60), Column("Mã thủ tục", width=12),
        Column("Chuyên mục", width=20), Column("Căn cứ", width=34), Column(STATE_COLUMN, width=12),
        Column("Giao cho", width=20), Column("Thấy lần đầu", "day", 13), Column("Thấy gần nhất", "day", 13),
        Column("Liên kết", "link", 34), Column(PROOF, "link", 34),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (
            owners[row.site_id], RULES[row.rule].title, row.message, row.code, section(row.section) if row.section else "",
            row.law or "không phải luật", STATES.get(row.state, row.state), row.assignee or "",
            local_date(row.first_seen), local_date(row.last_seen), web(row.url) or web(row.evidence.get("url")),
            web(f"{base}/bang-chung/{row.id}"),
        )
        for row in live
        if row.rule in RULES and RULES[row.rule].audience == "editor"
    ]  # fmt: skip
    rows.sort(key=lambda row: (row[0], row[1]))
    note = "Các nhận định còn hiệu lực ở lượt kiểm tra gần nhất, kể cả việc đang hoãn; cột “Bằng chứng” dẫn tới bản lưu, quy tắc và căn cứ của từng nhận định."
    return Sheet("viec-can-lam", SHEETS["viec-can-lam"], note, columns, rows)


@dataclass(slots=True)
class _Tally:
    """Section-days of a month."""

    fresh: int = 0
    known: int = 0
    unknown: int = 0

    @property
    def share(self) -> float | None:
        return self.fresh / self.known if self.known else None

    @property
    def unknown_share(self) -> float | None:
        total = self.known + self.unknown
        return self.unknown / total if total else None

    def add(self, other: _Tally) -> None:
        self.fresh, self.known, self.unknown = (
            self.fresh + other.fresh, self.known + other.known, self.unknown + other.unknown,
        )  # fmt: skip


def _scores(connection: Connection, sites: list[Json], now: datetime) -> Sheet:
    owners = {row["id"]: row["owner"] for row in sites}
    to_do = {row["id"]: row["open_findings"] for row in sites}  # as the board says now, not as the last check left it
    tallies, months = _tallies(connection, owners, local_date(now))
    columns = (
        Column("Đơn vị", width=34), *(Column(f"Tháng {m:%m/%Y}", "percent", 14) for m in months),
        Column("So với tháng trước (điểm %)", "points", 14), Column("Không xác định, tháng này", "percent", 14),
        Column("Việc còn lại", "number", 10),
    )  # fmt: skip
    this = months[-1]
    before = months[-2] if len(months) > 1 else None
    rows: list[tuple[Any, ...]] = []
    whole: dict[date, _Tally] = defaultdict(_Tally)
    for site_id, owner in owners.items():
        of_site = tallies.get(site_id, {})
        for month, tally in of_site.items():
            whole[month].add(tally)
        rows.append((*_score_row(owner, of_site, months, (this, before)), to_do[site_id]))
    rows.sort(key=lambda row: (row[len(months)] is None, row[len(months)] or 0.0, row[0]))
    if len(owners) > 1:
        rows.append((*_score_row("Tất cả", whole, months, (this, before)), sum(to_do.values())))
    note = (
        "Điểm = số chuyên mục-ngày cập nhật tốt ÷ số chuyên mục-ngày kết luận được (ngưỡng nội bộ, không phải chỉ số chính thức). "
        "Chuyên mục không xác định không tính vào điểm, tỷ lệ ghi ở cột riêng. Thấp nhất trước."
    )
    return Sheet("bang-diem", SHEETS["bang-diem"], note, columns, rows)


def _score_row(
    owner: str, of_site: Mapping[date, _Tally], months: list[date], pair: tuple[date, date | None]
) -> tuple[Any, ...]:
    this, before = of_site.get(pair[0], _Tally()), of_site.get(pair[1], _Tally()) if pair[1] else _Tally()
    change = None if this.share is None or before.share is None else round((this.share - before.share) * 100, 2)
    shares = (of_site[month].share if month in of_site else None for month in months)
    return (owner, *shares, change, this.unknown_share)


def _tallies(
    connection: Connection, owners: Mapping[str, str], today: date
) -> tuple[dict[str, dict[date, _Tally]], list[date]]:
    """Site → month → tally, and the months, oldest first; the month of today is always there."""
    first = today.replace(day=1)
    for _ in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    found: dict[str, dict[date, _Tally]] = defaultdict(lambda: defaultdict(_Tally))
    seen = {today.replace(day=1)}
    for site_id, days in board_days.since(connection, first).items():
        if site_id not in owners:
            continue
        for kept in days:
            if kept.day > today:
                continue
            month = kept.day.replace(day=1)
            seen.add(month)
            tally = found[site_id][month]
            verdicts = list(kept.sections.values())
            tally.fresh += verdicts.count(Verdict.FRESH)
            tally.unknown += verdicts.count(Verdict.UNKNOWN)
            tally.known += len(verdicts) - verdicts.count(Verdict.UNKNOWN)
    return found, sorted(seen)


def day_of(text: str | None) -> date | None:
    """The day of an ISO date or moment, in Vietnam."""
    if not text:
        return None
    return local_date(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text)


def web(url: Any) -> str:
    """The address when it may stand in a link; crawled texts can hold `javascript:` and worse."""
    return url if isinstance(url, str) and url.lower().startswith(WEB) else ""
