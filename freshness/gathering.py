"""Gathers the evidence of every site in a handful of statements: visits and pages here, what was posted in `postings`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, String, and_, case, cast, func, or_, select

from core.clock import local_date
from core.sites import Province
from core.states import Outcome
from freshness.evidence import Dead, SiteEvidence
from freshness.postings import add_postings
from freshness.rules import LawBook
from store.tables import pages, visits

EARLIER_DAYS = 10
"""Days before the last visit whose visits it is compared with. Lists are due hourly, so that ten visits may be ten hours."""

_ABSENT = (Outcome.GONE.value, Outcome.HTTP_4XX.value, Outcome.SOFT_404.value)
_GOOD = (Outcome.OK.value, Outcome.UNCHANGED.value)


def gather(connection: Connection, province: Province, law: LawBook, today: date) -> dict[str, SiteEvidence]:
    """The evidence of every site of the day."""
    found = {site.id: SiteEvidence(site.id) for site in province.sites_on(today)}
    _visits(connection, found)
    _pages(connection, found)
    add_postings(connection, found, dict(_first_visits(connection)), (law, today))
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
    replaced = select(pages.c.site_id, pages.c.url, pages.c.capture_id).where(pages.c.outcome == Outcome.SPAM.value)
    for site_id, url, capture_id in connection.execute(replaced.order_by(pages.c.id)):  # not read: they have no notes
        if site_id in found:
            found[site_id].noted.setdefault(Outcome.SPAM.value, []).append((url, capture_id))


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
