"""The morning check: evidence, verdicts and findings of every site, computed first and written in one short transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from core.clock import Clock, local_date
from core.finding_rules import RULES
from core.settings import Settings
from core.sites import Province, Site
from core.states import Outcome, Verdict
from freshness import comparison, conditions
from freshness.calendar import Calendar
from freshness.evidence import SiteEvidence, gather
from freshness.rules import load_law
from freshness.sections import Around, judge_site, unverifiable
from store import board_days, findings, procedures, register, verdicts, worklist
from store.database import Database
from store.findings import Finding
from store.records import StoredRecord, iterate_live
from store.verdicts import Judged

Progress = Callable[[str, int, int | None], None]

SECTION_RULES = ("silence", "late_posting", "section_missing", "undated")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How many sites got which verdict, and what happened to the findings."""

    sites: int
    counts: Mapping[str, int] = field(default_factory=dict)
    opened: int = 0
    kept: int = 0
    resolved: int = 0

    def __str__(self) -> str:
        words = ", ".join(f"{self.counts.get(verdict.value, 0)} {verdict.vietnamese.lower()}" for verdict in Verdict)
        return (
            f"{self.sites} sites checked: {words}\n"
            f"findings: {self.opened} opened, {self.kept} still hold, {self.resolved} resolved"
        )


def check(
    database: Database, province: Province, settings: Settings, clock: Clock, progress: Progress | None = None
) -> CheckReport:
    """Judge every site of the day. Raises ConfigError when the dated data cannot be used."""
    now = clock()
    today = local_date(now)
    law = load_law(province.national, province.thresholds)
    with database.read() as connection:
        around = Around(law, Calendar.load(province.national), now, settings, worklist.decisions(connection, now))
        evidence = gather(connection, province, today)
        published = _published(connection)
        has_register = register.newest_complete(connection) is not None
        known_procedures = {item.key: item for item in procedures.iterate(connection)}
        forms = comparison.forms_read(connection)
    words = comparison.register_words(known_procedures)
    known = comparison.Known(known_procedures, law, today, has_register, words)
    judged: list[Judged] = []
    found: list[Finding] = []
    checked: list[tuple[str, str]] = []
    sites = province.sites_on(today)
    for number, site in enumerate(sites, 1):
        of_site = evidence[site.id]
        seen, raised, rules = _one(around, known, site, of_site, published.get(site.id, []), forms)
        judged += seen
        found += raised
        checked += [(site.id, rule) for rule in rules]
        if progress:
            progress("check", number, len(sites))
    with database.write() as connection:
        verdicts.replace(connection, judged, now, today)
        worklist.expire(connection, now)
        replaced = findings.replace(connection, found, checked, now)
        worklist.settle(connection, now)
        board_days.keep(connection, judged, today)
    counts = Counter(item.verdict.value for item in judged if not item.section)
    return CheckReport(len(sites), dict(counts), replaced.opened, replaced.kept, replaced.resolved)


def _one(
    around: Around,
    known: comparison.Known,
    site: Site,
    evidence: SiteEvidence,
    published: list[StoredRecord],
    forms: Mapping[str, tuple[int, object]],
) -> tuple[list[Judged], list[Finding], list[str]]:
    """Verdicts, findings and the rules on which this visit is evidence, one way or the other."""
    of_visit = conditions.of_visit(site, evidence)
    outcome_rules = [rule for rule in RULES if rule.startswith("outcome.")] if evidence.visit is not None else []
    if unverifiable(around, evidence):
        judged, _ = judge_site(around, site, evidence, [], has_register=known.has_register)
        return judged, of_visit, outcome_rules
    of_procedures = comparison.compare(known, site, evidence, published, forms)
    standing = [item for item in of_procedures if item.identity not in around.decisions.false_alarms]
    judged, of_sections = judge_site(around, site, evidence, standing, has_register=known.has_register)
    rules = [*outcome_rules, *conditions.RULES]
    if evidence.outcome is not Outcome.PARTIAL:
        rules += comparison.RULES if known.has_register else comparison.RULES - comparison.NEEDS_REGISTER
        rules += [] if any(section.doubtful for section in evidence.sections.values()) else SECTION_RULES
    return judged, [*of_visit, *conditions.of_pages(site, evidence), *of_procedures, *of_sections], rules


def _published(connection: Connection) -> dict[str, list[StoredRecord]]:
    found: dict[str, list[StoredRecord]] = defaultdict(list)
    for record in iterate_live(connection, ("procedure",)):
        found[record.site_id].append(record)
    return found
