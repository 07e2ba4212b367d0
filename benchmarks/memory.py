"""Memory over one long crawl: `python -m benchmarks.memory [--size large] [--every 1000]`.

The box of 50,000 light pages (49,776 for seed 1) is crawled from an empty store. Every so many pages the resident memory of this process (fetch,
archive, state) and of each reader process is written down. Ends with 1 when the mean of the last quarter of the crawl is more
than `MOST_GROWTH` times that of the second: by then caches are full and all sites are begun, so what still grows never stops.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from benchmarks.crawl import _box, _workspace
from crawler.run import CrawlOptions, crawl

MOST_GROWTH = 1.15
"""Last quarter over second. A main process of 160 MB passes it with 1.2 KB a page; what it must know, the address, is a sixth of that."""

_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident memory in MB when so many pages were done."""

    pages: int
    main: float
    readers: tuple[float, ...]


@dataclass(slots=True)
class Watch:
    """Counts pages as the crawl tells of them, and takes a sample every so many."""

    every: int
    pages: int = 0
    samples: list[Sample] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def told(self, _site: str, _pages: int, total: int | None) -> None:
        """One page more; the last word on a site is none."""
        if total is not None:
            return
        self.pages += 1
        if self.pages % self.every == 0:
            self.samples.append(Sample(self.pages, _resident(os.getpid()), tuple(map(_resident, _readers()))))
            self._show(self.samples[-1])

    def _show(self, sample: Sample) -> None:
        minutes = (time.monotonic() - self.begun) / 60
        readers = " ".join(f"{size:6.0f}" for size in sample.readers)
        print(
            f"{sample.pages:7} pages {minutes:6.1f} min   main {sample.main:6.0f} MB   readers {readers} MB", flush=True
        )


def quarters(values: Sequence[float]) -> list[float]:
    """The means of the four quarters of a crawl."""
    size = len(values) / 4
    return [mean(values[round(n * size) : round((n + 1) * size)]) for n in range(4)]


def growth(values: Sequence[float]) -> float:
    """The last quarter's mean over the second's."""
    _, second, _, last = quarters(values)
    return last / second


def _readers() -> list[int]:
    """Our children's children: the server that readers are forked from is a child, the box has none."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return sorted(pid for pid, parent in parents.items() if parents.get(parent) == os.getpid())


def _resident(pid: int) -> float:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_SIZE / 1e6
    return 0.0


def main() -> int:
    """Print every sample, the quarters, and whether memory is flat."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="large", choices=("small", "default", "large"))
    parser.add_argument("--every", type=int, default=1000, metavar="N", help="pages between two samples")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.latency, arguments.light = 0, True
    watch = Watch(arguments.every)
    with tempfile.TemporaryDirectory() as name, _box(Path(name) / "box", arguments):
        workspace = _workspace(Path(name) / "data")
        with workspace.database(create=True) as database:
            crawl(
                CrawlOptions(database, workspace.province, workspace.settings, workspace.clock, workspace.data),
                watch.told,
            )
    if len(watch.samples) < 8:
        sys.exit(f"{watch.pages} pages gave {len(watch.samples)} samples: too few, take a smaller --every")
    print(f"{watch.pages} pages, beside the home pages")
    return _report(watch.samples)


def _report(samples: Sequence[Sample]) -> int:
    grown = False
    for name, values in (
        ("main", [sample.main for sample in samples]),
        ("a reader", [mean(sample.readers) for sample in samples if sample.readers]),
    ):
        ratio = growth(values)
        grown = grown or ratio > MOST_GROWTH
        print(
            f"{name:<9} quarters {' '.join(f'{size:6.0f}' for size in quarters(values))} MB, last over second {ratio:.3f}"
        )
    print(f"memory grows by more than {MOST_GROWTH}" if grown else "memory is flat")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
