"""When a page is asked for again, and when it counts as gone: pure rules over its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.settings import Settings
from crawler.months import list_of
from crawler.sections_of_links import PAGE_NUMBER
from store.pages import Page

SHORTEST_HOURS = 1.0
"""No page is asked for more often by schedule, however often it changes."""

GROWTH, SHRINKING = 1.5, 0.5
"""A page's interval after a check without and with a change (adaptive revisiting; StormCrawler doubles and halves)."""

SLACK = 0.9
"""Share of the interval after which a page is due: a daily run that begins a minute early still finds its pages due."""

FIRST_RETRY_HOURS, LONGEST_RETRY_HOURS = 1.0, 24.0
"""Back-off of a page that fails: doubled from failure to failure between these."""

ABSENCE_RETRY_HOURS = 20.0
"""Until an absent page is looked at again: daily runs gather the signs that a tombstone needs."""

RECENT = timedelta(days=90)
"""Late publication is normal: lists that show an item of the last 90 days are looked at as often as first pages."""

FIRST_LISTS_HOURS = 1.0
"""The first page of every list of procedures: what citizens file by is known within the hour."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The settings that bound intervals and absences."""

    recheck_hours: float
    longest_hours: float
    absences: int
    absence_span: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Bounds:
        """From the settings table."""
        return cls(
            settings.number("recheck_hours"),
            settings.number("max_interval_days") * 24,
            settings.whole("absences_to_gone"),
            timedelta(days=settings.number("absence_days")),
        )


@dataclass(frozen=True, slots=True)
class Role:
    """What decides how long a page may be left alone. `newest_item`: newest date that a list shows, if any."""

    url: str
    kind: str
    section: str = ""
    newest_item: date | None = None


def next_interval(hours: float, role: Role, bounds: Bounds, today: date, *, changed: bool) -> float:
    """The interval after a good check: shorter after a change, longer after none, within what its role allows."""
    return min(longest_hours(role, bounds, today), max(SHORTEST_HOURS, hours * (SHRINKING if changed else GROWTH)))


def longest_hours(role: Role, bounds: Bounds, today: date) -> float:
    """Hours for which a page of this role may be left alone at most."""
    if role.kind == "home":
        return bounds.recheck_hours
    if role.kind != "list":
        return bounds.longest_hours
    if not _is_later_page(role.url):
        return min(FIRST_LISTS_HOURS, bounds.recheck_hours) if role.section == "procedures" else bounds.recheck_hours
    recent = role.newest_item is not None and today - role.newest_item <= RECENT
    return bounds.recheck_hours if recent else bounds.longest_hours


def _is_later_page(url: str) -> bool:
    """Whether an address is that of a list past its first page; one month of a list is such a page too."""
    return bool(list_of(url)) or any(int(page["number"]) > 1 for page in PAGE_NUMBER.finditer(url))


def due_after(now: datetime, hours: float) -> datetime:
    """The moment a page with this interval is due again."""
    return now + timedelta(hours=hours * SLACK)


def due_after_failure(now: datetime, failures: int) -> datetime:
    """The moment a page that failed so many times in a row is tried again."""
    return now + timedelta(hours=min(LONGEST_RETRY_HOURS, FIRST_RETRY_HOURS * 2 ** min(failures - 1, 10)))


def due_after_absence(now: datetime) -> datetime:
    """The moment an absent page is looked at again."""
    return now + timedelta(hours=ABSENCE_RETRY_HOURS)


def is_gone(page: Page, now: datetime, bounds: Bounds) -> bool:
    """Whether one more positive absence makes the page gone: often enough, over enough days."""
    since = page.absent_since or now
    return page.absences + 1 >= bounds.absences and now - since >= bounds.absence_span
