"""The morning check: evidence, verdicts and findings of every site; only records that changed are judged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from core.clock import Clock, local_date
from core.finding_rules import RULES
from core.places import load_places
from core.settings import Settings
from core.sites import Province, Site
from core.states import Outcome, Verdict
from freshness import causes, claims, comparison, conditions, links, publication, signing
from freshness.around import Around
from freshness.calendar import Calendar
from freshness.duties import Duty, duties
from freshness.evidence import Dead, SiteEvidence
from freshness.gathering import gather
from freshness.known import Known
from freshness.quiet import Quiet, needs, quiet_times
from freshness.rules import load_law
from freshness.sections import OfProcedures, blind, judge_site, unverifiable
from freshness.watch import unwatched
from store import board_days, changes, findings, procedures, record_checks, register, verdicts, worklist
from store.archive import Archive
from store.database import Database
from store.findings import Checked, Finding
from store.records import by_id
from store.verdicts import Judged

Progress = Callable[[str, int, int | None], None]

_BLINDING = {
    "template_changed": "Giao diện trang đã đổi nên không đọc được đủ; bộ đọc cần xem lại.",
    "pages_lost": "Phần lớn các trang không còn ở địa chỉ cũ nên chưa kết luận được gì.",
}
"""Findings of a visit in which nothing else can be believed: what is hidden is neither there nor mended."""

SECTION_RULES = ("silence", "late_posting", "late_answer", "section_missing", "undated")
BATCH = 400
"""Records judged between two short write transactions."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How many sites got which verdict, what happened to the findings, and how much was looked at again."""

    sites: int
    counts: Mapping[str, int] = field(default_factory=dict)
    opened: int = 0
    kept: int = 0
    resolved: int = 0
    suspected: int = 0
    judged: int = 0
    without_duty: int = 0

    def __str__(self) -> str:
        words = ", ".join(f"{self.counts.get(verdict.value, 0)} {verdict.vietnamese.lower()}" for verdict in Verdict)
        share = f"{self.without_duty / self.sites:.0%}" if self.sites else ""
        unknown = (
            f"; {self.without_duty} sites ({share}) have no list of what they must publish: whether anything is missing "
            "there is unknown"
        )
        unknown = unknown if self.without_duty else ""
        return (
            f"{self.sites} sites checked, {self.judged} procedures looked at again: {words}\n"
            f"findings: {self.opened} opened, {self.kept} still hold, {self.resolved} resolved, "
            f"{self.suspected} wait for another sign{unknown}"
        )


@dataclass(slots=True)
class _Morning:
    """Everything of one check that is known before sites are judged."""

    around: Around
    known: Known
    evidence: Mapping[str, SiteEvidence]
    of_site: Mapping[str, list[Finding]]
    duties: Mapping[str, Duty]
    quiet: Sequence[Quiet]
    checked: list[tuple[str, str]] = field(default_factory=list)


def check(
    database: Database,
    province: Province,
    settings: Settings,
    clock: Clock,
    progress: Progress | None = None,
    *,
    archive: Archive | None = None,
) -> CheckReport:
    """Judge every site of the day. Raises ConfigError when the dated data cannot be used.

    With the archive at hand, new decision files are examined for their digital signatures first.
    """
    now = clock()
    today = local_date(now)
    law = load_law(province.national, province.thresholds)
    wanted = needs(province.thresholds)
    if archive is not None:
        signing.examine_new(database, province, archive, clock)
    with database.read() as connection:
        has_register = register.newest_complete(connection) is not None
    known = Known({}, law, today, has_register, load_places(province.folder))
    judged_again = judge_records(database, known, progress)
    sites = province.sites_on(today)
    with database.read() as connection:
        around = Around(law, Calendar.load(province.national), now, settings, worklist.decisions(connection, now))
        morning = _gather(connection, province, around, known)
        judged: list[Judged] = []
        found: list[Finding] = []
        for number, site in enumerate(sites, 1):
            seen, raised = _one(connection, morning, site)
            judged += seen
            found += raised
            if progress:
                progress("check", number, len(sites))
    families = {e.site_id: e.family for e in morning.evidence.values() if e.is_verifiable}
    found = causes.of_family(causes.once(found), families)
    found = [item for item in found if not _hushed(morning, item.rule, item.site_id)]
    observations = {site: str(e.visit.id) for site, e in morning.evidence.items() if e.visit is not None}
    checked = [pair for pair in morning.checked if not _hushed(morning, pair[1], pair[0])]
    with database.write() as connection:
        verdicts.replace(connection, judged, now, today)
        worklist.expire(connection, now)
        replaced = findings.replace(connection, found, Checked(checked, wanted, observations), now)
        worklist.settle(connection, now)
        board_days.keep(connection, judged, today)
    counts = Counter(item.verdict.value for item in judged if not item.section)
    return CheckReport(
        len(sites),
        dict(counts),
        replaced.opened,
        replaced.kept,
        replaced.resolved,
        replaced.suspected,
        judged_again,
        sum(not morning.duties[site.id].codes for site in sites),
    )


def judge_records(database: Database, known: Known, progress: Progress | None = None) -> int:
    """Judge every published procedure whose record, procedure or law changed since it was last judged; how many.

    Read and worked out without a lock, written in batches: stopped anywhere it goes on. What changes meanwhile is left
    for the next check.
    """
    judged = 0
    with database.read() as connection:
        stage, begun = stage_of(connection, known), changes.last(connection)
        todo = record_checks.stale(connection, stage)
    for start in range(0, len(todo), BATCH):
        stale = {one.record_id: one for one in todo[start : start + BATCH]}
        with database.read() as connection:
            records = by_id(connection, stale)
            changed = record_checks.to_unify(connection, begun)  # read after the records, before their procedures
            codes = {one.code for one in stale.values() if one.code}
            found = procedures.by_key(connection, codes, of_records=stale.keys())
            of_batch = Known(found, known.law, known.today, known.has_register, known.places)
            ready = (record for record in records.values() if not stale[record.id].waits_for(changed))
            done = [comparison.judge(of_batch, record, stale[record.id]) for record in ready]
        with database.write() as connection:
            judged += record_checks.write(connection, done, stage)
        if progress:
            progress("compare", min(start + BATCH, len(todo)), len(todo))
    return judged


def stage_of(connection: Connection, known: Known) -> str:
    """What records are judged by beside their procedure: the dated data, the judge and the version that unified."""
    return f"{known.stage()}.{changes.mark(connection, 'version:unify')}"


def _gather(connection: Connection, province: Province, around: Around, known: Known) -> _Morning:
    today = around.today
    evidence = gather(connection, province, around.law, today)
    dead: dict[str, Dead] = {url: one for of in evidence.values() for url, one in of.dead.items()}
    of_site = publication.by_site(
        (
            *record_checks.findings_of_live(connection),
            *publication.duplicates(connection),
            *publication.rows_without_content(connection, known, province, around.now),
            *publication.forms(connection, dead),
            *links.broken(connection, around.law, today, evidence),
            *claims.claimed(connection, around.law, today),
            *signing.findings_of_signatures(connection, province),
        )
    )
    quiet = quiet_times(province.thresholds)
    return _Morning(around, known, evidence, of_site, duties(connection, province, today), quiet)


def _one(connection: Connection, morning: _Morning, site: Site) -> tuple[list[Judged], list[Finding]]:
    """Verdicts and findings of a site; the rules on which its visit is evidence go to `morning.checked`."""
    around, known, evidence = morning.around, morning.known, morning.evidence[site.id]
    hours = timedelta(hours=around.settings.number("verdict_hours"))
    of_visit = [*conditions.of_visit(site, evidence), *unwatched(site, evidence, around.now, hours)]
    rules = ["unwatched"]
    if evidence.visit is not None:
        rules += [rule for rule in RULES if rule.startswith("outcome.")]
    reason = unverifiable(around, evidence)
    of_pages = [] if reason else [*conditions.of_pages(site, evidence), *conditions.of_loss(site, evidence)]
    if not reason:
        rules += conditions.RULES
        reason = next((_BLINDING[item.rule] for item in of_pages if item.rule in _BLINDING), "")
    if reason:
        morning.checked += [(site.id, rule) for rule in rules]
        return blind(around, site, evidence, reason), [*of_visit, *of_pages]
    of_procedures = list(morning.of_site.get(site.id, []))
    if known.has_register:
        of_procedures += publication.missing(connection, known, site, evidence, morning.duties[site.id])
    if not known.has_register:
        needing = comparison.NEEDS_REGISTER | publication.NEEDS_REGISTER
        of_procedures = [item for item in of_procedures if item.rule not in needing]
    doubted = around.decisions.false_alarms
    about = [i for i in of_procedures if RULES[i.rule].scope == "procedure" and i.identity not in doubted]
    judged, of_sections = judge_site(
        around, site, evidence, OfProcedures(about, known.has_register, len(morning.duties[site.id].codes))
    )
    rules += _evident(known, evidence)
    morning.checked += [(site.id, rule) for rule in rules]
    return judged, [*of_visit, *of_pages, *of_procedures, *of_sections]


def _evident(known: Known, evidence: SiteEvidence) -> Iterable[str]:
    """The rules about pages and sections that this visit says something about, one way or the other."""
    if evidence.outcome is Outcome.PARTIAL:
        return
    of_records = comparison.RULES | publication.RULES | links.RULES | claims.RULES | signing.RULES
    lacking = frozenset[str]() if known.has_register else comparison.NEEDS_REGISTER | publication.NEEDS_REGISTER
    yield from of_records - lacking
    if not any(section.doubtful for section in evidence.sections.values()):
        yield from SECTION_RULES


def _hushed(morning: _Morning, rule: str, site_id: str) -> bool:
    return any(quiet.covers(rule, site_id, morning.around.now) for quiet in morning.quiet)
