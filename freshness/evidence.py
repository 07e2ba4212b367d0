"""What the store proves about one site: its last visit, its sections with their dates, what pages said of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Connection, Row, String, and_, case, cast, func, null, or_, select, type_coerce

from core.clock import local_date
from core.sites import Province
from core.states import Outcome
from freshness.rules import LawBook
from store.tables import pages, records, visits
from vietnamese.syllables import fold_text

DAYS_AHEAD = 1
"""A stated date may be a day ahead (clocks, time zones); what is further ahead is no date."""

EARLIER_DAYS = 10
"""Days before the last visit whose visits it is compared with. Lists are due hourly, so that ten visits may be ten hours."""

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
class Item:
    """Something dated in a section. `day` is the stated day, never later than the day it was first seen."""

    day: date
    title: str
    url: str
    issued_on: date | None = None
    posted: date | None = None  # proven day of posting: stated, or first seen after an earlier visit
    issuer: str = ""
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a citizen with the stated days; `answered_on` None: the page shows it and no answer."""

    title: str
    url: str
    asked_on: date
    answered_on: date | None = None
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """An address that answers no more: how, since when it was looked at, and its last capture."""

    site_id: str
    outcome: str
    capture_id: int | None = None
    since: datetime | None = None  # the first of the signs of absence in a row


@dataclass(slots=True)
class SectionEvidence:
    """A section of a site as the pages show it."""

    shown: bool = False  # its own page, one click from home, was good at its last check
    doubtful: bool = False  # its own page is known, but failed or was not asked: neither there nor absent
    pages: int = 0
    items: list[Item] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    dated: int = 0  # records that state a date
    undated: int = 0  # records that state none, and whose row in a list states none either
    undated_rows: set[str] = field(default_factory=set)  # addresses of list rows without a date
    dated_rows: set[str] = field(default_factory=set)  # and with one
    url: str = ""
    capture_id: int | None = None  # of its own page

    @property
    def newest(self) -> Item | None:
        """The newest dated item."""
        return max(self.items, key=lambda item: item.day, default=None)


@dataclass(slots=True)
class SiteEvidence:
    """All that is known of a site. `visit` is its last ended visit, None when it was never visited."""

    site_id: str
    visit: Row[Any] | None = None
    earlier: list[Row[Any]] = field(default_factory=list)
    sections: dict[str, SectionEvidence] = field(default_factory=dict)
    noted: dict[str, list[tuple[str, int | None]]] = field(default_factory=dict)  # note → (address, capture) of pages
    dead: dict[str, Dead] = field(default_factory=dict)  # by address
    pages: int = 0
    lost: int = 0  # pages that answered before and were absent when the last visit asked for them
    absent_sections: set[str] = field(default_factory=set)  # whose page, one click from home, is not there
    home_capture: int | None = None
    family: str = ""  # the reader most of its pages were read by

    @property
    def outcome(self) -> Outcome:
        """How the last visit ended."""
        return Outcome(self.visit.outcome) if self.visit is not None and self.visit.outcome else Outcome.NEVER

    @property
    def is_verifiable(self) -> bool:
        """Whether the last visit saw the site itself."""
        return self.outcome in (Outcome.OK, Outcome.UNCHANGED, Outcome.PARTIAL)

    def section(self, name: str) -> SectionEvidence:
        """The evidence of a section, empty when nothing is known."""
        return self.sections.setdefault(name, SectionEvidence())


_ABSENT = (Outcome.GONE.value, Outcome.HTTP_4XX.value, Outcome.SOFT_404.value)
_GOOD = (Outcome.OK.value, Outcome.UNCHANGED.value)


def gather(connection: Connection, province: Province, law: LawBook, today: date) -> dict[str, SiteEvidence]:
    """The evidence of every site of the day, in a handful of statements."""
    found = {site.id: SiteEvidence(site.id) for site in province.sites_on(today)}
    _visits(connection, found)
    first_visit = dict(_first_visits(connection))
    _pages(connection, found)
    _records(connection, found, first_visit, (law, today))
    return found


def _visits(connection: Connection, found: Mapping[str, SiteEvidence]) -> None:
    ended = and_(visits.c.ended_at.is_not(None), visits.c.outcome != Outcome.INTERRUPTED.value)
    last = select(visits.c.site_id, func.max(visits.c.started_at)).where(ended).group_by(visits.c.site_id)
    for site_id, at in connection.execute(last).all():
        if site_id not in found:
            continue
        of_site = select(visits).where(ended, visits.c.site_id == site_id)
        of_site = of_site.where(visits.c.started_at > at - timedelta(days=EARLIER_DAYS + 1))
        rows = connection.execute(of_site.order_by(visits.c.started_at.desc(), visits.c.id.desc())).all()
        found[site_id].visit, found[site_id].earlier = rows[0], _one_a_day(rows[0], rows[1:])


def _one_a_day(last: Row[Any], rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Of each day the newest visit, and the newest that read procedures or met traps: an hourly look at lists does neither."""
    oldest = local_date(last.started_at) - timedelta(days=EARLIER_DAYS)
    kept: dict[tuple[object, ...], Row[Any]] = {}
    for row in rows:
        day = local_date(row.started_at)
        if day < oldest:
            continue
        traps = bool(row.counters.get("traps"))
        if (day,) not in kept or ((row.coverage or traps) and (day, bool(row.coverage), traps) not in kept):
            kept.setdefault((day,), row)
            kept[day, bool(row.coverage), traps] = row
    return list({row.id: row for row in kept.values()}.values())


def _first_visits(connection: Connection) -> Iterable[tuple[str, datetime]]:
    query = select(visits.c.site_id, func.min(visits.c.started_at)).group_by(visits.c.site_id)
    return ((row[0], row[1]) for row in connection.execute(query))


def _pages(connection: Connection, found: Mapping[str, SiteEvidence]) -> None:
    _counts(connection, found)
    _absent(connection, found)
    _section_pages(connection, found)
    _lists(connection, found)
    noted = select(pages.c.site_id, pages.c.url, pages.c.notes, pages.c.capture_id)
    noted = noted.where(pages.c.outcome.in_(_GOOD), cast(pages.c.notes, String) != "[]", pages.c.gone_at.is_(None))
    for row in connection.execute(noted.order_by(pages.c.id)):
        for note in row.notes if row.site_id in found else ():
            found[row.site_id].noted.setdefault(note.partition(":")[0], []).append((row.url, row.capture_id))


def _counts(connection: Connection, found: Mapping[str, SiteEvidence]) -> None:
    good = and_(pages.c.outcome.in_(_GOOD), pages.c.gone_at.is_(None))
    counted = select(pages.c.site_id, pages.c.section, func.count().label("all"), func.sum(case((good, 1), else_=0)).label("good"))  # fmt: skip
    for row in connection.execute(counted.group_by(pages.c.site_id, pages.c.section)):
        if row.site_id in found:
            found[row.site_id].pages += row.all
            if row.section and row.good:
                found[row.site_id].section(row.section).pages = row.good
    readers = select(pages.c.site_id, pages.c.reader, func.count().label("n")).where(pages.c.reader.not_in(("", "documents")))  # fmt: skip
    for row in connection.execute(readers.group_by(pages.c.site_id, pages.c.reader).order_by("n")):
        if row.site_id in found:
            found[row.site_id].family = row.reader
    home = select(pages.c.site_id, pages.c.capture_id).where(pages.c.depth == 0)
    for row in connection.execute(home):
        if row.site_id in found:
            found[row.site_id].home_capture = row.capture_id


def _absent(connection: Connection, found: Mapping[str, SiteEvidence]) -> None:
    columns = (
        pages.c.site_id,
        pages.c.url,
        pages.c.outcome,
        pages.c.capture_id,
        pages.c.visit_id,
    )
    more = (pages.c.gone_at, pages.c.section, pages.c.depth, pages.c.absent_since, pages.c.last_good)
    query = select(*columns, *more).where(or_(pages.c.outcome.in_(_ABSENT), pages.c.gone_at.is_not(None)))
    for row in connection.execute(query):
        site = found.get(row.site_id)
        if site is None:
            continue
        if row.section and row.depth <= 1:
            site.absent_sections.add(row.section)
        site.dead[row.url] = Dead(row.site_id, row.outcome, row.capture_id, row.absent_since or row.gone_at)
        was_there = row.last_good is not None and row.gone_at is None
        if was_there and site.visit is not None and row.visit_id == site.visit.id:
            site.lost += 1


def _section_pages(connection: Connection, found: Mapping[str, SiteEvidence]) -> None:
    """The pages one click from home: a section is shown, doubtful (its page failed), or not there."""
    query = select(pages.c.site_id, pages.c.section, pages.c.url, pages.c.outcome, pages.c.capture_id)
    query = query.where(pages.c.section != "", pages.c.depth <= 1, pages.c.gone_at.is_(None))
    for row in connection.execute(query.where(pages.c.outcome.not_in(_ABSENT)).order_by(pages.c.id)):
        site = found.get(row.site_id)
        if site is None:
            continue
        section = site.section(row.section)
        if row.outcome not in _GOOD:
            section.doubtful = True
            continue
        section.shown = True
        if not section.url:
            section.url, section.capture_id = row.url, row.capture_id


def _lists(connection: Connection, found: Mapping[str, SiteEvidence]) -> None:
    query = select(pages.c.site_id, pages.c.section, pages.c["items"])
    query = query.where(pages.c.kind == "list", pages.c.section != "", pages.c.outcome.in_(_GOOD))
    for row in connection.execute(query.where(pages.c.gone_at.is_(None), cast(pages.c["items"], String) != "[]")):
        if row.site_id in found:
            section = found[row.site_id].section(row.section)
            for item in row.items:
                rows = section.dated_rows if item.get("published") else section.undated_rows
                rows.add(item.get("url") or item.get("title", ""))


def _records(
    connection: Connection,
    found: Mapping[str, SiteEvidence],
    first_visit: Mapping[str, datetime],
    judged_by: tuple[LawBook, date],
) -> None:
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
    pulled, again = _syndicated(connection), _republished(connection)
    for row in connection.execute(query):
        site = found.get(row.site_id)
        if site is None or row.fields_digest in pulled or row.id in again:
            continue
        content_of = row.content or {}
        section = site.section(row.section)
        if (question := _question(row, content_of)) is not None:
            section.questions.append(question)
        seen = local_date(row.first_seen)
        stated = local_date(row.published) if row.published else None
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


def _republished(connection: Connection) -> set[int]:
    """Records that are an older one of the same section again, word for word, under a new address or date."""
    same = (records.c.site_id, records.c.section, records.c.title)
    articles = and_(records.c.kind == "article", records.c.section != "", records.c.withdrawn_at.is_(None))
    groups = select(*same).where(articles).group_by(*same).having(func.count() > 1).subquery()
    joined = and_(*(column == groups.c[column.name] for column in same))
    query = select(records.c.id, *same, records.c.content, records.c.first_seen).join(groups, joined).where(articles)
    oldest: dict[tuple[str, ...], int] = {}
    again: set[int] = set()
    for row in connection.execute(query.order_by(records.c.first_seen, records.c.id)):
        body = str(row.content.get("body", ""))
        key = (row.site_id, row.section, row.title, row.content.get("summary", ""), body)
        if len(body) >= SAME_TEXT_LEAST and oldest.setdefault(key, row.id) != row.id:
            again.add(row.id)
    return again
