"""Digests: what is new on the pages of one agency since it was last told, and the faults that only operators can mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import ColumnElement, Connection, or_, select, true

from core.clock import local_date
from core.settings import Settings
from core.sites import Province
from core.states import FindingState
from reports import wording
from reports.board import verdict_json
from reports.findings import finding_json, rules_of
from reports.site import by_rule
from reports.values import Json
from reports.watch import oldest_verdict
from store.acts import ActKind
from store.tables import acts, findings, verdicts
from store.worklist import TO_DO

HERE = Path(__file__).parent
MOST_LISTED = 30
"""Findings written out in one e-mail; the rest is a number and a link."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What one e-mail says. `new` were opened (or opened again) since; `site_id` "" = of the operators."""

    province: str
    site_id: str
    owner: str
    now: datetime
    since: datetime | None
    base: str
    new: list[Json]
    solved: list[Json] = field(default_factory=list)
    still: int = 0
    verdict: Json = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day in Vietnam."""
        return local_date(self.now)

    @property
    def link(self) -> str:
        """Where the reader goes on."""
        return f"{self.base}/bien-tap{f'?site={self.site_id}' if self.site_id else ''}"

    @property
    def subject(self) -> str:
        """The subject line."""
        what = f"{len(self.new)} việc mới" if self.site_id else f"{len(self.new)} lỗi cần người vận hành"
        return f"[{self.province}] {self.owner}: {what}, ngày {wording.day(self.day)}"

    @property
    def groups(self) -> list[tuple[str, str, list[Json]]]:
        """The new findings by rule, as many as are written out."""
        return by_rule(self.new[:MOST_LISTED])

    @property
    def more(self) -> int:
        """New findings that are not written out."""
        return max(0, len(self.new) - MOST_LISTED)


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Gathers digests of one moment."""

    province: Province
    settings: Settings
    now: datetime

    def of_agency(self, connection: Connection, site_id: str, since: datetime | None) -> Digest | None:
        """The digest of a site; None when nothing is new since."""
        site = self.province.site(site_id)
        found = _new(connection, "editor", findings.c.site_id == site_id, since)
        if not found:
            return None
        return Digest(
            self.province.name,
            site_id,
            site.owner_on(local_date(self.now)),
            self.now,
            since,
            self._base,
            found,
            _solved(connection, site_id, since),
            _still(connection, site_id) - len(found),
            self._verdict(connection, site_id),
        )

    def of_operators(self, connection: Connection, since: datetime | None) -> Digest | None:
        """The faults of all sites that only an operator can mend; None when none is new."""
        found = _new(connection, "operator", true(), since)
        if not found:
            return None
        owners = self.province.owners_on(local_date(self.now))
        found = [item | {"owner": owners.get(item["site"], item["site"])} for item in found]
        return Digest(self.province.name, "", "Vận hành", self.now, since, self._base, found)

    def _verdict(self, connection: Connection, site_id: str) -> Json:
        """The site's verdict as the board shows it: one that is too old is unknown in an e-mail as well."""
        row = connection.execute(
            select(verdicts).where(verdicts.c.site_id == site_id, verdicts.c.section == "")
        ).first()
        return verdict_json(row, oldest_verdict(self.settings, self.now), self.province) if row is not None else {}

    @property
    def _base(self) -> str:
        return self.settings.text("public_url").rstrip("/")


def _new(connection: Connection, audience: str, where: ColumnElement[bool], since: datetime | None) -> list[Json]:
    query = select(findings).where(where, findings.c.state.in_(TO_DO), findings.c.rule.in_(rules_of(audience)))
    if since is not None:
        kinds = (ActKind.REOPENED.value, ActKind.EXPIRED.value)
        again = select(acts.c.finding_id).where(acts.c.kind.in_(kinds), acts.c.at > since)
        query = query.where(or_(findings.c.first_seen > since, findings.c.id.in_(again)))
    order = (findings.c.rule, findings.c.site_id, findings.c.id)
    return [finding_json(row) for row in connection.execute(query.order_by(*order))]


def _solved(connection: Connection, site_id: str, since: datetime | None) -> list[Json]:
    if since is None:
        return []
    done = (findings.c.state == FindingState.RESOLVED.value, findings.c.resolved_at > since)
    query = select(findings).where(findings.c.site_id == site_id, *done, findings.c.rule.in_(rules_of("editor")))
    return [finding_json(row) for row in connection.execute(query.order_by(findings.c.rule, findings.c.id))]


def _still(connection: Connection, site_id: str) -> int:
    query = select(findings.c.id).where(findings.c.site_id == site_id, findings.c.state.in_(TO_DO))
    return len(connection.execute(query.where(findings.c.rule.in_(rules_of("editor")))).all())


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(day=wording.day, section=wording.section)
    return made


def bodies(digest: Digest) -> tuple[str, str]:
    """(text, HTML) of an e-mail."""
    return _render("digest.txt", digest), _render("digest.html", digest)


def _render(name: str, digest: Digest) -> str:
    values: dict[str, Any] = {"d": digest, "where": where}
    return _environment().get_template(name).render(values)


def where(item: Json) -> str:
    """What a finding is about, in a few words: code, section, or the site's owner in the operators' digest."""
    parts: Iterable[str] = (
        str(item.get("owner", "")),
        str(item["code"]),
        wording.section(item["section"]) if item["section"] else "",
    )
    return " · ".join(part for part in parts if part)
