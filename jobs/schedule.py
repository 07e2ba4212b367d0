"""What is due, computed from the store: there is no queue that could be lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, case, func, select

from core.clock import local_date
from core.sites import Province, Site
from core.states import Outcome
from crawler.politeness import window_opens
from store.tables import leases, pages, visits

AGAIN = timedelta(hours=1)
"""A site of which no page is known after a visit – the name server was away, the run was killed – is visited again."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """One site as the schedule sees it. `due_pages`: the home page counts before it is known. `next_due` None: never
    visited. `held_by`: the worker that crawls its server."""

    site: Site
    server: str
    pages: int
    due_pages: int
    next_due: datetime | None
    last_outcome: str
    last_started: datetime | None
    last_ended: datetime | None
    held_by: str = ""

    @property
    def is_due(self) -> bool:
        """Whether a page of it is due and nobody is at it."""
        return not self.held_by and self.due_pages > 0


@dataclass(frozen=True, slots=True)
class Lease:
    """A server that a worker holds."""

    server: str
    worker: str
    acquired_at: datetime
    expires_at: datetime


def site_states(connection: Connection, province: Province, now: datetime) -> list[SiteState]:
    """Every site of the day that has an address, by id."""
    day = local_date(now)
    frontier = _frontier(connection, now)
    last_visits = _last_visits(connection)
    held = {lease.server: lease.worker for lease in active_leases(connection, now)}
    return [
        _state(site, frontier.get(site.id) or _unknown(site, last_visits.get(site.id), now), last_visits, held)
        for site in province.sites_on(day)
        if site.host_on(day) is not None
    ]


def due_sites(connection: Connection, province: Province, now: datetime) -> list[SiteState]:
    """The sites to crawl now, those that wait longest first; a site never crawled comes before all."""
    due = [state for state in site_states(connection, province, now) if state.is_due]
    return sorted(due, key=lambda state: (state.next_due is not None, state.next_due or now, state.site.id))


def next_moment(connection: Connection, province: Province, now: datetime) -> datetime | None:
    """When the next page is due of any site that nobody is at; None when none is known."""
    states = site_states(connection, province, now)
    known = [state.next_due for state in states if state.next_due and not state.held_by]
    return min(known, default=None)


def active_leases(connection: Connection, now: datetime) -> list[Lease]:
    """The leases that have not run out."""
    rows = connection.execute(select(leases).where(leases.c.expires_at > now).order_by(leases.c.server))
    return [Lease(row.server, row.worker, row.acquired_at, row.expires_at) for row in rows]


@dataclass(frozen=True, slots=True)
class _Frontier:
    server: str
    pages: int
    due: int
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class _Visit:
    outcome: str
    started: datetime
    ended: datetime | None


def _unknown(site: Site, visit: _Visit | None, now: datetime) -> _Frontier:
    """Of a site without a known page: its home page, unless the site's window is closed."""
    next_due = visit.started + AGAIN if visit else None
    is_due = (next_due is None or next_due <= now) and not window_opens(site.politeness.window, now)
    return _Frontier("", 0, int(is_due), next_due)


def _state(site: Site, known: _Frontier, last_visits: dict[str, _Visit], held: dict[str, str]) -> SiteState:
    visit = last_visits.get(site.id)
    return SiteState(
        site=site,
        server=known.server,
        pages=known.pages,
        due_pages=known.due,
        next_due=known.next_due,
        last_outcome=visit.outcome if visit else Outcome.NEVER.value,
        last_started=visit.started if visit else None,
        last_ended=visit.ended if visit else None,
        held_by=held.get(known.server, ""),
    )


def _frontier(connection: Connection, now: datetime) -> dict[str, _Frontier]:
    alive = pages.c.gone_at.is_(None)
    query = select(
        pages.c.site_id,
        func.max(pages.c.server).label("server"),
        func.count().label("pages"),
        func.sum(case((and_(alive, pages.c.next_due <= now), 1), else_=0)).label("due"),
        func.min(case((alive, pages.c.next_due))).label("next_due"),
    ).group_by(pages.c.site_id)
    rows = connection.execute(query)
    return {row.site_id: _Frontier(row.server, row.pages, row.due, row.next_due) for row in rows}


def _last_visits(connection: Connection) -> dict[str, _Visit]:
    newest = select(func.max(visits.c.id)).group_by(visits.c.site_id)
    rows = connection.execute(select(visits).where(visits.c.id.in_(newest)))
    return {row.site_id: _Visit(row.outcome, row.started_at, row.ended_at) for row in rows}
