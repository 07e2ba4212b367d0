"""The crawl against a bare Scrapy spider that downloads the same pages and throws them away.

    python -m benchmarks.crawl [--size default] [--latency 100] [--seed 1] [--light]

Box with `--latency` ms before every answer, pages as large as real ones (mean 97 KB; `--light`: as the box makes them),
16 requests at once, at most 4 to one server. Each part runs in a process of its own, twice, the better one counts:

bare   Scrapy, the addresses known beforehand, nothing kept;
kept   the crawl with its frontier known beforehand and a reader that reads nothing: fetch + archive + state;
whole  the crawl from an empty store: fetch, archive, read, follow, state.

CPU is that of the part and its reader processes, without the box. The last line is `ratio X`, X = bare seconds / whole
seconds; the line before gives the same for `kept`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess
from sqlalchemy import func, select

from cli.children import child
from cli.workspace import Workspace
from core.clock import parse_moment
from core.model import Reading
from core.states import Outcome
from crawler.guards import Soft404Sample
from crawler.page import RawPage, SiteHints
from crawler.politeness import Pace
from crawler.readers import ReaderPool, Readers
from crawler.reading import Understood
from crawler.resolver import ReactorResolver, Resolver
from crawler.run import CrawlOptions, crawl
from crawler.sections import SectionTable
from crawler.settings import scrapy_settings
from store import pages as frontier
from store.tables import captures, pages

ROUNDS = 2
PER_SERVER = 4


@dataclass(frozen=True, slots=True)
class Spent:
    """What one part needed. `seconds` from its first request on; `memory` in MB at its peak."""

    pages: int
    seconds: float
    cpu: float
    memory: float


def main() -> int:
    """Print every part; the last line is the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="default", choices=("small", "default", "large"))
    parser.add_argument("--latency", type=int, default=100, metavar="MS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--part", choices=tuple(PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(PARTS[arguments.part](arguments.folder)))
        return 0
    with tempfile.TemporaryDirectory() as name, _box(Path(name) / "box", arguments):
        folder = Path(name)
        _run("whole", folder / "known")  # renders the box's pages once, and tells which there are
        size = _mean_bytes(_workspace(folder / "known"))
        best = {part: _best(part, folder) for part in PARTS}
    _report(arguments, size, best)
    return 0


def _report(arguments: argparse.Namespace, size: float, best: dict[str, Spent]) -> None:
    print(f"latency {arguments.latency} ms, mean page {size / 1000:.0f} KB, 16 at once")
    for part, spent in best.items():
        speed, cpu = spent.pages / spent.seconds, 1000 * spent.cpu / spent.pages
        print(
            f"{part:<6} {spent.pages:6} pages {spent.seconds:7.1f} s {speed:7.1f} pages/s {cpu:6.1f} ms CPU a page {spent.memory:5.0f} MB"
        )
    steps = {name: 1000 * spent.cpu / spent.pages for name, spent in best.items()}
    print(
        f"ms CPU a page: fetch {steps['bare']:.1f}, archive and state {steps['kept'] - steps['bare']:.1f}, read and follow {steps['whole'] - steps['kept']:.1f}"
    )
    each = {name: spent.seconds / spent.pages for name, spent in best.items()}
    print(f"kept ratio {each['bare'] / each['kept']:.3f}")
    print(f"ratio {each['bare'] / each['whole']:.3f}")


@contextmanager
def _box(folder: Path, arguments: argparse.Namespace) -> Iterator[None]:
    words = ["--folder", str(folder), "--size", arguments.size, "--seed", str(arguments.seed)]
    words += ["--latency", str(arguments.latency), *(["--light"] if arguments.light else [])]
    with child([sys.executable, "-m", "benchmarks.heavy_box", *words], quiet=True) as process:
        while not (folder / "box.json").exists():
            if process.poll() is not None:
                sys.exit("the box did not start")
            time.sleep(0.05)
        yield


def _best(part: str, folder: Path) -> Spent:
    return min((_run(part, folder / f"{part}{n}") for n in range(ROUNDS)), key=lambda spent: spent.seconds)


def _run(part: str, folder: Path) -> Spent:
    # By `-c`: a main module that has a file is loaded anew in every reader process, and this one loads Scrapy.
    program = "import sys; from benchmarks.crawl import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "--part", part, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
    if done.returncode:
        sys.exit(f"{part} failed: {done.stderr}")
    return Spent(*json.loads(done.stdout.splitlines()[-1]))


def _workspace(folder: Path) -> Workspace:
    return Workspace(folder, folder.parent / "box" / "config", parse_moment("2018-08-09"))


def _mean_bytes(workspace: Workspace) -> float:
    with workspace.database() as database, database.read() as connection:
        pages_only = captures.c.headers["Content-Type"].as_string().startswith("text/html")
        return float(connection.scalar(select(func.avg(captures.c.body_bytes)).where(pages_only)) or 0)


def _known(folder: Path) -> list[Any]:
    with _workspace(folder.parent / "known").database() as database, database.read() as connection:
        return list(connection.execute(select(pages).order_by(pages.c.id)))


def _used(count: int, begun: float) -> tuple[int, float, float, float]:
    seconds = time.perf_counter() - begun
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(use.ru_utime + use.ru_stime for use in (mine, theirs))
    return count, seconds, cpu, mine.ru_maxrss / 1000


def bare(folder: Path) -> tuple[int, float, float, float]:
    """Scrapy alone."""
    workspace, known = _workspace(folder), _known(folder)
    resolver = Resolver(workspace.province.network)
    paces = {row.server: Pace(0.0, PER_SERVER) for row in known}

    class Bare(scrapy.Spider):  # type: ignore[misc]
        name = "bare"

        async def start(self) -> AsyncIterator[scrapy.Request]:
            from twisted.internet import reactor

            for host in {urlsplit(row.url).hostname or "" for row in known}:
                await resolver.resolve(host)
            reactor.installResolver(ReactorResolver(resolver))
            for row in known:
                yield scrapy.Request(row.url, meta={"download_slot": row.server, "handle_httpstatus_all": True})

        def parse(self, response: Any) -> None:
            """Nothing."""

    process = CrawlerProcess(scrapy_settings(workspace.settings, paces))
    begun = time.perf_counter()
    process.crawl(Bare)
    process.start()
    return _used(len(known), begun)


def kept(folder: Path) -> tuple[int, float, float, float]:
    """The crawl without reading."""
    workspace, known = _workspace(folder), _known(folder)
    with workspace.database(create=True) as database, database.write() as connection:
        for row in known:
            new = frontier.NewPage(row.url, row.depth, row.section, key=row.key)
            frontier.discover(connection, row.site_id, row.server, [new], workspace.clock())
    return _crawl(workspace, ReadsNothing())


def whole(folder: Path) -> tuple[int, float, float, float]:
    """The crawl as it is."""
    workspace = _workspace(folder)
    readers = MeasuredReaders(SectionTable.load(workspace.province.national))
    count, seconds, cpu, memory = _crawl(workspace, readers)
    return count, seconds, cpu + readers.cpu, memory


class MeasuredReaders(ReaderPool):
    """Reader processes whose CPU is summed before they end; they are no children of ours that could be waited for."""

    cpu = 0.0

    def close(self) -> None:
        """Sum, then end."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) == os.getsid(0) and stat.parent.name != str(os.getpid()):
                    self.cpu += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        super().close()


class ReadsNothing:
    """Takes every answer for a page that says nothing."""

    async def understand(self, page: RawPage, site: SiteHints, sample: Soft404Sample | None) -> Understood:
        """The same for every page."""
        return Understood(Outcome.OK, reading=Reading("none", "", "other"), text_digest="-", fields_digest="-")

    def close(self) -> None:
        """Nothing to do."""


def _crawl(workspace: Workspace, readers: Readers) -> tuple[int, float, float, float]:
    with workspace.database(create=True) as database:
        options = CrawlOptions(
            database, workspace.province, workspace.settings, workspace.clock, workspace.data, readers=readers
        )
        begun = time.perf_counter()
        summaries = crawl(options)
        return _used(sum(summary.pages for summary in summaries), begun)


PARTS = {"bare": bare, "kept": kept, "whole": whole}

if __name__ == "__main__":
    sys.exit(main())
