"""How gently a server is asked: the strictest of its sites, office hours, windows and robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import parsedate_to_datetime

from protego import Protego

from core.clock import VIETNAM
from core.sites import Politeness

OFFICE_HOURS = (time(7, 30), time(17))
"""The hours in which the sites serve citizens and their own staff: half the pace then."""

LONGEST_CRAWL_DELAY = 60.0
"""A longer Crawl-delay is kept at this, else a site of 500 pages would take a day; it is reported."""

LARGEST_ROBOTS = 500 * 1024
"""RFC 9309 §2.5: at least 500 KiB must be read."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between requests to one server, and requests at once."""

    delay: float
    concurrency: int


def strictest(rules: Iterable[Politeness], now: datetime) -> Pace:
    """The pace for a server from those of its sites; halved in office hours in Vietnam on working days."""
    items = list(rules)
    delay = max(rule.delay for rule in items)
    local = now.astimezone(VIETNAM)
    if local.weekday() < 5 and OFFICE_HOURS[0] <= local.time() < OFFICE_HOURS[1]:
        delay *= 2
    return Pace(delay, max(1, min(rule.concurrency for rule in items)))


def window_opens(window: str, now: datetime) -> datetime | None:
    """None when crawling is allowed now; else when the window `HH:MM-HH:MM` (Vietnam time) opens."""
    if not window:
        return None
    begin, end = (time.fromisoformat(part) for part in window.split("-"))
    local = now.astimezone(VIETNAM)
    inside = begin <= local.time() < end if begin <= end else not (end <= local.time() < begin)
    if inside:
        return None
    opening = local.replace(hour=begin.hour, minute=begin.minute, second=0, microsecond=0)
    return opening if opening > local else opening + timedelta(days=1)


class Robots:
    """The rules of one site's robots.txt for our user agent; `Robots("")` allows everything."""

    def __init__(self, text: str, agent: str = "tracuu") -> None:
        self._rules = Protego.parse(text[:LARGEST_ROBOTS])
        self._agent = agent
        asked = self._rules.crawl_delay(agent)
        self.asked_delay = float(asked) if asked else 0.0
        self.delay = min(self.asked_delay, LONGEST_CRAWL_DELAY)

    def allows(self, url: str) -> bool:
        """Whether this URL may be asked for."""
        return bool(self._rules.can_fetch(url, self._agent))


def retry_after(header: str, now: datetime) -> timedelta | None:
    """The pause a server asks for (seconds or an HTTP date), at most a day; None when it names none."""
    text = header.strip()
    if not text:
        return None
    try:
        pause = timedelta(seconds=int(text)) if text.isdigit() else parsedate_to_datetime(text) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return max(timedelta(), min(pause, timedelta(days=1)))
