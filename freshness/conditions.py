"""Findings about the state of a site itself: how the visit ended, spam, encodings, traps, a changed template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from core.finding_rules import RULES as TABLE
from core.finding_rules import TRAPS
from core.model import LOST_PROCEDURE
from core.sites import Site
from freshness.evidence import SiteEvidence
from freshness.wording import REMEDIES
from store.findings import Finding

RULES = ("spam", "wrong_charset", "tcvn3_text", "trap", "template_changed", "pages_lost")

_OF_NOTES = {"spam": "spam", "wrong_charset": "wrong_charset", "tcvn3": "tcvn3_text", "vni": "tcvn3_text"}
"""Note of a reader or guard (core.model.Reading.notes) → rule."""

_ADVICE = {
    "spam": "Gỡ nội dung bị chèn và đổi mật khẩu quản trị.",
    "wrong_charset": "Khai báo đúng UTF-8 ở máy chủ và trong trang.",
    "tcvn3_text": "Chuyển nội dung sang Unicode (TCVN 6909:2001).",
}

TRAP_LEAST = 20
"""Addresses refused on sight in one visit before an operator is told: a calendar widget with a few links is no trap."""

PROVEN_TRAPS = {"endless_paging": 1, "generated": 1, "page_cap": 1, "folder_cap": 1, "language": 2}
"""Refusals that prove a trap by themselves: several pages without content led on to more, a cap was reached, a language
prefix grew by another one."""

NO_TRAPS = ("session", "printable")
"""Refusals that cost nothing: the same page is asked for under its plain address."""

TRAP_MEMORY = timedelta(days=8)
"""Pages that lead into a trap are looked at again within a week: until then an earlier visit's proof holds."""

LOST_SHARE = 0.5
LOST_LEAST = 10
"""So many pages absent in one visit, and this share of all, is one cause and nothing about each of them."""

LOST_SECTIONS = 5
"""So many sections of which no page is left, more than are shown, are one cause too, however long ago it was."""

COVERAGE_DROP = 0.3
COVERAGE_LEAST = 3
"""A template counts as changed when procedures show this share of fields less than before; fewer procedures prove nothing."""


def of_visit(site: Site, evidence: SiteEvidence) -> list[Finding]:
    """The finding `outcome.*` of a last visit that did not see the site.

    What the crawler noted is English and technical: it is the proof, not the sentence.
    """
    rule = TABLE.get(f"outcome.{evidence.outcome.value}")
    if evidence.visit is None or rule is None:
        return []
    proof = {"outcome": evidence.outcome.value, "evidence": evidence.visit.evidence, "visit": evidence.visit.id}
    message = f"{rule.title}. {REMEDIES.get(evidence.outcome, '')}".strip()
    return [Finding(rule.id, site.id, message, capture_id=evidence.home_capture, evidence=proof)]


def of_pages(site: Site, evidence: SiteEvidence) -> list[Finding]:
    """What pages of a verifiable site say about it; one finding per cause, not per page."""
    return [*_notes(site, evidence), *_traps(site, evidence), *_template(site, evidence)]


def mostly_lost(evidence: SiteEvidence) -> bool:
    """Whether most of a site's pages were absent at once: then it is the site or its addresses that changed, not they."""
    if evidence.lost >= LOST_LEAST and evidence.lost >= LOST_SHARE * evidence.pages:
        return True
    shown = {name for name, section in evidence.sections.items() if section.shown}
    gone = evidence.absent_sections - shown
    return len(gone) >= LOST_SECTIONS and len(gone) > len(shown)


def of_loss(site: Site, evidence: SiteEvidence) -> list[Finding]:
    """The finding that most of a site's pages were absent in one visit."""
    if not mostly_lost(evidence):
        return []
    absent = len(evidence.dead)
    message = f"{absent} trong {evidence.pages} trang không còn ở địa chỉ cũ: trang có lẽ đã đổi cấu trúc địa chỉ."
    proof = {"lost": absent, "pages": evidence.pages, "sections": sorted(evidence.absent_sections)}
    return [Finding("pages_lost", site.id, message, capture_id=evidence.home_capture, evidence=proof)]


def _notes(site: Site, evidence: SiteEvidence) -> Iterator[Finding]:
    by_rule: dict[str, dict[str, int | None]] = {}
    for note, pages in evidence.noted.items():
        if note in _OF_NOTES:
            by_rule.setdefault(_OF_NOTES[note], {}).update(pages)
    for rule, captures in by_rule.items():
        urls = sorted(captures)
        message = f"{TABLE[rule].title}: {len(urls)} trang, chẳng hạn {urls[0]}. {_ADVICE[rule]}"
        proof = {"urls": urls[:20], "pages": len(urls)}
        yield Finding(rule, site.id, message, capture_id=captures[urls[0]], evidence=proof)


def _traps(site: Site, evidence: SiteEvidence) -> Iterator[Finding]:
    assert evidence.visit is not None
    refused: dict[str, int] = {}
    for visit in (evidence.visit, *evidence.earlier):
        if evidence.visit.started_at - visit.started_at > TRAP_MEMORY:
            continue
        for name, count in (visit.counters.get("traps") or {}).items():
            if name not in NO_TRAPS and int(count) >= PROVEN_TRAPS.get(name, TRAP_LEAST):
                refused[name] = max(refused.get(name, 0), int(count))
    if refused:
        kinds = ", ".join(f"{TRAPS.get(name, name)} ({count})" for name, count in sorted(refused.items()))
        message = f"Trang sinh địa chỉ vô tận: {kinds}. Phần còn lại của trang vẫn được đọc."
        yield Finding("trap", site.id, message, evidence={"traps": refused})


def _template(site: Site, evidence: SiteEvidence) -> Iterator[Finding]:
    assert evidence.visit is not None
    lost = dict(evidence.noted.get(LOST_PROCEDURE, ()))
    if len(lost) >= COVERAGE_LEAST:
        urls = sorted(lost)
        message = f"{len(urls)} trang thủ tục vẫn mở được mà không đọc ra thủ tục nữa, chẳng hạn {urls[0]}: giao diện có lẽ đã đổi."
        proof = {"urls": urls[:20], "pages": len(urls), "family": evidence.family}
        yield Finding("template_changed", site.id, message, capture_id=lost[urls[0]], evidence=proof)
        return
    # A visit that asked only for lists says nothing about templates, neither that they changed nor that they did not.
    read = [_coverage(row.coverage) for row in (evidence.visit, *evidence.earlier)]
    read = [pair for pair in read if pair[0] >= COVERAGE_LEAST]
    if len(read) < 2:
        return
    now, before = read[0], max(read[1:], key=lambda pair: pair[1])
    if now[1] < before[1] * (1 - COVERAGE_DROP):
        message = f"Đọc được {now[1] * 100:.0f} % số trường của thủ tục, trước đây {before[1] * 100:.0f} %: giao diện có lẽ đã đổi."
        evidence_of = {"now": now[1], "before": before[1], "procedures": now[0], "family": evidence.family}
        yield Finding("template_changed", site.id, message, capture_id=evidence.home_capture, evidence=evidence_of)


def _coverage(coverage: Mapping[str, Any]) -> tuple[int, float]:
    """(procedures read, mean share of fields) over the families of a visit."""
    count, shares = 0, []
    for family in coverage.values():
        count += int(family.get("procedures", 0))
        shares += [float(share) for name, share in family.items() if name != "procedures"]
    return count, sum(shares) / len(shares) if shares else 0.0
