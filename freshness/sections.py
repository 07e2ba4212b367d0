"""Verdicts of sections and sites: unknown first, then silence by house thresholds, and posting lag by law."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from core.clock import written_day
from core.finding_rules import RULES
from core.sections import section_name
from core.sites import Site
from core.states import Verdict
from freshness.around import Around
from freshness.evidence import Item, SectionEvidence, SiteEvidence
from freshness.questions import late_answers
from freshness.rules import Rule, Silence
from freshness.wording import REASONS, dated
from store.findings import Finding
from store.verdicts import Judged
from vietnamese.syllables import fold_text

LAG_WINDOW = timedelta(days=60)
"""Only documents posted within so many days are judged for their lag: what was late years ago helps no editor."""

UNDATED_SHARE = 0.8
UNDATED_LEAST = 3
"""A section counts as undated when of at least 3 items four fifths show no date: one forgotten date is no finding."""

PROCEDURES = "procedures"

NO_LIST = "Chưa có danh sách thủ tục đơn vị phải công khai, nên chưa biết có thiếu thủ tục nào không."
_ORDER = (Verdict.OVERDUE, Verdict.DUE, Verdict.UNKNOWN, Verdict.FRESH)


def blind(around: Around, site: Site, evidence: SiteEvidence, reason: str) -> list[Judged]:
    """The verdicts of a site about which nothing can be said, with the reason: grey, whatever it was before."""
    names = ("", *around.law.required_sections(site.kind_on(around.today), around.today))
    return [Judged(site.id, Verdict.UNKNOWN, "house.unverifiable", reason, name) for name in names]


@dataclass(frozen=True, slots=True)
class OfProcedures:
    """What is known of a site's procedures beside its pages. `must_publish` 0: no list, so nobody knows what is missing."""

    found: list[Finding]
    has_register: bool
    must_publish: int = 0


def judge_site(
    around: Around, site: Site, evidence: SiteEvidence, of_procedures: OfProcedures
) -> tuple[list[Judged], list[Finding]]:
    """The verdicts of a site and its sections, and the findings about its sections. Never green without evidence."""
    kind = site.kind_on(around.today)
    required = around.law.required_sections(kind, around.today)
    judged: list[Judged] = []
    findings: list[Finding] = []
    names = dict.fromkeys(
        (*required, *(n for n, s in evidence.sections.items() if n in around.law.silence and s.shown))
    )
    for name in names:
        rule = required.get(name)
        if name == PROCEDURES and evidence.section(name).pages:
            judged.append(_procedures(site.id, rule, of_procedures))
            continue
        verdict, raised = _section(around, site, evidence, name, rule)
        judged.append(verdict)
        findings += raised
    return [_whole(site.id, judged), *judged], findings


def unverifiable(around: Around, evidence: SiteEvidence) -> str:
    """Why nothing can be said about a site, or ""."""
    if evidence.visit is None:
        return "Chưa có lượt kiểm tra nào."
    if not evidence.is_verifiable:
        rule = RULES.get(f"outcome.{evidence.outcome.value}")
        what = rule.title if rule else REASONS.get(evidence.outcome, "Lượt kiểm tra gần nhất không hoàn tất")
        return f"{what} (lượt kiểm tra ngày {dated(evidence.visit.started_at)})."
    hours = around.settings.number("verdict_hours")
    if around.now - evidence.visit.ended_at > timedelta(hours=hours):
        return f"Đã quá {hours:.0f} giờ chưa kiểm tra lại (lần cuối {dated(evidence.visit.started_at)})."
    return ""


def _section(
    around: Around, site: Site, evidence: SiteEvidence, name: str, rule: Rule | None
) -> tuple[Judged, list[Finding]]:
    section = evidence.section(name)
    label = section_name(name)
    rule_id = rule.id if rule else f"house.silence.{name}"
    if not section.shown and section.doubtful:
        reason = f"Trang của chuyên mục “{label}” không tải được ở lượt kiểm tra gần nhất."
        return Judged(site.id, Verdict.UNKNOWN, rule_id, reason, name), []
    if not section.shown:
        article = rule.article if rule else ""
        verdict = Judged(site.id, Verdict.UNKNOWN, rule_id, f"Chưa tìm thấy chuyên mục “{label}”.", name)
        if rule is None:
            return verdict, []
        message = f"Trang không có chuyên mục “{label}” mà {article} yêu cầu. Bổ sung chuyên mục vào thực đơn chính."
        proof = {"section": label, "pages": evidence.pages}
        finding = Finding(
            "section_missing",
            site.id,
            message,
            section=name,
            law=article,
            capture_id=evidence.home_capture,
            evidence=proof,
        )
        return verdict, [finding]
    late = [*_late(around, site, section, name), *late_answers(around, site, section, name)]
    if _is_undated(section):
        reason = f"Các mục của “{label}” không ghi ngày đăng nên không đo được."
        finding = Finding(
            "undated",
            site.id,
            f"{undated_of(section)} mục của “{label}” không ghi ngày đăng. Ghi ngày đăng ở mỗi bài để người đọc biết tin cũ hay mới.",
            section=name,
            evidence={"url": section.url, "undated": undated_of(section)},
            law=rule.article if rule else "",
            capture_id=section.capture_id,
        )
        return Judged(site.id, Verdict.UNKNOWN, "house.undated", reason, name), [*late, finding]
    verdict, silent = _silence(around, site, section, name, rule)
    standing = [item for item in late if item.identity not in around.decisions.false_alarms]
    if standing and verdict.verdict in (Verdict.FRESH, Verdict.UNKNOWN):
        newest = verdict.newest_item
        what = (
            "câu hỏi quá hạn trả lời" if standing[0].rule == "late_answer" else "văn bản đăng chậm so với hạn luật định"
        )
        cause = standing[0].evidence
        verdict = Judged(site.id, Verdict.DUE, cause["rule"], f"“{label}” có {what}.", name, newest, cause)
    return verdict, [*late, *silent]


def undated_of(section: SectionEvidence) -> int:
    """Items without a date: records, and rows of lists that no dated record stands behind."""
    return section.undated + len(section.undated_rows)


def _is_undated(section: SectionEvidence) -> bool:
    undated = undated_of(section)
    return undated >= UNDATED_LEAST and undated >= UNDATED_SHARE * (undated + section.dated)


def _silence(
    around: Around, site: Site, section: SectionEvidence, name: str, rule: Rule | None
) -> tuple[Judged, list[Finding]]:
    label, newest = section_name(name), section.newest
    limits = around.law.silence_of(name, site.kind_on(around.today), around.today)
    rule_id = rule.id if rule else f"house.silence.{name}"
    if limits is None:
        reason = f"Có chuyên mục “{label}”."
        return Judged(site.id, Verdict.FRESH, rule_id, reason, name, evidence={"url": section.url}), []
    if newest is None:
        reason = f"Chưa đọc được mục nào có ngày trong “{label}”."
        return Judged(site.id, Verdict.UNKNOWN, limits.rule, reason, name, evidence={"url": section.url}), []
    review = around.decisions.reviews.get((site.id, name))
    reviewed = review is not None and review.day >= newest.day
    days = around.calendar.working_days(review.day if review and reviewed else newest.day, around.today)
    verdict = _by_limits(days, limits)
    said = f", {review.by} rà soát ngày {written_day(review.day)} thấy vẫn đúng" if review and reviewed else ""
    reason = f"Mục mới nhất của “{label}” ngày {written_day(newest.day)}{said}, cách {days} ngày làm việc (ngưỡng nội bộ, {limits.basis})."
    proof = {"url": newest.url, "title": newest.title, "newest": newest.day.isoformat(), "working_days": days}
    if review and reviewed:
        proof |= {"reviewed_by": review.by, "reviewed_on": review.day.isoformat()}
    judged = Judged(site.id, verdict, limits.rule, reason, name, newest.day, proof)
    if verdict is Verdict.FRESH:
        return judged, []
    message = f"{reason} Ngưỡng nhắc là {limits.warn}, ngưỡng chậm là {limits.overdue} ngày làm việc. Đăng tin mới hoặc xác nhận vẫn đúng."
    proof |= {"warn": limits.warn, "overdue": limits.overdue}
    silent = Finding(
        "silence", site.id, message, section=name, law=limits.basis, capture_id=section.capture_id, evidence=proof
    )
    doubt = around.decisions.false_alarms.get(silent.identity)
    if doubt is not None:
        reason = f"{reason} {doubt.by} xác nhận báo nhầm ngày {written_day(doubt.day)}: {doubt.text}"
        judged = Judged(site.id, Verdict.FRESH, "house.false_alarm", reason, name, newest.day, proof)
    return judged, [silent]


def _by_limits(days: int, limits: Silence) -> Verdict:
    if days > limits.overdue:
        return Verdict.OVERDUE
    return Verdict.DUE if days > limits.warn else Verdict.FRESH


def _late(around: Around, site: Site, section: SectionEvidence, name: str) -> list[Finding]:
    """One finding per section: every document posted later than the law of its own day allowed."""
    late: list[tuple[Item, Rule, int, str]] = []
    for item in section.items:
        if item.issued_on is None or item.posted is None or around.today - item.posted > LAG_WINDOW:
            continue
        own = _is_own(item.issuer, site.owner_on(item.issued_on))
        rule = around.law.posting_limit(name, site.kind_on(item.issued_on), item.issued_on, own=own)
        lag = around.calendar.working_days(item.issued_on, item.posted)
        if rule is not None and rule.max_age is not None and lag > rule.max_age:
            told = f"ban hành {written_day(item.issued_on)}, đăng {written_day(item.posted)}"
            late.append((item, rule, lag, told))
    if not late:
        return []
    worst, rule, lag, told = max(late, key=lambda entry: entry[2])
    message = (
        f"{len(late)} văn bản của “{section_name(name)}” đăng chậm. “{worst.title}” {told}: {lag} ngày làm việc, "
        f"hạn là {rule.max_age}."
    )
    documents = [
        {
            "url": item.url,
            "title": item.title,
            "issued": str(item.issued_on),
            "posted": str(item.posted),
            "working_days": days,
        }
        for item, _, days, _ in late
    ]
    evidence = {"rule": rule.id, "documents": documents}
    return [
        Finding(
            "late_posting",
            site.id,
            message,
            section=name,
            law=rule.article,
            capture_id=worst.capture_id,
            evidence=evidence,
        )
    ]


def _is_own(issuer: str, owner: str) -> bool:
    """Whether a document was issued by the site's owner; without an issuer on the page it is the site's own section."""
    ours, theirs = fold_text(owner), fold_text(issuer)
    return not theirs or theirs in ours or ours in theirs


def _procedures(site_id: str, rule: Rule | None, of: OfProcedures) -> Judged:
    rule_id = rule.id if rule else "tthc.thong_nhat"
    if not of.has_register:
        return Judged(site_id, Verdict.UNKNOWN, rule_id, "Chưa có danh mục quốc gia để so sánh.", PROCEDURES)
    listed = {"must_publish": of.must_publish} if of.must_publish else {"no_list": True}
    blind_spot = "" if of.must_publish else f" {NO_LIST}"
    if not of.found:
        reason = f"Các thủ tục khớp với danh mục quốc gia.{blind_spot}"
        return Judged(site_id, Verdict.FRESH, rule_id, reason, PROCEDURES, evidence=listed)
    reason = f"{len(of.found)} điểm trong phần thủ tục cần sửa.{blind_spot}"
    evidence = {"codes": sorted({item.code for item in of.found if item.code})[:20], **listed}
    return Judged(site_id, Verdict.DUE, rule_id, reason, PROCEDURES, evidence=evidence)


def _whole(site_id: str, sections: Iterable[Judged]) -> Judged:
    """The worst section decides; a section that cannot be judged keeps the site from being green."""
    judged = list(sections)
    if not judged:
        return Judged(site_id, Verdict.UNKNOWN, "house.no_section", "Chưa nhận ra chuyên mục nào.")
    worst = min(judged, key=lambda item: _ORDER.index(item.verdict))
    newest = max((item.newest_item for item in judged if item.newest_item), default=None)
    all_good = worst.verdict is Verdict.FRESH
    reason = f"{len(judged)} chuyên mục đều cập nhật tốt." if all_good else worst.reason
    return Judged(site_id, worst.verdict, worst.rule, reason, newest_item=newest, evidence=worst.evidence)
