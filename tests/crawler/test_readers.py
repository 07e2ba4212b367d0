"""A reader that hangs or dies costs its page; a run that is killed takes its readers with it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.states import Outcome
from crawler import reading
from crawler.page import RawPage, SiteHints
from crawler.readers import ReaderPool, Reading
from crawler.reading import Understood, understand
from crawler.sections import SectionTable

pytestmark = pytest.mark.slow

SECTIONS = SectionTable({"tin tức": "news"})
PAGE = RawPage(
    "http://x.gov.vn/tin-tuc",
    200,
    {"content-type": "text/html; charset=utf-8"},
    ("<title>Tin tức</title><h1>Tin tức</h1><p>" + "Ủy ban nhân dân thông báo lịch tiếp công dân. " * 20).encode(),
)


def sleeps(_reading: Reading) -> Understood:
    time.sleep(60)
    return Understood(Outcome.OK)


def dies(_reading: Reading) -> Understood:
    os.kill(os.getpid(), signal.SIGKILL)
    return Understood(Outcome.OK)


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    pool = ReaderPool(SECTIONS, processes=1, seconds=2.0)
    yield pool
    pool.close()


def test_a_reader_process_says_what_a_reader_here_says(pool: ReaderPool) -> None:
    said = asyncio.run(pool.understand(PAGE, SiteHints(), None))
    assert said == understand(PAGE, SiteHints(sections=SECTIONS))
    assert said.reading is not None


def test_a_hanging_or_dying_reader_makes_its_page_unreadable_and_the_next_page_is_read(pool: ReaderPool) -> None:
    work = Reading(PAGE, SiteHints())
    hung = asyncio.run(pool.do(sleeps, work))
    dead = asyncio.run(pool.do(dies, work))
    assert (hung.outcome, hung.evidence) == (Outcome.UNREADABLE, "reading took more than 2 s")
    assert dead.outcome is Outcome.UNREADABLE
    assert "died" in dead.evidence
    assert asyncio.run(pool.understand(PAGE, SiteHints(), None)).outcome is Outcome.OK


def test_what_cannot_be_stored_makes_its_page_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a character, which the JSON in a page may hold, can be in no digest."""
    read = reading.read
    monkeypatch.setattr(reading, "read", lambda page, site: replace(read(page, site), title="\ud835"))
    said = understand(PAGE, SiteHints())
    assert said.outcome is Outcome.UNREADABLE
    assert "UnicodeEncodeError" in said.evidence


@pytest.mark.skipif(sys.platform != "linux", reason="the tie to the parent is Linux's prctl")
def test_readers_do_not_outlive_a_killed_run(tmp_path: Path) -> None:
    program = tmp_path / "run.py"
    program.write_text(
        "import asyncio, os\n"
        "from crawler.page import RawPage, SiteHints\n"
        "from crawler.readers import ReaderPool\n"
        "from crawler.sections import SectionTable\n"
        "if __name__ == '__main__':\n"
        "    pool = ReaderPool(SectionTable(), 2)\n"
        "    page = RawPage('http://x.gov.vn/', 200, {}, b'<title>x</title>')\n"
        "    asyncio.run(pool.understand(page, SiteHints(), None))\n"
        "    print('ready', flush=True)\n"
        "    import time; time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, start_new_session=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        assert len(_session(run.pid)) > 2
        run.kill()
        run.wait()
        deadline = time.monotonic() + 10
        while _session(run.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _session(run.pid) == []


def _session(leader: int) -> list[int]:
    """Living processes of a session, by Linux's /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
