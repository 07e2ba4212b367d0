"""A small province in a store: visits, pages and records put there as a crawl would have."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from core.clock import VIETNAM, fixed
from core.model import Content, Procedure, Record
from core.settings import load_settings
from core.sites import Province, Site, load_province
from freshness.check import CheckReport, check
from procedures.unify import unify_changes
from store import findings, records
from store.database import Database
from store.tables import pages, verdicts, visits

CONFIG = Path(__file__).resolve().parents[2] / "config"
SITE = "s-stp"
TODAY = date(2018, 8, 9)
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
        origin = records.Origin(
            page or self.page(section, depth=2), SITE, section, "generic", None, moment(day or self.today)
        )
        with self.database.write() as connection:
            records.write_page_records(connection, origin, [records.prepare(item)])

    def page_of(self, site: str, number: int, content: Content, published: datetime) -> None:
        """A news item on another site."""
        values = {"site_id": site, "server": "a", "url": f"http://{site}/{number}", "section": "news", "depth": 2}
        at = moment(self.today)
        with self.database.write() as connection:
            statement = insert(pages).values(first_seen=at, next_due=at, outcome="ok", **values)
            page = connection.execute(statement).inserted_primary_key
            assert page is not None
            origin = records.Origin(page[0], site, "news", "generic", None, at)
            item = Record("article", content, published=published)
            records.write_page_records(connection, origin, [records.prepare(item)])

    def whole_site(self) -> None:
        """A visit and every section the law requires, without content."""
        self.visit()
        for section in SECTIONS:
            self.page(section)

    def check(self, site: Site | None = None) -> CheckReport:
        province = self.province
        if site is not None:
            province = Province(
                province.id, province.name, (site,), thresholds=province.thresholds, national=province.national
            )
        unify_changes(self.database, province, fixed(moment(self.today)))
        return check(self.database, province, load_settings(), fixed(moment(self.today)))

    def found(self) -> set[tuple[str, str]]:
        with self.database.read() as connection:
            return {(row.rule, row.section or row.code) for row in findings.live(connection, SITE)}

    def verdict(self, section: str = "") -> tuple[str, str]:
        with self.database.read() as connection:
            query = select(verdicts).where(verdicts.c.site_id == SITE, verdicts.c.section == section)
            row = connection.execute(query).one()
            return row.verdict, row.reason

    def later(self, days: int) -> None:
        self.today += timedelta(days=days)
