"""A small province in a store: visits, pages and records put there as a crawl would have."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, insert, select

from core.clock import VIETNAM, fixed
from core.model import Article, AttachmentText, Channel, Content, Duration, Fee, Procedure, Record, StepCase
from core.settings import load_settings
from core.site_files import load_province
from core.sites import Province, Site
from freshness.check import CheckReport, Progress, check
from procedures.register import import_file
from procedures.unify import unify_changes
from store import findings, page_records
from store.database import Database
from store.prepared import prepare
from store.tables import findings as findings_table
from store.tables import pages, verdicts, visits

CONFIG = Path(__file__).resolve().parents[2] / "config"
SITE = "s-stp"
TODAY = date(2018, 8, 9)
LATER = date(2026, 11, 2)
BIRTH = Procedure("Đăng ký khai sinh", code="1.001193", steps=(StepCase(("Nộp hồ sơ",)),))
GOOD = {"vhv": {"procedures": 20, "fees": 1.0, "papers": 1.0}}
BAD = {"vhv": {"procedures": 20, "fees": 0.1, "papers": 0.1}}
PROVINCE = load_province(CONFIG, "thanhhoa")
SECTIONS = (
    "about", "news", "direction", "legal_docs", "procedures", "legal_guidance", "planning", "projects",
    "consultation", "qna", "mandatory_on_web", "contact",
)  # fmt: skip


def moment(day: date) -> datetime:
    return datetime.combine(day, time(9), VIETNAM).astimezone(UTC)


@dataclass
class Scene:
    """One site of the province; every helper writes what a crawl on `today` would."""

    database: Database
    province: Province = PROVINCE
    today: date = TODAY
    count: int = field(default=0)

    def visit(self, outcome: str = "ok", day: date | None = None, **more: Any) -> None:
        at = moment(day or self.today)
        values = {"site_id": SITE, "worker": "w", "started_at": at, "ended_at": at, "outcome": outcome}
        with self.database.write() as connection:
            connection.execute(insert(visits).values(**values, **more))

    def page(self, section: str = "", *, depth: int = 1, outcome: str = "ok", url: str = "", **more: Any) -> int:
        self.count += 1
        address = url or f"http://stp/{section or 'page'}/{self.count}"
        at = moment(self.today)
        values = {
            "site_id": SITE,
            "server": "a",
            "url": address,
            "section": section,
            "depth": depth,
            "outcome": outcome,
        }
        with self.database.write() as connection:
            connection.execute(insert(pages).values(first_seen=at, next_due=at, last_good=at, **values, **more))
            return int(connection.scalar(select(pages.c.id).where(pages.c.url == address)) or 0)

    def record(
        self, content: Content, section: str = "procedures", day: date | None = None, page: int = 0, **more: Any
    ) -> None:
        kind = {"Procedure": "procedure", "Article": "article", "LegalDocument": "document"}[type(content).__name__]
        key = content.code if isinstance(content, Procedure) else ""
        item = Record(kind, content, key=key, **more)  # type: ignore[arg-type]
        origin = page_records.Origin(
            page or self.page(section, depth=2), SITE, section, "generic", None, moment(day or self.today)
        )
        with self.database.write() as connection:
            page_records.write(connection, origin, [prepare(item)])

    def attachment(self, url: str, text: str, page: int = 0) -> int:
        """A file with its text, new or on its `page` again; returns its page."""
        page = page or self.page(depth=3, url=url, body_digest=text)
        origin = page_records.Origin(page, SITE, "", "documents", None, moment(self.today))
        item = Record("attachment", AttachmentText(url, text, "application/pdf"), key="f")
        with self.database.write() as connection:
            page_records.write(connection, origin, [prepare(item)])
        return page

    def page_of(self, site: str, number: int, content: Content, published: datetime) -> None:
        """A news item on another site."""
        values = {"site_id": site, "server": "a", "url": f"http://{site}/{number}", "section": "news", "depth": 2}
        at = moment(self.today)
        with self.database.write() as connection:
            statement = insert(pages).values(first_seen=at, next_due=at, outcome="ok", **values)
            page = connection.execute(statement).inserted_primary_key
            assert page is not None
            origin = page_records.Origin(page[0], site, "news", "generic", None, at)
            item = Record("article", content, published=published)
            page_records.write(connection, origin, [prepare(item)])

    def whole_site(self) -> None:
        """A visit and every section the law requires, without content."""
        self.visit()
        for section in SECTIONS:
            self.page(section)

    def check(self, site: Site | None = None, *, unify: bool = True, progress: Progress | None = None) -> CheckReport:
        province = self.province
        if site is not None:
            province = Province(
                province.id, province.name, (site,), thresholds=province.thresholds, national=province.national
            )
        clock = fixed(moment(self.today))
        if unify:
            unify_changes(self.database, province, clock)
        return check(self.database, province, load_settings(), clock, progress)

    def found(self) -> set[tuple[str, str]]:
        with self.database.read() as connection:
            return {(row.rule, row.section or row.code) for row in findings.live(connection, SITE)}

    def rules(self) -> set[str]:
        return {rule for rule, _ in self.found()}

    def open(self, rule: str) -> list[Row[Any]]:
        """The findings of a rule that are open, on any site."""
        with self.database.read() as connection:
            query = select(findings_table).where(findings_table.c.rule == rule, findings_table.c.state == "open")
            return list(connection.execute(query))

    def verdict(self, section: str = "") -> tuple[str, str]:
        with self.database.read() as connection:
            query = select(verdicts).where(verdicts.c.site_id == SITE, verdicts.c.section == section)
            row = connection.execute(query).one()
            return row.verdict, row.reason

    def later(self, days: int) -> None:
        self.today += timedelta(days=days)


def register(scene: Scene, folder: Path, day: date, *codes: str, **more: Any) -> None:
    path = folder / f"catalog-{day:%Y-%m-%d}.jsonl"
    common = {"name": "Đăng ký khai sinh", "fields": [], "agencies": [], "issued_by": "Bộ Tư pháp", "subjects": []}
    rows = [{**common, "state": "ACTIVE", "type": "STANDARD", "url": "", "code": code, **more} for code in codes]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_file(scene.database, path, clock=fixed(moment(day)), province="Thanh Hóa", confirmed=True)


def news(scene: Scene, day: date, section: str = "news") -> None:
    scene.record(Article(f"Tin {day}"), section, day, published=moment(day))


def detail(scene: Scene, folder: Path, **more: Any) -> None:
    """The register's own detail: 50,000 đồng and three working days, unless `more` says otherwise."""
    fees = [{"type": "FEE", "value": 50000, "description": ""}]
    method = {"submissionMethod": "OFFLINE", "processingTime": 3, "processingTimeUnit": "WORKING_DAY", "fees": fees}
    row = {"code": "1.001193", "name": "Đăng ký khai sinh", "executionMethods": [method], "executionSteps": [], **more}
    path = folder / "details-2018-08-01.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    import_file(scene.database, path, clock=fixed(moment(TODAY)), province="Thanh Hóa")


def costing(fee: str, days: int) -> Procedure:
    duration = Duration(f"{days} ngày làm việc", days, "ngay_lam_viec", (Fee(fee),))
    return replace(BIRTH, channels=(Channel("truc_tiep", (duration,)),))


def hourly(scene: Scene, day: date, hours: int) -> None:
    """Visits of a day that asked for lists only, an hour apart."""
    rows = [
        {"site_id": SITE, "worker": "w", "started_at": at, "ended_at": at, "outcome": "unchanged"}
        for at in (moment(day) + timedelta(hours=n) for n in range(-hours, 0))
    ]
    with scene.database.write() as connection:
        connection.execute(insert(visits), rows)
