"""Readers in processes of their own: a slow, hanging or dying reader costs one page, never the run."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import TimeoutError as Overdue
from dataclasses import dataclass, replace
from typing import Protocol

from pebble import ProcessExpired, ProcessPool

from core.states import Outcome
from crawler.documents.extract import LIBRARIES
from crawler.guards import Soft404Sample
from crawler.page import RawPage, SiteHints
from crawler.reading import Understood, understand
from crawler.sections import SectionTable

READING_SECONDS = 60.0
"""A page takes 5–50 ms, a long PDF seconds; a reader that needs longer is ended and its page is `unreadable`."""

PAGES_PER_PROCESS = 5_000
"""A reader process is begun anew after so many pages: what C libraries leak stays bounded."""

GARBAGE_AFTER = 20_000
"""Objects after which Python looks for circles among them: next to nothing of a page is in one, and looking after every
700 costs 4 % of reading, as much of the crawl."""

_PR_SET_PDEATHSIG = 1
_sections = SectionTable()  # of this reader process, set when it starts


class Readers(Protocol):
    """Whoever turns an answer into what it says."""

    async def understand(self, page: RawPage, site: SiteHints, sample: Soft404Sample | None) -> Understood:
        """Judge and read one answer; never raises for what a page does."""

    def close(self) -> None:
        """Give back what it holds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One piece of work for a reader process; small, because it is sent: sections are there already."""

    page: RawPage
    site: SiteHints
    sample: Soft404Sample | None = None


class ReaderPool:
    """Reader processes. `processes` 0: one for each core. They die with this process, however it dies."""

    def __init__(self, sections: SectionTable, processes: int = 0, seconds: float = READING_SECONDS) -> None:
        # Forked from a clean server that has imported the readers once: a fork of this process would share its sockets.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["crawler.reading", *LIBRARIES])
        workers = processes or os.cpu_count() or 1
        self._seconds = seconds
        self._pool = ProcessPool(workers, PAGES_PER_PROCESS, _begin, [sections], context)

    async def understand(self, page: RawPage, site: SiteHints, sample: Soft404Sample | None) -> Understood:
        """Judge and read one answer in the next free process."""
        return await self.do(read_one, Reading(page, replace(site, sections=SectionTable()), sample))

    async def do(self, work: Callable[[Reading], Understood], reading: Reading) -> Understood:
        """Let a reader process do `work`; what keeps it from an answer becomes the page's outcome."""
        try:
            future = self._pool.schedule(work, args=[reading], timeout=self._seconds)
            return await asyncio.wrap_future(future)
        except Overdue:
            return Understood(Outcome.UNREADABLE, f"reading took more than {self._seconds:.0f} s")
        except ProcessExpired as error:
            return Understood(Outcome.UNREADABLE, f"the reader process died: {error}")

    def close(self) -> None:
        """End the processes."""
        stop: Callable[[], None] = self._pool.stop
        stop()
        self._pool.join()


def read_one(reading: Reading) -> Understood:
    """What a reader process does."""
    return understand(reading.page, replace(reading.site, sections=_sections), reading.sample)


def _begin(sections: SectionTable) -> None:
    global _sections
    _sections = sections
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the run ends its readers in order
    if sys.platform == "linux":  # the fork server ends when the run does, and its children with it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    gc.freeze()  # what was loaded is for good
    gc.set_threshold(GARBAGE_AFTER)
