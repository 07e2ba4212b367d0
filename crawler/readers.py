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
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Protocol

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


Work = Callable[[Reading], Understood]


class ReaderPool:
    """Reader processes. `processes` 0: one for each core. They die with this process, however it dies."""

    def __init__(self, sections: SectionTable, processes: int = 0, seconds: float = READING_SECONDS) -> None:
        workers = processes or os.cpu_count() or 1
        self._readers = [_Reader(sections, seconds) for _ in range(workers)]
        self._free: SimpleQueue[_Reader] = SimpleQueue()
        self._threads = ThreadPoolExecutor(workers, "readers")  # each waits for one process
        for reader in self._readers:
            self._free.put(reader)
            self._threads.submit(reader.begin)  # loading takes a second, in which the first pages are fetched

    async def understand(self, page: RawPage, site: SiteHints, sample: Soft404Sample | None) -> Understood:
        """Judge and read one answer in the next free process."""
        return await self.do(read_one, Reading(page, replace(site, sections=SectionTable()), sample))

    async def do(self, work: Work, reading: Reading) -> Understood:
        """Let a reader process do `work`; what keeps it from an answer becomes the page's outcome."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._do, work, reading)

    def _do(self, work: Work, reading: Reading) -> Understood:
        reader = self._free.get()
        try:
            return reader.do(work, reading)
        finally:
            self._free.put(reader)

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in self._readers:
            reader.end()
        self._threads.shutdown()
        for reader in self._readers:
            reader.end()  # one that was just beginning


class _Reader:
    """One reader process at the other end of a pipe, begun anew when it is worn out or has died."""

    def __init__(self, sections: SectionTable, seconds: float) -> None:
        self._sections, self._seconds = sections, seconds
        self._process: BaseProcess | None = None
        self._pipe: Connection
        self._read = 0

    def begin(self) -> None:
        """Start the process: forked from a clean server that has imported the readers once.

        A fork of this process would share its sockets.
        """
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["crawler.reading", *LIBRARIES])
        self._pipe, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._sections), daemon=True)
        process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        self._process, self._read = process, 0

    def do(self, work: Work, reading: Reading) -> Understood:
        """What the process makes of a page; a page that hangs or kills it is unreadable."""
        if self._read >= PAGES_PER_PROCESS:
            self.end()
        if self._process is None or not self._process.is_alive():
            self.begin()
        self._read += 1
        try:
            self._pipe.send((work, reading))
            if self._pipe.poll(self._seconds):
                said: Understood = self._pipe.recv()
                return said
            self.end()
            return Understood(Outcome.UNREADABLE, f"reading took more than {self._seconds:.0f} s")
        except (EOFError, OSError):
            return Understood(Outcome.UNREADABLE, f"the reader process died: exit code {self.end()}")

    def end(self) -> int | None:
        """End the process; its exit code, if there was one."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        process.join()
        return process.exitcode


class ReadersHere:
    """Reads in this process: for few pages, and for tests."""

    async def understand(self, page: RawPage, site: SiteHints, sample: Soft404Sample | None) -> Understood:
        """Judge and read one answer at once."""
        return understand(page, site, sample)

    def close(self) -> None:
        """Nothing to do."""


def read_one(reading: Reading) -> Understood:
    """What a reader process does."""
    return understand(reading.page, replace(reading.site, sections=_sections), reading.sample)


def _serve(pipe: Connection, sections: SectionTable) -> None:
    """Do what comes through the pipe until the run closes it."""
    global _sections
    _sections = sections
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the run ends its readers in order
    if sys.platform == "linux":  # the fork server ends when the run does, and its children with it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    gc.freeze()  # what was loaded is for good
    gc.set_threshold(GARBAGE_AFTER)
    with suppress(EOFError):
        while True:
            work, reading = pipe.recv()
            pipe.send(work(reading))
