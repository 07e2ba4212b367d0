"""Questions of citizens (Hỏi – đáp): answered after the deadline that the law of their day set, or past it and not yet."""

from __future__ import annotations

from datetime import timedelta

from core.clock import written_day
from core.sections import section_name
from core.sites import Site
from freshness.around import Around
from freshness.evidence import Question, SectionEvidence
from freshness.rules import Rule
from store.findings import Finding

RULE = "late_answer"

WINDOW = timedelta(days=60)
"""Only answers given within so many days are judged: what was late years ago helps no editor. An open question never ages."""

MOST_SHOWN = 20

Late = tuple[Question, Rule, int]
"""A question, the rule that bound on the day it was asked, and the working days it took or has been waiting."""


def late_answers(around: Around, site: Site, section: SectionEvidence, name: str) -> list[Finding]:
    """One finding per section (NĐ 43/2011 Đ17 k1 đ: 15 working days from the day of the question); day 15 is in time."""
    late = [found for question in section.questions if (found := _late(around, site, question, name)) is not None]
    if not late:
        return []
    late.sort(key=lambda entry: (entry[0].answered_on is not None, -entry[2]))
    open_ones = sum(1 for question, _, _ in late if question.answered_on is None)
    worst, rule, days = max(late, key=lambda entry: entry[2])
    told = f"trả lời {written_day(worst.answered_on)}" if worst.answered_on else "đến nay chưa trả lời"
    waiting = f"{open_ones} câu chưa trả lời" if open_ones else "nay đã trả lời hết"
    message = (
        f"{len(late)} câu hỏi của “{section_name(name)}” quá hạn trả lời ({waiting}). “{worst.title}” hỏi "
        f"{written_day(worst.asked_on)}, {told}: {days} ngày làm việc, hạn là {rule.max_age}."
        f"{' Trả lời các câu còn lại.' if open_ones else ''}"
    )
    evidence = {
        "rule": rule.id,
        "late": len(late),
        "open": open_ones,
        "questions": [_shown(one) for one in late][:MOST_SHOWN],
    }
    return [
        Finding(RULE, site.id, message, section=name, law=rule.article, capture_id=worst.capture_id, evidence=evidence)
    ]


def _late(around: Around, site: Site, question: Question, name: str) -> Late | None:
    rule = around.law.answer_limit(name, site.kind_on(question.asked_on), question.asked_on)
    if rule is None or rule.max_age is None:
        return None
    if question.answered_on is not None and around.today - question.answered_on > WINDOW:
        return None
    days = around.calendar.working_days(question.asked_on, question.answered_on or around.today)
    return (question, rule, days) if days > rule.max_age else None


def _shown(entry: Late) -> dict[str, object]:
    question, _, days = entry
    shown: dict[str, object] = {"url": question.url, "question": question.title, "asked": question.asked_on.isoformat()}
    if question.answered_on is not None:
        shown["answered"] = question.answered_on.isoformat()
    return shown | {"working_days": days}
