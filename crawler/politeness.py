"""How gently a server is asked: the strictest of its sites, office hours, windows and robots.txt (RFC 9309)."""

from __future__ import annotations

import asyncio
import math
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import parsedate_to_datetime

from protego import Protego

from core.clock import VIETNAM, Clock
from core.sites import Politeness
from core.states import Outcome

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


SLOW_SECONDS = 3.0
"""A server whose answers take longer on average is in trouble, whatever it did before."""

SLOWED = 4.0
"""So many times its usual time an answer takes when the server has become slow (above `NOTICED_SECONDS`)."""

NOTICED_SECONDS = 0.5
SMOOTHING = 0.3  # weight of the newest answer in the average
LONGEST_PAUSE = 30.0
"""Seconds between requests to a server that has become slow, at most."""

FIRST_BACK_OFF = 30.0
"""Seconds of silence after a 429 that names none; doubled from one to the next."""

LONGEST_WAIT = 120.0
"""A server that asks for more is left to the next run."""


MANY_UNANSWERED = 4
"""Pages of a host in a row for which nothing came, all attempts of each: then one request asks whether it still lives."""


@dataclass(frozen=True, slots=True)
class Lost:
    """How a host was given up for the rest of a run."""

    outcome: Outcome
    why: str


class LeftAlone(Exception):
    """The server asked for a longer silence than a run waits for."""


class Pacer:
    """The turns of one server: whoever asks (a page, a retry, a redirect's hop, robots.txt) waits here.

    At most one request begins every `delay` seconds, at most `concurrency` are out at once. The delay is that of the
    strictest site by the clock (halved pace in office hours), of a host's Crawl-delay, and longer while answers are slow.
    """

    def __init__(self, rules: Sequence[Politeness], clock: Clock) -> None:
        self._rules, self._clock = list(rules), clock
        self._places = asyncio.Semaphore(strictest(self._rules, clock()).concurrency)
        self._door = asyncio.Lock()
        self._last = -math.inf  # loop time at which the last request began
        self._last_of: dict[str, float] = {}
        self._crawl_delay: dict[str, float] = {}
        self._held_until = -math.inf
        self._refusals = 0
        self._average = 0.0
        self._usual = math.inf
        self._unanswered: dict[str, int] = defaultdict(int)
        self.slowed = 0
        self.lost: dict[str, Lost] = {}
        """Hosts that are asked no more in this run."""

    @asynccontextmanager
    async def turn(self, host: str, gate: asyncio.Semaphore) -> AsyncIterator[None]:
        """Wait for the next turn of this server and a place in the run's `gate`; the block is the request.

        LeftAlone, instead of a wait of hours, when the server asked for one meanwhile.
        """
        async with self._places:
            async with self._door:
                await self._wait(host)
                await gate.acquire()
                self._last = self._last_of[_bare(host)] = asyncio.get_running_loop().time()
            try:
                yield
            finally:
                gate.release()

    async def _wait(self, host: str) -> None:
        loop = asyncio.get_running_loop()
        while (pause := self._ready_at(host) - loop.time()) > 0:
            if self.wait > LONGEST_WAIT:
                raise LeftAlone(f"the server asked to be left alone for {self.wait / 60:.0f} minutes")
            await asyncio.sleep(pause)

    def _ready_at(self, host: str) -> float:
        delay = max(strictest(self._rules, self._clock()).delay, self.extra)
        own = self._last_of.get(_bare(host), -math.inf) + self._crawl_delay.get(_bare(host), 0.0)
        return max(self._last + delay, own, self._held_until)

    @property
    def extra(self) -> float:
        """Seconds between requests that the server's slowness asks for: as long as it needs to answer, 0 when it is well."""
        slow = self._average > SLOW_SECONDS or (
            self._average > NOTICED_SECONDS and self._average > SLOWED * self._usual
        )
        return min(LONGEST_PAUSE, self._average) if slow else 0.0

    @property
    def wait(self) -> float:
        """Seconds for which the server has asked to be left alone, from now."""
        return max(0.0, self._held_until - asyncio.get_running_loop().time())

    def keep_crawl_delay(self, host: str, seconds: float) -> None:
        """What robots.txt of a host asks for; with and without "www." the longer one."""
        self._crawl_delay[_bare(host)] = max(seconds, self._crawl_delay.get(_bare(host), 0.0))

    def unanswered(self, host: str) -> bool:
        """Count a page for which nothing came; whether it is time to ask for a sign of life.

        Where one host of a server is lost, the first unanswered page of another one is enough.
        """
        self._unanswered[host] += 1
        return host not in self.lost and self._unanswered[host] >= (1 if self.lost else MANY_UNANSWERED)

    def alive(self, host: str) -> None:
        """Something came from this host."""
        self._unanswered[host] = 0

    def answered(self, status: int, seconds: float, asked_pause: timedelta | None) -> None:
        """Learn from an answer: how long it took, and whether it asks for silence (429, or 503 with Retry-After)."""
        self._average = seconds if not self._average else (1 - SMOOTHING) * self._average + SMOOTHING * seconds
        self._usual = min(self._usual, self._average)
        self.slowed += self.extra > 0
        if status == 429 or (status == 503 and asked_pause is not None):
            self._refusals += 1
            own = FIRST_BACK_OFF * 2 ** (self._refusals - 1)
            pause = asked_pause.total_seconds() if asked_pause is not None else min(own, 3_600.0)
            self._held_until = max(self._held_until, asyncio.get_running_loop().time() + pause)
        elif status < 400:
            self._refusals = 0


def _bare(host: str) -> str:
    return host.removeprefix("www.")  # one site, one delay


OUR_NAME = "tracuu"
_PRODUCT = re.compile(r"[A-Za-z_-]+")


def product(user_agent: str) -> str:
    """The name by which robots.txt calls us (RFC 9309, 2.2.1): ours wherever it stands in the header, else its first word."""
    found = _PRODUCT.match(user_agent.strip())
    return found[0] if found and OUR_NAME not in user_agent.lower() else OUR_NAME


_AGENT = re.compile(r"(\s*user-?agent\s*:\s*[A-Za-z_-]+)/.*", re.I)
_CRAWL_DELAY = re.compile(r"\s*crawl[- ]delay\s*[:\s]\s*(?P<asked>[^#]*)", re.I)
_SECONDS = re.compile(r"[0-9]{0,9}[.,]?[0-9]{1,9}")


class Robots:
    """The rules of one site's robots.txt for our user agent; `Robots("")` allows everything.

    A mark of byte order is no part of the text (RFC 3629, 6), a delay may be written "10,5" or "5s", our name with the
    version that stands in the log of the server.
    """

    def __init__(self, text: str | bytes, agent: str = OUR_NAME) -> None:
        if isinstance(text, bytes):
            utf16 = text.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
            text = text[:LARGEST_ROBOTS].decode("utf-16" if utf16 else "utf-8", "replace")
        text = text.lstrip("\ufeff")[:LARGEST_ROBOTS]
        plain, marked = _plain_lines(text), _plain_lines(text, "1")
        self._rules = Protego.parse(plain)
        self._agent = agent
        asked = self._rules.crawl_delay(agent)
        self.sitemaps = list(self._rules.sitemaps)
        self.asked_delay = float(asked) if asked else 0.0
        self.delay = min(self.asked_delay, LONGEST_CRAWL_DELAY)
        self.unread_delay = asked is None and plain != marked and Protego.parse(marked).crawl_delay(agent) is not None
        """Whether a Crawl-delay is asked for that is no number, so that none is kept."""

    def allows(self, url: str) -> bool:
        """Whether this URL may be asked for."""
        return bool(self._rules.can_fetch(url, self._agent))


def _plain_lines(text: str, unread: str = "") -> str:
    """The lines with agents without their version and the seconds of each Crawl-delay as a plain number, `unread` for what
    is none."""
    return "\n".join(_plain_delay(_AGENT.sub(r"\1", line), unread) for line in text.splitlines())


def _plain_delay(line: str, unread: str) -> str:
    found = _CRAWL_DELAY.match(line)
    if found is None or not found["asked"].strip():
        return line
    seconds = _SECONDS.match(found["asked"])
    return f"Crawl-delay: {seconds[0].replace(',', '.') if seconds else unread}"


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
