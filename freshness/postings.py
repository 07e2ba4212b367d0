"""What was posted in the sections of the sites, and when: articles, documents and questions with the days they prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, Row, and_, case, func, null, or_, select, type_coerce

from core.clock import local_date
from freshness.evidence import Item, Question, SiteEvidence
from freshness.rules import LawBook
from store.tables import pages, records
from vietnamese.syllables import fold_text

DAYS_AHEAD = 1
"""A stated date may be a day ahead (clocks, time zones); what is further ahead is no date."""

QUESTIONS = "qna"

NOT_YET = (
    "dang cho", "cho tra loi", "chua tra loi", "chua co cau tra loi", "chua co tra loi", "dang xu ly", "dang duoc xu ly",
    "cau hoi dang",
)  # fmt: skip
"""What stands in the place of an answer that is still to come, folded."""

SYNDICATED_LEAST = 5
"""News that so many sites show word for word comes from the portal, not from any of them."""

SAME_TEXT_LEAST = 200
"""Characters of a body from which on two equal ones are one text posted again; short notices repeat in earnest."""


@dataclass(frozen=True, slots=True)
class Posting:
    """When something was posted: as its page states it, and as it was first seen."""

    published: datetime | None
    seen: datetime


def add_postings(
    connection: Connection,
    found: Mapping[str, SiteEvidence],
    first_visit: Mapping[str, datetime],
    judged_by: tuple[LawBook, date],
) -> None:
    """Add to the sections of `found` what was posted in them. `judged_by`: the law, and the day of the check."""
    law, today = judged_by
    columns = (
        records.c.id,
        records.c.site_id,
        records.c.section,
        records.c.first_seen,
        records.c.published,
        records.c.title,
        records.c.fields_digest,
    )
    # Only documents have an issue date, and only questions days of their own: the text of a hundred thousand news items
    # stays where it is.
    has_days = or_(records.c.kind == "document", records.c.section == QUESTIONS)
    content = case((has_days, records.c.content), else_=null()).label("content")
    query = select(
        *columns,
        records.c.capture_id,
        type_coerce(content, JSON(none_as_null=True)).label("content"),
        pages.c.url,
        pages.c.depth,
    )
    query = query.join(pages, pages.c.id == records.c.page_id).where(
        records.c.kind.in_(("article", "document")), records.c.withdrawn_at.is_(None), records.c.section != ""
    )
    pulled, again = _syndicated(connection), _posted_again(connection)
    for row in connection.execute(query):
        site = found.get(row.site_id)
        first = again.get(row.id, Posting(row.published, row.first_seen))
        if site is None or row.fields_digest in pulled or first is None:
            continue
        content_of = row.content or {}
        section = site.section(row.section)
        if (question := _question(row, content_of)) is not None:
            section.questions.append(question)
        seen = local_date(first.seen)
        stated = local_date(first.published) if first.published else None
        issued = content_of.get("issued_on")
        issued_on = date.fromisoformat(issued) if issued else None
        if (max(stated or today, issued_on or today) - today).days > DAYS_AHEAD:
            continue  # a date that has not come says nothing
        if stated is None and row.depth <= 1 and law.names_section(row.title, row.section):
            continue  # the section's own page: a short list without dates reads like an article, and is no item
        began = first_visit.get(row.site_id)
        later = began is not None and local_date(began) < seen
        posted = min(stated, seen) if stated else seen if later else None
        day = posted or issued_on
        if stated is None and issued_on is None and not {row.url, row.title} & section.dated_rows:
            # That it was first seen lately proves when it was posted, and not that it says so.
            section.undated += not {row.url, row.title} & section.undated_rows
        else:
            section.dated += 1
            section.undated_rows -= {row.url, row.title}
        if day is None:
            continue
        section.items.append(
            Item(day, row.title, row.url, issued_on, posted, content_of.get("issuer", ""), row.capture_id)
        )


def _question(row: Row[Any], content: Mapping[str, Any]) -> Question | None:
    """The question of a record; None when the day it was asked is unknown, or the day of an answer that is there."""
    asked = content.get("asked") or {}
    if not asked.get("asked_on"):
        return None
    answered = asked.get("answered_on")
    answer = fold_text(asked.get("answer", ""))
    if not answered and answer and not answer.startswith(NOT_YET):
        return None
    answered_on = date.fromisoformat(answered) if answered else None
    return Question(row.title, row.url, date.fromisoformat(asked["asked_on"]), answered_on, row.capture_id)


def _syndicated(connection: Connection) -> set[str]:
    """Digests of news that many sites show alike: pulled from the portal, it says nothing about any of them."""
    query = select(records.c.fields_digest).where(records.c.kind == "article", records.c.withdrawn_at.is_(None))
    query = query.group_by(records.c.fields_digest).having(func.count(records.c.site_id.distinct()) >= SYNDICATED_LEAST)
    return set(connection.scalars(query))


def _posted_again(connection: Connection) -> dict[int, Posting | None]:
    """Records that are an older one of the same section again under a new address or date.

    While another of them is shown a record says nothing: None. When the older ones are gone – the site has moved to
    another CMS – it stands for them, with the days of the first.
    """
    same = (records.c.site_id, records.c.section, records.c.title)
    posted = and_(records.c.kind.in_(("article", "document")), records.c.section != "")
    shown = func.sum(case((records.c.withdrawn_at.is_(None), 1), else_=0))
    groups = select(*same).where(posted).group_by(*same).having(func.count() > 1, shown > 0).subquery()
    joined = and_(*(column == groups.c[column.name] for column in same))
    query = select(records).join(groups, joined).where(posted)
    groups_of: dict[tuple[str, ...], list[Row[Any]]] = {}
    for row in connection.execute(query.order_by(records.c.first_seen, records.c.id)):
        if (text := _text_of(row)) is not None:
            groups_of.setdefault((row.site_id, row.section, row.title, *text), []).append(row)
    again: dict[int, Posting | None] = {}
    for rows in groups_of.values():
        first = Posting(min((row.published for row in rows if row.published), default=None), rows[0].first_seen)
        shown_now = [row.id for row in rows if row.withdrawn_at is None]
        again |= dict.fromkeys(shown_now) | dict.fromkeys(shown_now[:1], first)
    return again


def _text_of(row: Row[Any]) -> tuple[str, ...] | None:
    """What makes two records of one title the same: the number and day of a document, the whole text of an article."""
    if row.kind == "document":
        number, issued = row.content.get("number"), row.content.get("issued_on")
        return (number, issued) if number and issued else None
    body = " ".join(str(row.content.get("body", "")).split())
    return (str(row.content.get("summary", "")), body) if len(body) >= SAME_TEXT_LEAST else None
